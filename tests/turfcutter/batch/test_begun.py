"""The note of runs at work: there while they are, gone afterwards; a dead one's is taken away."""

import csv
import os
import socket

import pytest

from geodata.errors import BusyError, SpaceError
from turfcutter.batch.begun import RUNNING, RUNNING_CSV, begun
from turfcutter.batch.order import Order
from turfcutter.batch.state import load_state


@pytest.fixture
def order(small_state, tmp_path):
    def make(*wanted, began="2026-11-03 02:15"):
        state = load_state(small_state)
        return Order(state, wanted, tmp_path / "out", tmp_path / "workspace", began=began)

    return make


@pytest.fixture
def lines(tmp_path):
    """The lines of the note; None where there is none."""

    def read():
        path = tmp_path / "out" / RUNNING
        return [*csv.DictReader(path.read_text().splitlines())] if path.exists() else None

    return read


def test_a_run_is_seen_while_it_is_at_work(order, lines):
    with begun(order("alpha", "beta"), "nightly"):
        assert lines() == [
            dict(
                zip(
                    RUNNING_CSV,
                    [
                        "2026-11-03 02:15",
                        "nightly",
                        str(os.getpid()),
                        socket.gethostname(),
                        "alpha beta",
                    ],
                    strict=True,
                )
            )
        ]
    assert lines() is None


def test_a_run_that_fails_takes_its_line_along(order, lines):
    with pytest.raises(SpaceError), begun(order("alpha"), "batch"):
        raise SpaceError("NO_SPACE", "No space is left.")
    assert lines() is None


def test_two_runs_have_a_line_each(order, lines):
    """Whoever is refused leaves the other's line as it is."""
    with begun(order("alpha"), "batch"):
        with begun(order("beta"), "nightly"):
            assert [line["counties"] for line in lines()] == ["alpha", "beta"]
            with pytest.raises(BusyError), begun(order("beta"), "batch"):
                pass
            assert [line["command"] for line in lines()] == ["batch", "nightly"]
        assert [line["counties"] for line in lines()] == ["alpha"]


def test_the_line_of_a_dead_run_goes_with_its_counties(order, lines, tmp_path):
    """Who was killed stays named until somebody does its counties; no rubbish stays."""
    with begun(order("alpha"), "batch"):
        left = (tmp_path / "out" / RUNNING).read_text() + "torn\n"
    (tmp_path / "out" / RUNNING).write_text(left)
    with begun(order("beta"), "batch"):
        assert [line["counties"] for line in lines()] == ["alpha", "beta"]
    assert [line["counties"] for line in lines()] == ["alpha"]
    with begun(order("alpha", "beta", began="later"), "batch"):
        assert [line["began"] for line in lines()] == ["later"]
    assert lines() is None
