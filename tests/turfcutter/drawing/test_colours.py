import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.drawing.colours import NEAR_M, PALETTE, colour_numbers, palette

# Machado, Oliveira, Fernandes 2009, severity 1.0, for linear RGB
SIGHTS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def _outlines(geometries) -> gpd.GeoSeries:
    return gpd.GeoSeries(geometries, crs="EPSG:32610")


def _clashes(outlines, numbers) -> list[tuple[int, int]]:
    return [
        (a, b)
        for a, b in itertools.combinations(range(len(outlines)), 2)
        if numbers[a] == numbers[b] and outlines.iloc[a].distance(outlines.iloc[b]) <= NEAR_M
    ]


def test_neighbours_differ_on_a_grid_and_all_colours_are_used():
    squares = _outlines(
        [
            shapely.box(x, y, x + 100, y + 100)
            for x in range(0, 800, 100)
            for y in range(0, 800, 100)
        ]
    )
    numbers = colour_numbers(squares)
    assert _clashes(squares, numbers) == []
    assert np.bincount(numbers, minlength=len(PALETTE)).min() >= 4
    assert numbers.max() < len(PALETTE)


def test_turfs_that_face_each_other_over_a_street_are_neighbours():
    pair = _outlines([shapely.box(0, 0, 100, 100), shapely.box(125, 0, 200, 100)])
    assert len(set(colour_numbers(pair))) == 2


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(20, 150)),
        min_size=1,
        max_size=25,
    )
)
def test_neighbours_differ_however_turfs_lie(squares):
    outlines = _outlines([shapely.box(x, y, x + size, y + size) for x, y, size in squares])
    numbers = colour_numbers(outlines)
    assert _clashes(outlines, numbers) == []
    assert (numbers == colour_numbers(outlines)).all()


def test_twelve_slices_of_a_pie_get_twelve_colours():
    angles = np.linspace(0, 2 * np.pi, 13)
    rim = np.column_stack([np.cos(angles), np.sin(angles)]) * 500
    slices = _outlines([shapely.Polygon([(0, 0), rim[n], rim[n + 1]]) for n in range(12)])
    numbers = colour_numbers(slices)
    assert sorted(numbers) == list(range(12))
    assert len(set(palette(12))) == 12


def _lab(colour: str, sight: np.ndarray) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(sight @ linear, 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ seen
        / np.array([0.9505, 1.0, 1.089])
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_colours_beyond_the_palette_look_like_neither_water_nor_a_park():
    """Where a dozen turfs meet in one place, the great one among them must not seem a lake."""
    for colour in palette(40)[len(PALETTE) :]:
        red, green, _ = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert red >= green, colour
        assert red > 150, colour


@pytest.mark.parametrize("sight", SIGHTS.values(), ids=SIGHTS.keys())
def test_palette_can_be_told_apart_by_the_colour_blind(sight):
    seen = [_lab(colour, np.array(sight)) for colour in PALETTE]
    least = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert least >= 15
