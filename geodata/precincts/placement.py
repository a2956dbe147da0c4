"""In which precinct each voter's door lies."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata.errors import InputError
from geodata.layers.polygons import Shapes
from geodata.notes import counted
from geodata.precincts.precinctcodes import matching_codes, refuse_lost
from geodata.schema import Precincts

HOW: Final = ("inside", "overlap", "gap", "outside")
_WRONG_VINTAGE: Final = 0.05

Objects = NDArray[np.object_]


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


def place(
    x: ArrayLike,
    y: ArrayLike,
    codes: ArrayLike,
    precincts: Precincts,
    *,
    gap_m: float = 25.0,
    few: bool = False,
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
    few
        Whether these are but a few voters of a file, who prove nothing about it: then neither
        OUTSIDE nor VINTAGE is raised.

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
    voter_form, shape_form = matching_codes(own, precincts)
    refuse_lost(own[voter_form < 0], precincts)
    point, px, py = _unique_points(x, y)
    voters = pd.DataFrame({"voter": np.arange(len(x)), "point": point, "form": voter_form})
    inside = _containing(px, py, shapes)
    near = _near(px, py, shapes, inside, gap_m)
    if not few and (point >= 0).any() and inside.empty and near.empty:
        raise _outside(x, y, precincts)
    lies_in = _chosen(voters, inside, shape_form)
    bears = _chosen(voters, near, shape_form, matching_only=True)
    compared = (lies_in >= 0) & (voter_form >= 0)
    disagree = compared & (voter_form != shape_form[lies_in])
    if not few and disagree.sum() > _WRONG_VINTAGE * compared.sum():
        raise _vintage(own, keys[lies_in], compared, disagree)
    precinct = np.where(lies_in >= 0, lies_in, bears).astype(np.int32)
    how = _how(point, inside, near, len(px))
    unknown = (voter_form < 0) & pd.Series(own, dtype="str").fillna("").ne("").to_numpy()
    return Placement(precinct, how, int(compared.sum()), int(disagree.sum()), int(unknown.sum()))


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
    away = f"{np.hypot(off_x, off_y) / 1000:,.0f} km"
    doors = counted(int(np.isfinite(x + y).sum()), "door")
    area = counted(len(precincts.table), "precinct")
    return InputError(
        "OUTSIDE",
        f"No door lies in any of {area}: the middle of {doors} is some {away} away; check that "
        "both files are of the same county, and the precincts' --crs.",
    )


def _vintage(
    codes: Objects, lies_in: Objects, compared: NDArray[np.bool_], disagree: NDArray[np.bool_]
) -> InputError:
    wrong, all_ = int(disagree.sum()), int(compared.sum())
    code, polygon = min((str(codes[i]), str(lies_in[i])) for i in np.flatnonzero(disagree))
    return InputError(
        "VINTAGE",
        f"{wrong:,} of {counted(all_, 'door')} ({wrong / all_:.1%}) with a precinct code of this "
        f"map lie in another precinct, e.g. one of {code} in {polygon}; with more than "
        f"{_WRONG_VINTAGE:.0%} the map is taken for another year's: get that of the voter file.",
    )
