"""Thin parts of outlines go to the turf beside them; nothing is lost on the way."""

import numpy as np
import pytest
import shapely

from turfcutter.drawing.spikes import without_spikes

HOUSE = np.array([[50.0, 50.0]])


def test_a_spike_along_a_turf_becomes_that_turf_s():
    spike = shapely.box(100, 40, 180, 43)
    outlines = np.array([shapely.box(0, 0, 100, 100).union(spike), shapely.box(100, 43, 180, 100)])
    sites = np.concatenate([HOUSE, [[150.0, 70.0]]])
    mended = without_spikes(outlines, sites)
    assert shapely.area(mended) == pytest.approx([10_000, 80 * 57 + 80 * 3], abs=0.1)
    # With a door on it, it stays.
    assert (without_spikes(outlines, np.concatenate([sites, [[170.0, 41.0]]])) == outlines).all()


def test_a_hole_close_to_the_edge():
    """What is left of this shape after shrinking crosses itself when it is widened again."""
    edge = [(683.53, 105.04), (676.82, 74.77), (685.92, 44.480000000000004), (544.95, 153.42)]
    hole = [(665.9300000000001, 75.28), (675.32, 79.06), (647.85, 95.11)]
    outlines = np.array([shapely.Polygon(edge, [hole])])
    mended = without_spikes(outlines, np.array([[600.0, 115.0]]))
    assert shapely.is_valid(mended).all()
    # One of its corners is a spike beside no turf.
    assert shapely.covers(shapely.buffer(outlines, 1e-6), mended).all()
    assert shapely.area(mended) == pytest.approx(shapely.area(outlines), rel=0.01)
