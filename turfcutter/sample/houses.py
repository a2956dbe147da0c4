"""Lots along the streets: buildings with numbers, and the doors in them."""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from turfcutter.sample.chance import likely_each
from turfcutter.sample.network import Welded
from turfcutter.sample.sketch import METRES_PER_NUMBER, RAIL, RIVER, FloatArray, IntArray, Line

CLEAR_M: Final = 10.2
"""No centreline runs nearer to a house than this."""

NOISE_M: Final = 24.0
"""Nothing is built nearer to the middle of a railway or a carriageway of the freeway."""


class Lot(NamedTuple):
    """What stands along a street: lot width, setback from and to, building size, in metres."""

    width: float
    near: float
    far: float
    front: float
    deep: float


LOTS: Final = {
    "house": Lot(17.5, 11.0, 17.0, 12.0, 10.0),
    "town": Lot(16.0, 11.0, 13.5, 11.0, 10.0),
    "block": Lot(16.0, 17.5, 19.5, 22.0, 16.0),
    "tower": Lot(30.0, 19.0, 20.0, 34.0, 20.0),
    "flats": Lot(48.0, 17.0, 19.5, 28.0, 14.0),
    "mobile": Lot(12.5, 8.0, 9.0, 8.0, 5.5),
    "farm": Lot(210.0, 50.0, 118.0, 16.0, 12.0),
}
"""Kind -> lot. Fronts of lines are kinds too; a ``town`` front also gets some ``block``."""

FIRST: Final = ("tower", "mobile", "flats", "block", "farm", "town", "house")
"""Who stays where two buildings want the same ground."""

STYLES: Final = ("floors", "running", "pairs")
LETTERS: Final = "ABCDEFGH"
"""How the units of a building are labelled; few units have letters instead of pairs."""

BLOCKS, DUPLEXES = 0.035, 0.05
"""Share of downtown lots with an apartment block, and of houses with two doors."""

TOWER_FLOOR, TOWER_UNITS = 12, 180


