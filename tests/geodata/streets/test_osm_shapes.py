"""Lines and areas from lists of node ids, some of which are missing."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.streets.osm_shapes import chains_of, lines_of, outlines_of, pairs_of

# 7 - 9
# | X |
# 1 - 3   node ids; 5 is missing
IDS = np.array([1, 3, 7, 9])
XY = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def refs(*ways):
    return [np.array(way, np.int64) for way in ways]


def test_missing_nodes_break_ways_in_two():
    chains = chains_of(refs([1, 3, 5, 5, 9, 7], [5, 1], [], [3, 3, 1]), IDS)
    u, v, way = pairs_of(chains)
    assert np.stack([IDS[u], IDS[v], way]).T.tolist() == [[1, 3, 0], [9, 7, 0], [3, 1, 3]]
    assert chains.missing.tolist() == [2, 1, 0, 0]
    lines, way = lines_of(chains, XY)
    assert [line.wkt for line in lines] == [
        "LINESTRING (0 0, 1 0)",
        "LINESTRING (1 1, 0 1)",
        "LINESTRING (1 0, 0 0)",
    ]
    assert way.tolist() == [0, 0, 3]


def test_no_ways_make_no_lines():
    chains = chains_of([], IDS)
    lines, way = lines_of(chains, XY)
    assert len(lines) == len(way) == len(pairs_of(chains)[0]) == 0
    areas, drawn = outlines_of([], chains, XY)
    assert len(areas) == len(drawn) == 0


def test_outlines_are_areas_only_where_they_close():
    ways = refs([1, 3, 9, 7, 1], [1, 3, 9], [9, 7, 1], [1, 9, 3, 7, 1], [1, 3, 5, 9, 1])
    chains = chains_of(ways, IDS)
    areas, drawn = outlines_of([[0], [1], [1, 2], [2, 1], [3], [4], []], chains, XY)
    assert [None if area is None else area.area for area in areas] == [
        *(1.0, None, 1.0, 1.0),
        *(None, None, None),  # crosses itself, lacks a node, has no way at all
    ]
    assert shapely.length(drawn[5]) == 1 + 2**0.5
    assert drawn[6] is None


@given(st.lists(st.lists(st.integers(1, 9), max_size=8), max_size=5), st.sets(st.integers(1, 9)))
def test_segments_are_the_neighbours_that_are_both_there(ways, there):
    ids = np.array(sorted(there), np.int64)
    u, v, way = pairs_of(chains_of(refs(*ways), ids))
    expected = [
        [a, b, number]
        for number, nodes in enumerate(ways)
        for a, b in pairwise(nodes)
        if a != b and {a, b} <= there
    ]
    assert np.stack([ids[u], ids[v], way]).T.tolist() == expected
