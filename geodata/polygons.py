"""Polygon layers with a printed key: repaired, one row a key, overlaps and gaps counted."""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.notes import Note

MEANINGFUL_M2: Final = 1.0
"""Overlaps and gaps up to this size are rounding, not mistakes."""

GAPS_UP_TO: Final = 6_000
"""Gaps are not looked for in larger layers: joining a whole state takes half a minute."""

_AREA_CHANGE: Final = 0.001
_SHOWN: Final = 5
_M2_IN_KM2: Final = 1e6
_AREAL: Final = (shapely.Polygon, shapely.MultiPolygon)

Shapes = NDArray[np.object_]


def printed(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Values as a county prints them: text without blanks around, whole numbers without ``.0``."""
    texts = {value: _printed(value) for value in values.dropna().unique()}
    return values.map(texts).fillna("").astype("str")


def _printed(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def tidy(
    layer: gpd.GeoDataFrame, column: str, key: str, crs: CRS, name: str
) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """
    One valid polygon for each printed key.

    Parameters
    ----------
    layer
        Table of a file, as `geodata.layers.read_layer` gives it.
    column
        Its column with the key.
    key
        What the key is called in the result.
    crs
        Coordinate system of the result, metres.
    name
        What messages call the file.

    Returns
    -------
    table
        `key` (text, unique), `geometry` (valid Polygon or MultiPolygon), then the other columns of
        `layer`; sorted by `key`, whatever the order of rows in the file.
    notes
        What was repaired, dropped and joined.

    Raises
    ------
    InputError
        EMPTY if no polygon with a key is left, COORD_RANGE if one does not fit `crs`.
    """
    keys = printed(layer[column]).to_numpy(object)
    shapes: Shapes = np.asarray(layer.geometry.array, object)
    notes: list[Note] = []
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    _note(notes, "NULL_GEOMETRY", "Dropped {} without geometry", keys[missing])
    unkeyed = (keys == "") & ~missing
    _note(notes, "NO_KEY", f"Dropped {{}} with nothing in {column}", keys[unkeyed])
    kept = np.flatnonzero(~missing & ~unkeyed)
    placed = np.asarray(gpd.GeoSeries(shapes[kept], crs=layer.crs).to_crs(crs).array, object)
    if not np.isfinite(shapely.bounds(placed)).all():
        message = f"{name} has coordinates that its coordinate system does not allow; check --crs."
        raise InputError("COORD_RANGE", message)
    placed = _repaired(placed, keys[kept], notes)
    areal = ~shapely.is_empty(placed)
    _note(notes, "NO_AREA", "Dropped {} without any area", keys[kept][~areal])
    kept, placed = kept[areal], placed[areal]
    if not len(kept):
        message = f"{name} holds no polygon with a value in {column}; name another column or file."
        raise InputError("EMPTY", message)
    others = layer.drop(columns=["geometry", column])
    others = others.drop(columns=[c for c in others if str(c).lower() == key])
    return _one_row_each(keys[kept], placed, others.iloc[kept], key, crs, notes), tuple(notes)


def _note(notes: list[Note], code: str, what: str, keys: Shapes) -> None:
    """Add a note on the polygons with these keys, if any; `what` has braces in their place."""
    if len(keys):
        named = sorted({str(key) for key in keys} - {""})
        more = ", …" if len(named) > _SHOWN else ""
        shown = f" ({', '.join(named[:_SHOWN])}{more})" if named else ""
        sentence = f"{what.format(_count(len(keys), 'polygon'))}{shown}."
        notes.append(Note(code, sentence, len(keys)))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _repaired(shapes: Shapes, keys: Shapes, notes: list[Note]) -> Shapes:
    """Valid polygons; parts that are lines or points are dropped."""
    areal = np.array([isinstance(shape, _AREAL) for shape in shapes], bool)
    bad = ~shapely.is_valid(shapes) | ~areal
    if not bad.any():
        return shapes
    # "structure" keeps what two overlapping parts share; the default would cut it out as a hole
    whole = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    fixed = shapes.copy()
    fixed[bad] = [_polygons_only(shape) for shape in whole]
    before, after = shapely.area(shapes[bad]), shapely.area(fixed[bad])
    changed = (after > 0) & (np.abs(after - before) > _AREA_CHANGE * before)
    _note(notes, "REPAIRED", "Repaired the outline of {}", keys[bad][after > 0])
    _note(
        notes,
        "AREA_CHANGED",
        "Repair changed the area by more than 0.1 % of {}",
        keys[bad][changed],
    )
    return fixed


def _polygons_only(shape: BaseGeometry) -> BaseGeometry:
    if isinstance(shape, _AREAL):
        return shape
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, _AREAL)]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _one_row_each(
    keys: Shapes, shapes: Shapes, others: pd.DataFrame, key: str, crs: CRS, notes: list[Note]
) -> gpd.GeoDataFrame:
    """Rows sorted by key; those with the same key joined, the others' columns of the first kept."""
    repeated = pd.Series(keys).duplicated(keep=False).to_numpy()
    wkb, rows = shapely.to_wkb(shapes), others.to_numpy(object)

    def place(i: int) -> tuple[object, ...]:
        # rows of one key need an order that does not depend on the file
        return (keys[i], wkb[i], str(rows[i].tolist())) if repeated[i] else (keys[i],)

    order = sorted(range(len(keys)), key=place)
    keys, shapes, others = keys[order], shapes[order], others.iloc[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    last = np.append(first[1:], len(keys))
    joined = [
        shapes[a] if b - a == 1 else shapely.union_all(shapes[a:b])
        for a, b in zip(first, last, strict=True)
    ]
    several = keys[first][last - first > 1]
    _note(notes, "REPEATED_KEY", "Joined several rows for each of {}", several)
    table = pd.concat(
        [pd.Series(keys[first], name=key, dtype="str"), others.iloc[first].reset_index(drop=True)],
        axis=1,
    )
    columns = [key, "geometry", *others.columns]
    return gpd.GeoDataFrame(table, geometry=joined, crs=crs)[columns]


def boundary_notes(table: gpd.GeoDataFrame, what: str = "precincts") -> tuple[Note, ...]:
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
    found = []
    overlaps = _overlaps_m2(shapes)
    if len(overlaps):
        message = f"{_count(len(overlaps), 'overlap')} between {what}, {_area(overlaps)} together."
        found.append(Note("OVERLAPS", message, len(overlaps)))
    if len(shapes) > GAPS_UP_TO:
        message = f"Gaps were not looked for among more than {GAPS_UP_TO:,} {what}."
        return (*found, Note("GAPS_UNCHECKED", message, 0))
    gaps = _gaps_m2(shapes)
    if len(gaps):
        message = f"{_count(len(gaps), 'gap')} between {what}, {_area(gaps)} together."
        found.append(Note("GAPS", message, len(gaps)))
    return tuple(found)


def _overlaps_m2(shapes: Shapes) -> NDArray[np.float64]:
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < other
    areas = shapely.area(shapely.intersection(shapes[one[once]], shapes[other[once]]))
    return np.asarray(np.sort(areas[areas > MEANINGFUL_M2]))


def _gaps_m2(shapes: Shapes) -> NDArray[np.float64]:
    outline = shapely.get_parts(shapely.union_all(shapes))
    holes = [ring for part in outline for ring in part.interiors]
    areas = shapely.area(shapely.polygons(holes)) if holes else np.empty(0)
    return np.asarray(np.sort(areas[areas > MEANINGFUL_M2]))


def _area(areas_m2: NDArray[np.float64]) -> str:
    total = float(np.sum(areas_m2))
    if total < _M2_IN_KM2:
        return f"{total:,.0f} m²"
    return f"{total / _M2_IN_KM2:,.2f} km²"