def build(
    network: Welded, keepout: list[shapely.Polygon], rng: np.random.Generator, stretch: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Put buildings along the fronting lines and doors into them.

    Parameters
    ----------
    network
        Lines on the ground.
    keepout
        Ground where nothing is built (parks, water, shops), ground metres.
    rng
        The only source of chance.
    stretch
        Multiplies the width of ordinary lots.

    Returns
    -------
    buildings
        `line`, `x`, `y` (ground metres), `setback` (metres), `angle` (radians of the street),
        `front`, `deep` (metres), `kind` (a key of `LOTS`), `number`, `street` (text), `alone`.
    doors
        `building` (position in buildings), `abbr`, `unit`; by building, then unit.
    """
    lots = _candidates(network, rng, stretch)
    usable = ~_near_lines(lots, network) & ~_inside(lots, keepout)
    usable &= (lots["kind"] != "tower") | ~lots["kind"].where(usable, "").duplicated()
    lots = lots[usable].reset_index(drop=True)
    lots = lots[_apart(lots)].reset_index(drop=True)
    lots = _numbered(lots, network.lines)
    return lots, _doors(lots, network.lines, rng)


def _candidates(network: Welded, rng: np.random.Generator, stretch: float) -> pd.DataFrame:
    """A lot every so many metres on the fronting sides of every line that has a front."""
    points = network.points
    line = points["line"].to_numpy()
    first = np.flatnonzero(np.diff(line, prepend=-1))
    step = np.hypot(*np.diff(points[["x", "y"]].to_numpy(), axis=0, prepend=0).T)
    step[first] = 1000.0  # all lines lie one behind the other on one axis, well apart
    along = np.cumsum(step)
    start, stop = along[first], along[np.append(first[1:], len(line)) - 1]
    owner, s, left = _places(network.lines, stop - start, rng, stretch)
    fronts = np.array([item.front for item in network.lines])[owner]
    kind = np.where((fronts == "town") & likely_each(rng, BLOCKS, len(s)), "block", fronts)
    setback = rng.uniform(*(np.array([LOTS[k][i] for k in kind]) for i in (1, 2)))
    table = pd.DataFrame({"line": owner, "s": s, "left": left, "setback": setback, "kind": kind})
    table["front"], table["deep"] = (np.array([LOTS[k][i] for k in kind]) for i in (3, 4))
    return _located(table, points, along, start[owner] + s)


def _places(
    lines: list[Line], length: FloatArray, rng: np.random.Generator, stretch: float
) -> tuple[IntArray, FloatArray, IntArray]:
    """Line, metres from its start, and side (1 left, 0 right) of every lot."""
    owner, places, sides = [], [], []
    for k, line in enumerate(lines):
        margin = 8.0 if line.front == "mobile" else 16.0
        room = float(length[k]) - 2 * margin
        if not line.front or room < 0:
            continue
        width = LOTS[line.front].width * (stretch if line.front == "house" else 1.0)
        for side in line.sides[: 1 if line.front == "tower" else 2]:
            count = int(room / width) + 1
            slack = room - (count - 1) * width
            wobble = width * (0.4 if line.front == "farm" else 0.06)
            s = margin + slack * rng.uniform(0.2, 0.8) + width * np.arange(count)
            places.append(
                np.clip(s + rng.uniform(-wobble, wobble, count), 5, margin * 2 + room - 5)
            )
            owner.append(np.full(count, k))
            sides.append(np.full(count, int(side == "L")))
    return np.concatenate(owner), np.concatenate(places), np.concatenate(sides)


def _located(
    table: pd.DataFrame, points: pd.DataFrame, along: FloatArray, at: FloatArray
) -> pd.DataFrame:
    """Add the spot on the ground, the place on paper, and the angle of the street."""
    after = np.clip(np.searchsorted(along, at), 1, len(along) - 1)
    share = ((at - along[after - 1]) / (along[after] - along[after - 1]))[:, None]
    xy, paper = points[["x", "y"]].to_numpy(), points[["px", "py"]].to_numpy()
    ahead = xy[after] - xy[after - 1]
    unit = ahead / np.hypot(*ahead.T)[:, None]
    off = table["setback"].to_numpy() * np.where(table["left"] == 1, 1.0, -1.0)
    spot = xy[after - 1] + share * ahead + np.column_stack([-unit[:, 1], unit[:, 0]]) * off[:, None]
    flat = paper[after - 1] + share * (paper[after] - paper[after - 1])
    spot = np.round(spot, 2)
    return table.assign(
        x=spot[:, 0],
        y=spot[:, 1],
        px=flat[:, 0],
        py=flat[:, 1],
        angle=np.arctan2(unit[:, 1], unit[:, 0]),
    )


def ground_lines(network: Welded) -> list[shapely.LineString]:
    """The lines on the ground, in order."""
    xy = network.points[["x", "y"]].to_numpy()
    return list(np.asarray(shapely.linestrings(xy, indices=network.points["line"].to_numpy())))


def _near_lines(lots: pd.DataFrame, network: Welded) -> pd.Series:
    """Whether a centreline, a railway or the freeway comes too near."""
    xy = network.points[["x", "y"]].to_numpy()
    line = network.points["line"].to_numpy()
    joined = line[1:] == line[:-1]
    pieces = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[joined])
    loud = np.array([item.kind in (RAIL, RIVER, "motorway") for item in network.lines])
    quiet = np.array([item.kind != "footway" for item in network.lines])
    spots = shapely.points(lots[["x", "y"]].to_numpy())
    wide = np.maximum(CLEAR_M, lots["front"].to_numpy() / 2 + 4)
    reach = np.minimum(lots["setback"].to_numpy() - 0.8, wide)
    near = np.zeros(len(lots), dtype=bool)
    for chosen, distance in ((quiet, reach), (loud, np.full(len(lots), NOISE_M))):
        tree = shapely.STRtree(pieces[chosen[line[:-1][joined]]])
        near[tree.query(spots, predicate="dwithin", distance=distance)[0]] = True
    return pd.Series(near, index=lots.index)


def _inside(lots: pd.DataFrame, keepout: list[shapely.Polygon]) -> pd.Series:
    """Whether a lot lies in a park, in water or in a shop, or touches one."""
    inside = np.zeros(len(lots), dtype=bool)
    if keepout:
        spots = shapely.points(lots[["x", "y"]].to_numpy())
        inside[shapely.STRtree(keepout).query(spots, predicate="dwithin", distance=9.0)[0]] = True
    return pd.Series(inside, index=lots.index)


def _apart(lots: pd.DataFrame) -> pd.Series:
    """Which lots stay so that no two buildings overlap; larger ones stay first."""
    rank = lots["kind"].map({kind: k for k, kind in enumerate(FIRST)}).to_numpy()
    order = np.lexsort((np.arange(len(lots)), rank))
    spots = lots[["x", "y"]].to_numpy()[order]
    radius = 0.45 * np.hypot(lots["front"].to_numpy(), lots["deep"].to_numpy())[order]
    pairs = cKDTree(spots).query_pairs(2 * float(radius.max()), output_type="ndarray")
    gap = np.hypot(*(spots[pairs[:, 0]] - spots[pairs[:, 1]]).T)
    pairs = pairs[gap < radius[pairs].sum(axis=1)]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    stays = np.ones(len(lots), dtype=bool)
    for first, second in pairs.tolist():
        if stays[first]:
            stays[second] = False
    kept = np.zeros(len(lots), dtype=bool)
    kept[order[stays]] = True
    return pd.Series(kept, index=lots.index)


def _numbered(lots: pd.DataFrame, lines: list[Line]) -> pd.DataFrame:
    """Add house number and street: odd on the left, hundreds by distance; none twice."""
    owner = lots["line"].to_numpy()
    axis = np.array([line.axis for line in lines])[owner]
    zero = np.array([line.zero for line in lines])[owner]
    across = np.where(axis == "x", lots["px"], lots["py"])
    value = np.where(
        axis == "",
        lots["s"] / METRES_PER_NUMBER - zero,
        100 + np.abs(across - zero) / METRES_PER_NUMBER,
    )
    number = (value // 2 * 2 + lots["left"]).astype(np.int64).astype("str")
    street = pd.Series([lines[k].name for k in owner], index=lots.index)
    site = pd.Series([lines[k].site for k in owner], index=lots.index)
    parts = site.str.partition("|")
    lots = lots.assign(
        number=number.where(site == "", parts[0]),
        street=street.where(site == "", parts[2]),
        alone=np.array([line.alone for line in lines])[owner],
    )
    twice = lots.duplicated(["number", "street"]) & (site == "")
    return lots[~twice].reset_index(drop=True)


def _doors(lots: pd.DataFrame, lines: list[Line], rng: np.random.Generator) -> pd.DataFrame:
    """One row for each door, with its unit."""
    kind = lots["kind"].to_numpy()
    draw = rng.random(len(lots))
    count = np.where(np.isin(kind, ("house", "town")) & (draw < DUPLEXES), 2, 1)
    count = np.where(kind == "block", (6 + 30 * draw**2).astype(int), count)
    count = np.where(kind == "flats", (4 + 9 * draw).astype(int), count)
    count = np.where(kind == "tower", TOWER_UNITS, count)
    style = np.array(STYLES)[rng.integers(0, len(STYLES), len(lots))]
    style = np.where((style == "pairs") & (count <= len(LETTERS)), "letters", style)
    style = np.where(kind == "tower", "floors", style)
    building = np.repeat(np.arange(len(lots)), count)
    k = np.arange(len(building)) - np.repeat(np.cumsum(count) - count, count)
    floor = np.where(kind == "tower", TOWER_FLOOR, rng.integers(4, 9, len(lots)))[building]
    base = np.where(kind == "tower", 2, 1)[building]
    unit = _labels(k, style[building], floor, base)
    words = np.array(["APT", "APT", "UNIT", "APT", "#"])[rng.integers(0, 5, len(lots))][building]
    site = np.array([line.site for line in lines])[lots["line"].to_numpy()]
    space = pd.Series(site).groupby(site).cumcount().to_numpy() + 1
    mobile = (kind == "mobile")[building]
    single = (count == 1)[building] & ~mobile
    unit = np.where(single, "", np.where(mobile, space[building].astype("U6"), unit))
    abbr = np.where(single, "", np.where(mobile, "SPC", words))
    return pd.DataFrame({"building": building, "abbr": abbr, "unit": unit})


def _labels(k: IntArray, style: np.ndarray, floor: IntArray, base: IntArray) -> np.ndarray:
    """Unit labels: 201 by floor, 1 to n, 1A 1B 2A, or letters."""
    by_floor = ((k // floor + base) * 100 + k % floor + 1).astype("U6")
    running = (k + 1).astype("U6")
    pairs = np.char.add((k // 2 + 1).astype("U6"), np.array(["A", "B"])[k % 2])
    letters = np.array(list(LETTERS))[k % len(LETTERS)]
    return np.select(
        [style == "floors", style == "running", style == "pairs"],
        [by_floor, running, pairs],
        letters,
    )
