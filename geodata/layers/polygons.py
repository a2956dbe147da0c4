"""Polygon layers with a printed key: repaired, one row a key."""

from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.notes import Fates, Note, accounted, counted

_AREA_CHANGE: Final = 0.001
_SHOWN: Final = 5
_AREAL: Final = (shapely.Polygon, shapely.MultiPolygon)

Shapes = NDArray[np.object_]


class Tidied(NamedTuple):
    """
    What `tidy` makes of a layer.

    Parameters
    ----------
    table
        `key` (text, unique), `geometry` (valid Polygon or MultiPolygon), then the other columns of
        the layer; sorted by `key`, whatever the order of rows in the file.
    notes
        What was repaired, dropped and joined.
    faults
        The repaired polygons: `kind` (code of a note), `key`, `geometry`.
    lost
        Keys of rows without an outline that no polygon of `table` bears, sorted.
    fates
        What became of the rows of the layer.
    """

    table: gpd.GeoDataFrame
    notes: tuple[Note, ...]
    faults: gpd.GeoDataFrame
    lost: tuple[str, ...]
    fates: Fates


def printed(values: "pd.Series[Any]") -> "pd.Series[str]":
    """Values as a county prints them: text without blanks around, whole numbers without ``.0``."""
    # cells may be lists, which cannot be told apart as keys
    cells = values.astype(object)
    return cells.where(cells.notna(), "").map(_printed).astype("str")


def _printed(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def tidy(
    layer: gpd.GeoDataFrame,
    column: str,
    key: str,
    crs: CRS,
    name: str,
    *,
    accept_repairs: bool = True,
) -> Tidied:
    """
    One valid polygon for each printed key.

    Parameters
    ----------
    layer
        Table of a file, as `geodata.layers.layers.read_layer` gives it.
    column
        Its column with the key.
    key
        What the key is called in the result.
    crs
        Coordinate system of the result, metres.
    name
        What messages call the file.
    accept_repairs
        Whether a repair may change the area of a polygon by more than 0.1 %.

    Raises
    ------
    InputError
        EMPTY if no polygon with a key is left, COORD_RANGE if one does not fit `crs`, REPAIRS if a
        repair changes too much.
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
    placed, kinds = _repaired(placed, keys[kept], notes)
    if not accept_repairs:
        _hold(name, keys[kept], kinds)
    areal = ~shapely.is_empty(placed)
    _note(notes, "NO_AREA", "Dropped {} without any area", keys[kept][~areal])
    mended = areal & (kinds != "")
    table = {"kind": kinds[mended], key: keys[kept][mended]}
    faults = gpd.GeoDataFrame(table, geometry=placed[mended], crs=crs)
    # rings begin and turn as they like in each format: the same shapes, the same bytes
    kept, placed = kept[areal], shapely.normalize(placed[areal])
    if not len(kept):
        message = f"{name} holds no polygon with a value in {column}; name another column or file."
        raise InputError("EMPTY", message)
    others = layer.drop(columns=["geometry", column])
    others = others.drop(columns=[c for c in others if str(c).lower() == key])
    rows = _one_row_each(keys[kept], placed, others.iloc[kept], key, crs, notes)
    lost = {str(code) for code in keys} - {str(code) for code in keys[kept]} - {""}
    faults = faults.sort_values(key, kind="stable", ignore_index=True)
    fates = accounted(
        len(layer),
        without_outline=missing.sum(),
        without_code=unkeyed.sum(),
        without_area=len(areal) - len(kept),
        joined=len(kept) - len(rows),
        repaired=len({*keys[kept][mended[areal]]}),
        used=len({*keys[kept]} - {*keys[kept][mended[areal]]}),
    )
    return Tidied(rows, tuple(notes), faults, tuple(sorted(lost)), fates)


def _hold(name: str, keys: Shapes, kinds: Shapes) -> None:
    """Refuse repairs that change a polygon's area by more than a little."""
    held = sorted({str(key) for key in keys[kinds == "AREA_CHANGED"]})
    if held:
        more = ", …" if len(held) > _SHOWN else ""
        raise InputError(
            "REPAIRS",
            f"{name}: mending the outline of {counted(len(held), 'precinct')} "
            f"({', '.join(held[:_SHOWN])}{more}) changes the area by more than 0.1 %; look at the "
            "map of `turfcutter check` or mend the file, then use --accept-repairs.",
        )


def _note(notes: list[Note], code: str, what: str, keys: Shapes) -> None:
    """Add a note on the polygons with these keys, if any; `what` has braces in their place."""
    if len(keys):
        named = sorted({str(key) for key in keys} - {""})
        more = ", …" if len(named) > _SHOWN else ""
        shown = f" ({', '.join(named[:_SHOWN])}{more})" if named else ""
        sentence = f"{what.format(counted(len(keys), 'polygon'))}{shown}."
        notes.append(Note(code, sentence, len(keys)))


def _repaired(shapes: Shapes, keys: Shapes, notes: list[Note]) -> tuple[Shapes, Shapes]:
    """Valid polygons, parts that are lines or points dropped; code of the note on each or empty."""
    kinds = np.full(len(shapes), "", object)
    areal = np.array([isinstance(shape, _AREAL) for shape in shapes], bool)
    bad = ~shapely.is_valid(shapes) | ~areal
    if not bad.any():
        return shapes, kinds
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
    kinds[bad] = np.where(changed, "AREA_CHANGED", "REPAIRED")
    return fixed, kinds


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
