"""
Where voters live: the coordinates of the voter file, or the place of their address, the better one.

A local source places voters whose file gives no coordinates, and those whose coordinates are
*coarse* (more than `CROWD` addresses share them, as at the middle of a ZIP), *rounded* (to
thousandths of a degree), outside the place, or more than `FAR_M` from where it has the address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from geodata.addresses.addresses import split_addresses
from geodata.addresses.dwellings import dwelling_faults
from geodata.crs import project, unproject
from geodata.geocoding.gazetteer import METHODS, Gazetteer
from geodata.geocoding.match import GRADES, match_addresses
from geodata.notes import Note, counted

CROWD: Final = 25
"""More different addresses than this at one point are no addresses' point."""
FAR_M: Final = 500.0
"""Farther than this from where a source has its address, a point is not believed."""
MARGIN_M: Final = 1000.0
"""Coordinates so far outside the precincts' bounds may still be a neighbour's."""
LOCATED: Final = ("file", *METHODS)
"""Who says where a voter lives: the voter file, or a kind of source."""

_SOURCES: Final = {
    "points": "address points",
    "osm": "addresses of OpenStreetMap",
    "range": "address ranges",
}
_WEAK: Final = 2
"""Grades from this one on do not outweigh coordinates that the file gives."""
_ROUND, _SLACK = 1e3, 1e-6

Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Located:
    """
    Where voters live.

    Parameters
    ----------
    table
        On the voters' index: `lon`, `lat` (degrees; NaN where nobody can say), `located` (one of
        `LOCATED` or blank), `grade` (one of `GRADES`, blank for the file's own coordinates),
        `reason` (one of `geodata.schema.REASONS`, or blank), `detail` (one sentence with it).
    parts
        The addresses as `geodata.addresses.addresses.split_addresses` takes them apart.
    notes
        What was located, moved, or found odd.
    """

    table: pd.DataFrame
    parts: pd.DataFrame
    notes: tuple[Note, ...]


def locate(
    voters: pd.DataFrame,
    gazetteer: Gazetteer | None,
    crs: pyproj.CRS,
    bounds: Bounds | None,
) -> Located:
    """
    Say where voters live.

    Parameters
    ----------
    voters
        `address`, `unit`, `city`, `zip` (text), `lon`, `lat` (degrees or NaN), as
        `geodata.voters.votertable.choose` gives them.
    gazetteer
        The place's addresses, or None where there is no source.
    crs
        Projected CRS of the gazetteer, metres.
    bounds
        West, south, east, north of the precincts in `crs`, where there are any.
    """
    given = voters[["lon", "lat"]].notna().all(axis=1).to_numpy()
    no_door = dwelling_faults(voters)
    boxed = no_door[0] != ""
    parts = split_addresses(voters["address"], voters["unit"])
    coarse = given & _crowded(voters, parts["base"])
    rounded = given & ~coarse & _rounded(voters)
    matched = _matched(voters, gazetteer, parts)
    own = np.column_stack(project(voters["lon"], voters["lat"], crs))
    place = matched[["x", "y"]].to_numpy()
    placed = (matched["method"] >= 0).to_numpy() & ~boxed
    grade = matched["grade"].to_numpy()
    far = placed & given & (np.hypot(*(own - place).T) > FAR_M)
    strong = (grade >= 0) & (grade < _WEAK)
    strong &= (matched["method"] != METHODS.index("range")).to_numpy()
    better = placed & (~given | coarse | rounded | (far & (strong | ~_inside(own, bounds))))
    lost = ~better & (~given | coarse) | boxed
    lon, lat = voters["lon"].to_numpy(copy=True), voters["lat"].to_numpy(copy=True)
    lon[better], lat[better] = unproject(place[better, 0], place[better, 1], crs)
    lon[lost], lat[lost] = np.nan, np.nan
    names = np.array(["", *LOCATED[1:]], object)[matched["method"].to_numpy() + 1]
    grades = np.array(["", *GRADES], object)[grade + 1]
    table = pd.DataFrame(
        {
            "lon": lon,
            "lat": lat,
            "located": np.where(lost, "", np.where(better, names, LOCATED[0])),
            "grade": np.where(better, grades, ""),
            **_reasons(lost, no_door, coarse, matched["candidates"], known=gazetteer is not None),
        },
        index=voters.index,
    ).astype(dict.fromkeys(("located", "grade", "reason", "detail"), "str"))
    odd = {"coarse": coarse & ~boxed, "rounded": rounded, "far": far & ~coarse & ~rounded}
    return Located(table, parts, tuple(_notes(table, odd, better, given)))


