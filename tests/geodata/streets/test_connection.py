import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.schema import Streets
from geodata.streets.connection import check_connected, pieces_of
from geodata.streets.streets import read_streets


def streets(pairs, count):
    """A network of nodes 100 m apart on a line."""
    nodes = pd.DataFrame({"node": range(count), "x": np.arange(count) * 100.0, "y": 0.0})
    segments = pd.DataFrame(pairs, columns=["u", "v"])
    return Streets(nodes, segments.assign(way=0), *([None] * 4))


def test_pieces_by_length():
    pieces = pieces_of(streets([(0, 1), (3, 4), (4, 5)], 6))
    assert pieces.length_m.tolist() == [200.0, 100.0]
    assert pieces.of_segment.tolist() == [1, 0, 0]
    assert pieces.share == pytest.approx(2 / 3)


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_segments_that_share_a_node_are_of_one_piece(pairs):
    pairs = [(u, v) for u, v in pairs if u != v] or [(0, 1)]
    pieces = pieces_of(streets(pairs, 12))
    assert pieces.length_m.sum() == pytest.approx(sum(100 * abs(u - v) for u, v in pairs))
    assert (np.diff(pieces.length_m) <= 0).all()
    for one, a in zip(pieces.of_segment, pairs, strict=True):
        for other, b in zip(pieces.of_segment, pairs, strict=True):
            assert one == other or not set(a) & set(b)


def test_two_halves_are_a_network_and_crumbs_are_none():
    check_connected(streets([(0, 1), (2, 3)], 4), "s.osm")
    crumbs = streets([(2 * k, 2 * k + 1) for k in range(21)], 42)
    with pytest.raises(InputError, match=r"NOT_CONNECTED.*2 km fall into 21 pieces"):
        check_connected(crumbs, "s.osm")


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("sf-central/sf_central_20260204.osm.pbf", True),
        ("san-jose/downtown_osm_20260128.osm.xml.gz", True),
        ("san-jose/sanjose_sidewalks_crossings.osm.pbf", False),
    ],
)
@pytest.mark.slow
def test_real_streets(shared_data, name, whole):
    found = read_streets(shared_data / name, None)
    if whole:
        check_connected(found, name)
        assert pieces_of(found).share > 0.9
    else:
        with pytest.raises(InputError, match=r"NOT_CONNECTED.*largest holds 1.8%"):
            check_connected(found, name)
