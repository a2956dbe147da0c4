"""Whole jobs on one county, with files: read, cut, check, write; and edits of what was written."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from geodata.errors import InputError
from geodata.storage.atomic import check_free, new_folder
from geodata.storage.store import Store
from turfcutter.checks.advice import advising
from turfcutter.exports import write_exports
from turfcutter.inputs import read_inputs
from turfcutter.kernels import compiling_ahead
from turfcutter.model import Plan, Progress, silent
from turfcutter.params import Params
from turfcutter.params.files import files_of
from turfcutter.plans.accounting import check_plan
from turfcutter.plans.plan import plan_digest, read_plan, write_plan
from turfcutter.plans.planning import make_plan


def run_cut(
    params: Params,
    out: Path,
    *,
    workspace: Path,
    force: bool = False,
    workers: int = 0,
    tiles: str = "",
    progress: Progress = silent,
) -> Plan:
    """
    Cut turfs and write the plan and its exports.

    Parameters
    ----------
    params
        What to read and cut.
    out
        Folder for the results; appears complete or not at all.
    workspace
        Folder where cleaned inputs are kept.
    force
        Whether an earlier result in `out` may be replaced.
    workers
        Threads; 0 is one for each core. No influence on the result.
    tiles
        Tile layer for the map, or empty.
    progress
        Told each step.

    Raises
    ------
    GeodataError
        With a code of `geodata.errors.CODES`; nothing is written then.
    """
    check_free(out, force=force)
    _check_apart(params, out, workspace)
    store = Store(workspace)
    with advising(params, store), compiling_ahead() as wait:
        inputs = read_inputs(params, store, progress)
        threads = workers or os.cpu_count() or 1

        def ready() -> None:
            progress("compiling", "only the very first run takes long")
            wait()

        plan = make_plan(params, inputs, workers=threads, progress=progress, ready=ready)
    progress("checking")
    check_plan(plan)
    progress("writing", str(out))
    with new_folder(out, force=force) as folder:
        write_plan(plan, folder)
        write_exports(plan, folder, tiles=tiles)
    return plan


def _check_apart(params: Params, out: Path, workspace: Path) -> None:
    """Refuse an output folder that would take inputs or the workspace with it, or is erased too."""
    place, kept = out.resolve(), workspace.resolve()
    if place.is_relative_to(kept) or kept.is_relative_to(place):
        message = f"{out} and the workspace {workspace} lie in one another; name another folder."
        raise InputError("OUTPUT", message)
    for _, path in files_of(params):
        if path.resolve().is_relative_to(place):
            message = f"{path} lies in {out}, which is to be replaced; name another folder."
            raise InputError("OUTPUT", message)


def run_edit(
    folder: Path,
    out: Path,
    edit: Callable[[Plan], Plan],
    *,
    force: bool = False,
    progress: Progress = silent,
) -> tuple[Plan, Plan]:
    """
    Edit a plan and write its next version with its exports; the plan itself is not changed.

    Parameters
    ----------
    folder
        Folder of the plan.
    out
        Folder for the next version; appears complete or not at all.
    edit
        A function of `turfcutter.editing`.
    force
        Whether an earlier result in `out` may be replaced.
    progress
        Told each step.

    Returns
    -------
    before, after
        The plan and its next version.

    Raises
    ------
    GeodataError
        With a code of `geodata.errors.CODES`; nothing is written then.
    """
    if out.resolve() == folder.resolve():
        message = f"{out} is the plan itself, which is never changed; name another folder."
        raise InputError("OUTPUT", message)
    check_free(out, force=force)
    progress("reading", str(folder))
    before = read_plan(folder)
    progress("editing")
    after = edit(before)
    after = replace(after, about={**after.about, "parent": plan_digest(folder)})
    progress("writing", str(out))
    with new_folder(out, force=force) as place:
        write_plan(after, place)
        write_exports(after, place)
    return before, after


def read_parent(plan: Plan, folder: Path) -> Plan:
    """
    The plan that another was edited from.

    Parameters
    ----------
    plan
        The edited plan.
    folder
        Where the plan before it should be.

    Raises
    ------
    InputError
        PARAMETER: the folder holds another plan; or as `read_plan`.
    """
    parent = read_plan(folder)
    if plan_digest(folder) != plan.about["parent"]:
        message = f"{folder} is not the plan that this one was edited from; name that one."
        raise InputError("PARAMETER", message)
    return parent
