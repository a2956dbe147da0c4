"""
Kerbs: points on both sides of a street's centreline, each of the turf it belongs to.

A kerb belongs to the nearest door on its own side of the street, so that borders between turfs run
along centrelines and not through the front gardens of the side with more doors.
"""

from typing import Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from turfcutter.arrays import Flags, Floats, Longs
from turfcutter.drawing.shapes import Shapes, straight

NOBODY: Final = -1
"""Turf of what belongs to no turf."""
KERB_M: Final = 4.0
"""Distance of kerbs from the centreline: about where the pavement begins."""
STEP_M: Final = 12.0
"""Distance between kerbs along a street: less than the width of most lots."""
PROBE_M: Final = 15.0
"""Doors are looked for around a point this far from the centreline: inside the front row."""


def kerbs_along(
    sites: Floats, owner: Longs, fences: Shapes, origin: Floats, reach_m: float
) -> tuple[Floats, Longs]:
    """
    Points on both sides of the centrelines and their turfs, where it matters.

    Parameters
    ----------
    sites, owner
        Doors, metres from `origin`, shape (n_sites, 2), and their turfs, shape (n_sites,).
    fences
        Centrelines, metres, LineStrings; may be empty.
    origin
        Where `sites` and kerbs count from, metres, shape (2,).
    reach_m
        Kerbs farther than twice this from all doors are left out.

    Returns
    -------
    kerbs, kerb_owner
        Points, shape (n_kerbs, 2), and their turfs or `NOBODY`, shape (n_kerbs,).
    """
    lines = shapely.transform(
        np.asarray(fences, dtype=object), lambda points: np.round(points - origin, 2)
    )
    lines = lines[np.argsort(shapely.to_wkb(lines), kind="stable")]
    foot, normal = _feet(lines)
    tree = cKDTree(sites)
    nearest = tree.query(foot)[0]
    # doors on the street itself keep their surroundings
    use = (nearest < 2 * reach_m) & (nearest > 1.5 * KERB_M)
    foot, normal = np.tile(foot[use], (2, 1)), np.concatenate([normal[use], -normal[use]])
    if len(foot) == 0:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    kerbs = foot + KERB_M * normal
    k = min(8, len(sites))
    door = tree.query(foot + PROBE_M * normal, k=k)[1].reshape(len(foot), k)
    seen = sites[door] - foot[:, None, :]
    away = np.hypot(seen[..., 0], seen[..., 1])
    away[(seen * normal[:, None, :]).sum(axis=2) < 0] = np.inf
    best = np.arange(len(foot)), np.argmin(away, axis=1)
    found = away[best] < 2 * reach_m
    kerb_owner = np.where(found, owner[door[best]], NOBODY)
    other = np.roll(kerb_owner, len(foot) // 2)
    around = owner[door[:, :4]]
    use = (kerb_owner != other) | (around != other[:, None]).any(axis=1)
    aim = np.where(found[:, None], sites[door[best]], kerbs + 2 * PROBE_M * normal)
    use[use] = ~_crossing(kerbs[use], aim[use], lines)
    return kerbs[use], kerb_owner[use]


def _crossing(start: Floats, end: Floats, lines: Shapes) -> Flags:
    """Which straight ways from start to end meet a line."""
    ways = straight(start, end)
    crossing = np.zeros(len(ways), dtype=np.bool_)
    crossing[shapely.STRtree(lines).query(ways, predicate="intersects")[0]] = True
    return crossing


def _feet(fences: Shapes) -> tuple[Floats, Floats]:
    """Points along the centrelines, away from their ends, with the unit normal there."""
    length = shapely.length(fences)
    inner = length - 4 * KERB_M
    fences, inner = fences[inner > 0], inner[inner > 0]
    count = np.ceil(inner / STEP_M).astype(np.int64) + 1
    line = np.repeat(np.arange(len(fences)), count)
    place = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
    metres = 2 * KERB_M + place / (count[line] - 1) * inner[line]
    ahead, back = (
        shapely.get_coordinates(shapely.line_interpolate_point(fences[line], metres + step))
        for step in (1.0, -1.0)
    )
    direction = ahead - back
    norm = np.hypot(direction[:, 0], direction[:, 1])
    direction = direction / np.maximum(norm, 1e-9)[:, None]
    good = norm > 1.0
    normal = np.column_stack([-direction[:, 1], direction[:, 0]])
    foot = (ahead + back) / 2
    return foot[good], normal[good]
