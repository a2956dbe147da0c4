"""Assembling the plan's tables from the doors, the cut and the walks."""

from importlib.metadata import version
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.crs import unproject
from geodata.errors import GeodataError
from geodata.notes import Note
from geodata.voterfile import Universe
from turfcutter.colours import colour_numbers
from turfcutter.doors import Gathered
from turfcutter.inputs import Inputs
from turfcutter.measures import scorecard
from turfcutter.model import Plan
from turfcutter.naming import turf_ids
from turfcutter.network import Flags, Longs, Network
from turfcutter.outlines import outline_turfs
from turfcutter.params import Params, to_dict
from turfcutter.placing import Stops
from turfcutter.turfs import Turfs
from turfcutter.walking import Walks, walk_turfs

MARGIN_M: Final = 400.0
"""How far around the doors the plan keeps streets and base map."""


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
    piece = _piece_of_door(stops, turfs)
    names = np.array(
        turf_ids([stops.codes[zone] for zone in turfs.zone], turfs.region, params.cut.prefix)
    )
    front = stops.frontage.take(turfs.stop)
    parity = [stops.parity[stop] for stop in turfs.stop]
    walks = walk_turfs(turfs.turf, turfs.place, front, parity, network, params.cut.speed_mps)
    turf = turfs.turf[piece]
    doors = stops.doors.assign(turf=turf, turf_id=names[turf], stop=walks.rank[piece])
    street = network.edges["name"].to_numpy(object)[front.edge][piece]
    doors = doors.assign(street=street, side=np.array(parity, object)[piece])
    doors = doors.iloc[np.lexsort((np.arange(len(doors)), doors["stop"], turf))]
    doors["order"] = np.arange(len(doors)) - np.searchsorted(doors["turf"], doors["turf"]) + 1
    voters = _voters(gathered, doors, list(params.voters.keep))
    near = _window(doors)
    fences = network.lines[_streetlike(network) & shapely.intersects(network.lines, near)]
    outlines = outline_turfs(doors[["x", "y"]].to_numpy(), doors["turf"].to_numpy(), fences)
    table = _turf_table(doors, names, walks, outlines, turfs, inputs)
    return Plan(
        about=_about(params, inputs, universe, gathered, doors, table, notes),
        turfs=table,
        doors=_door_table(doors, inputs),
        voters=voters,
        walks=gpd.GeoDataFrame(
            walks.turfs[["walk_m", "minutes", "geometry"]].assign(turf_id=names),
            geometry="geometry",
            crs=inputs.crs,
        ),
        legs=_leg_table(walks, names, inputs),
        exceptions=_exception_table(gathered),
        streets=_street_table(network, near, inputs),
        base=_within(inputs.streets.base, near)[["kind", "name", "geometry"]],
        precincts=_within(inputs.precincts.table, near)[["precinct", "geometry"]],
    )


def _piece_of_door(stops: Stops, turfs: Turfs) -> Longs:
    """Piece of each row of the stops' doors."""
    stop = stops.doors["stop"].to_numpy()
    order = np.lexsort((turfs.first, turfs.stop))
    piece: Longs = np.repeat(order, turfs.doors[order])
    if len(piece) != len(stop) or (turfs.stop[piece] != stop).any():
        raise GeodataError("INVARIANT", "The turfs do not hold every door; please report this.")
    return piece


def _window(doors: pd.DataFrame) -> shapely.Polygon:
    """The plan's surroundings."""
    x, y = doors["x"], doors["y"]
    window: shapely.Polygon = shapely.box(
        x.min() - MARGIN_M, y.min() - MARGIN_M, x.max() + MARGIN_M, y.max() + MARGIN_M
    )
    return window


def _streetlike(network: Network) -> Flags:
    """Edges that bound blocks: streets, not paths."""
    flags: Flags = (network.edges["crossing_dm"] > 0).to_numpy()
    return flags


def _within(layer: gpd.GeoDataFrame, near: shapely.Polygon) -> gpd.GeoDataFrame:
    return layer[layer.intersects(near)].reset_index(drop=True)


