"""
What is written for people from a plan: layers, lists and the map.

The columns of the lists are a public contract. Coordinates are WGS 84 in all of them, so
that any program opens them. Voters' ids and names are in `walklist.csv`, `exceptions.csv` and
`uncut.csv` only.
"""

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.schema import NOT_CHOSEN
from geodata.storage.geopackage import write_geopackage
from geodata.storage.tables import write_csv
from turfcutter.drawing.shapes import valid_polygons
from turfcutter.model import PLAN_TABLES, Plan
from turfcutter.plans.plan import keep_columns, write_private
from turfcutter.render.map import render_map

CHALLENGED: Final = "challenged"
WGS84: Final = "EPSG:4326"

DOORS_CSV: Final = (
    "door_id",
    "turf_id",
    "stop",
    "lon",
    "lat",
    "address",
    "unit",
    "city",
    "zip",
    "precinct",
    "voters",
    "minutes",
    "flags",
)
"""Columns of ``doors.csv``: one row a door in walking order, turf by turf."""

WALKLIST_CSV: Final = (
    "turf_id",
    "stop",
    "door_id",
    "voter_id",
    "first_name",
    "last_name",
    "age",
    "language",
    "address",
    "unit",
    "city",
    "zip",
)
"""Columns of ``walklist.csv``: one row a voter in walking order; then the columns to keep."""

EXCEPTIONS_CSV: Final = ("voter_id", "address", "reason", "detail")
"""Columns of ``exceptions.csv``: one row an eligible voter in no turf; `phone` where asked for."""

UNCUT_CSV: Final = ("voter_id", "address", "detail")
"""Columns of `UNCUT`: one row an eligible voter left uncut; `phone` where asked for."""

CURE_CSV: Final = (
    *("voter_id", "first_name", "last_name", "address", "unit", "city", "zip"),
    *("turf_id", "stop"),
)
"""Columns of `CURE`: one row an eligible voter whose ballot is challenged, in a turf or not."""

EXPORTS: Final = ("turfs.gpkg", "doors.csv", "walklist.csv", "exceptions.csv", "map.html")
"""Files of `write_exports`."""

UNCUT: Final = "uncut.csv"
"""One file more, where a plan's turfs were chosen among others."""

CURE: Final = "cure.csv"
"""One file more, where returned ballots are known."""

LAYERS: Final = ("turfs", "doors", "walks", "exceptions")
"""Layers of ``turfs.gpkg``; and ``uncut``, where turfs were chosen among others."""


def write_exports(plan: Plan, folder: Path, *, tiles: str = "") -> None:
    """
    Write all of `EXPORTS` into a folder that is there; only the owner may read them.

    Same plan, same bytes.

    Parameters
    ----------
    plan
        The plan.
    folder
        Where to write; files of the same names are replaced.
    tiles
        URL template of a tile layer for the map; empty for none.

    Raises
    ------
    InputError
        PARAMETER: `tiles` is no address of a tile layer.
    """
    gpkg, doors, walklist, exceptions, page = (folder / name for name in EXPORTS)
    write_turfs_gpkg(plan, gpkg)
    write_csv(plan.doors[[*DOORS_CSV]], doors, decimals={"lon": 7, "lat": 7, "minutes": 1})
    write_csv(walklist_table(plan), walklist)
    left, uncut = in_no_turf_tables(plan)
    write_csv(left, exceptions)
    if _chose(plan):
        write_csv(uncut, folder / UNCUT)
    if "returned-1" in plan.about.get("inputs", {}):
        write_csv(cure_table(plan), folder / CURE)
    write_private(page, render_map(plan, tiles=tiles))


def write_turfs_gpkg(plan: Plan, path: Path) -> None:
    """
    Write turfs, doors, walks and exceptions as the `LAYERS` of one GeoPackage, in WGS 84.

    Turfs, doors and walks have the columns of the plan's tables. Exceptions have address, reason
    and detail, voters left uncut address and detail; those without coordinates have no geometry.
    No voter's id or name is in it.

    Parameters
    ----------
    plan
        The plan.
    path
        File to write; replaced if there.
    """
    exceptions = [name for name in EXCEPTIONS_CSV if name != "voter_id"]
    turfs = plan.turfs[[*PLAN_TABLES["turfs"]]].to_crs(WGS84)
    # Rounding in degrees can make a narrow neck touch itself.
    turfs = turfs.set_geometry(valid_polygons(turfs.geometry.to_numpy()), crs=WGS84)
    uncut = (plan.exceptions["reason"] == NOT_CHOSEN).to_numpy(bool)
    tables = (
        turfs,
        _placed(plan.doors, [*PLAN_TABLES["doors"]]),
        plan.walks[[*PLAN_TABLES["walks"]]].to_crs(WGS84),
        _placed(plan.exceptions[~uncut], exceptions),
    )
    layers = dict(zip(LAYERS, tables, strict=True))
    if _chose(plan):
        layers["uncut"] = _placed(plan.exceptions[uncut], ["address", "detail"])
    write_geopackage(path, layers)


def walklist_table(plan: Plan) -> pd.DataFrame:
    """
    The voters with their doors' addresses and stops, in walking order.

    Returns
    -------
    walklist
        `WALKLIST_CSV`, then the columns that the plan's parameters keep.
    """
    where = plan.doors[["door_id", "stop", "address", "unit", "city", "zip"]]
    kept = [name for name in keep_columns(plan.about) if name not in WALKLIST_CSV]
    voters = plan.voters[[*PLAN_TABLES["voters"], *kept]]
    table = voters.merge(where, on="door_id", how="left", validate="many_to_one")
    return table[[*WALKLIST_CSV, *kept]]


def in_no_turf_tables(plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    The eligible voters in no turf.

    Returns
    -------
    exceptions, uncut
        `EXCEPTIONS_CSV` and `UNCUT_CSV`, each with `phone` where the plan's parameters ask for it.
    """
    phones = plan.about.get("params", {}).get("voters", {}).get("phones", False)
    more = ["phone"] if phones else []
    uncut = (plan.exceptions["reason"] == NOT_CHOSEN).to_numpy(bool)
    exceptions, left = plan.exceptions[~uncut], plan.exceptions[uncut]
    return exceptions[[*EXCEPTIONS_CSV, *more]], left[[*UNCUT_CSV, *more]]


def cure_table(plan: Plan) -> pd.DataFrame:
    """The eligible voters whose ballot is challenged, as `CURE_CSV`; those in turfs first."""
    in_turfs = walklist_table(plan)
    in_turfs = in_turfs[in_turfs["ballot"] == CHALLENGED].astype({"stop": str})
    others = plan.exceptions[plan.exceptions["ballot"] == CHALLENGED]
    table = pd.concat([in_turfs, others], ignore_index=True)
    return table.reindex(columns=[*CURE_CSV]).fillna("")


def _chose(plan: Plan) -> bool:
    """Whether the plan's turfs were chosen among others."""
    return plan.about.get("params", {}).get("cut", {}).get("turfs") is not None


def _placed(table: pd.DataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """Columns of a table as points at its `lon` and `lat`; none where these are not numbers."""
    lon, lat = (table[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    spots = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=table.index, crs=WGS84)
    known = np.isfinite(lon) & np.isfinite(lat)
    return gpd.GeoDataFrame(table[columns], geometry=spots.where(known, None), crs=WGS84)
