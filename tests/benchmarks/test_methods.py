"""Peers and the way other cuts come in."""

import cutter
import numpy as np
import peers
import pytest
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
    ordered = cutter.Run(labels, np.array([5, 9, 1, 0]), 0, 0)
    assert run.first_doors(ordered, xy).tolist() == [2, 3]
    assert run.first_doors(cutter.Run(labels, None, 0, 0), xy).tolist() == [1, 3]


def test_a_command_that_fails_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="no such thing"):
        cutter.measured(["sh", "-c", "echo no such thing; exit 3"], tmp_path / "log")
