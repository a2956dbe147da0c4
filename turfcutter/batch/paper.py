"""Paper of a batch: the packets of each county, numbered through, printed by the same workers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from geodata.storage.store import file_digest, key
from turfcutter.batch.book import PATIENCE, Book, Event, work
from turfcutter.batch.calls import Call, Engine, Outcome
from turfcutter.batch.county import COUNTY_JSON
from turfcutter.batch.kept import write_whole
from turfcutter.batch.locks import locked
from turfcutter.batch.order import COUNTIES, HIDDEN, PACKETS, Order
from turfcutter.model import Progress, silent
from turfcutter.packets.issues import Issue
from turfcutter.packets.printing import PRINTING_JSON, Printing, print_packets
from turfcutter.plans.plan import PLAN_JSON, read_plan

NUMBERS: Final = "printing.json"
"""Where, under which numbers and when each county was printed last, to go on as it was begun."""
NUMBERING: Final = ".numbers"
"""Lock under which numbers are given: two batches may print different counties of one folder."""


@dataclass(frozen=True)
class Paper:
    """
    How to print.

    Parameters
    ----------
    issued
        When, in words.
    reserve
        Gives the first of so many list numbers that nobody has used.
    """

    issued: str
    reserve: Callable[[int], int]


@dataclass(frozen=True)
class PaperJob:
    """
    What to print of a county.

    Parameters
    ----------
    plan, out
        Folder of the county's plan, and of its packets.
    issued, serial
        When, in words; number of the first list.
    turf_ids
        Which turfs; all where empty.
    """

    plan: Path
    out: Path
    issued: str
    serial: int
    turf_ids: tuple[str, ...] = ()


def print_county(job: PaperJob, progress: Progress = silent) -> dict[str, int]:
    """Print packets of a county's turfs; what was printed before is not printed again."""
    plan = read_plan(job.plan)
    params = plan.about["params"]
    issue = Issue(params["packet"], params["cut"]["kind"], job.issued, params["cut"]["end"])
    printing = Printing(issue, job.turf_ids, job.serial, file_digest(job.plan / PLAN_JSON))
    job.out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    records = print_packets(plan, printing, job.out, workers=1, force=True, progress=progress)
    return {"lists": len(records)}


def print_all(
    order: Order,
    changed: Mapping[str, tuple[str, ...]],
    name: str,
    paper: Paper,
    engine: Engine,
    book: Book,
    say: Event,
    *,
    beside: bool = False,
) -> None:
    """
    Print packets of counties that are done, into ``packets/COUNTY/NAME``.

    Parameters
    ----------
    changed
        County -> turfs to print, all of its turfs or some.
    name
        Of the folder of this printing.
    beside
        Whether an earlier printing of that name, if complete, stays: then this one is in ``NAME-2``
        and so on.
    """
    wanted = {county: turfs for county, turfs in changed.items() if turfs}
    with locked(order.locks, [NUMBERING], patience=PATIENCE):
        begun = _begun(order, wanted, name, paper, beside=beside)

    def call(county: str) -> Call:
        out = order.out / PACKETS / county / begun[county]["folder"]
        plan = order.out / COUNTIES / county
        said = begun[county]
        job = PaperJob(plan, out, said["issued"], said["serial"], wanted[county])
        return Call(county, "packets", print_county, (job,), watched=True)

    def follow(outcome: Outcome) -> list[Call]:
        _note_printed(order, outcome.call.county)
        say(event="packets", county=outcome.call.county, **outcome.value)
        return []

    work(engine, [call(county) for county in wanted], follow, book, say)


def is_printed(order: Order, county: str) -> bool:
    """Whether the paper of a county is that of its plan."""
    try:
        noted = _printed_note(order, county).read_text(encoding="ascii")
    except OSError:
        return False
    return noted == file_digest(order.out / COUNTIES / county / COUNTY_JSON)


def was_printed(order: Order, county: str) -> bool:
    """Whether paper of a county was ever printed."""
    return _printed_note(order, county).exists()


def _note_printed(order: Order, county: str) -> None:
    digest = file_digest(order.out / COUNTIES / county / COUNTY_JSON)
    write_whole(_printed_note(order, county), digest.encode())


def _printed_note(order: Order, county: str) -> Path:
    return order.out / HIDDEN / "printed" / county


def _begun(
    order: Order,
    wanted: Mapping[str, tuple[str, ...]],
    name: str,
    paper: Paper,
    *,
    beside: bool,
) -> dict[str, dict[str, Any]]:
    """Folder, first list number and time of issue of each county; as begun where it was before."""
    path = order.out / HIDDEN / f"{name}-{NUMBERS}"
    try:
        begun: dict[str, Any] = dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        begun = {}
    same = {
        county: key(file_digest(order.out / COUNTIES / county / COUNTY_JSON), *turfs)
        for county, turfs in wanted.items()
    }
    new = [county for county in wanted if begun.get(county, {}).get("key") != same[county]]
    lists = {county: _lists(order, county, wanted[county]) for county in new}
    serial = paper.reserve(sum(lists.values())) if new else 0
    for county in new:
        home = order.out / PACKETS / county
        folder = begun[county]["folder"] if county in begun else name
        if beside and (home / folder / PRINTING_JSON).exists():
            folder = next(one for n in count(2) if not (home / (one := f"{name}-{n}")).exists())
        begun[county] = {
            "key": same[county],
            "folder": folder,
            "serial": serial,
            "issued": paper.issued,
        }
        serial += lists[county]
    write_whole(path, json.dumps(begun).encode())
    return begun


def _lists(order: Order, county: str, turfs: tuple[str, ...]) -> int:
    """How many lists are printed of some turfs: two each where two people share a turf."""
    about = json.loads((order.out / COUNTIES / county / PLAN_JSON).read_bytes())
    return len(turfs) * (2 if about["params"]["packet"]["pair"] else 1)


def turfs_of(folder: Path) -> tuple[str, ...]:
    """Ids of a county's turfs."""
    table = pq.read_table(folder / "turfs.parquet", columns=["turf_id"])
    return tuple(table["turf_id"].to_pylist())
