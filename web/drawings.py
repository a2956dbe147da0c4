"""
What maps of single turfs draw: made when a plan is published, and kept in its folder.

Plans never change, but the program that draws them does: a drawing of another program is not
found, and made when somebody looks.
"""

import hashlib
import secrets
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from math import cos, radians
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.storage.tables import PRIVATE
from turfcutter import render
from turfcutter.model import Plan, Progress
from turfcutter.plans.plan import read_plan
from web.mapfiles import whole_map
from web.tokens import fingerprint

NEAR_M: Final = 250.0
"""How far around a turf its map shows streets, and its page addresses that nobody walks to."""
METRES_A_DEGREE: Final = 111_320.0
"""Of latitude."""


def draw_turfs(plan: Plan, folder: Path, progress: Progress) -> None:
    """Draw the map of each turf into the folder of a plan that is being published."""
    turfs = [str(turf) for turf in plan.turfs["turf_id"]]
    for number, turf in enumerate(turfs, 1):
        progress("drawing", f"{number:,} of {len(turfs):,} turfs")
        _keep(folder, f"turf {turf}", whole_map(_around(plan, turf)))


def turf_layers(folder: Path, turf_id: str) -> Path:
    """What the map of one turf shows, itself and what lies around: a file of gzipped JSON."""
    return _kept(folder, f"turf {turf_id}", lambda: whole_map(_around(whole_plan(folder), turf_id)))


def shared_layers(folder: Path, turf_id: str) -> Path:
    """The same for somebody without an account: doors and walk, and nothing of voters."""
    return _kept(folder, f"shared {turf_id}", lambda: whole_map(_bare(whole_plan(folder), turf_id)))


@lru_cache(maxsize=2)
def whole_plan(folder: Path) -> Plan:
    """A plan with all its tables; those looked at last are kept."""
    return read_plan(folder)


def near(table: pd.DataFrame, doors: pd.DataFrame) -> pd.DataFrame:
    """Rows of a table with `lon` and `lat` that are close to the doors of a turf."""
    north = NEAR_M / METRES_A_DEGREE
    east = north / cos(radians(doors["lat"].mean()))
    found = table["lat"].between(doors["lat"].min() - north, doors["lat"].max() + north)
    found &= table["lon"].between(doors["lon"].min() - east, doors["lon"].max() + east)
    return table[found]


def _bare(whole: Plan, turf_id: str) -> Plan:
    plan = _around(whole, turf_id)
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

    def inside(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.clip(box)

    return Plan(
        about=plan.about,
        turfs=turfs.assign(colour=0),
        doors=doors,
        voters=plan.voters.iloc[:0],
        walks=plan.walks[plan.walks["turf_id"] == turf_id],
        legs=plan.legs.iloc[:0],
        exceptions=near(plan.exceptions, doors),
        streets=plan.streets.cx[west - NEAR_M : east + NEAR_M, south - NEAR_M : north + NEAR_M],
        base=inside(plan.base),
        precincts=inside(plan.precincts),
    )


def _kept(folder: Path, name: str, draw: Callable[[], bytes]) -> Path:
    """The file of a drawing, drawn only where it is not there yet."""
    path = _place(folder, name)
    return path if path.is_file() else _keep(folder, name, draw())


def _keep(folder: Path, name: str, content: bytes) -> Path:
    path = _place(folder, name)
    if not path.parent.is_dir():
        for old in folder.glob("drawings-*"):  # of another program
            shutil.rmtree(old, ignore_errors=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")  # others may draw the same now
    part.touch(mode=PRIVATE)
    part.write_bytes(content)
    part.replace(path)
    return path


def _place(folder: Path, name: str) -> Path:
    return folder / f"drawings-{_program()}" / f"{fingerprint(name)[:32]}.json.gz"


@cache
def _program() -> str:
    """Another text for each program that draws."""
    files = sorted(Path(render.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
