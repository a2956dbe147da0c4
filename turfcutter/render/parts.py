"""
Parts of a map: what is looked at close up, in pieces of about one size that lie together.

Whoever zooms in needs doors, walks, houses and small streets of a few blocks, not of a county.
Everything belongs to the part in which its middle lies, whole, so that parts have no seams.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.schema import NOT_CHOSEN
from turfcutter.arrays import Floats, Longs
from turfcutter.model import MARGIN_M, Plan

MOST: Final = 24_000
"""Points of a part: about 100 kB to load."""
DOOR_POINTS: Final = 3
"""A door is as much to load as so many points."""


@dataclass(frozen=True)
class Parts:
    """
    What lies in which part.

    Parameters
    ----------
    count
        Number of parts, 1 or more.
    turf, street, base, left
        Part of each row of the plan's turfs, and of the three tables below.
    streets, bases
        Streets around the turfs, and what is drawn beneath them and has a part: not districts and
        places.
    exceptions
        `address`, `detail` and place of addresses in no turf, each once; no voter is named.
    box
        West, south, east, north of each part in the plan's CRS, shape (count, 4).
    """

    count: int
    turf: Longs
    street: Longs
    base: Longs
    left: Longs
    streets: gpd.GeoDataFrame
    bases: gpd.GeoDataFrame
    exceptions: gpd.GeoDataFrame
    box: Floats


def split(plan: Plan) -> Parts:
    """The parts of a plan's map."""
    streets = _near(plan.streets, plan.turfs)
    bases = plan.base[~plan.base["kind"].isin(["district", "staging"]).to_numpy()]
    left = _exceptions(plan)
    tables = [plan.turfs, streets, bases, left]
    bounds = np.concatenate([table.geometry.bounds.to_numpy(float) for table in tables])
    points = [shapely.get_num_coordinates(_shapes(table)) for table in tables[1:]]
    weight = np.concatenate([plan.turfs["doors"].to_numpy() * DOOR_POINTS, *points])
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    number = _halved(middle, weight.astype(np.int64))
    count = int(number.max()) + 1
    box = np.stack([_box(bounds[number == part]) for part in range(count)])
    ends = np.cumsum([len(table) for table in tables])[:-1]
    turf, street, base, rest = np.split(number, ends)
    return Parts(count, turf, street, base, rest, streets, bases, left, box)


def _halved(middle: Floats, weight: Longs) -> Longs:
    """Numbers of parts: halves of halves, across the longer side, until none is too heavy."""
    number = np.zeros(len(middle), np.int64)
    todo, count = [np.arange(len(middle))], 0
    while todo:
        rows = todo.pop()
        if len(rows) < 2 or weight[rows].sum() <= MOST:  # noqa: PLR2004 - one cannot be halved
            number[rows] = count
            count += 1
            continue
        longer = int(np.ptp(middle[rows], axis=0).argmax())
        rows = rows[np.argsort(middle[rows, longer], kind="stable")]
        total = np.cumsum(weight[rows])
        half = int(np.clip(np.searchsorted(total, total[-1] / 2), 1, len(rows) - 1))
        todo += [rows[half:], rows[:half]]
    return number


def _box(bounds: Floats) -> Floats:
    return np.concatenate([bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)])


def _shapes(table: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    return np.asarray(table.geometry.array, dtype=object)


def _near(streets: gpd.GeoDataFrame, turfs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Streets around the turfs: a plan keeps more than that, for walks."""
    if not len(turfs):
        return streets
    west, south, east, north = turfs.total_bounds
    near = shapely.box(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
    return streets[streets.intersects(near)]


def _exceptions(plan: Plan) -> gpd.GeoDataFrame:
    """Addresses that were wanted and are in no turf, where their place is known."""
    columns = ["address", "detail", "reason", "lon", "lat"]
    table = plan.exceptions.reindex(columns=columns)
    left = table[table["reason"] != NOT_CHOSEN].dropna(subset=["lon", "lat"])
    left = left.drop_duplicates(["address", "detail"]).sort_values(["address", "detail"])
    at = gpd.points_from_xy(left["lon"].astype(float), left["lat"].astype(float), crs="EPSG:4326")
    texts = pd.DataFrame({name: left[name].astype(str).to_numpy() for name in columns[:2]})
    return gpd.GeoDataFrame(texts, geometry=at.to_crs(plan.turfs.crs))
