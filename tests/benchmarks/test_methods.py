"""Peers and the way other cuts come in."""

import sys

import cutter
import growth
import numpy as np
import peers
import places
import processes
import pytest
import referee
import run


def grid():
    """400 doors on a square grid, 20 m apart."""
    x, y = np.meshgrid(np.arange(20) * 20.0, np.arange(20) * 20.0)
    xy = np.column_stack([x.ravel(), y.ravel()])
    gaps = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    pairs = np.argwhere(np.triu(gaps <= 29, 1))  # the eight around each door
    return peers.Doors(xy, pairs, gaps[tuple(pairs.T)], gaps, np.arange(25, 400, 50))


@pytest.mark.parametrize("method", ["kmeans", "kmeans-constrained", "metis", "pyvrp"])
def test_every_method_puts_every_door_into_one_of_eight_turfs(method, monkeypatch):
    monkeypatch.setattr(peers, "VRP_SECONDS", 2)
    labels = peers.METHODS[method](grid())
    sizes = np.bincount(labels)
    assert len(sizes) == 8
    assert sizes.sum() == 400
    if method in {"kmeans-constrained", "metis"}:
        assert sizes.min() >= 45
    if method != "kmeans":
        assert sizes.max() <= 55


def test_a_walk_list_is_read_back(tmp_path):
    path = tmp_path / "walklist.csv"
    path.write_text("turf_id,stop,voter_id\nA-1,1,2\nA-1,2,0\nB-2,1,3\n")
    labels, order = cutter.read_back(path, 4)
    assert labels.tolist() == ["A-1", "", "A-1", "B-2"]  # voter 1 is an exception
    assert order[2] < order[0] < order[3]


def test_labels_of_another_program(tmp_path):
    path = tmp_path / "old.csv"
    path.write_text("door,turf\n2,7\n0,8\n")
    given = run.given_labels(path, 3)
    assert given.labels[[0, 2]].tolist() == ["8", "7"]
    assert given.order is None


def test_loops_start_at_the_first_door_or_in_the_middle():
    xy = np.array([[0, 0], [10, 0], [20, 0], [100, 0]], dtype=float)
    labels = np.array(["a", "a", "a", "b"], dtype=object)
    ordered = cutter.Run(labels, np.array([5, 9, 1, 0]), 0, 0, 0)
    assert run.first_doors(ordered, xy).tolist() == [2, 3]
    assert run.first_doors(cutter.Run(labels, None, 0, 0, 0), xy).tolist() == [1, 3]


def test_a_command_that_fails_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="no such thing"):
        processes.measured(["sh", "-c", "echo no such thing; exit 3"], tmp_path / "log")


HOLD = "import time; block = b'x' * {mb} * 2**20; time.sleep({seconds})"


def test_memory_is_that_of_all_processes_together(tmp_path):
    """A small process starts two that hold 60 MB each at the same time, and one after them."""
    first, later = (f'{sys.executable} -c "{HOLD.format(mb=60, seconds=1)}"' for _ in range(2))
    cost = processes.measured(["sh", "-c", f"{first} & {first}; wait; {later}"], tmp_path / "log")
    assert 120 < cost.peak_mb < 180


def test_a_process_that_is_gone_holds_nothing():
    assert processes.tree_kb(2**22 + 1) == 0


def test_seconds_of_a_step_are_read_from_what_the_command_says():
    log = "cutting and pasting   9.0 s\ncutting: 3 of 3 regions          12.5 s\nwalks   1.0 s\n"
    assert cutter.step_seconds(log.split("\n", 1)[1], "cutting") == 12.5
    assert cutter.step_seconds("network\nwalks   1.0 s\ncutting   2.0 s", "cutting") == 2.0


def test_a_line_of_growth_compares_cpu_with_the_smallest():
    small = growth.Growth(10_000, [3.0, 2.5], [5.0, 4.0], 20.0, 400.0)
    large = growth.Growth(100_000, [31.0], [44.0], 200.0, 1000.0)
    assert (
        growth.cells("n", small, small) == "| n | 10,000 | 3.0 | 2.5 | 4.0 | 400 | +0% | 20 | 400 |"
    )
    assert (
        growth.cells("n", large, small)
        == "| n | 100,000 | 31.0 |  | 44.0 | 440 | +10% | 200 | 1000 |"
    )


def test_river_town_has_three_barriers_and_six_ways_over_them():
    place = places.river_town(1_200)
    net = referee.net_of(place)
    assert len(place.doors) == 1_200
    assert len(np.unique(net.cell)) == 6
    assert len(net.ways_over) == 6
    straight = peers.kmeans(peers.Doors(net.xy, None, None, None, None))
    assert referee.barrier_turfs(net, straight)
