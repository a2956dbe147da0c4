"""The places the referee judges on: real streets, real addresses where there are any."""

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import osmium
import pandas as pd

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DAVIS_DOORS = 10_724
SETBACK_M = 12.0
BEFORE_CORNER_M = 8.0


@dataclass(frozen=True, eq=False)
class Place:
    """
    Doors and the streets they stand on.

    Parameters
    ----------
    name
        What the table calls it.
    doors
        `lon`, `lat` (degrees), `address`, `unit`, `street`, `city`, `zip` (text); one row a door.
    osm
        The street file.
    precincts
        A precinct layer that covers it.
    """

    name: str
    doors: pd.DataFrame
    osm: Path
    precincts: Path


@cache
def sf_doors() -> Place:
    """San Francisco centre: 4,737 real addresses with units."""
    folder = DATA / "sf-central"
    table = pd.read_csv(folder / "eas_addresses_with_units.csv.gz", dtype=str).fillna("")
    table[["lon", "lat"]] = table[["lon", "lat"]].astype(float)
    table = table.drop_duplicates(["address", "unit"]).reset_index(drop=True)
    table["street"] = table["street"].replace("UNKNOWN", "")
    columns = ["lon", "lat", "address", "unit", "street", "city", "zip"]
    precincts = folder / "SF_DOE_Precincts_20120702_EPSG2227.zip"
    return Place("sf-units", table[columns], folder / "sf_central_20260204.osm.pbf", precincts)


@cache
def sf_addresses() -> Place:
    """San Francisco centre: its 2,512 distinct real addresses, one door each."""
    place = sf_doors()
    doors = place.doors.drop_duplicates("address").reset_index(drop=True).assign(unit="")
    return Place("sf", doors, place.osm, place.precincts)


@cache
def davis_doors(n: int = DAVIS_DOORS) -> Place:
    """Davis: `n` *invented* doors, evenly along both sides of its real residential streets."""
    folder = DATA / "davis"
    osm = folder / "davis_city_2022.osm.gz"
    precincts = folder / "113-yolo_precincts_2016_wgs84.zip"
    return Place("davis", _invented(_residential(osm), n), osm, precincts)


def _residential(osm: Path) -> list[tuple[str, np.ndarray]]:
    """Name and course (lon, lat) of each public residential street, cut at its junctions."""
    ways, uses = [], defaultdict(int)
    for item in osmium.FileProcessor(str(osm)).with_locations():
        if item.is_way() and "highway" in item.tags and item.tags["highway"] != "motorway":
            nodes = [(node.ref, node.lon, node.lat) for node in item.nodes if node.location.valid()]
            for ref, _, _ in nodes:
                uses[ref] += 1
            if item.tags["highway"] == "residential" and item.tags.get("access") != "private":
                ways.append((item.id, item.tags.get("name", f"Unnamed {item.id}"), nodes))
    pieces = []
    for _, name, nodes in sorted(ways):
        cuts = [k for k, node in enumerate(nodes) if 0 < k < len(nodes) - 1 and uses[node[0]] > 1]
        for start, end in zip([0, *cuts], [*cuts, len(nodes) - 1], strict=True):
            pieces.append((name, np.array([node[1:] for node in nodes[start : end + 1]])))
    return pieces


def _invented(pieces: list[tuple[str, np.ndarray]], n: int) -> pd.DataFrame:
    """`n` doors along `pieces`; the spacing is the widest that gives as many."""
    middle = math.radians(np.concatenate([line for _, line in pieces])[:, 1].mean())
    scale = 111_195.08 * np.array([math.cos(middle), 1.0])
    lines = [(name, line * scale) for name, line in pieces]
    usable = [np.hypot(*np.diff(line, axis=0).T).sum() - 2 * BEFORE_CORNER_M for _, line in lines]
    usable = np.array(usable)
    low, high = 1.0, 500.0
    while high - low > 1e-6:
        spacing = (low + high) / 2
        enough = 2 * np.floor(usable[usable > 0] / spacing + 1).sum() >= n
        low, high = (spacing, high) if enough else (low, spacing)
    rows, numbers = [], defaultdict(int)
    for (name, line), room in zip(lines, usable, strict=True):
        for k in range(int(room // low) + 1 if room > 0 else 0):
            x, y, along_x, along_y = _point(line, BEFORE_CORNER_M + (room % low) / 2 + k * low)
            numbers[name] += 1
            for odd, side in ((1, 1.0), (2, -1.0)):
                place = np.array([x - side * along_y * SETBACK_M, y + side * along_x * SETBACK_M])
                number = 98 + 2 * numbers[name] + odd
                rows.append((*(place / scale).round(7), f"{number} {name}", "", name))
    doors = pd.DataFrame(rows[:n], columns=["lon", "lat", "address", "unit", "street"])
    return doors.assign(city="Davis", zip="95616")


def _point(line: np.ndarray, metres: float) -> tuple[float, float, float, float]:
    """The point `metres` along a line, and the line's direction there."""
    steps = np.diff(line, axis=0)
    lengths = np.hypot(*steps.T)
    ends = lengths.cumsum()
    k = min(int(np.searchsorted(ends, metres)), len(steps) - 1)
    direction = steps[k] / lengths[k]
    x, y = line[k] + direction * (metres - (ends[k] - lengths[k]))
    return x, y, *direction


PLACES = {"davis": davis_doors, "sf": sf_addresses, "sf-units": sf_doors}
