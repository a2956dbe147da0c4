"""Nightly: counties brought up to tomorrow's files, from cron; the unchanged is not touched."""

import csv
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.errors import InputError
from turfcutter.batch.begun import begun
from turfcutter.batch.book import Book, Event, close, fail, work
from turfcutter.batch.calls import Call, Engine, Fault, Outcome
from turfcutter.batch.county import finished
from turfcutter.batch.jobs import CountyJob, params_key
from turfcutter.batch.night import NightJob, do_night, only_rows_differ
from turfcutter.batch.order import COUNTIES, Order
from turfcutter.batch.paper import Paper, is_printed, print_all, turfs_of, was_printed
from turfcutter.batch.report import Row
from turfcutter.batch.running import (
    county_call,
    county_follow,
    may_make_again,
    wanted_jobs,
)
from turfcutter.params.files import files_of

DAY_SECONDS: Final = 86_400.0

Locks = Mapping[str, tuple[str, ...]]
"""County -> turfs that are locked."""


@dataclass(frozen=True)
class Night:
    """
    What a night is told beside the order.

    Parameters
    ----------
    began
        Seconds of the clock, by which the age of files is told.
    name
        Of the folder of tonight's packets.
    locks
        Turfs to lock; None leaves locks as they are.
    paper
        How to print what changed; None prints nothing.
    """

    began: float
    name: str
    locks: Locks | None = None
    paper: Paper | None = None


def run_nightly(order: Order, night: Night, engine: Engine, say: Event) -> list[Row]:
    """
    Bring counties up to date; those that were never cut are cut.

    Returns
    -------
    rows
        One a county of the state file.

    Raises
    ------
    BusyError, InputError, SpaceError
        As `turfcutter.batch.running.run_batch`.
    """
    with begun(order, "nightly"):
        book = Book()
        jobs = [*wanted_jobs(order, book, say)]
        tell_ages(order, night.began, say)
        calls = _calls(order, jobs, night, book, say)
        work(engine, calls, _follow(book, say), book, say)

        def printing() -> None:
            if night.paper:
                changed = {name: _to_print(order, name, book) for name in book.told}
                print_all(order, changed, night.name, night.paper, engine, book, say, beside=True)

        return close(order, book, say, printing)


def tell_ages(order: Order, began: float, say: Event) -> None:
    """Tell how old each county's files are, in days."""
    for name in order.wanted:
        files = [
            {
                "input": item.name,
                "file": path.name,
                "days": round((began - path.stat().st_mtime) / DAY_SECONDS, 1),
            }
            for item, path in files_of(order.state.counties[name])
            if path.exists()
        ]
        say(event="age", county=name, files=files)


def read_locks(path: Path, counties: Collection[str]) -> Locks:
    """
    Read which turfs are locked: a CSV file with the columns `county` and `turf_id`.

    Raises
    ------
    InputError
        NO_FILE or COLUMN; PARAMETER where it names another county, whose turfs nobody would lock.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"county", "turf_id"} <= {*(reader.fieldnames or ())}:
                message = f"{path} needs the columns county and turf_id in its first line."
                raise InputError("COLUMN", message)
            rows = [
                ((row["county"] or "").strip(), (row["turf_id"] or "").strip()) for row in reader
            ]
    except (OSError, UnicodeDecodeError):
        raise InputError("NO_FILE", f"{path} cannot be read; check --locked.") from None
    if strange := sorted({name for name, _ in rows} - {*counties, ""}):
        message = f"{path} locks turfs of {strange[0]!r}, which is no county of the state file."
        raise InputError("PARAMETER", message)
    locks: dict[str, list[str]] = {}
    for name, turf in rows:
        locks.setdefault(name, []).append(turf)
    return {name: tuple(turfs) for name, turfs in locks.items()}


def _calls(
    order: Order,
    jobs: Sequence[CountyJob],
    night: Night,
    book: Book,
    say: Event,
) -> list[Call]:
    """What is to be done tonight; counties whose files are as they were are noted as kept."""
    calls = []
    for job in jobs:
        name, told = job.name, finished(job.out)
        if not told:
            calls += [county_call(job)] * may_make_again(job, order, book, say)
            continue
        locks = _locks(job, night, say)
        if _is_of(told, job) and (locks is None or locks == _sorted(told.get("locked", ()))):
            book.told[name], book.states[name] = told, "kept"
            say(event="county", county=name, state="kept")
        elif only_rows_differ(told, job.inputs):
            pending = () if is_printed(order, name) else _changed(told)
            night_job = NightJob(job, locks, pending)
            calls.append(Call(name, "night", do_night, (night_job,), watched=True))
        else:
            message = f"Precincts, streets or other files of {name} changed; run turfcutter batch."
            fail(book, name, Fault("PARAMETER", message, final=True), say, "inputs")
    return calls


def _is_of(told: Mapping[str, Any], job: CountyJob) -> bool:
    """Whether a county was made of the files and parameters of a job."""
    return (told["inputs"], told.get("params")) == (job.inputs, params_key(job.params))


def _locks(job: CountyJob, night: Night, say: Event) -> tuple[str, ...] | None:
    """Turfs of a county that are to be locked; of those it does not have it is told."""
    if night.locks is None:
        return None
    named, there = {*night.locks.get(job.name, ())}, {*turfs_of(job.out)}
    if named - there:
        say(event="unlocked", county=job.name, turfs=_sorted(named - there))
    return _sorted(named & there)


def _sorted(turfs: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(turfs))


def _follow(book: Book, say: Event) -> Callable[[Outcome], list[Call]]:
    """What follows from a county: a night is told with its churn."""
    cut = county_follow(book, say)

    def follow(outcome: Outcome) -> list[Call]:
        if outcome.call.step != "night":
            return [*cut(outcome)]
        name, told = outcome.call.county, outcome.value
        book.told[name], book.states[name] = told, "done"
        churn = {key: len(v) if isinstance(v, list) else v for key, v in told["night"].items()}
        say(event="county", county=name, state="done", **told["figures"], **churn)
        return []

    return follow


def _to_print(order: Order, name: str, book: Book) -> tuple[str, ...]:
    """Turfs whose paper is another than was printed; all where nothing was."""
    if is_printed(order, name):
        return ()
    told = book.told[name]
    again = was_printed(order, name) and told.get("night")
    return _changed(told) if again else turfs_of(order.out / COUNTIES / name)


def _changed(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Turfs that the night changed, and those whose paper was not printed in nights before."""
    return tuple((told.get("night") or {}).get("changed", ()))
