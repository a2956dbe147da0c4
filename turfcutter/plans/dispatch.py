"""
Dispatch: which turfs are walked on the day, from where, and with whom.

Asked for so many turfs near a place, it leaves all doors but theirs for another day; every turf
gets its staging place and drive, its rank by voters an hour, and its crew.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geodata.crs import project
from geodata.errors import InputError
from geodata.notes import Note, counted
from geodata.schema import NOT_CHOSEN, Streets
from turfcutter.arrays import Flags, Floats, Longs
from turfcutter.cutting.regions import divided, numbered
from turfcutter.doors.doors import Gathered
from turfcutter.doors.placing import Stops, without_doors
from turfcutter.model import Plan
from turfcutter.params import CutParams
from turfcutter.plans.assembly import piece_of_door
from turfcutter.plans.turfs import Turfs
from turfcutter.sending.choosing import (
    EVERYTHING,
    LOOKED_AT,
    best_turfs,
    promising_stops,
    voters_an_hour,
)
from turfcutter.sending.crews import MOST, adjoining, group_turfs, walks_between
from turfcutter.sending.staging import Staging, check_on_streets, find_staging, set_out
from turfcutter.streets.driving import Roads, build_roads, drive_minutes
from turfcutter.streets.network import Network
from turfcutter.walks.effort import DRIVE, DRIVE_MPS
from turfcutter.walks.walking import walk_turfs

CREWS_APART: Final = "CREWS_APART"
"""Code of the note on crews whose turfs do not hang together."""


@dataclass(frozen=True)
class Dispatch:
    """Staging places of a job, and the streets to drive on."""

    staging: Staging
    roads: Roads


def find_dispatch(
    cut: CutParams, places: pd.DataFrame | None, streets: Streets, crs: CRS
) -> Dispatch | None:
    """
    The staging places of a job, looked at before any work is done; None where none is asked for.

    Parameters
    ----------
    cut
        What is asked for: `turfs`, `near`.
    places
        Table of `geodata.places.read_places`; None without a staging file.
    streets, crs
        Streets to drive on, and their metric coordinate system.

    Raises
    ------
    InputError
        PARAMETER, OFF_STREETS, or as `find_staging`.
    """
    staging = find_staging(places, cut.near, crs)
    if staging is None:
        if cut.turfs is None:
            return None
        message = "--turfs chooses turfs by the drive there; name the place with --near, or"
        raise InputError("PARAMETER", f"{message} places with --staging.")
    room = int(staging.room.sum())
    if cut.turfs is not None and cut.turfs > room:
        asked = counted(cut.turfs, "turf")
        message = f"--turfs asks for {asked}, but the staging places have room for"
        raise InputError("PARAMETER", f"{message} {room:,}; ask for fewer, or add places.")
    roads = build_roads(streets)
    check_on_streets(staging, roads)
    return Dispatch(staging, roads)


def look_around(
    dispatch: Dispatch, stops: Stops, gathered: Gathered, network: Network, cut: CutParams
) -> tuple[Stops, Gathered]:
    """Of a universe too large to cut for a few turfs, the doors that promise most."""
    asked = cut.turfs or 0
    stop = stops.doors["stop"].to_numpy()
    doors = stops.doors.groupby("stop")[["voters", "minutes"]].sum()
    doors["doors"] = np.bincount(stop)
    load = doors["doors" if cut.by == "doors" else "minutes"].to_numpy(np.float64)
    share = load.sum() / max(1, len(stop))
    kept = promising_stops(
        _spots(stops, network),
        load,
        doors["voters"].to_numpy(np.int64),
        doors["minutes"].to_numpy(np.float64),
        drive_minutes(dispatch.roads, dispatch.staging.xy, _spots(stops, network)).min(axis=0),
        cut.size,
        max(EVERYTHING * share, LOOKED_AT * asked * cut.size),
        cut.speed_mps,
    )
    detail = f"The door is farther off or among fewer voters than those of the {asked} turfs."
    return _only(stops, gathered, kept[stop], np.full(len(stop), detail, object))


def _spots(stops: Stops, network: Network) -> Floats:
    """Where stops meet their street, metres, shape (n_stops, 2)."""
    lines, along = network.lines[stops.frontage.edge], stops.frontage.along_dm / 10
    spots: Floats = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    return spots


def pick_turfs(
    dispatch: Dispatch,
    stops: Stops,
    gathered: Gathered,
    turfs: Turfs,
    network: Network,
    cut: CutParams,
) -> tuple[Stops, Gathered, Turfs]:
    """
    The turfs that reach most voters an hour, exactly as many as are asked for.

    Raises
    ------
    InputError
        PARAMETER where there are fewer.
    """
    asked, count = cut.turfs or 0, len(turfs.region)
    if count < asked:
        doors = counted(len(stops.doors), "eligible door makes", "eligible doors make")
        message = f"The {doors} {counted(count, 'turf')}, fewer than the"
        advice = "ask for fewer, for smaller ones, or for more voters."
        raise InputError("PARAMETER", f"{message} {asked:,} of --turfs; {advice}")
    piece = piece_of_door(stops, turfs)
    turf = turfs.turf[piece]
    front = stops.frontage.take(turfs.stop)
    parity = [stops.parity[stop] for stop in turfs.stop.tolist()]
    speed_mps = np.where(turfs.kind[turfs.region] == DRIVE, DRIVE_MPS, cut.speed_mps)
    closed = cut.end == "start"
    measured = walk_turfs(turfs.turf, turfs.place, front, parity, network, speed_mps, closed=closed)
    walks = measured.turfs
    voters, at_doors = (
        np.bincount(turf, stops.doors[name], count) for name in ("voters", "minutes")
    )
    minutes = at_doors + walks["minutes"].to_numpy()
    starts = walks[["start_x", "start_y"]].to_numpy(np.float64)
    drive = drive_minutes(dispatch.roads, dispatch.staging.xy, starts).T
    rate = voters_an_hour(voters[:, None], minutes[:, None], drive)
    load = np.bincount(turf, minlength=count) if cut.by == "doors" else minutes
    full = load >= cut.band[0] - 1e-9
    chosen = best_turfs(rate, full, dispatch.staging.room, asked)
    best = np.round(rate.max(axis=1), 1)
    details = [
        f"Its turf is not among the {asked} chosen: {each:g} voters an hour."
        for each in best.tolist()
    ]
    stay = np.isin(turf, chosen)
    fewer, gathered = _only(stops, gathered, stay, np.array(details, object)[turf])
    return fewer, gathered, _chosen(stops, turfs, chosen, piece, stay)


def _only(
    stops: Stops, gathered: Gathered, stay: Flags, detail: "np.ndarray[Any, Any]"
) -> tuple[Stops, Gathered]:
    """Some of the doors, and their stops; the others are not chosen, each for its reason."""
    if stay.all():
        return stops, gathered
    row = pd.Index(gathered.doors["door_id"]).get_indexer(stops.doors["door_id"])
    lost = np.zeros(len(gathered.doors), bool)
    lost[row] = ~stay
    details = np.full(len(lost), "", object)
    details[row] = detail
    kept, stop = np.unique(stops.doors["stop"].to_numpy()[stay], return_inverse=True)
    doors = stops.doors[stay].assign(stop=stop).reset_index(drop=True)
    fewer = replace(
        stops,
        doors=doors,
        frontage=stops.frontage.take(kept),
        parity=[stops.parity[each] for each in kept.tolist()],
    )
    reason = np.full(len(lost), NOT_CHOSEN, object)
    return fewer, without_doors(gathered, lost, reason, details)


def _chosen(stops: Stops, turfs: Turfs, chosen: Longs, piece: Longs, stay: Flags) -> Turfs:
    """Some of the turfs; turfs, regions, stops and the doors of stops numbered anew."""
    kept = np.isin(turfs.turf, chosen)
    old = stops.doors["stop"].to_numpy()
    opens = np.unique(old, return_index=True)[1]
    before: Longs = np.cumsum(stay) - stay
    at = np.unique(piece, return_index=True)[1]
    first: Longs = before[at] - before[opens[turfs.stop]]
    regions, region = np.unique(turfs.region[chosen], return_inverse=True)
    return replace(
        turfs,
        stop=np.searchsorted(np.unique(old[stay]), turfs.stop[kept]),
        first=first[kept],
        doors=turfs.doors[kept],
        turf=np.searchsorted(chosen, turfs.turf[kept]),
        place=turfs.place[kept],
        region=region,
        zone=turfs.zone[regions],
        kind=turfs.kind[regions],
    )


def sent(plan: Plan, dispatch: Dispatch | None, network: Network, cut: CutParams) -> Plan:
    """
    A plan whose turfs know their staging place, drive, rank and crew, as far as asked for.

    Raises
    ------
    InputError
        PARAMETER where the staging places have no room for all turfs.
    """
    turfs = plan.turfs
    starts = np.stack(project(turfs["start_lon"], turfs["start_lat"], turfs.crs), axis=1)
    if dispatch:
        place, minutes = set_out(dispatch.staging, dispatch.roads, starts)
        names = np.array(dispatch.staging.names, object)[place]
        turfs = turfs.assign(staging=names, drive_minutes=np.round(minutes, 1))
        plan = replace(plan, base=_with_places(plan.base, dispatch.staging))
    if cut.turfs is not None:
        rate = voters_an_hour(turfs["voters"], turfs["minutes"], turfs["drive_minutes"])
        rank = np.empty(len(turfs), np.int64)
        rank[np.lexsort((np.arange(len(turfs)), -rate))] = np.arange(1, len(turfs) + 1)
        turfs = turfs.assign(rank=rank)
    if cut.crew is not None:
        turfs, apart = _with_crews(turfs, starts, network, cut.crew)
        told = [note.told() for note in _crew_notes(apart, int(turfs["crew"].max()), cut.crew)]
        plan = replace(plan, about={**plan.about, "notes": [*plan.about["notes"], *told]})
    return replace(plan, turfs=turfs)


def _crew_notes(apart: int, crews: int, size: int) -> list[Note]:
    """How many crews do not hang together; nothing where all do."""
    if not apart:
        return []
    sentence = (
        f"In {apart:,} of {counted(crews, 'crew')} the turfs do not all adjoin; no better division "
        f"into so few crews of at most {size} was found."
    )
    return [Note(CREWS_APART, sentence, apart)]


def _with_places(base: gpd.GeoDataFrame, staging: Staging) -> gpd.GeoDataFrame:
    """What is drawn beneath turfs, and the staging places."""
    columns = {"kind": "staging", "name": staging.names}
    places = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*staging.xy.T), crs=base.crs)
    return gpd.GeoDataFrame(pd.concat([base, places], ignore_index=True), crs=base.crs)


def _with_crews(
    turfs: gpd.GeoDataFrame, starts: Floats, network: Network, size: int
) -> tuple[gpd.GeoDataFrame, int]:
    """Turfs with `crew` and `drop_off`, from one staging place each; and how many lie apart."""
    outlines = turfs.geometry.to_numpy()
    crew = np.zeros(len(turfs), np.int64)
    drop_off = np.full(len(turfs), "", object)
    words = turfs["start"].to_numpy(object)
    place = np.unique(turfs["staging"].to_numpy(str), return_inverse=True)[1].astype(np.int64)
    block = numbered(place, divided(place, np.ones(len(turfs), np.int64), starts, MOST))
    apart = 0
    for number in range(int(block.max(initial=-1)) + 1):
        here = np.flatnonzero(block == number)
        far = walks_between(network, starts[here])
        found = group_turfs(far, adjoining(outlines[here]), size)
        crew[here] = crew.max() + 1 + found.crew
        drop_off[here] = words[here[found.drop_off[found.crew]]]
        apart += found.apart
    return turfs.assign(crew=crew, drop_off=drop_off), apart
