"""Adding: voters who came to the file after the cut, at doors of the plan and at new ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata.addresses.addresses import split_addresses
from geodata.crs import project
from geodata.errors import InputError
from geodata.schema import Precincts
from turfcutter.arrays import Longs
from turfcutter.cutting.regions import numbered
from turfcutter.doors.buildings import building_classes, floors
from turfcutter.doors.doors import Gathered, gather_doors, site_keys
from turfcutter.doors.flags import flag_doors
from turfcutter.doors.placing import normal_names, place_doors, without_doors
from turfcutter.editing.neighbours import nearest_turfs
from turfcutter.editing.regrouping import regrouped
from turfcutter.editing.versions import cut_params, refuse_locked, with_turfs
from turfcutter.model import Plan
from turfcutter.params import CutParams
from turfcutter.plans.assembly import exception_table
from turfcutter.plans.layout import Layout, layout_of, window
from turfcutter.streets.frontage import find_frontage


def add(plan: Plan, voters: pd.DataFrame) -> Plan:
    """
    Add voters to a plan: those at doors it has, and new doors to the nearest unlocked turfs.

    A new door lies between the hard and soft lines where the nearest door of its precinct lies. It
    becomes a turf of its own where no unlocked turf can be reached from it.

    Parameters
    ----------
    plan
        The plan before.
    voters
        Columns of `geodata.voters.voterfile.choose`; voters without a place become exceptions.

    Raises
    ------
    InputError
        PARAMETER: some are in the plan already. LOCKED: one lives in a locked turf.
    """
    known = {*plan.voters["voter_id"], *plan.exceptions["voter_id"]}
    again = int(voters["voter_id"].isin(known).sum())
    if again or voters["voter_id"].duplicated().any():
        message = f"{again or 'Some'} voters are there already; add each of them once."
        raise InputError("PARAMETER", message)
    cut, layout = cut_params(plan), layout_of(plan)
    voters = voters.sort_values("voter_id").reset_index(drop=True)
    gathered, _ = flag_doors(gather_doors(voters, cut.prefix, layout.crs), None)
    gathered = _within_reach(gathered, layout)
    gathered, _ = place_doors(gathered, Precincts(plan.precincts), few=True)
    gathered, fresh = _placed(gathered, layout, plan, cut)
    layout = _with_voters(plan, layout, gathered)
    doors = pd.concat([layout.doors, fresh], ignore_index=True)
    layout, turf_id = _housed(plan, replace(layout, doors=doors), fresh["door_id"])
    at_doors = gathered.voters[gathered.voters["door"] >= 0]
    door_id = gathered.doors["door_id"].to_numpy(object)[at_doors["door"]]
    came = at_doors.assign(door_id=door_id, turf_id="").reindex(columns=plan.voters.columns)
    told = pd.concat([plan.exceptions, exception_table(gathered)], ignore_index=True)
    edit = {"verb": "add", "voters": len(came), "doors": len(fresh)}
    everyone = pd.concat([plan.voters, came.fillna("")], ignore_index=True)
    return regrouped(plan, layout, turf_id, edit, voters=everyone, exceptions=told)


def _within_reach(gathered: Gathered, layout: Layout) -> Gathered:
    """The doors where the plan knows streets and precincts; voters of the others are set aside."""
    doors, old = gathered.doors, layout.doors
    known = window(np.stack(project(old["lon"], old["lat"], layout.crs), axis=1))
    beyond = ~shapely.intersects_xy(known, doors["x"].to_numpy(), doors["y"].to_numpy())
    beyond &= ~doors["door_id"].isin(old["door_id"]).to_numpy(bool)
    reason = np.full(len(doors), "R-off_network", object)
    detail = np.full(len(doors), "The door lies beyond the plan's streets; cut it anew.", object)
    return without_doors(gathered, beyond, reason, detail)


def _placed(
    gathered: Gathered, layout: Layout, plan: Plan, cut: CutParams
) -> tuple[Gathered, pd.DataFrame]:
    """The new doors that stand on a street of the plan; voters of the others are set aside."""
    network, doors = layout.network, gathered.doors
    xy = doors[["x", "y"]].to_numpy()
    names = normal_names(network)
    front = find_frontage(xy, doors["street"].tolist(), network, names, cut.snap_m)
    part = network.edges["component"].to_numpy()
    connected = np.isin(part[np.maximum(front.edge, 0)], part[layout.doors["edge"]])
    old = doors["door_id"].isin(layout.doors["door_id"]).to_numpy(bool)
    far = front.edge < 0
    metres = np.round(front.setback_m).astype(str).astype(object)
    reason = np.where(far, "R-off_network", "R-unreachable").astype(object)
    detail = np.where(
        far,
        "The nearest street is " + metres + " m away.",
        "Its street is not connected on foot with the streets around.",
    ).astype(object)
    lost = ~old & (far | ~connected)
    new = np.flatnonzero(~old & ~lost)
    codes = plan.precincts["precinct"].to_numpy(object)
    table = doors.iloc[new].reset_index(drop=True)
    front = front.take(new)
    table = table.assign(
        precinct=codes[table["precinct"]],
        side=table["parity"],
        edge=front.edge,
        hand=front.side,
        along_dm=front.along_dm,
        setback_m=front.setback_m,
    )
    return without_doors(gathered, lost, reason, detail), _at_stops(table, layout)


def _at_stops(fresh: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """New doors with their site, stop, floor and class, and the lines they lie between."""
    old = layout.doors
    if not len(fresh):
        return fresh.reindex(columns=old.columns)
    parts = split_addresses(old["address"], old["unit"])
    there = old[["address", "unit", "city", "zip"]].assign(
        base=parts["base"], unit_order=parts["unit_order"], number=parts["number"]
    )
    both = pd.concat([there, fresh], ignore_index=True)
    key = site_keys(both)
    site = key.map(dict(zip(key[: len(old)], old["site"], strict=True)))
    strange = site.isna()
    site = site.mask(strange, int(old["site"].max()) + 1 + pd.factorize(key.where(strange))[0])
    number = site.to_numpy(np.int64)
    classes = building_classes(both, np.unique(number, return_inverse=True)[1])
    wing, floor = floors(both["unit_order"])
    fresh = fresh.assign(
        site=number[len(old) :],
        building=classes[len(old) :],
        level=numbered(pd.factorize(wing)[0], floor)[len(old) :],
        minutes=0.0,
        place=0,
    )
    fresh = _between_lines(fresh, layout)
    fresh["stop_id"] = _stop_ids(fresh, old)
    heads = pd.concat([old, fresh]).drop_duplicates("stop_id").set_index("stop_id")
    for name in ("edge", "hand", "along_dm", "setback_m", "side"):
        fresh[name] = heads[name].loc[fresh["stop_id"]].to_numpy()
    # behind the doors that are there, in their natural order
    fresh = fresh.sort_values(["stop_id", "unit_order", "door_id"]).reset_index(drop=True)
    taken = fresh["stop_id"].map(old.groupby("stop_id")["at_stop"].max() + 1).fillna(0)
    fresh["at_stop"] = taken.astype(np.int64) + fresh.groupby("stop_id").cumcount()
    return fresh.reindex(columns=old.columns)


def _between_lines(fresh: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """New doors with zone and soft zone of the nearest door, in their precinct if there is one."""
    old = layout.doors
    xy = np.stack(project(old["lon"], old["lat"], layout.crs), axis=1)
    near = np.asarray(cKDTree(xy).query(fresh[["x", "y"]].to_numpy())[1], np.int64)
    for code in sorted({*fresh["precinct"]} & {*old["precinct"]}):
        rows = np.flatnonzero(old["precinct"] == code)
        mine = (fresh["precinct"] == code).to_numpy(bool)
        found = cKDTree(xy[rows]).query(fresh.loc[mine, ["x", "y"]].to_numpy())[1]
        near[mine] = rows[np.asarray(found, np.int64)]
    return fresh.assign(**{name: old[name].to_numpy()[near] for name in ("zone", "soft")})


def _stop_ids(fresh: pd.DataFrame, old: pd.DataFrame) -> Longs:
    """Stops of new doors: that of a door at the same address and street, else one of their own."""
    same = ["site", "edge", "zone"]
    there = old.drop_duplicates(same).set_index(same)["stop_id"]
    found = there.reindex(pd.MultiIndex.from_frame(fresh[same])).to_numpy(np.float64)
    own = int(old["stop_id"].max()) + 1 + fresh.groupby(same, sort=False).ngroup().to_numpy()
    stops: Longs = np.where(np.isnan(found), own, np.nan_to_num(found)).astype(np.int64)
    return stops


def _with_voters(plan: Plan, layout: Layout, gathered: Gathered) -> Layout:
    """The layout with more voters at doors that are there."""
    more = gathered.doors.set_index("door_id")["voters"]
    met = layout.doors["door_id"].isin(more.index)
    locked = set(plan.turfs.loc[plan.turfs["locked"].to_numpy(bool), "turf_id"])
    refuse_locked(sorted({*layout.doors.loc[met, "turf_id"]} & locked))
    count = layout.doors["voters"] + layout.doors["door_id"].map(more).fillna(0).astype(np.int64)
    return replace(layout, doors=layout.doors.assign(voters=count))


def _housed(plan: Plan, layout: Layout, fresh: pd.Series) -> tuple[Layout, pd.Series]:
    """Turf of every door: new ones in the nearest unlocked turf, else in new turfs."""
    doors = layout.doors
    new = doors["door_id"].isin(fresh).to_numpy(bool)
    locked = layout.turfs.loc[layout.turfs["locked"].astype(bool), "turf_id"]
    turf_id = doors["turf_id"].set_axis(doors["door_id"]).copy()
    takers = ~new & ~doors["turf_id"].isin(locked).to_numpy(bool)
    if new.any() and takers.any():
        turf_id.update(nearest_turfs(doors, new, takers, layout.network))
    part = layout.network.edges["component"].to_numpy()[doors["edge"]]
    left = new & turf_id.isna().to_numpy(bool)
    for _, rows in doors[left].groupby([doors["zone"][left], part[left]]):
        turfs = with_turfs(plan, layout.turfs, str(layout.turfs["turf_id"].iloc[0]), 1)
        layout = replace(layout, turfs=turfs)
        turf_id[rows["door_id"]] = str(turfs["turf_id"].iloc[-1])
    return layout, turf_id.reset_index(drop=True)
