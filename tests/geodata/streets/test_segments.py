"""Tables of a network: only what occurs in it is counted."""

import numpy as np

from geodata.streets.segments import node_table, segment_table, way_table


def test_numbers_become_positions():
    segments, nodes, ways = segment_table(
        np.array([9, 4, 9]), np.array([4, 2, 7]), np.array([5, 5, 3])
    )
    assert nodes.tolist() == [2, 4, 7, 9]
    assert ways.tolist() == [3, 5]
    assert segments.to_numpy().tolist() == [[3, 1, 1], [1, 0, 1], [3, 2, 0]]


def test_nodes_know_crossings_and_barriers():
    ids, xy = np.array([2, 4]), np.array([[0.0, 1.0], [2.0, 3.0]])
    table = node_table(ids, xy, np.array([4, 99]), np.empty(0, np.int64))
    assert table.to_numpy().tolist() == [[2, 0.0, 1.0, False, False], [4, 2.0, 3.0, True, False]]


def test_ways_may_lack_all_tags():
    table = way_table(np.array([8]), [{"highway": "path"}])
    assert table.to_numpy().tolist() == [[8, "path", "", "", "", False, False, "", ""]]
