"""The places the referee judges on: real streets, real addresses where there are any."""

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import geopandas
import numpy as np
import osmium
import pandas as pd
import rivertown
import shapely
from osmfile import walkable
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DAVIS_DOORS = 10_724
DAVIS_LOTS = 25_000
THIN = 0.12
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
    """
    Davis: `n` *invented* doors, evenly along both sides of its real residential streets.

    Streets outside the county's precincts have none.
    """
    folder = DATA / "davis"
    osm = folder / "davis_city_2022.osm.gz"
    precincts = folder / "113-yolo_precincts_2016_wgs84.zip"
    county = geopandas.read_file(precincts).to_crs(4326).union_all()
    pieces = [
        (name, line)
        for name, line in _residential(osm)
        if county.contains(shapely.LineString(line).buffer(0.0003))  # some 30 m
    ]
    return Place("davis", _invented(pieces, n), osm, precincts)


def _residential(osm: Path) -> list[tuple[str, np.ndarray]]:
    """
    Name and course (lon, lat) of each public residential street, cut at its junctions.

    Only streets one can walk to: those of the largest part of the network that hangs together.
    """
    ways, uses, links = [], defaultdict(int), []
    for item in osmium.FileProcessor(str(osm)).with_locations():
        if item.is_way() and "highway" in item.tags and item.tags["highway"] != "motorway":
            nodes = [(node.ref, node.lon, node.lat) for node in item.nodes if node.location.valid()]
            for ref, _, _ in nodes:
                uses[ref] += 1
            if walkable(dict(item.tags)):
                links += pairwise(ref for ref, _, _ in nodes)
            if item.tags["highway"] == "residential" and item.tags.get("access") != "private":
                ways.append((item.id, item.tags.get("name", f"Unnamed {item.id}"), nodes))
    reached, pieces = _together(links), []
    for _, name, nodes in sorted(ways):
        if nodes[0][0] not in reached:
            continue
        cuts = [k for k, node in enumerate(nodes) if 0 < k < len(nodes) - 1 and uses[node[0]] > 1]
        for start, end in zip([0, *cuts], [*cuts, len(nodes) - 1], strict=True):
            pieces.append((name, np.array([node[1:] for node in nodes[start : end + 1]])))
    return pieces


def _together(links: list[tuple[int, int]]) -> set[int]:
    """Nodes of the largest part that hangs together."""
    nodes, ends = np.unique(np.array(links), return_inverse=True)
    a, b = ends.reshape(-1, 2).T
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(len(nodes),) * 2)
    part = connected_components(graph, directed=False)[1]
    return set(nodes[part == np.bincount(part).argmax()].tolist())


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


@cache
def davis_lots(n: int = DAVIS_DOORS) -> Place:
    """Davis: `n` of 25,000 *invented* lots at random; gaps are as irregular as targets are."""
    lots = davis_doors(DAVIS_LOTS)
    return replace(lots, name="davis-lots", doors=_some(lots.doors, n))


@cache
def thin(place: Place) -> Place:
    """A thin universe: 12 % of a place's doors, at random."""
    doors = _some(place.doors, round(THIN * len(place.doors)))
    return replace(place, name=f"{place.name}-thin", doors=doors)


@cache
def centre(place: Place, n: int = 1_600) -> Place:
    """The `n` doors nearest to the middle of a place."""
    x = (place.doors["lon"] - place.doors["lon"].median()) * 0.79
    y = place.doors["lat"] - place.doors["lat"].median()
    doors = place.doors.loc[np.sort(np.argsort(np.hypot(x, y), kind="stable")[:n])]
    return replace(place, name=f"{place.name}-{n}", doors=doors.reset_index(drop=True))


@cache
def river_town(n: int = 5_000) -> Place:
    """River Town (wholly *invented*): where straight lines lead over what cannot be crossed."""
    osm, precincts, pieces = rivertown.build()
    doors = _invented(pieces, n).assign(city="River Town", zip="95999")
    return Place("river", doors, osm, precincts)


@cache
def county(folder: str) -> Place:
    """
    A generated county (wholly *invented*): the folder that `turfcutter sample` made.

    One door a house number, as of San Francisco: the homes of a park and the units of a building
    have no streets of their own to be judged by. Voters whose coordinates are wrong on purpose,
    far outside the precincts, are left out.
    """
    files = Path(folder)
    voters = pd.read_csv(files / "voters.csv", dtype=str, keep_default_na=False)
    voters = voters.loc[(voters["lat"] != "") & (voters["lon"] != "")]
    voters[["lon", "lat"]] = voters[["lon", "lat"]].astype(float)
    precincts = files / "precincts.zip"
    inside = geopandas.read_file(precincts).to_crs(4326).union_all().buffer(0.003)  # some 300 m
    voters = voters[shapely.contains_xy(inside, voters["lon"], voters["lat"])]
    words = {"N": "NORTH ", "S": "SOUTH ", "E": "EAST ", "W": "WEST "}
    voters["street"] = voters["sPreDir"].map(words).fillna("") + voters["szStreetName"]
    house = voters[["sHouseNum", "sPreDir", "szStreetName", "sStreetSuffix"]]
    voters["address"] = house.agg(" ".join, axis=1).str.replace(r" +", " ", regex=True)
    voters = voters.rename(columns={"szSitusCity": "city", "sSitusZip": "zip"})
    doors = voters.drop_duplicates(["address", "city"]).reset_index(drop=True).assign(unit="")
    wanted = ["lon", "lat", "address", "unit", "street", "city", "zip"]
    return Place(files.name, doors[wanted], files / "streets.osm.pbf", precincts)


def _some(doors: pd.DataFrame, n: int) -> pd.DataFrame:
    rows = np.random.default_rng(0).permutation(len(doors))[:n]
    return doors.loc[np.sort(rows)].reset_index(drop=True)


PLACES = {
    "davis": davis_doors,
    "davis-lots": davis_lots,
    "davis-thin": lambda: thin(davis_doors()),
    "davis-1600": lambda: centre(davis_doors()),
    "river": river_town,
    "sf": sf_addresses,
    "sf-units": sf_doors,
    "sf-thin": lambda: thin(sf_addresses()),
    "sf-1600": lambda: centre(sf_addresses()),
}


def named(name: str) -> Place:
    """A place of `PLACES`, or the generated county in the folder of that name."""
    return PLACES[name]() if name in PLACES else county(name)
