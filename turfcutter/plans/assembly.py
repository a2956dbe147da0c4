"""Assembling the plan's tables from the doors, the cut and the walks."""

from importlib.metadata import version
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import GeodataError
from geodata.notes import Note
from geodata.voters.voterfile import Universe
from turfcutter.arrays import Longs
from turfcutter.cutting import Cut
from turfcutter.doors.doors import Gathered
from turfcutter.doors.placing import Stops
from turfcutter.inputs import Inputs
from turfcutter.model import Plan
from turfcutter.params import Params, to_dict
from turfcutter.plans.accounting import in_no_turf
from turfcutter.plans.layout import (
    Drawing,
    Layout,
    draw,
    held,
    ordered_voters,
    street_table,
    window,
)
from turfcutter.plans.measures import line_notes, scorecard
from turfcutter.plans.naming import turf_ids
from turfcutter.plans.turfs import Turfs
from turfcutter.streets.clipping import clip_network
from turfcutter.streets.network import Network

Words = npt.NDArray[np.object_]


def assemble(
    params: Params,
    inputs: Inputs,
    universe: Universe,
    gathered: Gathered,
    stops: Stops,
    turfs: Turfs,
    network: Network,
    notes: list[Note],
) -> Plan:
    """The plan of a cut; every table in walking order, turf by turf."""
    xy = stops.doors[["x", "y"]].to_numpy()
    near = window(xy)
    part, number = clip_network(network, stops.frontage.edge, near)
    turf_table, turf_id, place = _turfs(stops, turfs, params)
    doors = _doors(stops, number, inputs).assign(turf_id=turf_id, place=place)
    drawing = draw(Layout(doors, turf_table, part, inputs.crs), params.cut)
    return Plan(
        about=_about(params, inputs, universe, gathered, drawing, notes),
        turfs=drawing.turfs,
        doors=drawing.doors,
        voters=_voters(gathered, drawing.doors, list(params.voters.keep)),
        walks=drawing.walks,
        legs=drawing.legs,
        exceptions=exception_table(gathered),
        streets=street_table(part, inputs.crs),
        base=_base(inputs, near),
        precincts=_within(inputs.precincts.table, near)[["precinct", "geometry"]],
    )


def _turfs(stops: Stops, turfs: Turfs, params: Params) -> tuple[pd.DataFrame, Words, Longs]:
    """One row a turf; and the turf of each door, and the place of its stop in the turf's walk."""
    zones = [stops.codes[zone] for zone in turfs.zone]
    names = np.array(turf_ids(zones, turfs.region, params.cut.prefix), object)
    table = pd.DataFrame({"turf_id": names, "region": [f"{n + 1}" for n in turfs.region]})
    piece = piece_of_door(stops, turfs)
    table = table.assign(kind=turfs.kind[turfs.region], colour=-1, locked=False, rank=0, crew=0)
    table = table.assign(staging="", drive_minutes=0.0, drop_off="")
    return table, names[turfs.turf[piece]], turfs.place[piece]


def _doors(stops: Stops, number: Longs, inputs: Inputs) -> pd.DataFrame:
    """Doors as the plan keeps them, but for their turfs; `number` of each edge in the plan."""
    doors, stop = stops.doors, stops.doors["stop"].to_numpy()
    front = stops.frontage.take(stop)
    codes = inputs.precincts.table["precinct"].to_numpy(object)
    return doors.assign(
        precinct=codes[doors["precinct"]],
        minutes=doors["minutes"].round(2),
        setback_m=front.setback_m,
        side=np.array(stops.parity, object)[stop],
        stop_id=stop,
        at_stop=doors.groupby("stop").cumcount(),
        edge=number[front.edge],
        hand=front.side,
        along_dm=front.along_dm,
    )


def piece_of_door(stops: Stops, turfs: Turfs | Cut) -> Longs:
    """Piece of each row of the stops' doors."""
    stop = stops.doors["stop"].to_numpy()
    order = np.lexsort((turfs.first, turfs.stop))
    piece: Longs = np.repeat(order, turfs.doors[order])
    if len(piece) != len(stop) or (turfs.stop[piece] != stop).any():
        raise GeodataError("INVARIANT", "The turfs do not hold every door; please report this.")
    return piece


def _within(layer: gpd.GeoDataFrame, near: shapely.Polygon) -> gpd.GeoDataFrame:
    return layer[layer.intersects(near)].reset_index(drop=True)


def _base(inputs: Inputs, near: shapely.Polygon) -> gpd.GeoDataFrame:
    """What is drawn beneath turfs; areas between the lines they keep to are districts."""
    found = _within(inputs.streets.base, near)[["kind", "name", "geometry"]]
    layers = [found]
    for table in inputs.lines.values():
        districts = _within(table, near)
        columns = {"kind": "district", "name": districts["key"].astype(str)}
        layers.append(gpd.GeoDataFrame(columns, geometry=districts.geometry, crs=inputs.crs))
    return gpd.GeoDataFrame(pd.concat(layers, ignore_index=True), crs=found.crs)


def _voters(gathered: Gathered, doors: pd.DataFrame, keep: list[str]) -> pd.DataFrame:
    """Voters in turfs, in walking order, then by id."""
    table = gathered.voters[gathered.voters["door"] >= 0]
    table = table.assign(door_id=gathered.doors["door_id"].to_numpy()[table["door"]])
    first = ["voter_id", "door_id", "turf_id", "first_name", "last_name", "age", "language"]
    return ordered_voters(table, doors)[[*first, *(k for k in keep if k not in first)]]


def exception_table(gathered: Gathered) -> pd.DataFrame:
    """Eligible voters in no turf, by voter id."""
    found = gathered.exceptions.sort_values("voter").reset_index(drop=True)
    voters = gathered.voters.iloc[found["voter"]].reset_index(drop=True)
    unit = voters["unit"].astype(str).str.strip()
    address = voters["address"].astype(str).str.strip()
    return pd.DataFrame(
        {
            "voter_id": voters["voter_id"],
            "address": address.where(unit == "", address + " " + unit),
            "reason": found["reason"],
            "detail": found["detail"],
            "phone": voters["phone"],
            "lon": voters["lon"],
            "lat": voters["lat"],
            "ballot": voters.get("ballot", ""),
        }
    )


def _about(
    params: Params,
    inputs: Inputs,
    universe: Universe,
    gathered: Gathered,
    drawing: Drawing,
    notes: list[Note],
) -> dict[str, Any]:
    """What `plan.json` says."""
    counts = {name: n for name, n in inputs.voters.counts.items() if name != "loaded"}
    counts |= {"outside": universe.outside, "voted": universe.voted}
    counts |= in_no_turf(gathered.exceptions["reason"]) | held(drawing)
    said = (*inputs.precincts.notes, *inputs.streets.notes, *inputs.voters.notes, *notes)
    said = (*said, *line_notes(drawing.doors, params.cut))
    return {
        "version": version("turfcutter"),
        "params": to_dict(params),
        "seed": params.cut.seed,
        "inputs": inputs.digests,
        "crs": inputs.crs.to_string(),
        "counts": counts,
        "scorecard": scorecard(drawing.turfs, params.cut),
        "notes": [note.told() for note in said],
        "parent": "",
        "edit": {},
        "retired": [],
    }
