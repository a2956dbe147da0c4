"""What a batch is told to cost, before it is begun."""

import gzip

import pytest

from turfcutter.batch.estimate import SECONDS_PER_PACKET, estimate
from turfcutter.batch.jobs import CountyJob
from turfcutter.params import Params


@pytest.fixture
def job(tmp_path):
    """Makes a county with so many voters, its file plain or packed."""

    def make(name, voters, *, packed=False, **cut):
        rows = [
            f"{n:08},Rigby,Eleanor,{n} Penny Lane,Springfield,{90000 + n}" for n in range(voters)
        ]
        text = "\n".join(["voter_id,last_name,first_name,address,city,zip", *rows]) + "\n"
        path = tmp_path / f"{name}.csv"
        path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        values = {("inputs", "voters"): path} | {("cut", key): one for key, one in cut.items()}
        params = Params().replace(values)
        return CountyJob(name, params, {}, "key", tmp_path / name, tmp_path, "version")

    return make


@pytest.mark.parametrize("packed", [False, True])
def test_rows_are_guessed_from_a_file_s_size(job, packed):
    each, whole = estimate([job("county", 40_000, packed=packed)], 1)
    assert each["county"].voters == pytest.approx(40_000, rel=0.02)
    assert whole.voters == each["county"].voters


def test_the_longest_county_keeps_a_few_workers_waiting(job):
    jobs = [job("large", 20_000), job("one", 2_000), job("two", 2_000)]
    each, alone = estimate(jobs, 1)
    _, two = estimate(jobs, 2)
    _, many = estimate(jobs, 3)
    assert alone.seconds > two.seconds == many.seconds > each["large"].seconds
    assert many.memory_mb > two.memory_mb > alone.memory_mb


def test_packets_are_counted_where_they_are_printed(job):
    """At 1.7 voters a door: two hundred lists; half as many where turfs are twice as large."""
    plain, printed, larger = (
        estimate([job("county", 17_000, target=target)], 1, packets=packets)[1].seconds
        for target, packets in ((50.0, False), (50.0, True), (100.0, True))
    )
    assert printed - plain == pytest.approx(200 * SECONDS_PER_PACKET, rel=0.02)
    assert larger - plain == pytest.approx(100 * SECONDS_PER_PACKET, rel=0.02)


def test_nothing_to_do_costs_nothing():
    assert estimate([], 2)[1].seconds == 0
