"""
Colours of turfs: neighbours never share one.

A *colour number* is assigned once, when a plan is made, and stored with it; `palette` turns
numbers into colours when a map is drawn.
"""

import colorsys
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

NEAR_M: Final = 30.0
"""Outlines no farther apart than this are neighbours: turfs often face each other over a street."""

PALETTE: Final[tuple[str, ...]] = (
    "#95a9ee",
    "#ffe39c",
    "#de9d70",
    "#8be1f9",
    "#d5f8c7",
    "#f899a3",
    "#cc9cc5",
    "#7cf1db",
)
"""Light fills that dark lines and text stand out from. Each pair also differs for people who see
no red or no green: CIE76 distance at least 15 in either simulation (tested)."""


def palette(count: int) -> list[str]:
    """
    The first `count` colours as ``#rrggbb``.

    Beyond `PALETTE`, hues at the golden angle from violet over red to yellow, so that no turf looks
    like water or a park: needed only where more than eight turfs meet in one place.
    """
    more = (
        colorsys.hls_to_rgb((0.72 + 0.44 * (0.618034 * number % 1.0)) % 1.0, 0.66, 0.4)
        for number in range(len(PALETTE), count)
    )
    hexes = (f"#{round(r * 255):02x}{round(g * 255):02x}{round(b * 255):02x}" for r, g, b in more)
    return [*PALETTE[:count], *hexes]


def colour_numbers(
    outlines: gpd.GeoSeries, before: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.int64]:
    """
    Number the outlines so that neighbours differ, with few numbers evenly used.

    Parameters
    ----------
    outlines
        Polygons or MultiPolygons in a projected CRS (metres), length n.
    before
        Numbers they had, -1 for none: kept where no neighbour numbered earlier has the same.

    Returns
    -------
    ndarray of shape (n,)
        Colour numbers from 0; depends on the outlines, their order and `before` only.
    """
    neighbours = _neighbours(outlines)
    numbers = np.full(len(outlines), -1, dtype=np.int64)
    uses = np.zeros(len(PALETTE), dtype=np.int64)
    order = _smallest_last(neighbours)
    had = np.full(len(outlines), -1) if before is None else before
    for place in order:
        kept = int(had[place])
        if kept >= 0 and kept not in {int(numbers[other]) for other in neighbours[place]}:
            numbers[place] = kept
            uses[kept % len(PALETTE)] += 1
    for place in (each for each in order if numbers[each] < 0):
        taken = {int(numbers[other]) for other in neighbours[place]}
        free = [number for number in range(len(PALETTE)) if number not in taken]
        if free:
            number = min(free, key=lambda each: (uses[each], each))
            uses[number] += 1
        else:
            number = next(n for n in range(len(PALETTE), len(outlines)) if n not in taken)
        numbers[place] = number
    return numbers


def _neighbours(outlines: gpd.GeoSeries) -> list[set[int]]:
    geometries = np.asarray(outlines.array, dtype=object)
    tree = shapely.STRtree(geometries)
    pairs = tree.query(geometries, predicate="dwithin", distance=NEAR_M)
    found: list[set[int]] = [set() for _ in geometries]
    for one, other in pairs.T.tolist():
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return found


def _smallest_last(neighbours: list[set[int]]) -> list[int]:
    """Order in which greedy colouring needs few colours: at most 6 on a planar map."""
    degree = [len(each) for each in neighbours]
    buckets: dict[int, set[int]] = {}
    for place, count in enumerate(degree):
        buckets.setdefault(count, set()).add(place)
    order: list[int] = []
    removed = [False] * len(neighbours)
    while len(order) < len(neighbours):
        least = min(count for count, places in buckets.items() if places)
        place = min(buckets[least])
        buckets[least].remove(place)
        removed[place] = True
        order.append(place)
        for other in neighbours[place]:
            if not removed[other]:
                buckets[degree[other]].remove(other)
                degree[other] -= 1
                buckets.setdefault(degree[other], set()).add(other)
    return order[::-1]
