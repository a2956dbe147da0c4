"""The county as a unit: read, choose, cut, walk, check, write; found again by its key."""

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from geodata.errors import BusyError, GeodataError, InputError
from geodata.notes import Fates
from geodata.storage.atomic import new_folder
from geodata.storage.store import Store
from turfcutter.batch.jobs import CountyJob, input_digests, params_key
from turfcutter.batch.kept import sweep, write_whole
from turfcutter.batch.ledger import Others, ledger_lines
from turfcutter.batch.order import CHECKS, HIDDEN
from turfcutter.batch.regions import Parcelled, forget_others, keeping, sharing
from turfcutter.checks.checking import precinct_counts, street_counts
from turfcutter.checks.surveying import run_check
from turfcutter.exports import write_exports
from turfcutter.inputs import Inputs, read_inputs
from turfcutter.model import Plan, Progress, silent
from turfcutter.params import Params
from turfcutter.plans.accounting import check_plan
from turfcutter.plans.limits import beyond_limits, counts_of, said
from turfcutter.plans.plan import PLAN_JSON, plain_json, write_plan, write_private
from turfcutter.plans.planning import make_plan
from turfcutter.render.report import render_report

COUNTY_JSON: Final = "county.json"
"""Says that a county's folder is complete: its key, files, inputs, ledger."""
WAITS, WAIT_SECONDS = 1200, 0.5
"""How often, and how long each time, a file is waited for that another worker prepares."""

Told = dict[str, Any]


