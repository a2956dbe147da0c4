"""Tiny towns drawn by hand, for the tests of the algorithms."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.schema import Streets

CRS = "EPSG:32610"


def make_town(
    *ways: tuple[str, str, Sequence[tuple[float, float]]],
    crossings: Sequence[tuple[float, float]] = (),
    gates: Sequence[tuple[float, float]] = (),
    barriers: Sequence[object] = (),
    order: Callable[[int], Sequence[int]] = range,
) -> Streets:
    """
    Streets of (name, kind, [(x, y), ...]); ways meet where they share a point.

    `crossings` and `gates` are points of ways with a mapped foot crossing or a level crossing;
    `order(n)` permutes nodes, segments and ways, as another file of the same town would.
    """
    spots = sorted({(float(x), float(y)) for _, _, course in ways for x, y in course})
    spots = [spots[k] for k in order(len(spots))]
    at = {spot: k for k, spot in enumerate(spots)}
    owner = list(order(len(ways)))
    place = {way: k for k, way in enumerate(owner)}
    pairs = [
        (at[a], at[b], place[way])
        for way, (_, _, course) in enumerate(ways)
        for a, b in pairwise(course)
    ]
    pairs = [pairs[k] for k in order(len(pairs))]
    nodes = pd.DataFrame(spots, columns=["x", "y"]).astype(float)
    nodes["node"] = np.arange(len(spots), dtype=np.int64)
    nodes["crossing"] = [spot in set(crossings) for spot in spots]
    nodes["barrier"] = [spot in set(gates) for spot in spots]
    table = pd.DataFrame(
        {
            "way": range(len(ways)),
            "kind": [ways[k][1] for k in owner],
            "name": [ways[k][0] for k in owner],
        }
    ).assign(footway="", service="", sidewalk="", incline="", bridge=False, tunnel=False)
    empty = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=CRS)
    walls = gpd.GeoDataFrame(
        {"kind": "rail", "name": ""}, geometry=list(barriers), crs=CRS, index=range(len(barriers))
    )
    segments = pd.DataFrame(pairs, columns=["u", "v", "way"]).astype(np.int32)
    return Streets(nodes, segments, table, walls, empty, empty)


@pytest.fixture(scope="session")
def town():
    """The function `make_town`."""
    return make_town
