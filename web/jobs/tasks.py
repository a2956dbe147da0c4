"""
What a job does, in its own process: from folders and figures to folders and figures.

Each gets what `kinds` prepared: ``folder`` is the job's own, ``workers`` how many threads or
processes it may use, the rest is the kind's. None knows the database.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from geodata.precincts.precincts import read_polygons
from geodata.storage.atomic import new_folder
from turfcutter.cli.check import summary
from turfcutter.exports import write_exports, write_turfs_gpkg
from turfcutter.model import Plan, Progress
from turfcutter.packets.issues import Issue
from turfcutter.packets.lists.workbook import workbook
from turfcutter.packets.printing import Printing, jobs_of, print_packets
from turfcutter.paramfile import params_from
from turfcutter.params import Params, to_dict
from turfcutter.plans.accounting import check_plan
from turfcutter.plans.parts import NOWHERE, areas_of_places, areas_of_turfs, part_of
from turfcutter.plans.plan import plan_digest, read_plan, write_plan, write_private
from web.forms import ROOT, with_days
from web.jobs.places import (
    GPX_ZIP,
    LISTS_CSV,
    LISTS_XLSX,
    PLAN,
    PRINTED,
    PROBLEMS,
    REPORT,
    TURFS,
    part_name,
)
from web.library import copy_plan

Spec = Mapping[str, Any]
_ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)


def print_turfs(spec: Spec, progress: Progress) -> dict[str, Any]:
    """Packets, lists and the launch table of some turfs of a plan."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")  # each process sets its own packets
    source = Path(spec["plan"])
    progress("reading", "")
    plan = read_plan(source)
    turf_ids, digest = tuple(spec["turfs"]), plan_digest(source)
    # Paper has the numbers that pages and maps of the viewer show.
    order = Printing(_issue(plan, spec), turf_ids, spec["serial"], digest, as_planned=True)
    out = Path(spec["folder"]) / PRINTED
    records = print_packets(plan, order, out, workers=spec["workers"], progress=progress)
    jobs = jobs_of(plan, order)
    if len(jobs) > 1:
        progress("lists", "")
        _gather(plan, [job.turf_id for job in jobs], [job.name for job in jobs], out)
    return {
        "lists": [
            {
                "name": job.name,
                "turf_id": job.turf_id,
                "serial": job.serial,
                "voters": row["voters"],
            }
            for job, row in zip(jobs, records, strict=True)
        ]
    }


def _issue(plan: Plan, spec: Spec) -> Issue:
    defaults = to_dict(Params())
    cut = defaults["cut"] | plan.about["params"].get("cut", {})
    packet = defaults["packet"] | dict(plan.about["params"].get("packet", {}))
    return Issue(packet, cut["kind"], spec["issued"], cut["end"])


