"""
Plans made by hand, for tests of what is drawn and served.

`block_plan` draws blocks of one turf each; every street, address and count can be told from its
place in the grid:

    +----+----+     y up, x right, a block is 100 m; block (column, row) is turf
    | B1 | B2 |     "<letter of row><column + 1>"; streets run between the blocks,
    +----+----+     doors stand along the south side of their block
    | A1 | A2 |
    +----+----+
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from turfcutter.drawing.colours import colour_numbers
from turfcutter.model import Plan
from turfcutter.streets.corners import CORNERS

CRS = "EPSG:32610"
CORNER = (609_000.0, 4_267_000.0)  # in Davis, California
HOSTILE = [
    "{{7*7}}",
    "{% x",
    "${1}",
    "`tick`",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "a & b \u2028 'c' \"d\"",
]
NOT_SENT = {"locked": False, "rank": 0, "staging": ""}
NOT_SENT |= {"drive_minutes": 0.0, "crew": 0, "drop_off": ""}
"""Columns of a turf for which nobody has a place or a crew."""


def block_plan(
    columns: int = 3,
    rows: int = 2,
    doors: int = 6,
    *,
    street_names: Sequence[str] = (),
    precincts: Sequence[str] = ("0101", "0102"),
    title: str = "Grid town",
    units: Sequence[str] = ("1", "2", "10", "10A"),
) -> Plan:
    """
    A plan of `columns` x `rows` turfs of `doors` doors.

    The third stop of every turf is an apartment house with `units` as its doors, which count
    among the `doors`. Precincts take the rows in turn.
    """
    blocks = [(column, row) for row in range(rows) for column in range(columns)]
    ids = [f"{chr(65 + row % 26)}{row // 26 or ''}{column + 1}" for column, row in blocks]
    names = [*street_names, *(f"{n} Street" for n in range(len(street_names), rows + 1))]
    outlines = [_box(column, row) for column, row in blocks]
    home = [precincts[row % len(precincts)] for _, row in blocks]
    door_table = pd.concat(
        [
            _doors(turf_id, block, doors, names[block[1]], precinct, units)
            for turf_id, block, precinct in zip(ids, blocks, home, strict=True)
        ],
        ignore_index=True,
    )
    door_table = _on_streets(door_table, blocks, columns)
    per_turf = door_table.groupby("turf_id", sort=False)
    walks = [_walk(column, row) for column, row in blocks]
    start_lon, start_lat = _degrees([shapely.Point(walk.coords[0]) for walk in walks])
    turfs = gpd.GeoDataFrame(
        {
            "turf_id": ids,
            "region": "1",
            "kind": "walk",
            "building": "",
            "precinct": home,
            "doors": per_turf.size().to_numpy(),
            "stops": per_turf["stop"].max().to_numpy(),
            "voters": per_turf["voters"].sum().to_numpy(),
            "minutes": per_turf["minutes"].sum().to_numpy() + 6.0,
            "minutes_low": per_turf["minutes"].sum().to_numpy() - 1.0,
            "minutes_high": per_turf["minutes"].sum().to_numpy() + 12.0,
            "walk_m": [walk.length for walk in walks],
            "steps_m": 0.0,
            "effort": "easy",
            "start": [f"{names[row]}, south-west corner" for _, row in blocks],
            "start_lon": start_lon,
            "start_lat": start_lat,
            "colour": colour_numbers(gpd.GeoSeries(outlines, crs=CRS)),
            **NOT_SENT,
        },
        geometry=outlines,
        crs=CRS,
    )
    return Plan(
        about={"params": {"packet": {"title": title}}, "counts": {}},
        turfs=turfs,
        doors=door_table,
        voters=_voters(door_table),
        walks=gpd.GeoDataFrame(
            {"turf_id": ids, "walk_m": turfs["walk_m"], "minutes": 6.0}, geometry=walks, crs=CRS
        ),
        legs=gpd.GeoDataFrame({"turf_id": []}, geometry=[], crs=CRS),
        exceptions=pd.DataFrame({"voter_id": [], "address": [], "reason": []}),
        streets=_streets(columns, rows, names),
        base=_base(columns, rows),
        precincts=gpd.GeoDataFrame(
            {"precinct": [precincts[row % len(precincts)] for row in range(rows)]},
            geometry=[_area(0, 100 * row, 100 * columns, 100) for row in range(rows)],
            crs=CRS,
        ),
    )


def whole_plan(columns: int = 3, rows: int = 2, doors: int = 6) -> Plan:
    """
    A `block_plan` with nothing left out, of which every figure adds up.

    Four voters are in no turf, one of them has no place; the voters'
    parties are kept.
    """
    plan = block_plan(columns, rows, doors)
    voters, turfs = plan.voters, plan.turfs
    exceptions = pd.DataFrame(
        {
            "voter_id": ["E1", "00E2", "=E3", "E4"],
            "address": ["1 Nowhere", "2 Far Road 3", "=1+1 Lane", ""],
            "reason": ["R-no_geocode", "R-off_network", "R-unreachable", "R-no_address"],
            "detail": ["No coordinates.", "212 m from any street.", "On an island.", "-"],
            "phone": ["", "+1 530 555 0100", "", ""],
            "lon": [np.nan, -121.7402, -121.7403, -121.7404],
            "lat": [np.nan, 38.5501, 38.5502, 38.5503],
            "ballot": "",
        }
    )
    counts = {
        "unreadable": 1,
        "repeated": 2,
        "conflicting": 3,
        "suppressed": 4,
        "status": 6,
        "outside": 5,
        "voted": 0,
        "exceptions": len(exceptions),
        "uncut": 0,
        "in_turfs": len(voters),
    }
    counts |= {"rows": sum(counts.values()), "turfs": len(turfs)}
    counts |= {name: int(turfs[name].sum()) for name in ("doors", "stops")}
    return replace(
        plan,
        about={
            "params": {
                "packet": {"title": "Grid town"},
                "voters": {"keep": ["party"], "phones": False},
            },
            "seed": 0,
            "counts": counts,
            "scorecard": {"ratio": 0.1 + 0.2, "walk_m": 1e-7},
            "notes": [{"code": "REPAIRED", "sentence": "One “polygon” was mended.", "count": 1}],
            "parent": None,
        },
        voters=voters.assign(party=["DEM" if n % 2 else "" for n in range(len(voters))]),
        legs=_legs(plan.walks, turfs["stops"].tolist()),
        exceptions=exceptions,
    )


def _legs(walks: gpd.GeoDataFrame, stops: Sequence[int]) -> gpd.GeoDataFrame:
    """A leg to each stop, ten metres of street apart, and one by the far end of it back."""
    rows = []
    for (_, walk), count in zip(walks.iterrows(), stops, strict=True):
        out, far, home = walk.geometry.coords
        at = [out, *((out[0] - 5 + 10 * stop, out[1]) for stop in range(1, count + 1))]
        lines = [*map(shapely.LineString, pairwise(at)), shapely.LineString([at[-1], far, home])]
        rows += [(walk["turf_id"], n, n % len(lines), lines[n - 1]) for n in range(1, count + 2)]
    table = pd.DataFrame(rows, columns=["turf_id", "leg", "stop", "geometry"])
    back = table["stop"] == 0
    table = table.assign(
        street="0 Street",
        side=np.where(back, "", "even"),
        turn=np.select([back, table["leg"] == 1], ["back", "start"], "straight"),
        walk_m=shapely.length(table["geometry"].to_numpy()),
    )
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _area(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    west, south = CORNER[0] + x, CORNER[1] + y
    return shapely.box(west, south, west + width, south + height)


def _line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(CORNER[0] + x, CORNER[1] + y) for x, y in places])


def _degrees(places: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    found = gpd.GeoSeries(places, crs=CRS).to_crs("EPSG:4326")
    return found.x.to_numpy(), found.y.to_numpy()


def _box(column: int, row: int) -> shapely.Polygon:
    return _area(100 * column, 100 * row, 100, 100)


def _walk(column: int, row: int) -> shapely.LineString:
    """Along the south side of the block and back."""
    x, y = 100 * column, 100 * row
    return _line((x + 5, y), (x + 95, y), (x + 5, y))


def _doors(
    turf_id: str,
    block: tuple[int, int],
    count: int,
    street: str,
    precinct: str,
    units: Sequence[str],
) -> pd.DataFrame:
    stop = np.array(
        [min(n, 3) if n < 3 + len(units) else n - len(units) + 1 for n in range(1, count + 1)]
    )
    unit = [units[n - 3] if 3 <= n < 3 + len(units) else "" for n in range(1, count + 1)]
    x = 100 * block[0] + 5 + 90 * stop / (stop.max() + 1)
    spots = [shapely.Point(CORNER[0] + each, CORNER[1] + 100 * block[1] + 12) for each in x]
    lon, lat = _degrees(spots)
    return pd.DataFrame(
        {
            "door_id": [f"d{turf_id}{n}" for n in range(count)],
            "turf_id": turf_id,
            "stop": stop,
            "order": np.arange(1, count + 1),
            "lon": lon,
            "lat": lat,
            "address": [f"{100 * block[0] + 100 + 2 * int(n)} {street}" for n in stop],
            "unit": unit,
            "city": "Davis",
            "zip": "95616",
            "precinct": precinct,
            "voters": [1 + n % 3 for n in range(count)],
            "minutes": 1.7,
            "flags": "",
            "street": street,
            "side": "even",
            "setback_m": 12.0,
            "located": "file",
            "grade": "",
        }
    )


def _on_streets(
    doors: pd.DataFrame, blocks: Sequence[tuple[int, int]], columns: int
) -> pd.DataFrame:
    """Doors with their piece of street: they stand left of the one south of their block."""
    block = pd.factorize(doors["turf_id"])[0]
    stop = doors.groupby(["turf_id", "stop"], sort=False)
    return doors.assign(
        building=np.where(doors["unit"] == "", "house", "apartments"),
        level=0,
        site=stop.ngroup(),
        stop_id=stop.ngroup(),
        at_stop=stop.cumcount(),
        edge=[columns * blocks[n][1] + blocks[n][0] for n in block],
        hand=0,
        along_dm=100 * doors["stop"],
        zone=[blocks[n][1] for n in block],
        soft=0,
    )


def _voters(doors: pd.DataFrame) -> pd.DataFrame:
    """Voters whose names and ids must never be found on a map."""
    rows = doors.loc[doors.index.repeat(doors["voters"]), ["door_id", "turf_id"]]
    return rows.reset_index(drop=True).assign(
        voter_id=[f"VOTERID{n}" for n in range(len(rows))],
        first_name="Secretfirst",
        last_name="Secretlast",
        age="47",
        language="",
    )


def _streets(columns: int, rows: int, names: Sequence[str]) -> gpd.GeoDataFrame:
    """East-west streets of one piece a block, named; north-south ones named by letters."""
    across = [
        (names[row], "residential", _line((100 * n, 100 * row), (100 * n + 100, 100 * row)))
        for row in range(rows + 1)
        for n in range(columns)
    ]
    along = [
        (
            f"Avenue {n + 1}",
            "secondary" if n == 0 else "residential",
            _line((100 * n, 0), (100 * n, 100 * rows)),
        )
        for n in range(columns + 1)
    ]
    path = [("", "footway", _line((0, 0), (100 * columns, 100 * rows)))]
    table = [*across, *along, *path]
    at = np.arange(len(table))
    return gpd.GeoDataFrame(
        {
            "name": [row[0] for row in table],
            "kind": [row[1] for row in table],
            "service": "",
            "bridge": False,
            "u": 2 * at,
            "v": 2 * at + 1,
            "component": 0,
            "cell": 0,
            "bare": 0.0,
            **dict.fromkeys(("length_dm", "cost_dm"), 1000),
            **dict.fromkeys(("crossing_dm", "across_dm"), 100),
            **{name: 4 * at + k for k, name in enumerate(CORNERS)},
            "cross_u": True,
            "cross_v": True,
        },
        geometry=[row[2] for row in table],
        crs=CRS,
    )


def _base(columns: int, rows: int) -> gpd.GeoDataFrame:
    width, height = 100 * columns, 100 * rows
    table = [
        ("water", "Creek", _line((-80, -40), (width + 80, -60))),
        ("water", "Pond", _area(width + 10, 10, 60, 80)),
        ("park", "Green", _area(-90, 0, 80, height)),
        ("rail", "", _line((-80, height + 30), (width + 80, height + 40))),
        ("motorway", "", _line((-80, height + 70), (width + 80, height + 80))),
        *(
            ("building", "", _area(100 * column + 20 * n + 5, 100 * row + 8, 12, 10))
            for row in range(rows)
            for column in range(columns)
            for n in range(4)
        ),
    ]
    return gpd.GeoDataFrame(
        {"kind": [row[0] for row in table], "name": [row[1] for row in table]},
        geometry=[row[2] for row in table],
        crs=CRS,
    )


def big_plan(columns: int = 50, rows: int = 40, doors: int = 50, seed: int = 0) -> Plan:
    """
    A plan of `columns` x `rows` turfs of `doors` doors for measuring; streets wind a little.

    At its defaults: 100,000 doors, 2,000 turfs, 30,000 street lines of 8 points, no two of which
    join into one, 30,000 buildings.
    """
    rng = np.random.default_rng(seed)
    count = columns * rows
    at = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2) * 250.0
    ids = [f"T{n:04d}" for n in range(count)]
    outlines = shapely.box(
        CORNER[0] + at[:, 0],
        CORNER[1] + at[:, 1],
        CORNER[0] + at[:, 0] + 250,
        CORNER[1] + at[:, 1] + 250,
    )
    outlines = shapely.segmentize(outlines, 20.0)
    spots = at[:, None, :] + rng.uniform(5, 245, (count, doors, 2)) + CORNER
    walks = shapely.linestrings(
        np.repeat(np.concatenate([spots, spots[:, :1]], axis=1), 3, axis=1)
        + rng.normal(0, 4, (count, 3 * doors + 3, 2))
    )
    lon, lat = _degrees(shapely.points(spots.reshape(-1, 2)))
    turf = np.repeat(ids, doors)
    stop = np.tile(np.arange(1, doors + 1), count)
    street = [f"Street {n}" for n in rng.integers(0, 1500, count * doors)]
    door_table = pd.DataFrame(
        {
            "door_id": "",
            "turf_id": turf,
            "stop": stop,
            "order": stop,
            "lon": lon,
            "lat": lat,
            "address": [
                f"{n} {s}" for n, s in zip(rng.integers(1, 9999, len(turf)), street, strict=True)
            ],
            "unit": np.where(rng.random(len(turf)) < 0.2, "2A", ""),
            "street": street,
            "voters": rng.integers(1, 5, len(turf)),
        }
    )
    middles = [shapely.Point(*each) for each in spots[:, 0]]
    start_lon, start_lat = _degrees(middles)
    turfs = gpd.GeoDataFrame(
        {
            "turf_id": ids,
            "region": "1",
            "kind": "walk",
            "building": "",
            "precinct": "0101",
            "doors": doors,
            "stops": doors,
            "voters": 2 * doors,
            "minutes": 110.0,
            "minutes_low": 90.0,
            "minutes_high": 135.0,
            "walk_m": shapely.length(walks),
            "steps_m": 0.0,
            "effort": "fair",
            "start": "a corner",
            "start_lon": start_lon,
            "start_lat": start_lat,
            "colour": colour_numbers(gpd.GeoSeries(outlines, crs=CRS)),
            **NOT_SENT,
        },
        geometry=outlines,
        crs=CRS,
    )
    empty = gpd.GeoDataFrame({"turf_id": []}, geometry=[], crs=CRS)
    return Plan(
        about={},
        turfs=turfs,
        doors=door_table,
        voters=pd.DataFrame(),
        walks=gpd.GeoDataFrame({"turf_id": ids}, geometry=walks, crs=CRS),
        legs=empty,
        exceptions=pd.DataFrame(),
        streets=_winding_streets(at, 15, rng),
        base=_houses(spots.reshape(-1, 2)[::3] + 9.0),
        precincts=gpd.GeoDataFrame(
            {"precinct": ["0101"]}, geometry=[_area(0, 0, 250.0 * columns, 250.0 * rows)], crs=CRS
        ),
    )


def _winding_streets(at: np.ndarray, each: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    start = np.repeat(at, each, axis=0) + rng.uniform(0, 250, (len(at) * each, 2)) + CORNER
    steps = rng.normal(0, 4, (len(start), 8, 2)) + rng.choice([-20, 20], (len(start), 1, 2))
    lines = shapely.linestrings(start[:, None, :] + np.cumsum(steps, axis=1))
    kinds = np.array(["residential", "footway", "service", "tertiary", "primary"])
    kind = kinds[rng.choice(5, len(lines), p=[0.55, 0.2, 0.15, 0.07, 0.03])]
    names = [f"Street {n}" for n in rng.integers(0, 1500, len(lines))]
    return gpd.GeoDataFrame({"name": names, "kind": kind}, geometry=lines, crs=CRS)


def _houses(corners: np.ndarray) -> gpd.GeoDataFrame:
    boxes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 12, corners[:, 1] + 9)
    return gpd.GeoDataFrame(
        {"kind": ["building"] * len(boxes), "name": ""}, geometry=boxes, crs=CRS
    )
