"""
Parts of a plan: some of its turfs as a plan of their own, with their own voters and no others.

Turfs are as they were: same ids, doors, walks and outlines. Streets and base map are those around
them, so that a part can be looked at, printed and edited like any plan.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.crs import project
from turfcutter.arrays import Flags
from turfcutter.model import PLAN_TABLES, Plan
from turfcutter.paramfile import params_of
from turfcutter.plans.accounting import ROWS, in_no_turf
from turfcutter.plans.layout import network_of_plan, street_table, window
from turfcutter.plans.measures import scorecard
from turfcutter.streets.network import part_of as network_part

NOWHERE: Final = ""
"""Area of what lies in none."""

Texts = npt.NDArray[np.object_]


def part_of(plan: Plan, turf_ids: Collection[str], exceptions: Flags | None = None) -> Plan:
    """
    The plan of some turfs of a plan.

    Parameters
    ----------
    plan
        The whole plan; it is not changed.
    turf_ids
        Turfs of the part, one at least.
    exceptions
        Which rows of the plan's exceptions belong to it, shape (n_exceptions,); none if None.

    Returns
    -------
    part
        Counts are its own: rows that the whole plan set aside are not among them, nor are notes
        on the files it was cut from. It has no parent, and cannot be undone into one.
    """
    keep = {*turf_ids}
    turfs = _of(plan.turfs, keep)
    doors, voters = _of(plan.doors, keep), _of(plan.voters, keep)
    left = plan.exceptions[
        np.zeros(len(plan.exceptions), bool) if exceptions is None else exceptions
    ]
    left = left.reset_index(drop=True)
    near = window(np.stack(project(doors["lon"], doors["lat"], plan.turfs.crs), axis=1))
    used = np.zeros(len(plan.streets), bool)
    used[doors["edge"]] = True
    kept = used | shapely.intersects(plan.streets.geometry.to_numpy(), near)
    network = network_part(network_of_plan(plan), np.flatnonzero(kept))
    doors["edge"] = (np.cumsum(kept) - 1)[doors["edge"]]
    about = {
        **plan.about,
        "counts": _counts(turfs, voters, left),
        "scorecard": scorecard(turfs, params_of(plan.about["params"]).cut),
        "notes": [],
        "parent": "",
        "edit": {},
        "retired": sorted({*plan.about.get("retired", ())} | ({*plan.turfs["turf_id"]} - keep)),
    }
    return replace(
        plan,
        about=about,
        turfs=turfs,
        doors=doors,
        voters=voters,
        walks=_of(plan.walks, keep),
        legs=_of(plan.legs, keep),
        exceptions=left,
        streets=street_table(network, plan.turfs.crs),
        base=_around(plan.base, near),
        precincts=_around(plan.precincts, near),
        before=pd.DataFrame({name: [] for name in PLAN_TABLES["before"]}),
    )


def areas_of_turfs(plan: Plan, areas: gpd.GeoDataFrame) -> pd.Series:
    """
    The area of each turf: where most of its doors lie; turfs are never divided.

    Parameters
    ----------
    areas
        Polygons with `key`, in the plan's coordinate system. Where they overlap, the first by
        `key` counts.

    Returns
    -------
    area
        Key of each turf on the turfs' ids, `NOWHERE` where most doors are in none; of two areas
        with as many doors the first by `key`.
    """
    found = areas_of_places(plan.doors["lon"], plan.doors["lat"], areas)
    table = pd.DataFrame({"turf_id": plan.doors["turf_id"], "area": found})
    count = table.groupby(["turf_id", "area"]).size().reset_index(name="doors")
    count = count.sort_values(["turf_id", "doors", "area"], ascending=[True, False, True])
    most = count.drop_duplicates("turf_id").set_index("turf_id")["area"]
    return most.reindex(pd.Index(plan.turfs["turf_id"]))


def areas_of_places(lon: pd.Series, lat: pd.Series, areas: gpd.GeoDataFrame) -> Texts:
    """Key of the area of each place, `NOWHERE` in none or without a place; shape (n,)."""
    found = np.full(len(lon), NOWHERE, object)
    known = np.flatnonzero((lon.notna() & lat.notna()).to_numpy())
    if not len(known) or not len(areas):
        return found
    x, y = project(lon.iloc[known], lat.iloc[known], areas.crs)
    ordered = areas.sort_values("key", kind="stable")
    tree = shapely.STRtree(ordered.geometry.to_numpy())
    place, area = tree.query(shapely.points(x, y), predicate="intersects")
    first = pd.Series(area).groupby(place).min()
    found[known[first.index.to_numpy()]] = ordered["key"].to_numpy(object)[first.to_numpy()]
    return found


def _of(table: Any, turf_ids: Collection[str]) -> Any:  # noqa: ANN401 - a table of any kind
    return table[table["turf_id"].isin([*turf_ids])].reset_index(drop=True)


def _around(table: gpd.GeoDataFrame, near: shapely.Polygon) -> gpd.GeoDataFrame:
    touches = shapely.intersects(table.geometry.to_numpy(), near)
    return table[touches].reset_index(drop=True)


def _counts(turfs: gpd.GeoDataFrame, voters: pd.DataFrame, left: pd.DataFrame) -> dict[str, int]:
    counts = dict.fromkeys(ROWS, 0) | in_no_turf(left["reason"]) | {"in_turfs": len(voters)}
    counts |= {"rows": sum(counts.values()), "turfs": len(turfs)}
    return counts | {name: int(turfs[name].sum()) for name in ("doors", "stops")}
