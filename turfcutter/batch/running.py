"""Running a batch: what is missing is handed to an engine, what fails is tried again or named."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from geodata.atomic import no_space
from geodata.errors import GeodataError, InputError, SpaceError
from turfcutter.batch.calls import TRIES, Call, Engine, Fault, Outcome, fault_of
from turfcutter.batch.county import (
    UNITS,
    CountyJob,
    county_key,
    cut_county,
    finished,
    input_digests,
)
from turfcutter.batch.kept import code_version, sweep
from turfcutter.batch.locks import locked
from turfcutter.batch.regions import cut_parcel
from turfcutter.batch.report import Row
from turfcutter.batch.state import State
from turfcutter.batch.statewide import write_statewide

COUNTIES, PACKETS, HIDDEN = "counties", "packets", ".batch"
"""Folders of a batch: results, paper, and what the batch itself needs."""
DONE, SET_ASIDE = 0, 3
"""Exit codes: all are well; some county failed or is to be looked at."""

Event = Callable[..., None]
"""Told what happens, by keywords: `event` and what belongs to it; no voter is ever named."""
Follow = Callable[[Outcome], Iterable[Call]]


@dataclass(frozen=True)
class Order:
    """
    What is to be done.

    Parameters
    ----------
    state
        The state file.
    wanted
        Counties to do, all of the state file or some.
    out
        Folder of the batch.
    workspace
        Folder where cleaned inputs and cut regions are kept.
    tiles
        Tile layer for the maps, or empty.
    """

    state: State
    wanted: tuple[str, ...]
    out: Path
    workspace: Path
    tiles: str = ""


@dataclass
class Book:
    """What became of each county so far."""

    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))

    def row(self, name: str) -> Row:
        """The county in the report."""
        told = self.told.get(name, {})
        faults = tuple(self.faults.get(name, ()))
        state = "failed" if faults else self.states.get(name, "left")
        return Row(name, state, told, faults, tuple(told.get("beyond", ())))


def run_batch(order: Order, engine: Engine, say: Event) -> list[Row]:
    """
    Do the counties of a state that are not done yet, and write what stands above them.

    Parameters
    ----------
    order
        What is to be done.
    engine
        Does the units.
    say
        Told what happens.

    Returns
    -------
    rows
        One a county of the state file.

    Raises
    ------
    BusyError
        Another batch is doing one of the counties.
    InputError
        OUTPUT: the folder is of something else or cannot be written.
    SpaceError
        The disk is full; what was done stays, and the same command goes on.
    """
    claim(order.out)
    with locked(order.out / HIDDEN / "locks", order.wanted):
        book = Book()
        jobs = jobs_to_do(order, book, say)
        work(engine, _calls(jobs, engine.size), _county_follow(book, say), book, say)
        return close(order, book, say)


def claim(out: Path) -> None:
    """
    Make the folder of a batch, or find it again.

    Raises
    ------
    InputError
        OUTPUT.
    SpaceError
        The disk is full.
    """
    if out.exists() and not (out / HIDDEN).is_dir() and (not out.is_dir() or any(out.iterdir())):
        message = f"{out} holds other files; name a folder that is empty or does not exist."
        raise InputError("OUTPUT", message)
    try:
        for folder in (out / HIDDEN / "locks", out / COUNTIES):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        if no_space(fault):
            raise SpaceError("NO_SPACE", f"No space is left for {out}.") from None
        message = f"{out} cannot be written: {fault.strerror}; name a folder inside one of yours."
        raise InputError("OUTPUT", message) from None


def jobs_to_do(order: Order, book: Book, say: Event) -> list[CountyJob]:
    """The counties that are not done as they should be; the others are noted in the book."""
    version = code_version()
    jobs = []
    for name in order.wanted:
        params = order.state.counties[name]
        try:
            key = county_key(params, input_digests(params), version, order.tiles)
        except GeodataError as error:
            fail(book, name, fault_of(error), say, "inputs")
            continue
        out = order.out / COUNTIES / name
        told = finished(out)
        if told and told["key"] == key:
            book.told[name], book.states[name] = told, "kept"
            say(event="county", county=name, state="kept")
            continue
        job = CountyJob(name, params, key, out, order.workspace, version, order.tiles)
        jobs.append(job)
    return jobs


def close(order: Order, book: Book, say: Event) -> list[Row]:
    """Write what stands above the counties, those done by earlier runs included."""
    for name in order.state.counties:
        if name not in order.wanted and (told := finished(order.out / COUNTIES / name)):
            book.told[name], book.states[name] = told, "kept"
    rows = [book.row(name) for name in order.state.counties]
    told = {name: book.told[name] for name in order.state.counties if name in book.told}
    folders = {name: order.out / COUNTIES / name for name in told}
    with locked(order.out / HIDDEN / "locks", [".statewide"]):
        sweep(order.out)
        write_statewide(order.out, folders, rows, told)
    say(event="end", done=len(told), failed=sum(bool(row.faults) for row in rows))
    return rows


def exit_code(rows: Sequence[Row]) -> int:
    """What the command ends with."""
    return SET_ASIDE if any(row.faults or row.beyond for row in rows) else DONE


def work(engine: Engine, calls: Iterable[Call], follow: Follow, book: Book, say: Event) -> None:
    """
    Have calls done, each tried up to `TRIES` times, and those that follow from them.

    Raises
    ------
    SpaceError
        The disk is full: every other unit would fail, too.
    """
    for call in calls:
        engine.submit(call)
    for outcome in engine.outcomes():
        call, fault = outcome.call, outcome.fault
        if fault is None:
            for more in follow(outcome):
                engine.submit(more)
        elif fault.code == "NO_SPACE":
            raise SpaceError(fault.code, fault.sentence)
        elif not fault.final and call.tried + 1 < TRIES:
            said = {"code": fault.code, "sentence": fault.sentence}
            say(event="retry", county=call.county, step=call.step, tried=call.tried + 1, **said)
            engine.submit(replace(call, tried=call.tried + 1))
        else:
            fail(book, call.county, fault, say, call.step)


def fail(book: Book, county: str, fault: Fault, say: Event, step: str) -> None:
    """Note that a county failed, once for each sentence."""
    if fault not in book.faults[county]:
        book.faults[county].append(fault)
        said = {"code": fault.code, "sentence": fault.sentence}
        say(event="county", county=county, state="failed", step=step, **said)


def _calls(jobs: Sequence[CountyJob], workers: int) -> list[Call]:
    """The largest counties first; one that would keep the others waiting is shared out."""
    sizes = {job.name: voters_bytes(job) for job in jobs}
    fair = sum(sizes.values()) / max(workers, 1)
    ordered = sorted(jobs, key=lambda job: (-sizes[job.name], job.name))
    return [
        county_call(replace(job, share=workers > 1 and sizes[job.name] > fair)) for job in ordered
    ]


def voters_bytes(job: CountyJob) -> int:
    """Size of a county's voter file, by which counties are put in order."""
    path = job.params.inputs.voters
    return path.stat().st_size if path else 0


def county_call(job: CountyJob) -> Call:
    """The call that does a county."""
    return Call(job.name, "county", cut_county, (job,), watched=True)


def _county_follow(book: Book, say: Event) -> Follow:
    """What follows from a county or a parcel: parcels of its regions first, then itself again."""
    shared: dict[str, CountyJob] = {}
    missing: dict[str, int] = {}

    def follow(outcome: Outcome) -> Iterable[Call]:
        name = outcome.call.county
        if outcome.call.step == "regions":
            missing[name] -= 1
            return [county_call(replace(shared[name], share=False))] if not missing[name] else []
        told: Mapping[str, Any] = outcome.value
        if "parcels" in told:
            job: CountyJob = outcome.call.arguments[0]
            shared[name], missing[name] = job, len(told["parcels"])
            units = job.workspace / UNITS
            return [
                Call(name, "regions", cut_parcel, (Path(path), units, job.version), number)
                for number, path in enumerate(told["parcels"])
            ]
        book.told[name], book.states[name] = dict(told), "done"
        say(event="county", county=name, state="done", **told["figures"])
        return []

    return follow
