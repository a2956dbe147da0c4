"""
What a map's page knows of a plan: compact columns, turf by turf.

No names and no ids of voters: only how many live behind a door.
"""

from collections.abc import Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from turfcutter.drawing.colours import palette
from turfcutter.model import Plan
from turfcutter.render.packing import packed, points, shapes, words
from turfcutter.render.parts import Parts, split

LINE_M: Final = 0.4
"""Streets and outlines are drawn within this distance of the truth: a pixel at the closest zoom."""

FAR_M: Final = 4.0
"""The same from afar, where a pixel is 5 m and more."""
NAMED_M: Final = 1.5
"""The same for precincts and districts."""
FAR_AREA_M2: Final = 1_000.0
"""Parks and waters smaller than this are not seen from afar."""
AREAS: Final = ("water", "park", "building")
LINES: Final = ("water", "rail", "motorway")

RANKS: Final[dict[str, int]] = {
    "motorway": 0,
    "motorway_link": 0,
    "trunk": 0,
    "trunk_link": 0,
    "primary": 1,
    "primary_link": 1,
    "secondary": 1,
    "secondary_link": 1,
    "tertiary": 2,
    "tertiary_link": 2,
    "residential": 3,
    "unclassified": 3,
    "living_street": 3,
    "road": 3,
    "service": 4,
    "pedestrian": 4,
    "track": 5,
    "footway": 5,
    "path": 5,
    "steps": 5,
    "cycleway": 5,
    "bridleway": 5,
    "corridor": 5,
}
"""Street class -> how it is drawn, from widest to a dotted path; unknown classes as residential."""

_OTHER_RANK = 3


def plan_data(plan: Plan, tiles: dict[str, str] | None) -> dict[str, Any]:
    """
    The page's data for JSON, with all its parts.

    Parameters
    ----------
    plan
        The plan; every turf needs a walk in `plan.walks` to show a route, doors need `turf_id`.
    tiles
        ``url`` and ``credit`` of a tile layer, or None.
    """
    parts = split(plan)
    return {**overview(plan, parts, tiles), "near": list(part_data(plan, parts))}


def overview(plan: Plan, parts: Parts, tiles: dict[str, str] | None) -> dict[str, Any]:
    """What a map begins with: its turfs, and the ground as it looks from afar."""
    turfs = plan.turfs.reset_index(drop=True)
    packet = plan.about.get("params", {}).get("packet", {})
    colours = int(turfs["colour"].max()) + 1 if len(turfs) else 0
    corners = shapely.points(parts.box.reshape(-1, 2))
    box = gpd.GeoSeries(corners, crs=plan.turfs.crs).to_crs("EPSG:4326")
    return {
        "title": str(packet.get("title", "")),
        "credit": str(plan.about.get("attribution", "Streets © OpenStreetMap contributors")),
        "tiles": tiles,
        "palette": palette(colours),
        "turfs": {**_turfs(turfs), "part": packed(parts.turf)},
        "far": _afar(parts),
        "precincts": _named(plan.precincts, "precinct"),
        "districts": _named(_of_kind(plan.base, "district"), "name"),
        "staging": _places(_of_kind(plan.base, "staging")),
        "parts": points(box.x, box.y),
    }


def part_data(plan: Plan, parts: Parts) -> Iterator[dict[str, Any]]:
    """Each part of a map: doors, walks, and the ground as it looks close up."""
    doors = _ordered(plan.doors, plan.turfs["turf_id"])
    of_door = parts.turf[doors["turf"].to_numpy(np.int64)] if len(doors) else np.empty(0, int)
    walks = _walks(plan.walks, plan.turfs["turf_id"])
    for part in range(parts.count):
        own = np.flatnonzero(parts.turf == part)
        bases = parts.bases[parts.base == part]
        yield {
            "doors": _doors(doors[of_door == part], own),
            "walks": shapes(walks.iloc[own], LINE_M),
            "streets": _streets(parts.streets[parts.street == part], LINE_M),
            **_ground(bases, LINE_M),
            "left": _left(parts.exceptions[parts.left == part]),
        }


def _turfs(turfs: gpd.GeoDataFrame) -> dict[str, Any]:
    circles = shapely.maximum_inscribed_circle(np.asarray(turfs.geometry.array), tolerance=2.0)
    middles = gpd.GeoSeries(shapely.get_point(circles, 0), crs=turfs.crs).to_crs("EPSG:4326")
    return {
        "id": [str(text) for text in turfs["turf_id"]],
        "precinct": words(turfs["precinct"]),
        "effort": words(turfs["effort"]),
        "kind": words(turfs["kind"]),
        "building": words(turfs["building"]),
        "staging": words(turfs["staging"]),
        "dropOff": words(turfs["drop_off"]),
        "startText": words(turfs["start"]),
        "start": points(turfs["start_lon"], turfs["start_lat"]),
        "middle": points(middles.x, middles.y),
        **{name: _whole(turfs[name]) for name in ("doors", "stops", "voters", "minutes")},
        "quiet": _whole(turfs["minutes_low"]),
        "busy": _whole(turfs["minutes_high"]),
        "metres": _whole(turfs["walk_m"]),
        "steps": _whole(turfs["steps_m"]),
        "drive": _whole(turfs["drive_minutes"]),
        "rank": _whole(turfs["rank"]),
        "crew": _whole(turfs["crew"]),
        "colour": _whole(turfs["colour"]),
        "outline": shapes(turfs.geometry, LINE_M),
    }


