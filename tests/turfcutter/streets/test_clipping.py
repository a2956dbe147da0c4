"""What a plan keeps of the streets: walks are as long there as on the whole network."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from turfcutter.streets import clipping
from turfcutter.streets.clipping import clip_network
from turfcutter.streets.corners import CORNERS
from turfcutter.streets.network import build_network, network_of, part_of


def grid(town, columns, rows, *more):
    """Streets 100 m apart, crossed by an avenue that is busy."""
    kinds = ["primary" if k == 1 else "residential" for k in range(max(columns, rows))]
    across = [
        (f"{k} St", "residential", [(100 * x, 100 * k) for x in range(columns)])
        for k in range(rows)
    ]
    along = [
        (f"{k} Ave", kinds[k], [(100 * k, 100 * y) for y in range(rows)]) for k in range(columns)
    ]
    return build_network(town(*across, *along, *more))


def pieces(network, box):
    """Edges inside a box."""
    return np.flatnonzero(shapely.within(network.lines, box)).astype(np.int32)


def distances(network, edge):
    """Between the corners of some edges."""
    corners = network.corners[edge].reshape(-1)
    return dijkstra(network.graph, indices=corners)[:, corners]


def test_a_network_can_be_made_again_from_its_edges(town):
    network = grid(town, 5, 4)
    again = network_of(network.edges, network.lines)
    assert (again.graph != network.graph).nnz == 0
    np.testing.assert_array_equal(again.corners, network.corners)
    np.testing.assert_array_equal(again.corner_xy, network.corner_xy)


def test_all_of_it_is_the_network_itself(town):
    network = grid(town, 4, 4)
    part = part_of(network, np.arange(len(network.edges)))
    np.testing.assert_array_equal(part.edges[[*CORNERS]], network.edges[[*CORNERS]])
    assert (part.graph != network.graph).nnz == 0


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 4), st.sampled_from([1500, 4000]))
@settings(max_examples=15, deadline=None)
def test_walks_are_as_long_as_on_the_whole(town, x, y, size, near_dm):
    network = grid(town, 12, 12)
    box = shapely.box(100 * x - 1, 100 * y - 1, 100 * (x + size) + 1, 100 * (y + size) + 1)
    stops = pieces(network, box)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clipping, "NEAR_DM", near_dm)
        part, number = clip_network(network, stops, shapely.box(0, 0, 1, 1))
    assert len(part.edges) < len(network.edges)
    assert (number[stops] >= 0).all()
    kept = np.flatnonzero(number >= 0)
    assert (number[kept] == np.arange(len(kept))).all()
    assert shapely.equals(part.lines, network.lines[kept]).all()
    whole = distances(network, stops)
    there = distances(part, number[stops])
    short = whole <= 2 * near_dm
    assert short.any()
    np.testing.assert_array_equal(there[short], whole[short])
    assert np.isfinite(there).all()


def test_what_hangs_together_far_away_still_does(town):
    """Two settlements are joined by one long road; a third by none."""
    network = build_network(
        town(
            ("A St", "residential", [(0, 0), (200, 0)]),
            ("Long Road", "residential", [(200, 0), (200, 9000), (6000, 9000), (6000, 0)]),
            ("Dead End", "residential", [(200, 9000), (200, 20000)]),
            ("B St", "residential", [(6000, 0), (6200, 0)]),
            ("C St", "residential", [(3000, 0), (3100, 0)]),
        )
    )
    names = network.edges["name"].to_numpy()
    stops = np.flatnonzero(np.isin(names, ["A St", "B St", "C St"])).astype(np.int32)
    part, number = clip_network(network, stops, shapely.box(0, 0, 1, 1))
    assert {*part.edges["name"]} >= {"A St", "Long Road", "B St", "C St"}
    there, whole = distances(part, number[stops]), distances(network, stops)
    np.testing.assert_array_equal(np.isfinite(there), np.isfinite(whole))
    # farther than walks go, a crossing more or less may be all that differs
    assert (there[np.isfinite(whole)] - whole[np.isfinite(whole)] <= 200).all()


def test_streets_that_are_drawn_are_kept(town):
    network = grid(town, 60, 3)
    stops = pieces(network, shapely.box(-1, -1, 101, 101))
    far = shapely.box(5500, 0, 5600, 100)
    number = clip_network(network, stops, far)[1]
    assert (number[shapely.intersects(network.lines, far)] >= 0).all()
    assert (number < 0).any()
