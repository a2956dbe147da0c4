"""Paper: numbers of lists stay with what was printed, and what stands above is there before."""

import shutil
import threading

import pytest

from turfcutter.batch.book import Book
from turfcutter.batch.calls import Fault, Outcome
from turfcutter.batch.nightly import Night, run_nightly
from turfcutter.batch.order import COUNTIES, PACKETS, Order
from turfcutter.batch.paper import Paper, print_all, turfs_of
from turfcutter.batch.running import run_batch
from turfcutter.batch.state import load_state
from turfcutter.packets.printing import PRINTING_JSON
from turfcutter.plans.plan import read_plan


class Listing:
    """An engine that only notes what it is handed."""

    size = 1

    def __init__(self):
        self.jobs = {}

    def submit(self, call):
        self.jobs[call.county] = call.arguments[0]

    def outcomes(self):
        return iter(())


@pytest.fixture
def printed(first_run, small_state, tmp_path):
    """Has counties printed; returns their jobs by name."""
    shutil.copytree(first_run / "out", tmp_path / "out")
    state = load_state(small_state)
    order = Order(state, tuple(state.counties), tmp_path / "out", tmp_path / "workspace")
    numbers = iter(range(1000, 10_000, 1000))

    def run(counties, issued, *, name="all", beside=False, reserve=lambda _: next(numbers)):
        engine = Listing()
        paper = Paper(issued, reserve)
        print_all(order, counties, name, paper, engine, Book(), lambda **_: None, beside=beside)
        return engine.jobs

    run.out = order.out
    return run


def test_one_more_county_leaves_the_numbers_of_others(printed):
    """A county that failed at first is printed later; lists that are out keep their numbers."""
    first = printed({"alpha": ("A1", "A2")}, "Monday")
    later = printed({"alpha": ("A1", "A2"), "beta": ("B1",)}, "Tuesday")
    assert (first["alpha"].serial, first["alpha"].issued) == (1000, "Monday")
    assert later["alpha"] == first["alpha"]
    assert (later["beta"].serial, later["beta"].issued) == (2000, "Tuesday")
    others = printed({"alpha": ("A1",)}, "Wednesday")
    assert (others["alpha"].serial, others["alpha"].issued) == (3000, "Wednesday")


def test_two_batches_number_their_own_counties(printed):
    """Two batches begin to print at once, each another county: neither forgets the other's."""
    beta = {"beta": ("B1",)}
    other = threading.Thread(target=printed, args=(beta, "Monday"))

    def meanwhile(_):
        other.start()
        other.join(0.5)
        return 500

    alpha = printed({"alpha": ("A1",)}, "Monday", reserve=meanwhile)["alpha"]
    other.join()
    later = printed({"alpha": ("A1",), **beta}, "Tuesday")
    assert later["alpha"] == alpha
    assert (later["beta"].serial, later["beta"].issued) == (1000, "Monday")


def test_a_second_night_of_a_day_leaves_the_first(printed):
    """Packets of the morning are not replaced by those of noon; what was begun goes on."""
    morning = printed({"alpha": ("A1",)}, "02:15", name="day", beside=True)["alpha"].out
    assert morning == printed.out / PACKETS / "alpha" / "day"
    again = printed({"alpha": ("A1",)}, "02:20", name="day", beside=True)["alpha"]
    assert (again.out, again.issued) == (morning, "02:15")
    morning.mkdir(parents=True)
    (morning / PRINTING_JSON).touch()
    noon = printed({"alpha": ("A2",)}, "12:00", name="day", beside=True)["alpha"]
    assert (noon.out.name, noon.issued) == ("day-2", "12:00")


def test_turfs_are_those_of_the_plan(first_run):
    folder = first_run / "out" / COUNTIES / "alpha"
    assert list(turfs_of(folder)) == read_plan(folder).turfs["turf_id"].tolist()


class Dying:
    """An engine that ends with the batch, as a kill would, when paper is asked of it."""

    size = 1

    def submit(self, call):
        raise KeyboardInterrupt(call.step)

    def outcomes(self):
        return iter(())


class Jammed:
    """An engine that can print nothing."""

    size = 1

    def __init__(self):
        self.calls = []

    def submit(self, call):
        self.calls.append(call)

    def outcomes(self):
        for call in self.calls:
            yield Outcome(call, fault=Fault("SUPPRESSED", "It would be printed.", final=True))


ABOVE = ("turfs.gpkg", "turfs.parquet", "ledger.csv", "report.html")


def without_index(first_run, small_state, home):
    """Counties that are done, and nothing above them yet."""
    shutil.copytree(first_run / "out", home / "out")
    for name in ABOVE:
        (home / "out" / name).unlink()
    state = load_state(small_state)
    return Order(state, tuple(state.counties), home / "out", first_run / "workspace")


def test_the_index_is_there_before_paper(first_run, small_state, tmp_path):
    """Who is killed in the printing has index, ledger and report of the counties that are done."""
    order = without_index(first_run, small_state, tmp_path)
    paper = Paper("Monday", lambda _: 1000)
    with pytest.raises(KeyboardInterrupt, match="packets"):
        run_batch(order, Dying(), lambda **_: None, paper)
    for name in ABOVE:
        assert (order.out / name).read_bytes() == (first_run / "out" / name).read_bytes()
    shutil.rmtree(order.out)
    order = without_index(first_run, small_state, tmp_path)
    with pytest.raises(KeyboardInterrupt, match="packets"):
        run_nightly(order, Night(0, "day", paper=paper), Dying(), lambda **_: None)
    assert {*ABOVE} <= {path.name for path in order.out.iterdir()}


def test_a_county_that_cannot_be_printed_is_in_the_report(first_run, small_state, tmp_path):
    order = without_index(first_run, small_state, tmp_path)
    rows = run_batch(order, Jammed(), lambda **_: None, Paper("Monday", lambda _: 1000))
    assert [row.state for row in rows] == ["failed", "failed"]
    assert (order.out / "report.html").read_text().count("It would be printed.") == 2
    assert (order.out / "ledger.csv").read_bytes() == (first_run / "out/ledger.csv").read_bytes()
