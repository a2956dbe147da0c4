"""
Published plans: each a folder of its own in the state folder, copied there and never changed.

What pages need at once, the layers of the map, is made when a plan is published.
"""

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.errors import InputError
from geodata.schema import NOT_CHOSEN
from geodata.storage.atomic import new_folder
from geodata.storage.tables import PRIVATE
from turfcutter.model import PLAN_TABLES, Plan
from turfcutter.plans.plan import PLAN_JSON, plan_digest, read_plan, write_private
from web import audit
from web.db import db
from web.drawings import kept
from web.jobs.places import GPX_ZIP, LISTS_CSV, LISTS_XLSX, PRINTED, TURFS, job_folder
from web.mapfiles import whole_map, write_map
from web.models import Job, Organization, Printing, PublishedPlan, new_id
from web.outputs import FILES

CENTRE: Final = "centre.json"
NEAR_M: Final = 250.0
"""How far around a turf its map shows streets, and its page addresses that nobody walks to."""
METRES_A_DEGREE: Final = 111_320.0
"""Of latitude."""
TOGETHER: Final = (
    *("all-packets.pdf", "launch.pdf", "wall-map.pdf", "slip-sheets.pdf"),
    *(LISTS_CSV, LISTS_XLSX, GPX_ZIP, TURFS),
)
"""Files of a printing that belong to all its lists."""
SAVED: Final = ("turfs.gpkg", "doors.csv", "walklist.csv", "exceptions.csv", "uncut.csv")
"""Files of a plan that may be saved, where it has them."""


def publish(session: Session, state: Path, source: Path, organization: str, title: str) -> str:
    """
    Copy a plan into the state folder and give it to an organization.

    Returns
    -------
    plan_id
        Its id in addresses.

    Raises
    ------
    InputError
        NO_FILE, TYPE, DAMAGED: `source` is no whole plan. PARAMETER: no such organization.
    """
    owner = session.scalar(select(Organization).where(Organization.name == organization))
    if owner is None:
        names = ", ".join(session.scalars(select(Organization.name))) or "none yet"
        message = f"There is no organization {organization!r}; there are: {names}."
        raise InputError("PARAMETER", message)
    plan = read_plan(source)
    if not len(plan.turfs):
        raise InputError("EMPTY", f"The plan {source} has no turfs to show.")
    given = str(plan.about.get("params", {}).get("packet", {}).get("title") or "")
    figures = {
        **{name: int(plan.turfs[name].sum()) for name in ("doors", "voters")},
        "turfs": len(plan.turfs),
        "digest": plan_digest(source),
    }
    row = _row(owner.id, title or given or source.resolve().name, figures)
    copy_plan(plan, source, plan_folder(state, row.id))
    session.add(row)
    session.flush()
    audit.note(session, "plan published", None, plan_id=row.id, detail=row.title)
    return row.id


def _row(organization_id: str, title: str, figures: Mapping[str, Any]) -> PublishedPlan:
    names = ("digest", "turfs", "doors", "voters")
    return PublishedPlan(
        id=new_id(),
        organization_id=organization_id,
        title=title[:200],
        published=int(time.time()),
        **{name: figures[name] for name in names},
    )


def take_over(
    session: Session,
    state: Path,
    prepared: Path,
    organization_id: str,
    title: str,
    figures: Mapping[str, Any],
) -> str:
    """
    Give an organization a plan whose folder `copy_plan` made on the state folder's own disk.

    Parameters
    ----------
    prepared
        The folder; it becomes that of the published plan.
    figures
        `digest`, and how many `turfs`, `doors` and `voters` it has.

    Returns
    -------
    plan_id
        Its id in addresses.
    """
    row = _row(organization_id, title, figures)
    target = plan_folder(state, row.id)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepared.rename(target)
    session.add(row)
    session.flush()
    return row.id