def _voters(gathered: Gathered, doors: pd.DataFrame, keep: list[str]) -> pd.DataFrame:
    """Voters in turfs, in walking order, then by id."""
    table = gathered.voters[gathered.voters["door"] >= 0]
    rank = pd.Series(np.arange(len(doors)), index=doors["door_id"])
    door_id = gathered.doors["door_id"].to_numpy()[table["door"]]
    at = rank.loc[door_id].to_numpy()
    table = table.assign(door_id=door_id, turf_id=doors["turf_id"].to_numpy()[at])
    order = np.lexsort((np.arange(len(table)), at))
    first = ["voter_id", "door_id", "turf_id", "first_name", "last_name", "age", "language"]
    return table.iloc[order][[*first, *(k for k in keep if k not in first)]].reset_index(drop=True)


def _turf_table(
    doors: pd.DataFrame,
    names: np.ndarray,
    walks: Walks,
    outlines: np.ndarray,
    turfs: Turfs,
    inputs: Inputs,
) -> gpd.GeoDataFrame:
    """One row a turf."""
    grouped = doors.groupby("turf", sort=True)
    precincts = inputs.precincts.table["precinct"].to_numpy(object)
    low, high = grouped["precinct"].min().to_numpy(), grouped["precinct"].max().to_numpy()
    lon, lat = unproject(walks.turfs["start_x"], walks.turfs["start_y"], inputs.crs)
    minutes = grouped["minutes"].sum().to_numpy() + walks.turfs["minutes"].to_numpy()
    table = {
        "turf_id": names,
        "region": [f"{number + 1}" for number in turfs.region],
        "precinct": np.where(low == high, precincts[low], ""),
        "doors": grouped.size().to_numpy(),
        "stops": grouped["stop"].nunique().to_numpy(),
        "voters": grouped["voters"].sum().to_numpy(),
        "minutes": np.round(minutes, 1),
        "walk_m": walks.turfs["walk_m"].to_numpy(),
        "start": walks.turfs["start"].to_numpy(),
        "start_lon": np.round(lon, 7),
        "start_lat": np.round(lat, 7),
        "colour": colour_numbers(gpd.GeoSeries(outlines)),
    }
    return gpd.GeoDataFrame(table, geometry=outlines, crs=inputs.crs)


def _door_table(doors: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Doors as the plan keeps them."""
    codes = inputs.precincts.table["precinct"].to_numpy(object)
    table = doors.assign(
        precinct=codes[doors["precinct"]],
        minutes=doors["minutes"].round(2),
        setback_m=doors["setback_m"].round(1),
    )
    names = ["door_id", "turf_id", "stop", "order", "lon", "lat", "address", "unit", "city", "zip"]
    names += ["precinct", "voters", "minutes", "street", "side", "setback_m"]
    return table[names].reset_index(drop=True)


def _leg_table(walks: Walks, names: np.ndarray, inputs: Inputs) -> gpd.GeoDataFrame:
    legs = walks.legs.assign(turf_id=names[walks.legs["turf"]])
    columns = ["turf_id", "leg", "stop", "street", "side", "turn", "walk_m", "geometry"]
    return gpd.GeoDataFrame(legs[columns], geometry="geometry", crs=inputs.crs)


def _exception_table(gathered: Gathered) -> pd.DataFrame:
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
        }
    )


def _street_table(network: Network, near: shapely.Polygon, inputs: Inputs) -> gpd.GeoDataFrame:
    inside = shapely.intersects(network.lines, near)
    table = network.edges.loc[inside, ["name", "kind"]].reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry=network.lines[inside], crs=inputs.crs)


def _about(
    params: Params,
    inputs: Inputs,
    universe: Universe,
    gathered: Gathered,
    doors: pd.DataFrame,
    turfs: gpd.GeoDataFrame,
    notes: list[Note],
) -> dict[str, Any]:
    """What `plan.json` says."""
    counts = {name: n for name, n in inputs.voters.counts.items() if name != "loaded"}
    counts |= {
        "outside": universe.outside,
        "exceptions": len(gathered.exceptions),
        "in_turfs": int(doors["voters"].sum()),
        "doors": len(doors),
        "stops": int(turfs["stops"].sum()),
        "turfs": len(turfs),
    }
    said = (*inputs.precincts.notes, *inputs.streets.notes, *inputs.voters.notes, *notes)
    return {
        "version": version("turfcutter"),
        "params": to_dict(params),
        "seed": params.cut.seed,
        "inputs": inputs.digests,
        "crs": inputs.crs.to_string(),
        "counts": counts,
        "scorecard": scorecard(turfs, params.cut),
        "notes": [{"code": n.code, "sentence": n.sentence, "count": n.count} for n in said],
        "parent": "",
    }
