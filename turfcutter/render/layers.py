"""
What a map's page knows of a plan: compact columns, turf by turf.

No names and no ids of voters: only how many live behind a door.
"""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from turfcutter.drawing.colours import palette
from turfcutter.model import Plan
from turfcutter.plans.layout import MARGIN_M
from turfcutter.render.packing import packed, points, shapes, words

LINE_M: Final = 0.4
"""Streets and outlines are drawn within this distance of the truth: a pixel at the closest zoom."""

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
    The page's data for JSON.

    Parameters
    ----------
    plan
        The plan; every turf needs a walk in `plan.walks` to show a route, doors need `turf_id`.
    tiles
        ``url`` and ``credit`` of a tile layer, or None.
    """
    turfs = plan.turfs.reset_index(drop=True)
    packet = plan.about.get("params", {}).get("packet", {})
    colours = int(turfs["colour"].max()) + 1 if len(turfs) else 0
    return {
        "title": str(packet.get("title", "")),
        "credit": str(plan.about.get("attribution", "Streets © OpenStreetMap contributors")),
        "tiles": tiles,
        "palette": palette(colours),
        "turfs": _turfs(turfs),
        "doors": _doors(plan.doors, turfs["turf_id"]),
        "walks": shapes(_walks(plan.walks, turfs["turf_id"]), LINE_M),
        "streets": _streets(_near(plan.streets, turfs)),
        "areas": {kind: _base(plan.base, kind, 2) for kind in ("water", "park", "building")},
        "lines": {kind: _base(plan.base, kind, 1) for kind in ("water", "rail", "motorway")},
        "precincts": shapes(plan.precincts.geometry, LINE_M),
    }


LABELS: Final[dict[str, str]] = {
    "walk": "",
    "apartments": "apartments at ",
    "dorm": "rooms at ",
    "mobile_home": "mobile homes at ",
    "drive": "by car",
}
"""Kind of turf -> how the map tells it, before the buildings' addresses."""


def _turfs(turfs: gpd.GeoDataFrame) -> dict[str, Any]:
    circles = shapely.maximum_inscribed_circle(np.asarray(turfs.geometry.array), tolerance=2.0)
    middles = gpd.GeoSeries(shapely.get_point(circles, 0), crs=turfs.crs).to_crs("EPSG:4326")
    return {
        "id": [str(text) for text in turfs["turf_id"]],
        "precinct": words(turfs["precinct"]),
        "effort": words(turfs["effort"]),
        "label": words(turfs["kind"].map(LABELS) + turfs["building"]),
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


def _doors(doors: pd.DataFrame, turf_ids: pd.Series) -> dict[str, Any]:
    """Doors in walking order, grouped as the turfs are; addresses split at the first blank."""
    place = pd.Series(np.arange(len(turf_ids)), index=turf_ids)
    turf = doors["turf_id"].map(place)
    rows = doors.assign(turf=turf).dropna(subset=["turf"]).sort_values(["turf", "order"])
    address = rows["address"].fillna("").astype(str).str.partition(" ")
    counts = np.bincount(rows["turf"].to_numpy(dtype=np.int64), minlength=len(turf_ids))
    return {
        "perTurf": packed(counts),
        "stop": packed(np.diff(rows["stop"].to_numpy(dtype=np.int64), prepend=0)),
        "number": words(address[0]),
        "rest": words(address[2]),
        "unit": words(rows["unit"]),
        "street": words(rows["street"]),
        "voters": _whole(rows["voters"]),
        "xy": points(rows["lon"], rows["lat"]),
    }


def _walks(walks: gpd.GeoDataFrame, turf_ids: pd.Series) -> gpd.GeoSeries:
    found = walks.set_index("turf_id").geometry.reindex(turf_ids.to_numpy())
    lines = np.asarray(found.array, dtype=object)
    lines[shapely.is_missing(lines)] = shapely.LineString()
    return gpd.GeoSeries(lines, crs=walks.crs)


def _near(streets: gpd.GeoDataFrame, turfs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Streets around the turfs: a plan keeps more than that, for walks."""
    if not len(turfs):
        return streets
    west, south, east, north = turfs.total_bounds
    near = shapely.box(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
    return streets[streets.intersects(near)]


def _streets(streets: gpd.GeoDataFrame) -> dict[str, Any]:
    """Streets of one name and rank joined into lines as long as they go: fewer, better labels."""
    table = pd.DataFrame(
        {
            "name": streets["name"].fillna("").astype(str).to_numpy(),
            "rank": streets["kind"].map(RANKS).fillna(_OTHER_RANK).astype(int).to_numpy(),
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
        "shape": shapes(gpd.GeoSeries(lines, crs=streets.crs), LINE_M),
    }


def _base(base: gpd.GeoDataFrame, kind: str, dimension: int) -> dict[str, str]:
    rows = base[(base["kind"] == kind).to_numpy()].geometry
    fits = shapely.get_dimensions(np.asarray(rows.array, dtype=object)) == dimension
    return shapes(rows[fits], LINE_M)


def _whole(column: pd.Series) -> str:
    return packed(np.rint(column.to_numpy(dtype=float)).astype(np.int64))
