"""Outlines hold their doors, do not overlap and follow the blocks."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.drawing.outlines import outline_turfs

NO_FENCES = np.empty(0, dtype=object)


def _checked(xy, turf, fences=NO_FENCES, *, slack=0.5):
    """Outlines, after checking what holds for every town."""
    outlines = outline_turfs(xy, turf, fences)
    assert len(outlines) == turf.max() + 1
    assert shapely.is_valid(outlines).all()
    assert set(shapely.get_type_id(outlines)) <= {3, 6}
    assert shapely.distance(outlines[turf], shapely.points(xy)).max() <= slack
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    pairs = first < second
    shared = shapely.area(shapely.intersection(outlines[first[pairs]], outlines[second[pairs]]))
    assert shared.sum() < 1e-6
    return outlines


def _town(seed, blocks=3, turfs=9):
    """Doors along both sides of a slanted grid of streets, some missing; centrelines; turfs."""
    rng = np.random.default_rng(seed)
    along = np.arange(15.0, 180.0, 15.0)
    xy, lines = [], []
    for row in range(blocks + 1):
        for column in range(blocks):
            x = column * 180.0 + along + rng.normal(0, 2, len(along))
            xy += [np.column_stack([x, np.full(len(x), row * 90.0 + side)]) for side in (-12, 12)]
            lines.append([(column * 180.0, row * 90.0), (column * 180.0 + 180.0, row * 90.0)])
    for column in range(blocks + 1):
        lines += [
            [(column * 180.0, row * 90.0), (column * 180.0, row * 90.0 + 90)]
            for row in range(blocks)
        ]
    xy = np.concatenate(xy)
    xy = xy[rng.random(len(xy)) < rng.uniform(0.3, 1.0)]
    middles = xy[rng.choice(len(xy), turfs, replace=False)]
    turf = np.argmin(np.hypot(*(xy[:, None] - middles).transpose(2, 0, 1)), axis=1)
    turf = np.unique(turf, return_inverse=True)[1]
    turn = np.array([[0.96, 0.28], [-0.28, 0.96]])
    lines = shapely.transform(
        np.array([shapely.LineString(line) for line in lines]), lambda p: p @ turn + [6e5, 4e6]
    )
    return xy @ turn + [6e5, 4e6], turf, lines


@pytest.mark.parametrize("seed", range(8))
def test_random_towns(seed):
    """Doors are inside, nothing overlaps, no small holes, and no outline is much too large."""
    xy, turf, lines = _town(seed)
    outlines = _checked(xy, turf, lines)
    land = shapely.union_all(outlines)
    holes = [ring for part in shapely.get_parts(land) for ring in part.interiors]
    assert all(shapely.Polygon(ring).area >= 400 for ring in holes)
    assert shapely.area(shapely.get_parts(outlines)).min() > 20
    assert shapely.covers(shapely.buffer(shapely.multipoints(xy), 120), land)


@pytest.mark.parametrize("seed", range(3))
def test_row_order_does_not_matter(seed):
    """The same doors in another order give the same bytes."""
    xy, turf, lines = _town(seed)
    rng = np.random.default_rng(seed)
    rows, ways = rng.permutation(len(xy)), rng.permutation(len(lines))
    before = shapely.to_wkb(outline_turfs(xy, turf, lines))
    after = shapely.to_wkb(outline_turfs(xy[rows], turf[rows], lines[ways]))
    assert before.tolist() == after.tolist()


def test_rounding_leaves_no_crumbs():
    """Turfs that reach far into each other: this town once had a part of 1e-12 m²."""
    rng = np.random.default_rng(143)
    doors, turfs = int(rng.integers(40, 200)), int(rng.integers(5, 30))
    angle = rng.uniform(0, 0.6)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    at = np.arange(0, 601, 100.0)
    lines = [[(x, 0), (x, 600)] for x in at] + [[(0, y), (600, y)] for y in at]
    fences = np.array([shapely.LineString(np.array(line) @ turn + 1000) for line in lines])
    xy = rng.uniform(0, 600, (doors, 2)) @ turn + 1000
    middles = xy[rng.choice(doors, turfs, replace=False)]
    far = ((xy[:, None] - middles) ** 2).sum(axis=2)
    astray = (rng.random((doors, turfs)) < 0.08) * 2e5
    turf = np.unique(np.argmin(far - astray, axis=1), return_inverse=True)[1]
    outlines = _checked(xy, turf, fences)
    assert shapely.area(shapely.get_parts(outlines)).min() > 0.1


def test_border_runs_along_the_centreline():
    """Two sides of a street, unequal setbacks and gaps: the border keeps to the middle."""
    near = np.column_stack([np.arange(0.0, 300, 15), np.full(20, 25.0)])
    far = np.column_stack([np.array([10.0, 25, 40, 110, 200, 215, 290]), np.full(7, -9.0)])
    xy = np.concatenate([near, far])
    turf = np.repeat([0, 1], [20, 7])
    street = np.array([shapely.LineString([(-30, 0), (330, 0)])])
    outlines = _checked(xy, turf, street)
    border = shapely.intersection(shapely.boundary(outlines[0]), shapely.boundary(outlines[1]))
    middle = shapely.get_coordinates(border)
    middle = middle[(middle[:, 0] > 0) & (middle[:, 0] < 290)]
    assert shapely.length(border) > 250
    assert np.abs(middle[:, 1]).max(initial=0) < 1.0


def test_one_side_of_a_street_ends_at_its_centreline():
    """Where nobody lives across the street, the outline ends in the middle of the street."""
    xy = np.column_stack([np.arange(0.0, 300, 15), np.full(20, 12.0)])
    street = np.array([shapely.LineString([(-60, 0), (360, 0)])])
    (outline,) = _checked(xy, np.zeros(20, dtype=np.int64), street)
    assert shapely.intersection(outline, shapely.box(10, -100, 280, -1)).area == 0
    assert shapely.covers(outline, shapely.box(10, 1, 280, 40))


def test_back_to_back_in_the_middle_of_the_block():
    """Between two rows of houses the border is a straight line half way."""
    x = np.arange(0.0, 300, 15)
    xy = np.concatenate([np.column_stack([x, 0 * x]), np.column_stack([x + 6, 0 * x + 40])])
    outlines = _checked(xy, np.repeat([0, 1], 20))
    points = shapely.get_coordinates(shapely.intersection(outlines[0], outlines[1]))
    points = points[(points[:, 0] > 0) & (points[:, 0] < 291)]
    assert len(points) > 0
    assert np.abs(points[:, 1] - 20).max() < 2


def test_one_door():
    """A single door has a round piece of land."""
    (outline,) = _checked(np.array([[5e5, 4e6]]), np.array([0]))
    assert 3_000 < outline.area < 12_000
    assert outline.area > 0.75 * shapely.minimum_bounding_circle(outline).area


def test_no_door():
    """No doors, no outlines."""
    assert len(outline_turfs(np.empty((0, 2)), np.empty(0, dtype=np.int64), NO_FENCES)) == 0


def test_one_building_split_between_three_turfs():
    """Each turf has its slice of the building's surroundings."""
    turf = np.array([0, 1, 2, 2, 1, 0])
    outlines = _checked(np.full((6, 2), 1000.0), turf, slack=1.5)
    areas = shapely.area(outlines)
    assert areas.min() > 0.5 * areas.max()


@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8)])
def test_doors_in_one_line(direction):
    """Doors of one street in a row, on its centreline."""
    xy = np.arange(0.0, 400, 10)[:, None] * np.array(direction)
    street = np.array([shapely.LineString(xy[[0, -1]])])
    outlines = _checked(xy, np.repeat(np.arange(4), 10), street)
    assert (shapely.get_num_geometries(outlines) == 1).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 3)),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from([0.3, 4.0, 25.0]),
)
def test_anything(doors, spacing):
    """Any scatter of doors, crowded or wide, with turfs mixed through one another."""
    table = np.array(doors)
    turf = np.unique(table[:, 2], return_inverse=True)[1]
    street = np.array([shapely.LineString([(0, 7.0), (30 * spacing, 7.0 + 10 * spacing)])])
    _checked(table[:, :2] * spacing, turf, street, slack=1.5)


def test_land_that_falls_apart_in_cells():
    """Of two lone houses, closing leaves single cells of land beside the large patches."""
    _checked(np.array([[50.0, 600.0], [150.0, 700.0]]), np.array([0, 0]))
