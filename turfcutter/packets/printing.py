"""
Printing a plan: packets, lists and manifests of its turfs, one list after another.

Processes get slices of the plan, a few at a time, so that memory does not grow with the number of
turfs beyond the plan itself.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from geodata.errors import InputError, SpaceError
from geodata.storage.atomic import no_space
from turfcutter.model import Plan, Progress, silent
from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.journal import Record, claimed, digest, note, write
from turfcutter.packets.lists.copies import DOORS_CSV, gpx, list_table, printed_doors
from turfcutter.packets.lists.manifests import closed, manifest_table
from turfcutter.packets.lists.numbers import LEAST, list_number, spaced
from turfcutter.packets.lists.tables import csv_text
from turfcutter.packets.lists.workbook import workbook
from turfcutter.packets.pages.contents import packet_contents, packet_pdf
from turfcutter.packets.pages.launch import launch_files, sign_out_row
from turfcutter.packets.press.binding import bind
from turfcutter.packets.turfs.halves import half_of
from turfcutter.packets.turfs.slices import Slice
from turfcutter.packets.turfs.supply import slices_of
from turfcutter.processes import die_with

PRINTING_JSON: Final = "printing.json"
"""Says that a printing is complete, and what is in it."""
COMBINED: Final = "all-packets.pdf"
AHEAD: Final = 3
"""Turfs that wait for each worker."""


@dataclass(frozen=True)
class Printing:
    """
    What to print.

    Parameters
    ----------
    issue
        What is the same for all packets.
    turf_ids
        Turfs to print; all where empty.
    serial
        Serial of the first list; the others follow.
    plan_digest
        Digest of the plan's `plan.json`, which knows every table.
    suppressed
        Ids of voters who must be on no list, beside those that the cut left out.
    as_planned
        Whether every turf keeps the plan's order, so that its stops have the numbers that other
        pages show; else turfs are by street where that is hardly longer.
    """

    issue: Issue
    turf_ids: tuple[str, ...] = ()
    serial: int = LEAST
    plan_digest: str = ""
    suppressed: frozenset[str] = frozenset()
    as_planned: bool = False


def print_packets(
    plan: Plan,
    printing: Printing,
    out: Path,
    *,
    workers: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> list[Record]:
    """
    Write packets, lists, manifests and what the launch table needs into a folder.

    Parameters
    ----------
    plan
        A plan as it was read.
    out
        Folder; absent, empty, or one in which the same printing was begun.
    workers
        Processes; no influence on the result.
    force
        Whether another printing in `out` may be replaced.

    Returns
    -------
    records
        One a list, in the order of `jobs_of`.

    Raises
    ------
    InputError
        PARAMETER: a turf is not in the plan, serials are used up. OUTPUT: the folder. CLOSED: a
        list to print was closed. SUPPRESSED: a voter who must be on no list is in a turf.
    BusyError, SpaceError
        As everywhere.
    """
    jobs = jobs_of(plan, printing)
    _none_suppressed(plan, {job.turf_id for job in jobs}, printing.suppressed)
    key = _key(printing, jobs)
    head = {"key": key, "serial": printing.serial, "issued": printing.issue.issued}
    numbers = [list_number(job.serial) for job in jobs]
    with claimed(out, head, numbers, force=force) as done:
        records = dict(done)
        left = [job for job in jobs if job.name not in records]
        _none_closed(out, left)
        try:
            with _crew(workers, len(jobs)) as crew:
                coming = _printed(plan, left, printing, out, crew, AHEAD * workers)
                _bind(out, _in_order(out, jobs, records, coming, progress), printing.issue)
                ordered = [records[job.name] for job in jobs]
                progress("launch table", "")
                _lay_table(plan, jobs, ordered, printing.issue, out, crew)
        except OSError as fault:
            if no_space(fault):
                message = f"No space is left in {out}; free some and run the same again to go on."
                raise SpaceError("NO_SPACE", message) from fault
            raise
        said = {"key": key, "lists": len(ordered), "complete": True}
        write(out / PRINTING_JSON, json.dumps(said, indent=2, sort_keys=True).encode() + b"\n")
    return ordered


def jobs_of(plan: Plan, printing: Printing) -> list[Job]:
    """The lists in the order they are handed out: staging place, crew, turf."""
    known = plan.turfs["turf_id"].tolist()
    chosen = list(dict.fromkeys(printing.turf_ids)) or known
    if unknown := [turf_id for turf_id in chosen if turf_id not in set(known)]:
        message = f"{unknown[0]!r} is no turf of the plan; its ids are like {known[0]}."
        raise InputError("PARAMETER", message)
    rows = plan.turfs[["turf_id", "staging", "crew"]].itertuples(index=False, name=None)
    place = {row[0]: (*row[1:], number) for number, row in enumerate(rows)}
    # A single door is not shared.
    pair = printing.issue.packet["pair"]
    shared = {*plan.turfs["turf_id"][plan.turfs["doors"] > 1]} if pair else {}
    ordered = [
        (turf_id, half)
        for turf_id in sorted(chosen, key=place.__getitem__)
        for half in ((1, 2) if turf_id in shared else (0,))
    ]
    list_number(printing.serial + len(ordered) - 1)
    return [
        Job(turf_id, printing.serial + number, half)
        for number, (turf_id, half) in enumerate(ordered)
    ]


def _key(printing: Printing, jobs: Sequence[Job]) -> str:
    """Digest of all that the bytes depend on."""
    parts = [
        printing.plan_digest,
        dict(printing.issue.packet),
        [printing.issue.kind, printing.issue.issued, printing.issue.end, printing.as_planned],
        [[job.turf_id, job.serial, job.half] for job in jobs],
        [version("turfcutter"), version("typst")],
    ]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _none_suppressed(plan: Plan, turf_ids: set[str], suppressed: frozenset[str]) -> None:
    """No voter is printed who is suppressed by now, or whose address has a word of suppression."""
    voters = plan.voters[plan.voters["turf_id"].isin(turf_ids)]
    doors = plan.doors[plan.doors["turf_id"].isin(turf_ids)]
    hidden = voters["voter_id"].isin(suppressed)
    words = plan.about.get("params", {}).get("suppress", {}).get("words", ())
    if pattern := "|".join(re.escape(word) for word in words):
        text = doors["address"] + "\n" + doors["unit"] + "\n" + doors["city"]
        marked = text.str.contains(rf"(?:^|\W)(?:{pattern})(?:\W|$)", case=False, regex=True)
        hidden |= voters["door_id"].isin(doors["door_id"][marked])
    if count := int(hidden.sum()):
        message = f"{count:,} voters of these turfs are suppressed; cut again without them."
        raise InputError("SUPPRESSED", message)


def _none_closed(out: Path, jobs: Sequence[Job]) -> None:
    """No list that was closed is printed again: its sheets are out under that number."""
    gone = {*closed(out)}
    for number in (list_number(job.serial) for job in jobs):
        if number in gone:
            message = f"List {spaced(number)} was closed and is not printed again; use --force."
            raise InputError("CLOSED", message)


def _crew(workers: int, lists: int) -> Executor:
    """Who prints: processes, or a thread for one worker or little work."""
    if workers == 1 or lists < AHEAD:
        return ThreadPoolExecutor(1)
    spawn, parent = get_context("spawn"), (os.getpid(),)
    return ProcessPoolExecutor(workers, spawn, initializer=die_with, initargs=parent)


def _printed(
    plan: Plan, jobs: Sequence[Job], printing: Printing, out: Path, crew: Executor, ahead: int
) -> Iterator[Record]:
    """Have each list printed, so many turfs ahead; records come in any order."""
    of_turf: dict[str, list[Job]] = {}
    for job in jobs:
        of_turf.setdefault(job.turf_id, []).append(job)
    slices, issue = slices_of(plan, [*of_turf], as_planned=printing.as_planned), printing.issue
    crs = plan.turfs.crs.to_string() if plan.turfs.crs else ""
    waiting: set[Future[list[Record]]] = set()
    while True:
        for turf in islice(slices, ahead - len(waiting)):
            jobs_here = of_turf[turf.turf["turf_id"]]
            waiting.add(crew.submit(print_turf, turf, jobs_here, issue, out, crs))
        if not waiting:
            return
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            yield from future.result()


def print_turf(turf: Slice, jobs: Sequence[Job], issue: Issue, out: Path, crs: str) -> list[Record]:
    """Print the lists of one turf and say what was written."""
    return [_print_list(half_of(turf, job.half), job, issue, out, crs) for job in jobs]


def _print_list(turf: Slice, job: Job, issue: Issue, out: Path, crs: str) -> Record:
    contents = packet_contents(turf, job, issue)
    number = list_number(job.serial)
    table = list_table(turf.doors, contents.lines, number, job.turf_id)
    manifest = manifest_table(contents.lines, job.turf_id, job.serial)
    files = {
        f"packets/{job.name}.pdf": packet_pdf(contents),
        f"lists/{job.name}.csv": csv_text(table).encode(),
        f"lists/{job.name}.xlsx": workbook(table, job.name),
        f"manifests/{number}.csv": csv_text(manifest).encode(),
        f"gpx/{job.name}.gpx": gpx(turf, crs).encode(),
    }
    for name, content in files.items():
        write(out / name, content)
    return {
        "name": job.name,
        "serial": job.serial,
        "files": {name: digest(content) for name, content in files.items()},
        "doors": len(turf.doors),
        "voters": sum(len(door.people) for door in turf.doors),
        "row": sign_out_row(turf, job, issue),
    }


def _lay_table(
    plan: Plan,
    jobs: Sequence[Job],
    records: Sequence[Record],
    issue: Issue,
    out: Path,
    crew: Executor,
) -> None:
    """Write the doors of all lists, and the files for the launch table."""
    doors = crew.submit(printed_doors, [out / "lists" / f"{job.name}.csv" for job in jobs])
    for name, content in launch_files(plan, jobs, records, issue, crew):
        write(out / name, content)
    write(out / DOORS_CSV, doors.result().encode())


def _in_order(
    out: Path,
    jobs: Sequence[Job],
    records: dict[str, Record],
    coming: Iterator[Record],
    progress: Progress,
) -> Iterator[str]:
    """Names of the lists in their order, each as soon as it is noted among the records."""
    progress("packets", f"{len(records):,} of {len(jobs):,} lists")
    for job in jobs:
        while job.name not in records:
            record = next(coming)
            note(out, record)
            records[record["name"]] = record
            progress("packets", f"{len(records):,} of {len(jobs):,} lists")
        yield job.name


def _bind(out: Path, names: Iterator[str], issue: Issue) -> None:
    """Bind the packets of some lists while others are being printed."""
    packet, texts = issue.packet, issue.texts
    temporary = out / f".{COMBINED}"
    with temporary.open("wb") as file:
        bind(
            file,
            ((name, (out / "packets" / f"{name}.pdf").read_bytes()) for name in names),
            title=packet["title"] or texts["packet"],
            language=packet["language"],
            duplex=packet["duplex"],
        )
    temporary.chmod(0o600)
    temporary.replace(out / COMBINED)
