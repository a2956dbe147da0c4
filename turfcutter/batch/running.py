"""Running a batch: what is missing of the counties is handed to an engine; then paper."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from geodata.errors import GeodataError, InputError
from turfcutter.batch.begun import begun
from turfcutter.batch.book import Book, Event, Follow, close, fail, work
from turfcutter.batch.calls import Call, Engine, Fault, Outcome, fault_of
from turfcutter.batch.county import by_nights, cut_county, finished
from turfcutter.batch.fetching import fetch
from turfcutter.batch.jobs import CountyJob, county_key, input_digests
from turfcutter.batch.kept import code_version
from turfcutter.batch.order import COUNTIES, Order
from turfcutter.batch.paper import Paper, print_all, turfs_of
from turfcutter.batch.regions import cut_parcel
from turfcutter.batch.report import Row
from turfcutter.params import Params
from turfcutter.params.files import files_of

ALL: Final = "all"
"""Name of the folder of a county's first packets."""
SHARED_FROM: Final = 4
"""Workers from which it pays to read a large county twice and have its regions cut by all."""


def run_batch(order: Order, engine: Engine, say: Event, paper: Paper | None = None) -> list[Row]:
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
    paper
        How to print packets, where they are wanted.

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
    with begun(order, "batch"):
        book = Book()
        jobs = jobs_to_do(order, book, say)
        work(engine, _calls(jobs, engine.size), county_follow(book, say), book, say)

        def printing() -> None:
            if paper:
                done = {name: turfs_of(order.out / COUNTIES / name) for name in book.told}
                print_all(order, done, ALL, paper, engine, book, say)

        return close(order, book, say, printing)


def jobs_to_do(order: Order, book: Book, say: Event) -> list[CountyJob]:
    """The counties that are not done as they should be; the others are noted in the book."""
    jobs = []
    for job in wanted_jobs(order, book, say):
        name, told = job.name, finished(job.out)
        if told and told["key"] == job.key:
            book.told[name], book.states[name] = told, "kept"
            say(event="county", county=name, state="kept")
            continue
        if told and told.get("night") and not order.anew:
            message = (
                f"{name} was kept up to date by nightly runs; go on with turfcutter batch nightly,"
                " or give --anew: then all its turfs are cut anew and locks are gone."
            )
            fail(book, name, Fault("LOCKED", message, final=True), say, "inputs")
        elif told or may_make_again(job, order, book, say):
            jobs.append(job)
    return jobs


def may_make_again(job: CountyJob, order: Order, book: Book, say: Event) -> bool:
    """Whether a county that is not there, or damaged, may be cut; not what only nights knew."""
    if not job.out.exists():
        return True
    say(event="damaged", county=job.name)
    if order.anew or not by_nights(job.out):
        return True
    message = (
        f"The folder of {job.name} is not as it was written, and nightly runs had kept its turfs: "
        "put it back from a copy, or have all its turfs cut anew by turfcutter batch --anew."
    )
    fail(book, job.name, Fault("LOCKED", message, final=True), say, "inputs")
    return False


def wanted_jobs(order: Order, book: Book, say: Event) -> Iterator[CountyJob]:
    """Each wanted county; one whose files fail is noted as failed."""
    version = code_version()
    for name in order.wanted:
        params = order.state.counties[name]
        try:
            _fetch_files(order, params)
            inputs = input_digests(params)
        except GeodataError as error:
            fail(book, name, fault_of(error), say, "inputs")
            continue
        key = county_key(params, inputs, version, order.tiles)
        out = order.out / COUNTIES / name
        yield CountyJob(name, params, inputs, key, out, order.workspace, version, order.tiles)


def _fetch_files(order: Order, params: Params) -> None:
    """Fetch those of a county's files that are in other places."""
    remote = order.state.remote
    for place in sorted({path for _, path in files_of(params)} & {*remote}):
        if not order.dry:
            fetch(place, remote[place], order.workspace)
        elif not place.exists():
            message = f"{place.name} is fetched by the first run; its cost is not known before."
            raise InputError("NO_FILE", message)


def _calls(jobs: Sequence[CountyJob], workers: int) -> list[Call]:
    """The largest counties first; one that would keep the others waiting is shared out."""
    sizes = {job.name: voters_bytes(job) for job in jobs}
    fair = sum(sizes.values()) / workers if workers >= SHARED_FROM else float("inf")
    ordered = sorted(jobs, key=lambda job: (-sizes[job.name], job.name))
    return [county_call(replace(job, share=sizes[job.name] > fair)) for job in ordered]


def voters_bytes(job: CountyJob) -> int:
    """Size of a county's voter file, by which counties are put in order."""
    path = job.params.inputs.voters
    return path.stat().st_size if path else 0


def county_call(job: CountyJob) -> Call:
    """The call that does a county."""
    return Call(job.name, "county", cut_county, (job,), watched=True)


def county_follow(book: Book, say: Event) -> Follow:
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
            return [
                Call(name, "regions", cut_parcel, (Path(path), job.units, job.version), number)
                for number, path in enumerate(told["parcels"])
            ]
        book.told[name], book.states[name] = dict(told), "done"
        say(event="county", county=name, state="done", **told["figures"])
        return []

    return follow