def copy_plan(plan: Plan, source: Path, target: Path) -> None:
    """Make the folder of a published plan, with what its pages need at once."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [PLAN_JSON, *(f"{name}.parquet" for name in PLAN_TABLES), *SAVED]
    with new_folder(target, force=False) as folder:
        for name in names:
            if (source / name).is_file():
                shutil.copyfile(source / name, folder / name)
        write_map(plan, folder)
        west, south, east, north = plan.turfs.geometry.to_crs("EPSG:4326").total_bounds
        centre = [round((south + north) / 2, 6), round((west + east) / 2, 6)]
        write_private(folder / CENTRE, json.dumps(centre))
        for path in folder.iterdir():
            path.chmod(PRIVATE)


def about_of(folder: Path) -> dict[str, Any]:
    """What a plan in a folder is about; see `turfcutter.model.Plan`."""
    about: dict[str, Any] = json.loads((folder / PLAN_JSON).read_bytes())
    return about


def turf_ids(folder: Path) -> list[str]:
    """Ids of the turfs of a plan in a folder."""
    return [str(turf) for turf in _turfs(folder).index]


def plan_folder(state: Path, plan_id: str) -> Path:
    """Where a published plan lies."""
    return state / "plans" / plan_id


def folder_of(plan_id: str) -> Path:
    """The same, of the viewer that runs."""
    return plan_folder(current_app.config["STATE"], plan_id)


def centre_of(plan_id: str) -> tuple[float, float]:
    """Latitude and longitude of a plan's middle."""
    lat, lon = json.loads((folder_of(plan_id) / CENTRE).read_text(encoding="ascii"))
    return float(lat), float(lon)


def voters_in(plan_id: str, turf_id: str) -> int:
    """How many voters a turf has."""
    return int(turfs_of(plan_id)["voters"].to_numpy()[turfs_of(plan_id).index.get_loc(turf_id)])


def turfs_of(plan_id: str) -> pd.DataFrame:
    """The turfs of a plan by their ids, without outlines."""
    return _turfs(folder_of(plan_id))


@lru_cache(maxsize=16)
def _turfs(folder: Path) -> pd.DataFrame:
    columns = [name for name in PLAN_TABLES["turfs"] if name != "geometry"]
    return pd.read_parquet(folder / "turfs.parquet", columns=columns).set_index("turf_id")


def find_turfs(plan_id: str, wanted: str) -> set[str]:
    """Ids of the turfs whose id, precinct or one of whose addresses holds a text."""
    turfs, text = turfs_of(plan_id), wanted.lower()
    doors = pd.read_parquet(folder_of(plan_id) / "doors.parquet", columns=["turf_id", "address"])
    at = doors["address"].str.lower().str.contains(text, regex=False)
    named = turfs.index[
        turfs.index.str.lower().str.contains(text, regex=False)
        | turfs["precinct"].str.lower().str.contains(text, regex=False)
    ]
    return {*doors.loc[at, "turf_id"], *named}


def doors_of(plan_id: str, turf_id: str) -> list[dict[str, Any]]:
    """The doors of a turf in walking order; not to be changed, others are given the same."""
    return _doors(folder_of(plan_id), turf_id)


@lru_cache(maxsize=1024)
def _doors(folder: Path, turf_id: str) -> list[dict[str, Any]]:
    columns = ["door_id", "stop", "order", "address", "unit", "voters", "flags"]
    table = _rows(folder / "doors.parquet", turf_id, columns)
    rows = table.sort_values("order").to_dict("records")
    return [{str(name): row[name] for name in row} for row in rows]


def exceptions_near(plan_id: str, turf_id: str) -> list[tuple[str, str]]:
    """Addresses in no turf close to the doors of one, and why: who walks there will see them."""
    return _exceptions(folder_of(plan_id), turf_id)


@lru_cache(maxsize=1024)
def _exceptions(folder: Path, turf_id: str) -> list[tuple[str, str]]:
    doors = _rows(folder / "doors.parquet", turf_id, ["lon", "lat"])
    columns = ["address", "detail", "reason", "lon", "lat"]
    left = pd.read_parquet(folder / "exceptions.parquet", columns=columns)
    near = _near(left[left["reason"] != NOT_CHOSEN], doors)
    kept = near.drop_duplicates(["address", "detail"]).sort_values("address")
    return [(str(row.address), str(row.detail)) for row in kept.itertuples()]


def _near(left: pd.DataFrame, doors: pd.DataFrame) -> pd.DataFrame:
    """Rows of a table with `lon` and `lat` that are close to the doors of a turf."""
    north = NEAR_M / METRES_A_DEGREE
    east = north / cos(radians(doors["lat"].mean()))
    near = left["lat"].between(doors["lat"].min() - north, doors["lat"].max() + north)
    near &= left["lon"].between(doors["lon"].min() - east, doors["lon"].max() + east)
    return left[near]


