"""
Published plans: each a folder of its own in the state folder, copied there and never changed.

What pages need at once, the layers of its maps, is made when a plan is published.
"""

import json
import shutil
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.errors import InputError
from geodata.storage.atomic import new_folder
from geodata.storage.tables import PRIVATE
from turfcutter.model import PLAN_TABLES, Plan, Progress, silent
from turfcutter.plans.plan import PLAN_JSON, plan_digest, read_plan, write_private
from web import audit
from web.audit import EXCEPTIONS, VOTERS
from web.drawings import draw_turfs
from web.mapfiles import write_map
from web.models import Organization, PublishedPlan, new_id
from web.outputs import FILES

CENTRE: Final = "centre.json"
SAVED: Final = (
    *("turfs.gpkg", "doors.csv", "walklist.csv", "exceptions.csv", "uncut.csv", "cure.csv"),
)
"""Files of a plan that may be saved, where it has them."""


def publish(
    session: Session,
    state: Path,
    source: Path,
    organization: str,
    title: str,
    progress: Progress = silent,
) -> str:
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
    copy_plan(plan, source, plan_folder(state, row.id), progress)
    session.add(row)
    session.flush()
    audit.note(
        session,
        "plan published",
        None,
        organization_id=owner.id,
        plan_id=row.id,
        detail=row.title,
    )
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


def copy_plan(plan: Plan, source: Path, target: Path, progress: Progress = silent) -> None:
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
        draw_turfs(plan, folder, progress)


def strip(folder: Path, seen: set[str]) -> None:
    """
    Erase a plan but for the ids of voters whom somebody saw, as `web.audit.voters_seen` reads them.

    Parameters
    ----------
    seen
        Turfs whose voters somebody saw; an empty one stands for the whole plan.
    """
    kept = _ids_of(folder, seen) if seen else {}
    for name, table in kept.items():
        fresh = folder / f"{name}.bare"
        fresh.touch(mode=PRIVATE)
        table.to_parquet(fresh)
        fresh.replace(folder / name)
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in kept:
            path.unlink()


def _ids_of(folder: Path, seen: set[str]) -> dict[str, pd.DataFrame]:
    """Name of a table -> ids of the voters in it who were seen."""
    chosen = None if "" in seen else [("turf_id", "in", sorted(seen))]
    columns = ["turf_id", "voter_id"]
    kept = {VOTERS: pd.read_parquet(folder / VOTERS, columns=columns, filters=chosen)}
    if "" in seen:
        kept[EXCEPTIONS] = pd.read_parquet(folder / EXCEPTIONS, columns=["voter_id"])
    return kept


def about_of(folder: Path) -> dict[str, Any]:
    """What a plan in a folder is about; see `turfcutter.model.Plan`."""
    about: dict[str, Any] = json.loads((folder / PLAN_JSON).read_bytes())
    return about


def turf_ids(folder: Path) -> list[str]:
    """Ids of the turfs of a plan in a folder."""
    found = pd.read_parquet(folder / "turfs.parquet", columns=["turf_id"])["turf_id"]
    return [str(turf) for turf in found]


def plan_folder(state: Path, plan_id: str) -> Path:
    """Where a published plan lies."""
    return state / "plans" / plan_id


def folder_of(plan_id: str) -> Path:
    """The same, of the viewer that runs."""
    return plan_folder(current_app.config["STATE"], plan_id)


def centre_of(plan_id: str) -> tuple[float, float]:
    """Latitude and longitude of a plan's middle."""
    return _centre(folder_of(plan_id))


@lru_cache(maxsize=64)
def _centre(folder: Path) -> tuple[float, float]:
    lat, lon = json.loads((folder / CENTRE).read_text(encoding="ascii"))
    return float(lat), float(lon)


def files_of(plan_id: str) -> dict[str, str]:
    """Files of a plan that may be saved -> what they are."""
    folder = folder_of(plan_id)
    return {name: FILES[name][0] for name in SAVED if (folder / name).is_file()}
