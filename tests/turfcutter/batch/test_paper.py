"""Numbers of lists: what was printed keeps them, and stays."""

import shutil

import pytest

from turfcutter.batch.book import COUNTIES, PACKETS, Book, Order
from turfcutter.batch.paper import Paper, print_all, turfs_of
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

    def run(counties, issued, *, name="all", beside=False):
        engine = Listing()
        paper = Paper(issued, lambda _: next(numbers))
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