def voters_of(plan_id: str, turf_id: str) -> dict[str, list[str]]:
    """The voters of a turf, door by door: name and age."""
    columns = ["door_id", "first_name", "last_name", "age"]
    table = _rows(folder_of(plan_id) / "voters.parquet", turf_id, columns)
    found: dict[str, list[str]] = {}
    for row in table.to_dict("records"):
        name = f"{row['first_name']} {row['last_name']}".strip()
        found.setdefault(row["door_id"], []).append(f"{name}, {row['age']}" if row["age"] else name)
    return found


def _rows(path: Path, turf_id: str, columns: list[str]) -> pd.DataFrame:
    return pd.read_parquet(path, columns=columns, filters=[("turf_id", "==", turf_id)])


def turf_layers(plan_id: str, turf_id: str) -> bytes:
    """What the map of one turf shows: itself, and what lies around."""
    return kept(
        plan_id, f"turf {turf_id}", lambda: whole_map(_around(whole_plan(plan_id), turf_id))
    )


def shared_layers(plan_id: str, turf_id: str) -> bytes:
    """The same for somebody without an account: doors and walk, and nothing of voters."""
    return kept(plan_id, f"shared {turf_id}", lambda: whole_map(_bare(plan_id, turf_id)))


def _bare(plan_id: str, turf_id: str) -> Plan:
    plan = _around(whole_plan(plan_id), turf_id)
    plain = {"voters": 0, "precinct": "", "staging": "", "drop_off": "", "crew": 0, "rank": 0}
    return replace(
        plan,
        about={name: plan.about[name] for name in ("attribution",) if name in plan.about},
        turfs=plan.turfs.assign(**plain, drive_minutes=0.0),
        doors=plan.doors.assign(voters=0),
        exceptions=plan.exceptions.iloc[:0],
        base=plan.base[~plan.base["kind"].isin(["district", "staging"])],
        precincts=plan.precincts.iloc[:0],
    )


def _around(plan: Plan, turf_id: str) -> Plan:
    """A plan of one turf, drawn on nothing but its surroundings."""
    turfs = plan.turfs[plan.turfs["turf_id"] == turf_id]
    west, south, east, north = turfs.total_bounds
    box = (west - NEAR_M, south - NEAR_M, east + NEAR_M, north + NEAR_M)

    doors = plan.doors[plan.doors["turf_id"] == turf_id]

    def near(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.clip(box)

    return Plan(
        about=plan.about,
        turfs=turfs.assign(colour=0),
        doors=doors,
        voters=plan.voters.iloc[:0],
        walks=plan.walks[plan.walks["turf_id"] == turf_id],
        legs=plan.legs.iloc[:0],
        exceptions=_near(plan.exceptions, doors),
        streets=plan.streets.cx[west - NEAR_M : east + NEAR_M, south - NEAR_M : north + NEAR_M],
        base=near(plan.base),
        precincts=near(plan.precincts),
    )


def whole_plan(plan_id: str) -> Plan:
    """A plan with all its tables; those looked at last are kept."""
    return _plan(folder_of(plan_id))


@lru_cache(maxsize=2)
def _plan(folder: Path) -> Plan:
    return read_plan(folder)


def files_of(plan_id: str) -> dict[str, str]:
    """Files of a plan that may be saved -> what they are."""
    folder = folder_of(plan_id)
    return {name: FILES[name][0] for name in SAVED if (folder / name).is_file()}


def printing_folder(printing: Printing) -> Path:
    """Where the files of a printed list lie."""
    state: Path = current_app.config["STATE"]
    if printing.job_id:
        return job_folder(state, printing.job_id) / PRINTED
    return state / "printings" / printing.id


def printings_of(job_id: str) -> list[Printing]:
    """The lists that a job printed, in the order they are handed out."""
    query = select(Printing).where(Printing.job_id == job_id)
    return list(db().scalars(query.order_by(Printing.serial)))


def job_files(job: Job) -> dict[str, Path]:
    """Name -> file of all lists that a job printed."""
    folder = job_folder(current_app.config["STATE"], job.id) / PRINTED
    paths = {name: folder / name for name in TOGETHER}
    return {name: path for name, path in paths.items() if path.is_file()}


def printed_files(printing: Printing) -> dict[str, Path]:
    """Name -> file of a printed list."""
    folder, turf = printing_folder(printing), printing.name or printing.turf_id
    paths = {
        "packet.pdf": folder / "packets" / f"{turf}.pdf",
        "list.csv": folder / "lists" / f"{turf}.csv",
        "list.xlsx": folder / "lists" / f"{turf}.xlsx",
        "walk.gpx": folder / "gpx" / f"{turf}.gpx",
    }
    return {name: path for name, path in paths.items() if path.is_file()}