def finished(folder: Path) -> Told | None:
    """What `county.json` says, where the folder is there and every file as it was written."""
    try:
        told: Told = json.loads((folder / COUNTY_JSON).read_bytes())
        whole = all(digest_of(folder / name) == one for name, one in told["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return told if whole else None


def by_nights(folder: Path) -> bool:
    """Whether nights brought a county up to date, as far as can be read; it may be damaged."""
    for name, word in ((COUNTY_JSON, "night"), (PLAN_JSON, "edit")):
        try:
            if json.loads((folder / name).read_bytes()).get(word):
                return True
        except (OSError, ValueError, AttributeError):
            continue
    return False


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cut_county(job: CountyJob, progress: Progress = silent) -> Told:
    """
    Do one county.

    Returns
    -------
    told
        What `county.json` says; or ``parcels`` alone, files of `cut_parcel` to do first.

    Raises
    ------
    GeodataError
        As `turfcutter.workflow.run_cut`; nothing is written then.
    """
    try:
        return _cut(job, progress)
    except InputError:
        with suppress(GeodataError):
            _write_check(job, progress, wanted=True)
        raise


def _cut(job: CountyJob, progress: Progress) -> Told:
    store = Store(job.workspace)
    inputs = patiently_read(job.params, store, progress)
    begun = {"entries": sorted(store.used | _entries(_begun(job)))}
    write_whole(_begun(job), json.dumps(begun).encode())
    used: set[Path] = set()
    way = sharing if job.share else keeping
    cutter = way(job.units, job.version, used, progress)
    try:
        plan = make_plan(job.params, inputs, workers=1, progress=progress, cutter=cutter)
    except Parcelled as packed:
        return {"parcels": [str(path) for path in packed.parcels]}
    progress("checking")
    check_plan(plan)
    told = write_county(job, plan, inputs, store, progress)
    forget_others(job.units, used)
    return told


def write_county(
    job: CountyJob,
    plan: Plan,
    inputs: Inputs,
    store: Store,
    progress: Progress = silent,
    **more: object,
) -> Told:
    """
    Write a county's folder, its ledger checked against the files; `more` is told, too.

    What the workspace kept of the files it was made of before is erased: it holds voters.
    """
    if input_digests(job.params) != job.inputs:
        message = f"A file of {job.name} changed while it was read; run again when it is whole."
        raise BusyError("BUSY", message)
    beyond = _beyond(plan)
    _write_check(job, progress, wanted=bool(beyond))
    progress("writing")
    others = _counted(job.params, inputs)
    before = _entries(job.out / COUNTY_JSON) | _entries(_begun(job))
    with new_folder(job.out, force=True, marker=COUNTY_JSON) as folder:
        write_plan(plan, folder)
        write_exports(plan, folder, tiles=job.tiles)
        lines = ledger_lines(folder, plan.about["counts"], _name(job.params.inputs.voters), others)
        told = {
            "county": job.name,
            "key": job.key,
            "inputs": dict(job.inputs),
            "params": params_key(job.params),
            "files": _files(folder),
            "counts": plan.about["counts"],
            "figures": _figures(plan),
            "locked": plan.turfs.loc[plan.turfs["locked"].to_numpy(bool), "turf_id"].tolist(),
            "ledger": lines,
            "beyond": beyond,
            "entries": sorted(store.used),
            **more,
        }
        text = json.dumps(plain_json(told), indent=1, sort_keys=True, ensure_ascii=False)
        write_private(folder / COUNTY_JSON, text + "\n")
    for entry in before.difference(*map(_entries, job.out.parent.glob(f"*/{COUNTY_JSON}"))):
        with suppress(BusyError):  # somebody is making it anew
            store.drop(entry)
    _begun(job).unlink(missing_ok=True)
    return told


def _entries(path: Path) -> set[str]:
    """Entries of the workspace that a county was made of, or was to be made of."""
    try:
        return {*json.loads(path.read_bytes())["entries"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _begun(job: CountyJob) -> Path:
    """Where it is noted what a county is to be made of, lest a kill leaves it to nobody."""
    return job.out.parent.parent / HIDDEN / "begun" / job.name


def _counted(params: Params, inputs: Inputs) -> Others:
    """What became of the rows of every file that is counted, but that of voters."""
    files = params.inputs
    return [
        (_name(files.precincts), _fates(precinct_counts(inputs.precincts))),
        (_name(files.streets) or "download", _fates(street_counts(inputs.streets))),
        *inputs.counts.items(),
        *inputs.line_counts,
    ]


def _fates(counts: Mapping[str, int]) -> Fates:
    """Counts of which the first is the sum of the others, by whatever name."""
    whole, *others = counts.items()
    return {"rows": whole[1], **dict(others)}


def _name(path: Path | None) -> str:
    return path.name if path else ""


def _write_check(job: CountyJob, progress: Progress, *, wanted: bool) -> None:
    """Write the page of `turfcutter check` beside the counties, or take away an earlier one."""
    path = job.out.parent.parent / CHECKS / f"{job.name}.html"
    sweep(path.parent, job.name)
    if not wanted:
        path.unlink(missing_ok=True)
        return
    report = run_check(job.params, workspace=job.workspace, progress=progress)
    write_whole(path, render_report(report).encode())


def _figures(plan: Plan) -> dict[str, Any]:
    """What the report says of the turfs."""
    card, turfs = plan.about["scorecard"], plan.turfs
    return {
        "turfs": len(turfs),
        "doors": int(turfs["doors"].sum()),
        "voters": int(turfs["voters"].sum()),
        "in_band": card["in_band"],
        "walk_m_per_door": card["walk_m_per_door"],
        "minutes": round(float(turfs["minutes"].mean()), 1) if len(turfs) else 0.0,
    }


def _beyond(plan: Plan) -> list[str]:
    """One sentence where more rows than usual are set aside."""
    beyond = beyond_limits(counts_of(plan))
    return [f"More rows than usual are set aside: {said(beyond)}."] if beyond else []


def _files(folder: Path) -> dict[str, str]:
    """Name of every file below a folder -> its digest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): digest_of(path) for path in files}


def patiently_read(params: Params, store: Store, progress: Progress) -> Inputs:
    """The inputs; a file that another worker is preparing is waited for."""
    for _ in range(WAITS):
        try:
            return read_inputs(params, store, progress)
        except BusyError:
            time.sleep(WAIT_SECONDS)
    return read_inputs(params, store, progress)
