"""
Layout: doors put into turfs on their streets, and the plan's tables drawn from that.

A cut and every edit end here, so that the same doors in the same turfs give the same walks, legs
and outlines, whichever way they came there.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geodata.addresses.addresses import split_addresses
from geodata.crs import project, unproject
from turfcutter.arrays import Flags, Floats
from turfcutter.doors.buildings import CLASSES
from turfcutter.drawing.colours import colour_numbers
from turfcutter.drawing.outlines import outline_turfs
from turfcutter.model import MARGIN_M, PLAN_TABLES, Plan
from turfcutter.params import CutParams
from turfcutter.plans.naming import split_id
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network, network_of
from turfcutter.walks.effort import (
    DRIVE,
    DRIVE_MPS,
    door_minutes,
    effort_metres,
    grades,
    minutes_range,
)
from turfcutter.walks.walking import Walks, walk_turfs

KEPT: Final = (
    *("turf_id", "region", "kind", "colour", "locked"),
    *("rank", "staging", "drive_minutes", "crew", "drop_off"),
)
"""Columns of turfs that do not follow from their doors."""


@dataclass(frozen=True)
class Layout:
    """
    Doors in turfs.

    Parameters
    ----------
    doors
        One row a door, in any order: the columns of ``PLAN_TABLES["doors"]`` but `stop`, `order`
        and `street`; `edge` is a position in `network.edges`. `place` is the place of the door's
        stop in the closed walk of its turf.
    turfs
        One row a turf, in any order: the columns of `KEPT`; `colour` is -1 for one that has none
        yet.
    network
        The streets.
    crs
        The plan's metric coordinate system.
    """

    doors: pd.DataFrame
    turfs: pd.DataFrame
    network: Network
    crs: CRS


@dataclass(frozen=True)
class Drawing:
    """The tables of a plan that follow from a layout."""

    turfs: gpd.GeoDataFrame
    doors: pd.DataFrame
    walks: gpd.GeoDataFrame
    legs: gpd.GeoDataFrame


def draw(layout: Layout, cut: CutParams, outlines: gpd.GeoSeries | None = None) -> Drawing:
    """
    Walks, legs and outlines of a layout, and its turfs and doors in walking order.

    Parameters
    ----------
    outlines
        On the ids of the turfs, where they are known already.
    """
    turfs = layout.turfs.iloc[natural_order(layout.turfs["turf_id"])].reset_index(drop=True)
    turf = pd.Index(turfs["turf_id"]).get_indexer(layout.doors["turf_id"])
    doors = layout.doors.assign(turf=turf)
    doors = doors.iloc[np.lexsort((doors["at_stop"], doors["place"], turf))].reset_index(drop=True)
    opens = _opens(doors)
    heads, piece = doors[opens], np.cumsum(opens) - 1
    network = layout.network
    speed_mps = np.where(turfs["kind"] == DRIVE, DRIVE_MPS, cut.speed_mps)
    walks = walk_turfs(
        heads["turf"],
        heads["place"],
        frontage_of(heads),
        heads["side"],
        network,
        speed_mps,
        closed=cut.end == "start",
    )
    doors["stop"] = walks.rank[piece]
    level, building = doors["level"], doors["building"]
    doors["minutes"] = door_minutes(piece, level, building, doors["setback_m"], cut).round(2)
    doors["street"] = network.edges["name"].to_numpy(object)[doors["edge"]]
    doors = doors.sort_values(["turf", "stop"], kind="stable", ignore_index=True)
    doors["order"] = doors.groupby("turf").cumcount() + 1
    xy = np.stack(project(doors["lon"], doors["lat"], layout.crs), axis=1)
    names = turfs["turf_id"].to_numpy(object)
    if outlines is None:
        fences = network.lines[_streetlike(network) & shapely.intersects(network.lines, window(xy))]
        drawn = outline_turfs(xy, doors["turf"].to_numpy(), fences)
    else:
        drawn = outlines.loc[names].to_numpy()
    return Drawing(
        _turf_table(turfs, doors, walks, drawn, layout.crs, cut),
        doors[[*PLAN_TABLES["doors"]]],
        gpd.GeoDataFrame(walks.turfs.assign(turf_id=names), geometry="geometry", crs=layout.crs)[
            [*PLAN_TABLES["walks"]]
        ],
        gpd.GeoDataFrame(
            walks.legs.assign(turf_id=names[walks.legs["turf"]]),
            geometry="geometry",
            crs=layout.crs,
        )[[*PLAN_TABLES["legs"]]],
    )


def layout_of(plan: Plan, network: Network | None = None) -> Layout:
    """
    The layout that a plan was drawn from: drawn again, it gives the same tables.

    Parameters
    ----------
    network
        That of the plan, where it is known already.
    """
    doors = plan.doors.assign(place=plan.doors["stop"].astype(np.int64))
    turfs = pd.DataFrame(plan.turfs[[*KEPT]])
    return Layout(doors, turfs, network or network_of_plan(plan), plan.turfs.crs)


def network_of_plan(plan: Plan) -> Network:
    """The street network a plan carries."""
    edges = pd.DataFrame(plan.streets.drop(columns="geometry"))
    whole = edges.select_dtypes("int64").columns.difference(["u", "v"])
    return network_of(
        edges.astype(dict.fromkeys(whole, np.int32)), plan.streets.geometry.to_numpy()
    )


def frontage_of(doors: pd.DataFrame) -> Frontage:
    """Where doors meet their street."""
    edge, hand, along_dm = (doors[name].to_numpy(np.int32) for name in ("edge", "hand", "along_dm"))
    return Frontage(edge, hand, along_dm, doors["setback_m"].to_numpy(np.float64))


def natural_order(turf_id: pd.Series) -> np.ndarray:
    """Positions of turf ids by their text, then by the number at its end."""
    parts = [split_id(text) for text in turf_id]
    keys = [(stem, int(digits or 0), digits) for stem, digits in parts]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)


def window(xy: Floats) -> shapely.Polygon:
    """The surroundings of points."""
    (west, south), (east, north) = xy.min(axis=0) - MARGIN_M, xy.max(axis=0) + MARGIN_M
    around: shapely.Polygon = shapely.box(west, south, east, north)
    return around


def ordered_voters(voters: pd.DataFrame, doors: pd.DataFrame) -> pd.DataFrame:
    """Voters of the doors in walking order, with their turfs; at a door they keep their order."""
    at = pd.Index(doors["door_id"]).get_indexer(voters["door_id"])
    table = voters.assign(turf_id=doors["turf_id"].to_numpy(object)[at])
    return table.iloc[np.argsort(at, kind="stable")].reset_index(drop=True)


def held(drawing: Drawing) -> dict[str, int]:
    """What turfs hold: counts of voters, doors, stops and turfs, as a plan tells them."""
    turfs = drawing.turfs
    counts = {"in_turfs": "voters", "doors": "doors", "stops": "stops"}
    return {name: int(turfs[column].sum()) for name, column in counts.items()} | {
        "turfs": len(turfs)
    }


def street_table(network: Network, crs: CRS) -> gpd.GeoDataFrame:
    """The network as the plan keeps it."""
    columns = [name for name in PLAN_TABLES["streets"] if name != "geometry"]
    return gpd.GeoDataFrame(network.edges[columns], geometry=network.lines, crs=crs)


def _opens(doors: pd.DataFrame) -> Flags:
    """Doors that are the first of their stop in their turf, for doors sorted by both."""
    turf, place = doors["turf"].to_numpy(), doors["place"].to_numpy()
    flags: Flags = np.r_[True, (turf[1:] != turf[:-1]) | (place[1:] != place[:-1])]
    return flags


def _streetlike(network: Network) -> Flags:
    """Edges that bound blocks: streets, not paths."""
    flags: Flags = (network.edges["crossing_dm"] > 0).to_numpy()
    return flags


def _turf_table(
    turfs: pd.DataFrame,
    doors: pd.DataFrame,
    walks: Walks,
    outlines: np.ndarray,
    crs: CRS,
    cut: CutParams,
) -> gpd.GeoDataFrame:
    """One row a turf."""
    grouped = doors.groupby("turf", sort=True)
    precinct = grouped["precinct"].agg(["nunique", "first"])
    lon, lat = unproject(walks.turfs["start_x"], walks.turfs["start_y"], crs)
    minutes = grouped["minutes"].sum().to_numpy() + walks.turfs["minutes"].to_numpy()
    low, high = minutes_range(minutes, grouped.size(), cut)
    walked = (turfs["kind"] != DRIVE).to_numpy()
    on_foot = walks.turfs[["walk_m", "steps_m", "bare_m"]].mul(walked, axis=0)
    paths_m = 2 * doors[_opens(doors)].groupby("turf", sort=True)["setback_m"].sum()
    table = turfs.assign(
        building=_buildings(turfs["kind"], doors),
        precinct=precinct["first"].where(precinct["nunique"] == 1, "").to_numpy(object),
        doors=grouped.size().to_numpy(),
        stops=grouped["stop"].nunique().to_numpy(),
        voters=grouped["voters"].sum().to_numpy(),
        minutes=np.round(minutes, 1),
        minutes_low=np.round(low, 1),
        minutes_high=np.round(high, 1),
        walk_m=walks.turfs["walk_m"].to_numpy(),
        steps_m=walks.turfs["steps_m"].to_numpy(),
        effort=grades(effort_metres(on_foot, paths_m)),
        start=walks.turfs["start"].to_numpy(),
        start_lon=np.round(lon, 7),
        start_lat=np.round(lat, 7),
        colour=colour_numbers(gpd.GeoSeries(outlines), turfs["colour"].to_numpy(np.int64)),
    )
    return gpd.GeoDataFrame(table, geometry=outlines, crs=crs)[[*PLAN_TABLES["turfs"]]]


def _buildings(kind: pd.Series, doors: pd.DataFrame) -> list[str]:
    """Addresses of the buildings that are turfs of their own, those of most doors first."""
    inside = doors[kind.isin([*CLASSES]).to_numpy()[doors["turf"]]]
    base = split_addresses(inside["address"], inside["unit"])["base"]
    count = pd.DataFrame({"turf": inside["turf"], "base": base}).value_counts().reset_index()
    count = count.rename(columns={"count": "doors"})
    count = count.sort_values(["turf", "doors", "base"], ascending=[True, False, True])
    named = count.groupby("turf")["base"].agg(", ".join)
    return [str(text) for text in named.reindex(range(len(kind)), fill_value="")]