def _gather(plan: Plan, turf_ids: list[str], names: list[str], out: Path) -> None:
    """What belongs to all lists together: one table, one layer, one archive of walks."""
    tables = [
        pd.read_csv(out / "lists" / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in names
    ]
    table = pd.concat(tables, ignore_index=True)
    write_private(out / LISTS_CSV, table.to_csv(index=False, lineterminator="\n"))
    columns = {str(name): table[name].tolist() for name in table}
    _write(out / LISTS_XLSX, workbook(columns, "lists"))
    write_turfs_gpkg(part_of(plan, set(turf_ids)), out / TURFS)
    (out / TURFS).chmod(0o600)
    _write(out / GPX_ZIP, b"")
    with zipfile.ZipFile(out / GPX_ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(f"{name}.gpx", _ZIP_DAY)
            archive.writestr(entry, (out / "gpx" / f"{name}.gpx").read_bytes())


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def check(spec: Spec, progress: Progress) -> dict[str, Any]:
    """Look at files without cutting."""
    from turfcutter.checks.surveying import run_check  # noqa: PLC0415 - of no use to printing
    from turfcutter.render.report import problem_map  # noqa: PLC0415

    params = params_from(with_days(spec["params"]), ROOT)
    report = run_check(params, workspace=Path(spec["workspace"]), progress=progress)
    folder = Path(spec["folder"])
    drawing, kinds = problem_map(report)
    said = summary(report) | {"kinds": kinds}
    write_private(folder / REPORT, json.dumps(said))
    write_private(folder / PROBLEMS, drawing)
    return {"exit_code": report.exit_code}


def cut(spec: Spec, progress: Progress) -> dict[str, Any]:
    """Cut turfs, and make the folder of a plan that is published."""
    from turfcutter.workflow import run_cut  # noqa: PLC0415

    params = params_from(with_days(spec["params"]), ROOT)
    made = Path(spec["folder"]) / "cut"
    plan = run_cut(
        params,
        made,
        workspace=Path(spec["workspace"]),
        force=True,
        workers=spec["workers"],
        progress=progress,
    )
    progress("publishing", "")
    return _ready(plan, made, Path(spec["folder"]) / PLAN, progress)


def split(spec: Spec, progress: Progress) -> dict[str, Any]:
    """The parts of a plan that lie in areas, each ready to be another organization's plan."""
    folder = Path(spec["folder"])
    progress("reading", "")
    plan = read_plan(Path(spec["plan"]))
    areas, _ = read_polygons(Path(spec["areas"]), spec["column"], plan.turfs.crs)
    area = areas_of_turfs(plan, areas)
    place = areas_of_places(plan.exceptions["lon"], plan.exceptions["lat"], areas)
    names = [name for name in areas["key"] if (area == name).any()]
    parts = []
    for number, name in enumerate(names, 1):
        progress("splitting", f"{number} of {len(names)} areas")
        part = part_of(plan, {*area.index[area == name]}, place == name)
        check_plan(part)
        made = folder / f"made-{number}"
        with new_folder(made, force=True) as inside:
            write_plan(part, inside)
            write_exports(part, inside)
        figures = _ready(part, made, folder / part_name(number), progress)
        shutil.rmtree(made)
        parts.append({**figures, "area": name, "number": number})
    rest = plan.turfs[(area == NOWHERE).to_numpy()]
    left = {name: int(rest[name].sum()) for name in ("doors", "voters")}
    left |= {"turfs": len(rest), "exceptions": int((place == NOWHERE).sum())}
    return {"parts": parts, "left": left}


def _ready(plan: Plan, source: Path, target: Path, progress: Progress) -> dict[str, Any]:
    """Make a plan's folder as the viewer keeps it, and say what the list of plans tells of it."""
    copy_plan(plan, source, target, progress)
    figures = {name: int(plan.turfs[name].sum()) for name in ("doors", "voters")}
    title = str(plan.about.get("params", {}).get("packet", {}).get("title") or "")
    digest = plan_digest(target)
    return {**figures, "turfs": len(plan.turfs), "digest": digest, "title": title}


def score(spec: Spec, progress: Progress) -> dict[str, Any]:
    """A plan beside k-means and beside other plans, as far as they have the same doors."""
    from turfcutter.scores.scoring import on_foot, score_plan  # noqa: PLC0415

    progress("judging", "")
    plan = on_foot(read_plan(Path(spec["plan"])))
    cuts = {}
    for name, folder in spec["others"].items():
        doors = pd.read_parquet(Path(folder) / "doors.parquet", columns=["door_id", "turf_id"])
        turf = plan.doors["door_id"].map(doors.set_index("door_id")["turf_id"])
        if turf.notna().any():
            cuts[name] = (turf.fillna("").to_numpy(object), None)
    table = score_plan(plan, cuts, workers=spec["workers"])
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return {"scores": rows}


TASKS: Final[dict[str, Callable[[Spec, Progress], dict[str, Any]]]] = {
    "print": print_turfs,
    "check": check,
    "cut": cut,
    "score": score,
    "split": split,
}
"""Kind of a job -> what its process does."""
