"""Doors invented along the residential streets of a real network, where addresses are missing."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy.spatial import cKDTree

from geodata.crs import metric_crs, unproject
from geodata.errors import InputError
from geodata.schema import Streets
from geodata.streets.osm import read_extract
from geodata.streets.streets import read_streets
from turfcutter.sample.sketch import FloatArray

SPACING_M: Final = 18.0
SETBACK_M: Final = 12.0
"""Width of a lot, and how far a door is from the middle of its street."""

MARGIN_M: Final = 14.0
"""No door is nearer to the end of a way than this, along it."""

CLEAR_M: Final = 9.5
"""No other street and no barrier runs nearer to a door than this."""

APART_M: Final = 11.0
"""No two doors are nearer to each other than this."""

METRES_PER_NUMBER: Final = 2.5
RESIDENTIAL: Final = ("residential", "living_street")


def invent_doors(
    streets: Streets, crs: pyproj.CRS, *, doors: int | None = None, seed: int = 0
) -> pd.DataFrame:
    """
    Invent doors on both sides of all named residential ways.

    Parameters
    ----------
    streets, crs
        A street network and its projected CRS (metres).
    doors
        How many; the lots that are left over are spread evenly. All lots where not given.
    seed
        Moves doors a little along and off the street.

    Returns
    -------
    doors
        `address` (``<number> <name of the way>``, odd on the left seen northwards or eastwards),
        `unit`, `city`, `zip` (empty text), `lon`, `lat` (degrees, 7 decimals); by street, then
        number. No two have one address.

    Raises
    ------
    InputError
        EMPTY where no residential way has a name; PARAMETER for more doors than there are lots.
    """
    pieces = _pieces(streets)
    if pieces.empty:
        message = "The streets have no residential way with a name; give another extract."
        raise InputError("EMPTY", message)
    lots = _lots(pieces, np.random.default_rng([seed, 4_001]))
    lots = lots[_clear(lots, streets)]
    lots = _numbered(lots[_apart(lots)])
    if doors is not None and not 1 <= doors <= len(lots):
        message = f"Along these streets are {len(lots):,} lots; ask for so many doors or fewer."
        raise InputError("PARAMETER", message)
    if doors is not None:
        lots = lots.iloc[(np.arange(doors) * len(lots)) // doors]
    lon, lat = unproject(lots["x"], lots["y"], crs)
    return pd.DataFrame(
        {
            "address": lots["number"].astype("str").to_numpy() + " " + lots["name"].to_numpy(),
            "unit": "",
            "city": "",
            "zip": "",
            "lon": np.round(lon, 7),
            "lat": np.round(lat, 7),
        }
    )


def doors_along(path: Path, *, doors: int | None = None, seed: int = 0) -> pd.DataFrame:
    """
    Invent doors along the streets of an OpenStreetMap file, as `invent_doors` does.

    Raises
    ------
    InputError
        What `read_extract`, `read_streets` and `invent_doors` raise.
    """
    lon, lat = np.median(read_extract(path).lonlat, axis=0).tolist()
    crs = metric_crs(lon, lat)
    return invent_doors(read_streets(path, crs), crs, doors=doors, seed=seed)


def _pieces(streets: Streets) -> pd.DataFrame:
    """Straight pieces of named residential ways with their ends, and metres along the way."""
    ways = streets.ways.reset_index(drop=True)
    chosen = ways["kind"].isin(RESIDENTIAL) & (ways["name"] != "")
    segments = streets.segments[chosen.to_numpy()[streets.segments["way"]]]
    xy = streets.nodes[["x", "y"]].to_numpy()
    start, stop = xy[segments["u"]], xy[segments["v"]]
    table = pd.DataFrame(
        {
            "way": segments["way"].to_numpy(),
            "name": ways["name"].to_numpy()[segments["way"]],
            "x": start[:, 0],
            "y": start[:, 1],
            "dx": stop[:, 0] - start[:, 0],
            "dy": stop[:, 1] - start[:, 1],
        }
    )
    table["size"] = np.hypot(table["dx"], table["dy"])
    table = table[table["size"] > 0].reset_index(drop=True)
    table["until"] = table.groupby("way")["size"].cumsum()
    return table


def _lots(pieces: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A lot every `SPACING_M` on either side of every way, on the ground."""
    ways = pieces.groupby("way").agg(length=("until", "max"), dx=("dx", "sum"), dy=("dy", "sum"))
    room = np.maximum(ways["length"].to_numpy() - 2 * MARGIN_M, -1)
    count = np.repeat((room // SPACING_M + 1).astype(int), 2)
    way = np.repeat(np.repeat(ways.index.to_numpy(), 2), count)
    side = np.repeat(np.tile([1, -1], len(ways)), count)  # 1 is left in drawing direction
    k = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    slack = np.repeat(np.repeat(room, 2) - (count - 1) * SPACING_M, count)
    along = MARGIN_M + slack / 2 + k * SPACING_M + rng.uniform(-1.5, 1.5, len(k))
    setback = SETBACK_M + rng.uniform(-1.0, 2.0, len(k))
    # all ways lie one behind the other on one axis: pieces are found there at once
    offset = ways["length"].cumsum().shift(fill_value=0.0)
    ends = pieces["until"].to_numpy() + offset[pieces["way"]].to_numpy()
    at = np.searchsorted(ends, along + offset[way].to_numpy())
    piece = pieces.iloc[np.minimum(at, len(pieces) - 1)].reset_index(drop=True)
    unit = piece[["dx", "dy"]].to_numpy() / piece[["size"]].to_numpy()
    into = along - (piece["until"] - piece["size"]).to_numpy()
    spot = piece[["x", "y"]].to_numpy() + unit * into[:, None]
    spot += np.column_stack([-unit[:, 1], unit[:, 0]]) * (side * setback)[:, None]
    turned = _heads_back(ways, pieces)[way].to_numpy()
    return pd.DataFrame(
        {"name": piece["name"], "x": spot[:, 0], "y": spot[:, 1], "odd": (side == 1) != turned}
    )


def _heads_back(ways: pd.DataFrame, pieces: pd.DataFrame) -> pd.Series:
    """Whether a way is drawn southwards or westwards: odd numbers are on its other side then."""
    upright = _upright(pieces)[pieces.drop_duplicates("way")["name"]].to_numpy()
    return pd.Series(np.where(upright, ways["dy"] < 0, ways["dx"] < 0), index=ways.index)


def _upright(pieces: pd.DataFrame) -> pd.Series:
    """Whether a street, by its name, runs rather north than east."""
    run = pieces[["dx", "dy"]].abs().groupby(pieces["name"]).sum()
    return run["dy"] > run["dx"]


def _clear(lots: pd.DataFrame, streets: Streets) -> FloatArray:
    """Which lots no other street, water or barrier comes near to."""
    spots = shapely.points(lots[["x", "y"]].to_numpy())
    xy = streets.nodes[["x", "y"]].to_numpy()
    ends = np.stack([xy[streets.segments["u"]], xy[streets.segments["v"]]], axis=1)
    base = streets.base[streets.base["kind"].isin(["water", "park"])]
    solid = [
        shapely.linestrings(ends),
        streets.barriers.geometry.to_numpy(),
        base.geometry.to_numpy(),
    ]
    clear = np.ones(len(lots), dtype=bool)
    for shapes in solid:
        if len(shapes):
            tree = shapely.STRtree(shapes)
            clear[tree.query(spots, predicate="dwithin", distance=CLEAR_M)[0]] = False
    return clear


def _apart(lots: pd.DataFrame) -> FloatArray:
    """Which lots stay so that no two doors are too near; the first of two stays."""
    pairs = cKDTree(lots[["x", "y"]].to_numpy()).query_pairs(APART_M, output_type="ndarray")
    stays = np.ones(len(lots), dtype=bool)
    for first, second in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].tolist():
        if stays[first]:
            stays[second] = False
    return stays


def _numbered(lots: pd.DataFrame) -> pd.DataFrame:
    """Add house numbers that rise to the north or east and differ by two on each side at least."""
    lots = lots.reset_index(drop=True)
    span = lots.groupby("name")[["x", "y"]].agg(np.ptp)
    upright = (span["y"] > span["x"])[lots["name"]].to_numpy()
    along = np.where(upright, lots["y"] - lots["y"].min(), lots["x"] - lots["x"].min())
    lots["along"] = along
    lots = lots.sort_values(["name", "odd", "along", "x", "y"], kind="stable")
    rank = lots.groupby(["name", "odd"]).cumcount()
    least = 50 + (lots["along"] // (2 * METRES_PER_NUMBER)).astype("int64")
    # each at least one step above the one before it: a running maximum of what is left
    step = (least - rank).groupby([lots["name"], lots["odd"]]).cummax() + rank
    lots["number"] = 2 * step + lots["odd"]
    return lots.sort_values(["name", "number"], kind="stable").reset_index(drop=True)
