"""Whole jobs, with files: read, cut, check, write. The only module that touches both worlds."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from geodata.atomic import check_free, new_folder
from geodata.errors import InputError
from geodata.store import Store
from turfcutter.accounting import check_plan
from turfcutter.checking import Report, look
from turfcutter.exports import write_exports
from turfcutter.inputs import gazetteer_of, precincts_of, read_inputs, streets_of, voters_of
from turfcutter.kernels import compiling_ahead
from turfcutter.model import Plan, Progress, silent
from turfcutter.params import Params
from turfcutter.plan import plan_digest, read_plan, write_plan
from turfcutter.planning import make_plan


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
    store = Store(workspace)
    with compiling_ahead() as wait:
        inputs = read_inputs(params, store, progress)
        progress("compiling", "only the very first run takes long")
        wait()
    plan = make_plan(params, inputs, workers=workers or os.cpu_count() or 1, progress=progress)
    progress("checking")
    check_plan(plan)
    progress("writing", str(out))
    with new_folder(out, force=force) as folder:
        write_plan(plan, folder)
        write_exports(plan, folder, tiles=tiles)
    return plan


def run_check(params: Params, *, workspace: Path, progress: Progress = silent) -> Report:
    """
    Look at a county's files without cutting.

    Parameters
    ----------
    params
        What to read; any of precincts, streets and voters may be absent.
    workspace
        Folder where cleaned inputs are kept.
    progress
        Told each step.

    Returns
    -------
    report
        Every input is looked at, also where another one is rejected.
    """
    inputs, store = params.inputs, Store(workspace)
    precincts, streets, street_digest, voters = None, None, "", None
    refused: dict[str, InputError] = {}
    if inputs.precincts:
        progress("precincts")
        with _noted("precincts", refused):
            precincts, _ = precincts_of(params, store)
    if inputs.streets or inputs.download:
        progress("streets")
        with _noted("streets", refused):
            streets, street_digest = streets_of(params, store, precincts)
    if inputs.voters:
        progress("voters")
        with _noted("voters", refused):
            voters = voters_of(params, store)
    gazetteer = None
    if voters and (precincts or streets):
        progress("addresses")
        with _noted("voters", refused):
            crs = precincts.table.crs if precincts else streets.barriers.crs
            gazetteer, _ = gazetteer_of(params, store, streets, street_digest, crs)
    progress("looking")
    return look(params, precincts, streets, voters, gazetteer, refused)


@contextmanager
def _noted(name: str, refused: dict[str, InputError]) -> Iterator[None]:
    """Keep the sentence of an input that is rejected, and go on."""
    try:
        yield
    except InputError as fault:
        refused[name] = fault


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