def _ordered(doors: pd.DataFrame, turf_ids: pd.Series) -> pd.DataFrame:
    """Doors in walking order, grouped as the turfs are; `turf` is the place of theirs."""
    place = pd.Series(np.arange(len(turf_ids)), index=turf_ids)
    rows = doors.assign(turf=doors["turf_id"].map(place))
    return rows.dropna(subset=["turf"]).sort_values(["turf", "order"])


def _doors(rows: pd.DataFrame, turfs: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Doors of some turfs; addresses split at the first blank."""
    address = rows["address"].fillna("").astype(str).str.partition(" ")
    own = np.searchsorted(turfs, rows["turf"].to_numpy(dtype=np.int64))
    return {
        "perTurf": packed(np.bincount(own, minlength=len(turfs))),
        "stop": packed(np.diff(rows["stop"].to_numpy(dtype=np.int64), prepend=0)),
        "number": words(address[0]),
        "rest": words(address[2]),
        "unit": words(rows["unit"]),
        "street": words(rows["street"]),
        "xy": points(rows["lon"], rows["lat"]),
    }


def _walks(walks: gpd.GeoDataFrame, turf_ids: pd.Series) -> gpd.GeoSeries:
    found = walks.set_index("turf_id").geometry.reindex(turf_ids.to_numpy())
    lines = np.asarray(found.array, dtype=object)
    lines[shapely.is_missing(lines)] = shapely.LineString()
    return gpd.GeoSeries(lines, crs=walks.crs)


def _afar(parts: Parts) -> dict[str, Any]:
    """The ground from afar: no paths, no driveways, no houses, no names of small streets."""
    rank = _rank(parts.streets)
    seen = parts.streets[(rank <= _OTHER_RANK).to_numpy()]
    small = (_rank(seen) == _OTHER_RANK).to_numpy()
    bases = parts.bases[(parts.bases["kind"] != "building").to_numpy()]
    lines = shapely.get_dimensions(np.asarray(bases.geometry.array, dtype=object)) == 1
    wide = bases.geometry.area.to_numpy() >= FAR_AREA_M2
    return {
        "streets": _streets(seen.assign(name=seen["name"].mask(small, "")), FAR_M),
        **_ground(bases[lines | wide], FAR_M),
    }


def _ground(base: gpd.GeoDataFrame, tolerance_m: float) -> dict[str, Any]:
    kinds = base["kind"].to_numpy(object)
    drawn = np.asarray(base.geometry.array, dtype=object)
    sides = shapely.get_dimensions(drawn)

    def of(kind: str, dimension: int) -> dict[str, str]:
        rows = drawn[(kinds == kind) & (sides == dimension)]
        return shapes(gpd.GeoSeries(rows, crs=base.crs), tolerance_m)

    return {
        "areas": {kind: of(kind, 2) for kind in AREAS},
        "lines": {kind: of(kind, 1) for kind in LINES},
    }


def _rank(streets: gpd.GeoDataFrame) -> pd.Series:
    rank: pd.Series = streets["kind"].map(RANKS).fillna(_OTHER_RANK).astype(int)
    return rank


def _streets(streets: gpd.GeoDataFrame, tolerance_m: float) -> dict[str, Any]:
    """Streets of one name and rank joined into lines as long as they go: fewer, better labels."""
    table = pd.DataFrame(
        {
            "name": streets["name"].fillna("").astype(str).to_numpy(),
            "rank": _rank(streets).to_numpy(),
            "geometry": np.asarray(streets.geometry.array, dtype=object),
        }
    )
    names, ranks, lines = [], [], []
    for (rank, name), pieces in table.groupby(["rank", "name"], sort=True)["geometry"]:
        merged = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(pieces.to_numpy())))
        parts = shapely.get_parts(merged)
        names += [name] * len(parts)
        ranks += [rank] * len(parts)
        lines += list(parts)
    return {
        "name": words(pd.Series(names, dtype=object)),
        "rank": packed(np.array(ranks, dtype=np.int64)),
        "shape": shapes(gpd.GeoSeries(lines, crs=streets.crs), tolerance_m),
    }


def _of_kind(base: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    return base[(base["kind"] == kind).to_numpy()]


def _named(table: gpd.GeoDataFrame, column: str) -> dict[str, Any]:
    """Areas and what they are called."""
    return {"name": words(table[column]), "shape": shapes(table.geometry, NAMED_M)}


def _places(table: gpd.GeoDataFrame) -> dict[str, Any]:
    degrees = table.geometry.to_crs("EPSG:4326")
    return {"name": words(table["name"]), "at": points(degrees.x, degrees.y)}


def _left(table: gpd.GeoDataFrame) -> dict[str, Any]:
    """Addresses in no turf, and why."""
    degrees = table.geometry.to_crs("EPSG:4326")
    return {
        "address": words(table["address"]),
        "why": words(table["detail"]),
        "at": points(degrees.x, degrees.y),
    }


def _whole(column: pd.Series) -> str:
    return packed(np.rint(column.to_numpy(dtype=float)).astype(np.int64))
