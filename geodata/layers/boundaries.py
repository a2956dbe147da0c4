"""Where polygons of a layer overlap, and the gaps they leave between them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.notes import Note, counted

MEANINGFUL_M2: Final = 1.0
"""Overlaps and gaps up to this size are rounding, not mistakes."""
GAPS_UP_TO: Final = 6_000
"""Gaps are not looked for in larger layers: joining a whole state takes half a minute."""

_M2_IN_KM2: Final = 1e6
_THREADS: Final = 4

Shapes = NDArray[np.object_]


class Boundaries(NamedTuple):
    """Remarks on a layer's boundaries; the overlaps and gaps themselves: `kind`, `geometry`."""

    notes: tuple[Note, ...]
    faults: gpd.GeoDataFrame


def check_boundaries(table: gpd.GeoDataFrame, what: str = "precincts") -> Boundaries:
    """
    Overlaps between polygons and gaps inside their common outline, in metres.

    Parameters
    ----------
    table
        Valid polygons in a projected coordinate system (metres).
    what
        What the polygons are, in the plural.
    """
    shapes: Shapes = np.asarray(table.geometry.array, object)
    overlaps, notes = _overlaps(shapes), []
    if len(overlaps):
        notes.append(_note("OVERLAPS", overlaps, "overlap", what))
    gaps: Shapes = np.empty(0, object)
    if len(shapes) > GAPS_UP_TO:
        message = f"Gaps were not looked for among more than {GAPS_UP_TO:,} {what}."
        notes.append(Note("GAPS_UNCHECKED", message, 0))
    else:
        gaps = _gaps(shapes)
    if len(gaps):
        notes.append(_note("GAPS", gaps, "gap", what))
    kinds = ["OVERLAPS"] * len(overlaps) + ["GAPS"] * len(gaps)
    found = np.concatenate([overlaps, gaps])
    return Boundaries(
        tuple(notes), gpd.GeoDataFrame({"kind": kinds}, geometry=found, crs=table.crs)
    )


def _note(code: str, shapes: Shapes, noun: str, what: str) -> Note:
    areas = np.sort(shapely.area(shapes))
    said = counted(len(shapes), noun)
    return Note(code, f"{said} between {what}, {_area(areas)} together.", len(shapes))


def _overlaps(shapes: Shapes) -> Shapes:
    """What two polygons share, larger than rounding; most neighbours share a line only."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    shapely.prepare(shapes)
    beside = shapely.touches(shapes[one], shapes[other])
    shapely.destroy_prepared(shapes)
    one, other = one[~beside], other[~beside]
    pairs = np.array_split(np.arange(len(one)), max(1, min(_THREADS, len(one) // 1000)))
    with ThreadPoolExecutor(_THREADS) as pool:
        shared = list(pool.map(lambda at: _shared(shapes, one[at], other[at]), pairs))
    return np.concatenate(shared)


def _shared(shapes: Shapes, one: NDArray[np.int64], other: NDArray[np.int64]) -> Shapes:
    found: Shapes = shapely.intersection(shapes[one], shapes[other])
    return found[shapely.area(found) > MEANINGFUL_M2]


def _gaps(shapes: Shapes) -> Shapes:
    outline = shapely.get_parts(shapely.union_all(shapes))
    holes = [shapely.polygons(ring) for part in outline for ring in part.interiors]
    found: Shapes = np.array(holes, object)
    return found[shapely.area(found) > MEANINGFUL_M2] if holes else found


def _area(areas_m2: NDArray[np.float64]) -> str:
    total = float(np.sum(areas_m2))
    if total < _M2_IN_KM2:
        return f"{total:,.0f} m²"
    return f"{total / _M2_IN_KM2:,.2f} km²"
