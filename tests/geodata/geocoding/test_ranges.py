"""House numbers along centrelines: between the ends of the block, on the right side."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.geocoding import build_gazetteer
from geodata.geocoding.match import match_addresses
from geodata.geocoding.ranges import INSET, OFFSET_M, find_on_ranges, holds

EAST, NORTH = 600_000.0, 4_130_000.0
BLOCK = ((0, 0), (200, 0))  # from west to east: left is north


@pytest.mark.parametrize(
    ("number", "low", "high", "held"),
    [
        (105, 101, 199, True),
        (104, 101, 199, False),
        (104, 100, 198, True),
        (104, 100, 199, True),
        (105, 199, 101, True),
        (201, 101, 199, False),
        (7, 7, 7, True),
    ],
)
def test_what_a_range_holds(number, low, high, held):
    assert holds(number, low, high) == held


@st.composite
def blocks(draw):
    low, size = draw(st.integers(1, 5000)), draw(st.integers(1, 60))
    ends = [low, low + 2 * size]
    number = low + 2 * draw(st.integers(0, size))
    return (
        ends if draw(st.booleans()) else ends[::-1],
        number,
        draw(st.sampled_from(["left", "right"])),
    )


@settings(max_examples=30, deadline=None)
@given(blocks())
def test_a_number_lies_beside_its_block_on_its_side(ranges, block):
    (low, high), number, side = block
    known = ranges((0, low, high, side, "", "", BLOCK)).ranges.assign(name="")
    asked = pd.DataFrame(
        {"street": [0], "number": [str(number)], "name": "", "zip": "", "city": ""}
    )
    found = find_on_ranges(asked, known).iloc[0]
    x, y = found["x"] - EAST, found["y"] - NORTH
    assert y == pytest.approx(OFFSET_M if side == "left" else -OFFSET_M)
    share = (number - low) / (high - low)
    assert x == pytest.approx(200 * (INSET + share * (1 - 2 * INSET)), abs=1e-3)


def matched(gazetteer, *rows):
    table = pd.DataFrame(rows, columns=["address", "zip"], dtype="str").assign(unit="", city="")
    found = match_addresses(table, gazetteer)
    return [
        None if np.isnan(x) else (round(x - EAST), round(y - NORTH))
        for x, y in zip(found["x"], found["y"], strict=True)
    ]


@pytest.mark.parametrize("kind", ["ranges", "points"])
def test_streets_that_a_blank_tells_apart_are_those_that_are_written(kind, points, ranges, metric):
    """Both are in one town and have the number; another spelling of them stays refused."""
    north = ((0, 900), (200, 900))
    if kind == "ranges":
        source = ranges(
            ("Rain Mont Cir", 101, 199, "left", "", "95616", BLOCK),
            ("Rainmont Cir", 101, 199, "left", "", "95616", north),
            ("El Mar Way", 101, 199, "left", "", "95616", BLOCK),
        )
    else:
        source = points(
            ("151 Rain Mont Cir", "", "", "95616", 100, 15),
            ("151 Rainmont Cir", "", "", "95616", 100, 915),
            ("151 El Mar Way", "", "", "95616", 100, 15),
        )
    gazetteer = build_gazetteer([source], None, metric)
    found = matched(
        gazetteer,
        ("151 RAIN MONT CIR", "95616"),
        ("151 Rainmont Circle", ""),
        ("151 Ra Inmont Cir", "95616"),
        ("151 Elmar Way", "95616"),
    )
    near = [None if one is None else one[1] // 100 for one in found]
    assert near == [0, 9, None, 0]


def test_points_come_before_ranges_and_towns_tell_blocks_apart(points, ranges, metric):
    lines = ranges(
        ("Oak St", 101, 199, "left", "", "95616", BLOCK),
        ("Oak St", 101, 199, "left", "", "95695", ((0, 9000), (200, 9000))),
        ("Elm St", 100, 198, "right", "", "95616", ((0, 500), (200, 500))),
    )
    source = points(("102 Elm Street", "", "", "95616", 77, 490))
    gazetteer = build_gazetteer([source, lines], None, metric)
    assert matched(
        gazetteer,
        ("150 Oak St", "95616"),
        ("151 Oak St", "95616"),
        ("151 Oak St", "95695"),
        ("151 Oak St", ""),
        ("102 Elm St", "95616"),
        ("149 Elm St", "95616"),
        ("148 Elm", "95616"),
    ) == [None, (102, 15), (102, 9015), None, (77, 490), None, (98, 485)]


def test_the_seam_of_two_pieces_of_a_street_is_one_place(ranges, metric):
    lines = ranges(
        ("Oak St", 101, 199, "left", "", "", BLOCK),
        ("Oak St", 199, 299, "left", "", "", ((200, 0), (400, 0))),
    )
    assert matched(build_gazetteer([lines], None, metric), ("199 Oak St", "")) == [(184, 15)]
