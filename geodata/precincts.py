"""Precincts: read a county's polygons and say in which one each voter's door lies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS

from geodata.boundaries import check_boundaries
from geodata.counties import check_place, county_named
from geodata.crs import metric_crs, short_name
from geodata.errors import InputError
from geodata.keycolumns import detected_column, named_column
from geodata.layers import read_layer
from geodata.notes import Note
from geodata.polygons import Shapes, tidy
from geodata.schema import Precincts

_WRONG_VINTAGE: Final = 0.05
_COUNTY_PREFIX: Final = re.compile(r"^\d{3}-")
_SPLIT_SUFFIX: Final = re.compile(r"(?<=.)[-./ ]\w{1,3}$")

Objects = NDArray[np.object_]
HOW: Final = ("inside", "overlap", "gap", "outside")


@dataclass(frozen=True)
class Placement:
    """
    In which precinct each voter's door lies; arrays have one entry a voter, in the order given.

    Parameters
    ----------
    precinct
        int32 position in ``precincts.table``, or -1.
    how
        ``inside`` one polygon; ``overlap``: in or on the edge of several; ``gap``: in none, but
        near one (`precinct` is -1 unless one of those bears the voter's code); ``outside``: far
        from all, or without coordinates.
    compared
        Voters inside a polygon whose own code some precinct of the layer bears.
    disagree
        Those of them whose code is not that of the polygon they lie in.
    unknown
        Voters with a code that no precinct of the layer bears.
    """

    precinct: NDArray[np.int32]
    how: "pd.Categorical[str]"
    compared: int
    disagree: int
    unknown: int


def read_precincts(
    path: Path,
    *,
    column: str = "",
    crs: str = "",
    county: str = "",
    accept_repairs: bool = False,
    restore_shx: bool = False,
    crosswalk: Mapping[str, str] | None = None,
) -> Precincts:
    """
    Read precinct polygons into one metric coordinate system chosen from their place.

    Parameters
    ----------
    path
        Anything `geodata.layers.read_layer` reads.
    column
        Column with the code the county prints; detected by its name and values if not given.
    crs
        Coordinate system such as ``EPSG:2227`` where the file names none or a wrong one.
    county
        County whose precincts these are, where it is known: they must lie in its outline.
    accept_repairs
        Whether a repair may change the area of a precinct by more than 0.1 %.
    restore_shx
        Whether a shapefile's missing .shx part may be made anew.
    crosswalk
        Code of a registration precinct -> code of its consolidated one, see `read_crosswalk`.

    Raises
    ------
    InputError
        COLUMN if the column is absent or cannot be told; everything `read_layer` raises; EMPTY;
        REPAIRS if a repair changes too much; MISPLACED if the coordinate system puts them into the
        wrong place; PARAMETER if there is no such county.
    """
    wanted = county_named(county)
    remarks = list[Note]()
    layer = read_layer(path, crs=crs, county=wanted, restore_shx=restore_shx, notes=remarks)
    lies_in = check_place(np.asarray(layer.geometry.array, object), layer.crs, wanted, path.name)
    found = named_column(layer, column, path.name) if column else detected_column(layer, path.name)
    west, south, east, north = layer.to_crs("OGC:CRS84").total_bounds
    metres = metric_crs((west + east) / 2, (south + north) / 2)
    tidied = tidy(layer, found, "precinct", metres, path.name, accept_repairs=accept_repairs)
    notes, boundaries = check_boundaries(tidied.table)
    faults = pd.concat([tidied.faults, boundaries], ignore_index=True)
    return Precincts(
        tidied.table,
        (*remarks, *tidied.notes, *notes),
        rows=len(layer),
        lost=tidied.lost,
        faults=faults.fillna({"precinct": ""}),
        column=found,
        source_crs=short_name(layer.crs),
        county=lies_in,
        crosswalk=crosswalk or {},
    )


def read_polygons(path: Path, column: str, crs_metric: CRS, *, crs: str = "") -> gpd.GeoDataFrame:
    """
    Read another polygon layer, such as districts, with one polygon a key.

    Parameters
    ----------
    path
        Anything `geodata.layers.read_layer` reads.
    column
        Column whose values, as text, become `key`.
    crs_metric
        Coordinate system of the result, that of the precincts (metres).
    crs
        Coordinate system of the file where it names none or a wrong one.

    Returns
    -------
    table
        `key` (text, unique), `geometry` (valid Polygon or MultiPolygon) and the other columns of
        the file, sorted by `key`. `geodata.boundaries.check_boundaries` tells overlaps and gaps.

    Raises
    ------
    InputError
        COLUMN if the file has no such column; everything `read_layer` raises; EMPTY.
    """
    layer = read_layer(path, crs=crs)
    return tidy(layer, named_column(layer, column, path.name), "key", crs_metric, path.name).table


def code_form(code: str) -> str:
    """
    A precinct code in a form for comparison: no case, blanks, dashes or padding zeros.

    >>> code_form(" 0012-3a "), code_form("123A.0"), code_form("000")
    ('123A', '123A', '0')
    """
    plain = re.sub(r"[\W_]", "", re.sub(r"\.0+$", "", code.strip())).upper()
    return plain.lstrip("0") or plain[:1]


def known_codes(codes: ArrayLike, precincts: Precincts) -> NDArray[np.bool_]:
    """Which of the voters' own precinct codes some precinct bears, shape (n_voters,)."""
    return _forms(np.asarray(codes, object), precincts)[0] >= 0


def place(
    x: ArrayLike, y: ArrayLike, codes: ArrayLike, precincts: Precincts, *, gap_m: float = 25.0
) -> Placement:
    """
    Say in which precinct each voter's door lies.

    The polygon decides. The voter's own code decides only where polygons overlap or touch (without
    a match: the lowest key) and in gaps (the nearest polygon with that code within `gap_m`).

    Parameters
    ----------
    x, y
        Doors in the coordinate system of `precincts`, metres, shape (n_voters,); NaN if unknown.
    codes
        The voters' own precinct codes, shape (n_voters,); empty text where there is none.
    precincts
        The polygons.
    gap_m
        How far from a polygon still counts as a gap rather than outside, metres.

    Raises
    ------
    InputError
        OUTSIDE if no voter with coordinates lies in or near a precinct; VINTAGE if more than 5 % of
        the voters that can be compared lie in another precinct than their code says; NO_OUTLINE if
        a precinct of theirs has no outline in the file.
    """
    x, y, own = np.asarray(x, float), np.asarray(y, float), np.asarray(codes, object)
    shapes: Shapes = np.asarray(precincts.table.geometry.array, object)
    keys = precincts.table["precinct"].to_numpy(object)
    voter_form, shape_form = _forms(own, precincts)
    _refuse_lost(own[voter_form < 0], precincts)
    point, px, py = _unique_points(x, y)
    voters = pd.DataFrame({"voter": np.arange(len(x)), "point": point, "form": voter_form})
    inside = _containing(px, py, shapes)
    near = _near(px, py, shapes, inside, gap_m)
    if (point >= 0).any() and inside.empty and near.empty:
        raise _outside(x, y, precincts)
    lies_in = _chosen(voters, inside, shape_form)
    bears = _chosen(voters, near, shape_form, matching_only=True)
    compared = (lies_in >= 0) & (voter_form >= 0)
    disagree = compared & (voter_form != shape_form[lies_in])
    if disagree.sum() > _WRONG_VINTAGE * compared.sum():
        raise _vintage(own, keys[lies_in], compared, disagree)
    precinct = np.where(lies_in >= 0, lies_in, bears).astype(np.int32)
    how = _how(point, inside, near, len(px))
    unknown = (voter_form < 0) & pd.Series(own, dtype="str").fillna("").ne("").to_numpy()
    return Placement(precinct, how, int(compared.sum()), int(disagree.sum()), int(unknown.sum()))


def _forms(codes: Objects, precincts: Precincts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Codes of voters and polygons as numbers that are equal where the codes mean the same.

    Voters' codes that no polygon bears are -1. A crosswalk leads from a voter's registration
    precinct to the polygon; or, where that matches more voters, the polygons are registration
    precincts and it leads from them to the voters' consolidated ones.
    """
    keys = precincts.table["precinct"].to_numpy(object)
    crosswalk = {code_form(code): merged for code, merged in precincts.crosswalk.items()}
    as_it_is = _matched(codes, keys, crosswalk)
    if not crosswalk:
        return as_it_is
    merged = np.array([crosswalk.get(code_form(_short(key)), key) for key in keys], object)
    the_other_way = _matched(codes, merged, {})
    return max(as_it_is, the_other_way, key=lambda found: int((found[0] >= 0).sum()))


def _matched(
    codes: Objects, keys: Objects, crosswalk: Mapping[str, str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    As `_forms`, in one direction; a code that the map knows is not looked up in the crosswalk.

    Where all keys begin with a county number, as in 075-9151, voters' codes may lack it; a voter's
    code may also have a split's suffix more.
    """
    prefixed = all(_COUNTY_PREFIX.match(key) for key in keys)
    short = [_short(key) for key in keys] if prefixed else list(keys)
    shape_form, forms = pd.factorize(np.array([code_form(key) for key in short], object))
    number = {form: i for i, form in enumerate(forms) if form}

    def known(code: str) -> int:
        tried = [code_form(one) for one in (code, _short(code), _SPLIT_SUFFIX.sub("", code))]
        tried += [code_form(crosswalk[form]) for form in tried if form in crosswalk]
        return next((number[form] for form in tried if form in number), -1)

    of_voter, different = pd.factorize(pd.Series(codes, dtype="str"))
    numbers = np.array([known(code.strip()) for code in different] + [-1], np.int64)
    return numbers[of_voter], shape_form


def _short(key: str) -> str:
    """A code without the county number in front."""
    return _COUNTY_PREFIX.sub("", key)


def _refuse_lost(unknown: Objects, precincts: Precincts) -> None:
    """Refuse precincts without an outline, where one of some voters' unknown codes is theirs."""
    lost = {code_form(_short(code)): code for code in precincts.lost}
    if not lost:
        return
    counts = pd.Series(unknown, dtype="str").fillna("").value_counts()
    missed = {
        lost[form]: int(count)
        for code, count in counts.items()
        if (form := code_form(_short(str(code)))) in lost and form
    }
    if missed:
        named = ", ".join(f"{code} ({count:,})" for code, count in sorted(missed.items())[:5])
        raise InputError(
            "NO_OUTLINE",
            f"Doors have the code of a precinct that has no outline on the map: {named}; get a map "
            "that has it, or take its row out of this one so that other outlines decide.",
        )


def _unique_points(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Position of each voter's point, -1 without coordinates; then points sorted by x."""
    known = np.isfinite(x) & np.isfinite(y)
    points, of_known = np.unique(x[known] + 1j * y[known], return_inverse=True)
    point = np.full(len(x), -1, np.int64)
    point[known] = of_known
    return point, points.real.copy(), points.imag.copy()


def _containing(x: NDArray[np.float64], y: NDArray[np.float64], shapes: Shapes) -> pd.DataFrame:
    """
    Pairs of point and polygon that holds it, edges included, sorted.

    One prepared polygon at a time against the points in its box: twice as fast as a tree of
    1.6 million points and without their objects.
    """
    found = []
    for i, (west, south, east, north) in enumerate(shapely.bounds(shapes)):
        first, last = np.searchsorted(x, west), np.searchsorted(x, east, side="right")
        boxed = first + np.flatnonzero((y[first:last] >= south) & (y[first:last] <= north))
        if len(boxed):
            shapely.prepare(shapes[i])
            held = boxed[shapely.intersects_xy(shapes[i], x[boxed], y[boxed])]
            shapely.destroy_prepared(shapes[i])
            found.append(np.column_stack([held, np.full(len(held), i)]))
    pairs = np.concatenate(found) if found else np.empty((0, 2), np.int64)
    table = pd.DataFrame({"point": pairs[:, 0], "shape": pairs[:, 1], "metres": 0.0})
    return table.sort_values(["point", "shape"], ignore_index=True)


def _near(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    shapes: Shapes,
    inside: pd.DataFrame,
    gap_m: float,
) -> pd.DataFrame:
    """Pairs of a point in no polygon and a polygon within `gap_m`, nearest first."""
    loose = np.setdiff1d(np.arange(len(x)), inside["point"].to_numpy())
    points = shapely.points(x[loose], y[loose])
    tree = shapely.STRtree(shapes)
    which, shape = tree.query(points, predicate="dwithin", distance=gap_m)
    metres = shapely.distance(points[which], shapes[shape])
    table = pd.DataFrame({"point": loose[which], "shape": shape, "metres": metres})
    return table.sort_values(["point", "metres", "shape"], ignore_index=True)


def _chosen(
    voters: pd.DataFrame,
    pairs: pd.DataFrame,
    shape_form: NDArray[np.int64],
    *,
    matching_only: bool = False,
) -> NDArray[np.int64]:
    """Each voter's polygon: of its point's pairs the first with its code, else the first."""
    chosen = np.full(len(voters), -1, np.int64)
    if not matching_only:
        first = pairs.drop_duplicates("point").set_index("point")["shape"]
        chosen[:] = voters["point"].map(first).fillna(-1)
    several = pairs[matching_only | pairs["point"].duplicated(keep=False)]
    choices = voters[voters["form"] >= 0].merge(several, on="point")
    choices = choices[choices["form"] == shape_form[choices["shape"]]]
    best = choices.sort_values(["voter", "metres", "shape"]).drop_duplicates("voter")
    chosen[best["voter"]] = best["shape"]
    return chosen


def _how(
    point: NDArray[np.int64], inside: pd.DataFrame, near: pd.DataFrame, count: int
) -> "pd.Categorical[str]":
    """`HOW` each voter's point lies; one more entry at the end stands for no coordinates."""
    of_point = np.full(count + 1, HOW.index("outside"), np.int8)
    of_point[near["point"]] = HOW.index("gap")
    of_point[inside["point"]] = HOW.index("inside")
    of_point[inside.loc[inside["point"].duplicated(), "point"]] = HOW.index("overlap")
    return pd.Categorical.from_codes(of_point[point], categories=pd.Index(HOW))


def _outside(x: NDArray[np.float64], y: NDArray[np.float64], precincts: Precincts) -> InputError:
    west, south, east, north = precincts.table.total_bounds
    off_x, off_y = np.nanmedian(x) - (west + east) / 2, np.nanmedian(y) - (south + north) / 2
    return InputError(
        "OUTSIDE",
        f"All {np.isfinite(x + y).sum():,} voters with coordinates lie outside all "
        f"{len(precincts.table):,} precincts, some {np.hypot(off_x, off_y) / 1000:,.0f} km from "
        "their middle; check that both files are of the same county, and the precincts' --crs.",
    )


def _vintage(
    codes: Objects, lies_in: Objects, compared: NDArray[np.bool_], disagree: NDArray[np.bool_]
) -> InputError:
    wrong, all_ = int(disagree.sum()), int(compared.sum())
    code, polygon = min((str(codes[i]), str(lies_in[i])) for i in np.flatnonzero(disagree))
    return InputError(
        "VINTAGE",
        f"{wrong:,} of {all_:,} voters ({wrong / all_:.1%}) whose precinct code is on this map lie "
        f"in another precinct, e.g. one of {code} in {polygon}; with more than "
        f"{_WRONG_VINTAGE:.0%} the map is taken for another year's: get that of the voter file.",
    )
