"""
Printing a plan: packets, lists and manifests of its turfs, one list after another.

Each list is finished, file by file, before it is noted in a journal; a run that was killed goes on
after the last one noted. Processes get slices of the plan, a few at a time, so that memory does
not grow with the number of turfs.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from geodata.atomic import no_space
from geodata.errors import BusyError, InputError, SpaceError
from turfcutter.model import Plan, Progress, silent
from turfcutter.packets.binding import bind
from turfcutter.packets.contents import packet_contents
from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.launch import launch_files
from turfcutter.packets.lists import csv_text, gpx, list_table, manifest_table, xlsx
from turfcutter.packets.numbers import LEAST, list_number
from turfcutter.packets.slices import Slice, slice_plan
from turfcutter.packets.streetorder import by_street
from turfcutter.packets.typesetting import typeset
from turfcutter.paramfile import params_of

PRINTING_JSON: Final = "printing.json"
"""Says that a printing is complete, and what is in it."""
JOURNAL: Final = ".journal"
COMBINED: Final = "all-packets.pdf"
FOLDERS: Final = ("packets", "lists", "manifests", "gpx")
AHEAD: Final = 3
"""Slices that wait for each process."""

Record = dict[str, Any]
"""A line of the journal: `name`, `serial`, `files` (path -> SHA-256), `doors`, `voters`."""


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
    """

    issue: Issue
    turf_ids: tuple[str, ...] = ()
    serial: int = LEAST
    plan_digest: str = ""


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
        PARAMETER: a turf is not in the plan, serials are used up. OUTPUT: the folder.
    BusyError, SpaceError
        As everywhere.
    """
    jobs = jobs_of(plan, printing)
    cut = params_of(plan.about["params"]).cut
    plan, grouped = by_street(plan, [job.turf_id for job in jobs], cut)
    key = _key(printing, jobs)
    head = {"key": key, "serial": printing.serial, "issued": printing.issue.issued}
    with _claimed(out, head, force=force) as done:
        records = dict(done)
        left = [job for job in jobs if job.name not in records]
        progress("packets", f"{len(records):,} of {len(jobs):,} lists")
        try:
            for record in _printed(plan, grouped, left, printing.issue, out, workers):
                _note(out, record)
                records[record["name"]] = record
                progress("packets", f"{len(records):,} of {len(jobs):,} lists")
            ordered = [records[job.name] for job in jobs]
            progress("binding", COMBINED)
            _bind(out, jobs, printing.issue)
            progress("launch table")
            for name, content in launch_files(plan, jobs, ordered, printing.issue).items():
                _write(out / name, content)
        except OSError as fault:
            if no_space(fault):
                message = f"No space is left in {out}; free some and run the same again to go on."
                raise SpaceError("NO_SPACE", message) from fault
            raise
        said = {"key": key, "lists": len(ordered), "complete": True}
        _write(out / PRINTING_JSON, json.dumps(said, indent=2, sort_keys=True).encode() + b"\n")
    return ordered


def begun(out: Path) -> tuple[int, str] | None:
    """Serial and time of issue of the printing that a folder holds; None where it holds none."""
    try:
        with (out / JOURNAL).open("rb") as file:
            head = json.loads(file.readline())
        return int(head["serial"]), str(head["issued"])
    except (OSError, ValueError, KeyError):
        return None


def jobs_of(plan: Plan, printing: Printing) -> list[Job]:
    """The lists in the order they are handed out: staging place, crew, turf."""
    known = plan.turfs["turf_id"].tolist()
    chosen = list(dict.fromkeys(printing.turf_ids)) or known
    if unknown := [turf_id for turf_id in chosen if turf_id not in set(known)]:
        message = f"{unknown[0]!r} is no turf of the plan; its ids are like {known[0]}."
        raise InputError("PARAMETER", message)
    rows = plan.turfs[["turf_id", "staging", "crew"]].itertuples(index=False, name=None)
    place = {row[0]: (*row[1:], number) for number, row in enumerate(rows)}
    halves = (1, 2) if printing.issue.packet["pair"] else (0,)
    ordered = [
        (turf_id, half) for turf_id in sorted(chosen, key=place.__getitem__) for half in halves
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
        [printing.issue.kind, printing.issue.issued, printing.issue.end],
        [[job.turf_id, job.serial, job.half] for job in jobs],
        [version("turfcutter"), version("typst")],
    ]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@contextlib.contextmanager
def _claimed(out: Path, head: Record, *, force: bool) -> Iterator[dict[str, Record]]:
    """Hold a folder for a printing; yields the records of lists that are done and whole."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(out, os.O_RDONLY)
    except OSError as fault:
        raise InputError("OUTPUT", f"{out} cannot be used: {fault.strerror}.") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError("BUSY", f"Somebody else is printing into {out}; wait for it.") from None
        yield _begun(out, head, force=force)
    finally:
        os.close(descriptor)


