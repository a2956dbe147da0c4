"""Polygons made valid lose no area."""

import numpy as np
import pytest
import shapely

from turfcutter.drawing.shapes import valid_polygons, without_crumbs

NECK = [
    (0, 0),
    (100, 0),
    (100, 100),
    (60, 100),
    (49, 150),
    (80, 200),
    (20, 200),
    (51, 150),
    (40, 100),
]
"""A house and its tower, whose walls cross in the neck between them."""


@pytest.mark.parametrize("coords", [[*NECK, (0, 100)], [*NECK[::-1], (0, 100), (0, 0)][:-1]])
def test_a_ring_that_crosses_itself_in_a_neck_keeps_both_ends(coords):
    shape = shapely.Polygon(coords)
    assert not shape.is_valid
    (sound,) = valid_polygons(np.array([shape], object))
    assert sound.is_valid
    assert sound.geom_type in ("Polygon", "MultiPolygon")
    assert shapely.contains_xy(sound, [50, 50], [50, 190]).all()


def test_sound_polygons_and_what_is_nothing_stay():
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.Polygon()], object)
    assert shapely.equals_exact(valid_polygons(shapes), shapes).all()


def test_lines_that_are_left_over_are_dropped():
    spike = shapely.Polygon([(0, 0), (10, 0), (10, 10), (10, 30), (10, 10), (0, 10)])
    (sound,) = valid_polygons(np.array([spike], object))
    assert (sound.geom_type, sound.area) == ("Polygon", 100)


def test_crumbs_are_dropped_but_never_all_there_is():
    house, crumb = shapely.box(0, 0, 10, 10), shapely.box(20, 0, 20.1, 0.1)
    both = shapely.MultiPolygon([house, crumb])
    whole = without_crumbs(np.array([both, house, crumb, shapely.Polygon()], object), 0.1)
    assert [shape.area for shape in whole] == [100, 100, crumb.area, 0]
    assert whole[0].equals(house)
