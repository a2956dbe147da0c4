"""Stops that know of no terminals but their own."""

from dataclasses import fields

import numpy as np

from turfcutter.streets.distances import Ends, Reach, distance_table, nearest_stops
from turfcutter.streets.edges import NEVER
from turfcutter.streets.footing import Footing, alone

COUNT, STOPS = 30, 40


def footing(spread):
    """Random stops; terminal t has the number ``spread[t]``, those in between are of nobody."""
    rng = np.random.default_rng(3)
    xy = rng.uniform(0, 3000, (COUNT, 2))
    table = np.rint(10 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int32)
    order = np.argsort(table, axis=1, kind="stable")[:, :20]
    size = int(spread.max()) + 1
    near = np.full((size, 20), -1, np.int32)
    far = np.full((size, 20), NEVER, np.int32)
    near[spread], far[spread] = spread[order], np.take_along_axis(table, order, axis=1)
    places = np.zeros((size, 2))
    places[spread] = xy
    edge = rng.integers(0, 12, STOPS).astype(np.int32)
    ends = np.stack([2 * edge, 2 * edge + 1], axis=1)
    offset = rng.integers(0, 500, (STOPS, 2)).astype(np.int32)
    side, across = np.zeros(STOPS, np.int32), np.full(STOPS, 50, np.int32)
    known = Ends(spread[ends].astype(np.int32), offset, edge, side, across)
    row = np.arange(STOPS)
    return Footing(known, Reach(near, far, places), rng.uniform(0, 9, (STOPS, 2)), row, row, row)


def test_terminals_elsewhere_do_not_matter():
    rows = np.arange(0, STOPS, 2)
    numbers = (np.arange(COUNT), np.arange(COUNT) * 3 + 2)
    wholes = [footing(spread).take(rows) for spread in numbers]
    one, other = (alone(whole.ends, whole.reach) for whole in wholes)
    for mine, theirs in zip(one, other, strict=True):
        for item in fields(mine):
            assert getattr(mine, item.name).tolist() == getattr(theirs, item.name).tolist()
    assert one[0].terminal.max() + 1 == len(one[1].near) < COUNT


def test_stops_alone_are_as_far_apart_as_before():
    rows = np.arange(10, STOPS)
    before = footing(np.arange(COUNT)).take(rows)
    after = alone(before.ends, before.reach)
    who, far = nearest_stops(*after, 5)
    expected = nearest_stops(before.ends, before.reach, 5)
    assert (who == expected[0]).all()
    assert (far == expected[1]).all()
    # what is beyond reach is guessed alike
    assert (distance_table(*after) == distance_table(before.ends, before.reach)).all()