def _begun(out: Path, head: Record, *, force: bool) -> dict[str, Record]:
    journal = out / JOURNAL
    entries = {entry.name for entry in out.iterdir()}
    lines = journal.read_bytes().splitlines() if JOURNAL in entries else []
    if entries and not lines:
        message = f"{out} holds other files; name a folder that is empty or does not exist."
        raise InputError("OUTPUT", message)
    first = json.dumps(head, sort_keys=True).encode()
    if lines and lines[0] == first:
        return _whole(out, lines[1:])
    if lines and not force:
        message = f"{out} holds another printing; add --force to replace it, or name another."
        raise InputError("OUTPUT", message)
    for name in sorted(entries):
        shutil.rmtree(out / name) if (out / name).is_dir() else (out / name).unlink()
    for name in FOLDERS:
        (out / name).mkdir(mode=0o700)
    _write(journal, first + b"\n")
    return {}


def _whole(out: Path, lines: Sequence[bytes]) -> dict[str, Record]:
    """Records of which every file is as it was written; a torn last line counts for nothing."""
    records = {}
    for line in lines:
        with contextlib.suppress(ValueError):
            record: Record = json.loads(line)
            files: dict[str, str] = record["files"]
            with contextlib.suppress(FileNotFoundError):
                if all(_digest((out / name).read_bytes()) == each for name, each in files.items()):
                    records[record["name"]] = record
    return records


def _note(out: Path, record: Record) -> None:
    with (out / JOURNAL).open("ab") as file:
        file.write(json.dumps(record, sort_keys=True).encode() + b"\n")


def _printed(
    plan: Plan,
    grouped: frozenset[str],
    jobs: Sequence[Job],
    issue: Issue,
    out: Path,
    workers: int,
) -> Iterator[Record]:
    """Print each list, here or in processes; records come in any order."""
    turf_ids = list(dict.fromkeys(job.turf_id for job in jobs))
    of_turf = {turf_id: [job for job in jobs if job.turf_id == turf_id] for turf_id in turf_ids}
    slices = slice_plan(plan, turf_ids, grouped)
    crs = plan.turfs.crs.to_string() if plan.turfs.crs else ""
    if workers == 1 or len(turf_ids) < AHEAD:
        for turf in slices:
            yield from print_turf(turf, of_turf[turf.turf["turf_id"]], issue, out, crs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: set[Future[list[Record]]] = set()
        while True:
            for turf in islice(slices, AHEAD * workers - len(waiting)):
                jobs_here = of_turf[turf.turf["turf_id"]]
                waiting.add(pool.submit(print_turf, turf, jobs_here, issue, out, crs))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield from future.result()


def print_turf(turf: Slice, jobs: Sequence[Job], issue: Issue, out: Path, crs: str) -> list[Record]:
    """Print the lists of one turf and say what was written."""
    return [_print_list(turf, job, issue, out, crs) for job in jobs]


def _print_list(turf: Slice, job: Job, issue: Issue, out: Path, crs: str) -> Record:
    contents = packet_contents(turf, job, issue)
    number = list_number(job.serial)
    table = list_table(contents, number)
    manifest = manifest_table(contents.lines, job.turf_id, job.serial)
    files = {
        f"packets/{job.name}.pdf": typeset("packet", contents.data),
        f"lists/{job.name}.csv": csv_text(table).encode(),
        f"lists/{job.name}.xlsx": xlsx(table, job.name),
        f"manifests/{number}.csv": csv_text(manifest).encode(),
        f"gpx/{job.name}.gpx": gpx(turf, contents, crs).encode(),
    }
    for name, content in files.items():
        _write(out / name, content)
    return {
        "name": job.name,
        "serial": job.serial,
        "files": {name: _digest(content) for name, content in files.items()},
        "doors": len(contents.doors),
        "voters": sum(len(door.people) for door in contents.doors),
    }


def _bind(out: Path, jobs: Sequence[Job], issue: Issue) -> None:
    packet, texts = issue.packet, issue.texts
    temporary = out / f".{COMBINED}"
    bind(
        temporary,
        [(job.name, out / "packets" / f"{job.name}.pdf") for job in jobs],
        title=packet["title"] or texts["packet"],
        language=packet["language"],
        duplex=packet["duplex"],
    )
    temporary.chmod(0o600)
    temporary.replace(out / COMBINED)


def _write(path: Path, content: bytes) -> None:
    """A file that only its owner may read, whole or not at all."""
    temporary = path.with_name(f".{path.name}.partial")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    temporary.write_bytes(content)
    temporary.replace(path)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
