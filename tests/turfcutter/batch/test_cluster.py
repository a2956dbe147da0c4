"""Dask: the same bytes from its workers; what is refused before anybody is asked."""

from pathlib import Path

import pytest

from geodata.errors import InputError
from turfcutter.batch.book import Order
from turfcutter.batch.cluster import EMBEDDED, Tls, check_places, cluster, file_system
from turfcutter.batch.running import run_batch
from turfcutter.batch.state import State, load_state


@pytest.mark.parametrize("address", ["tls://dask.example.org:8786", "tcp://10.0.0.7:8786"])
def test_workers_elsewhere_must_be_in_the_united_states(address):
    with pytest.raises(InputError, match=r"workers_in = 'US-CA'"):
        check_places(State({}), address, [])
    check_places(State({}, workers_in="US-NV"), address, [])


@pytest.mark.parametrize("address", ["", EMBEDDED, "tcp://127.0.0.1:8786", "tls://localhost:1"])
def test_this_machine_is_where_it_is(address):
    check_places(State({}), address, [])


def test_network_storage_must_be_in_the_united_states(tmp_path, monkeypatch):
    monkeypatch.setattr("turfcutter.batch.cluster.file_system", lambda _: "nfs4")
    with pytest.raises(InputError, match=r"storage_in = 'US-CA'"):
        check_places(State({}), "", [tmp_path])
    check_places(State({}, storage_in="US"), "", [tmp_path])


def test_the_longest_mount_decides(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/vda / ext4 rw 0 0\nhost:/x /mnt/our\\040share nfs4 rw 0 0\n")
    assert file_system(Path("/mnt/our share/out"), mounts) == "nfs4"
    assert file_system(Path("/mnt/out"), mounts) == "ext4"


def test_other_hosts_need_tls():
    with (
        pytest.raises(InputError, match="tls://HOST:PORT"),
        cluster("tcp://10.0.0.7:8786", workers=1, tls=Tls(), dashboard=False),
    ):
        pass
    with (
        pytest.raises(InputError, match="--tls-ca"),
        cluster("tls://10.0.0.7:8786", workers=1, tls=Tls(), dashboard=False),
    ):
        pass


@pytest.mark.parametrize("place", ["'DE'", "'US-cal'", "1"])
def test_other_places_are_refused(place, small_state, tmp_path):
    text = small_state.read_text() + f"[batch]\nworkers_in = {place}\n"
    (tmp_path / "STATE.toml").write_text(text)
    with pytest.raises(InputError, match="United States"):
        load_state(tmp_path / "STATE.toml")


@pytest.mark.slow
@pytest.mark.loopback
def test_four_workers_of_dask_make_the_same_bytes(first_run, small_state, tmp_path, digests):
    state = load_state(small_state)
    order = Order(state, tuple(state.counties), tmp_path / "out", tmp_path / "workspace")
    with cluster(EMBEDDED, workers=4, tls=Tls(), dashboard=False) as dask:
        assert dask.size == 4
        assert dask.client.scheduler_info()["address"].startswith("tcp://127.0.0.1:")
        rows = run_batch(order, dask, lambda **_: None)
    assert [row.faults for row in rows] == [(), ()]
    assert digests(tmp_path / "out") == digests(first_run / "out")