def counts_of(table: pd.DataFrame) -> dict[str, int]:
    """
    How many rows each source placed, by grade.

    Parameters
    ----------
    table
        `located` and `grade`, as in `Located`.

    Returns
    -------
    counts
        ``file``, ``points address``, ``osm unit``, … -> rows, in order of sources and grades;
        those that nobody can place are not counted.
    """
    kinds = [LOCATED[0], *(f"{source} {grade}" for source in LOCATED[1:] for grade in GRADES)]
    found = (table["located"] + " " + table["grade"]).str.strip().value_counts()
    return {kind: int(found[kind]) for kind in kinds if kind in found}


def _matched(
    voters: pd.DataFrame, gazetteer: Gazetteer | None, parts: pd.DataFrame
) -> pd.DataFrame:
    if gazetteer is not None:
        return match_addresses(voters, gazetteer, parts)
    nothing = {"x": np.nan, "y": np.nan, "method": -1, "grade": -1, "candidates": ""}
    return pd.DataFrame(nothing, index=voters.index)


def _crowded(voters: pd.DataFrame, base: "pd.Series[str]") -> Flags:
    """Whether too many different addresses share a voter's point."""
    points = voters[["lon", "lat"]].round(6)
    size = points.groupby(["lon", "lat"])["lon"].transform("size").fillna(0)
    many = (size > CROWD).to_numpy()
    crowded = np.zeros(len(voters), bool)
    if many.any():
        different = points[many].assign(base=base[many]).groupby(["lon", "lat"])["base"]
        crowded[many] = (different.transform("nunique") > CROWD).to_numpy()
    return crowded


def _rounded(voters: pd.DataFrame) -> Flags:
    """Whether both coordinates are whole thousandths of a degree."""
    thousandths = voters[["lon", "lat"]].to_numpy() * _ROUND
    off = np.abs(thousandths - np.rint(thousandths))
    whole: Flags = off.max(axis=1) < _SLACK
    return whole


def _inside(xy: npt.NDArray[np.float64], bounds: Bounds | None) -> Flags:
    """Whether points lie in or near the bounds."""
    if bounds is None:
        return np.ones(len(xy), bool)
    west, south, east, north = bounds
    x, y = xy.T
    flags: Flags = (
        (x > west - MARGIN_M)
        & (x < east + MARGIN_M)
        & (y > south - MARGIN_M)
        & (y < north + MARGIN_M)
    )
    return flags


def _reasons(
    lost: Flags,
    no_door: tuple[Words, Words],
    coarse: Flags,
    candidates: "pd.Series[str]",
    *,
    known: bool,
) -> dict[str, npt.NDArray[np.object_]]:
    """Why those who cannot be placed cannot."""
    doubt = (candidates != "").to_numpy()
    fits = ("Its address fits no place for sure; near are: " + candidates + ".").to_numpy(object)
    source = ", and no local source has the address" if known else ""
    cases = (no_door[0] != "", doubt, coarse)
    reasons = (no_door[0], "R-ambiguous_address", "R-coarse_geocode")
    details = (
        no_door[1],
        fits,
        np.full(
            len(lost),
            f"More than {CROWD} different addresses share its coordinates{source}.",
            object,
        ),
    )
    return {
        "reason": np.where(lost, np.select(cases, reasons, "R-no_geocode"), ""),
        "detail": np.where(
            lost,
            np.select(cases, details, f"The voter file gives no usable coordinates{source}."),
            "",
        ),
    }


def _notes(
    table: pd.DataFrame, odd: dict[str, Flags], better: Flags, given: Flags
) -> Iterator[Note]:
    """What a field lead should know of how voters were placed."""
    placed = better & ~given
    if placed.any():
        counts = table.loc[placed, "located"].value_counts()
        parts = [f"{counts[name]:,} by {said}" for name, said in _SOURCES.items() if name in counts]
        count = int(placed.sum())
        sentence = f"Placed by address {counted(count, 'voter')} without usable coordinates: "
        yield Note("LOCATED", f"{sentence}{', '.join(parts)}.", count)
    doubt = int((table["reason"] == "R-ambiguous_address").sum())
    if doubt:
        who = counted(doubt, "voter has", "voters have")
        sentence = f"{who} an address that fits several places or none for sure."
        yield Note("AMBIGUOUS", sentence, doubt)
    for name, code, what in (
        ("coarse", "COARSE", f"at a point that more than {CROWD} different addresses share"),
        ("rounded", "ROUNDED", "with coordinates rounded to thousandths of a degree"),
        ("far", "MOVED", f"with coordinates more than {FAR_M:g} m from the address"),
    ):
        count, moved = int(odd[name].sum()), int((odd[name] & better).sum())
        if count:
            rest = "in no turf" if name == "coarse" else "left where the voter file says"
            who = counted(count, "voter")
            sentence = f"{who} {what}: {moved:,} placed by the address, {count - moved:,} {rest}."
            yield Note(code, sentence, count)
