"""The book of a batch: what is to be done, what became of each county, what was told of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from geodata.errors import SpaceError
from turfcutter.batch.calls import LEFT, TRIES, Call, Engine, Fault, Outcome
from turfcutter.batch.county import finished
from turfcutter.batch.kept import sweep
from turfcutter.batch.locks import locked
from turfcutter.batch.order import CHECKS, COUNTIES, Order
from turfcutter.batch.report import Row
from turfcutter.batch.statewide import write_statewide

DONE, SET_ASIDE = 0, 3
"""Exit codes: all are well; some county failed, was left or is to be looked at."""

PATIENCE = 120
"""Seconds that another batch may take to write what stands above the counties."""

Event = Callable[..., None]
"""Told what happens, by keywords: `event` and what belongs to it; no voter is ever named."""
Follow = Callable[[Outcome], Iterable[Call]]


@dataclass
class Book:
    """What became of each county so far."""

    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    left: dict[str, str] = field(default_factory=dict)

    def row(self, name: str, other: dict[str, Any]) -> Row:
        """The county in the report; `other` is what another run told of it."""
        told = self.told.get(name, other)
        faults = tuple(self.faults.get(name, ()))
        left = "" if faults else self.left.get(name, "")
        state = self.states.get(name, "kept" if other else "open")
        state = "failed" if faults else "left" if left else state
        return Row(name, state, told, faults, tuple(told.get("beyond", ())), left)

    def count_sentences(self) -> int:
        """How many sentences there are on counties that failed or were left."""
        return sum(map(len, self.faults.values())) + len(self.left)


def close(order: Order, book: Book, say: Event, printing: Callable[[], None]) -> list[Row]:
    """
    Write what stands above the counties, before the printing, which may take hours.

    Where some county cannot be printed it is written again.
    """
    rows = _published(order, book)
    said = book.count_sentences()
    printing()
    rows = _published(order, book) if book.count_sentences() > said else rows
    states = Counter(row.state for row in rows)
    done = states["done"] + states["kept"]
    say(event="end", done=done, failed=states["failed"], left=states["left"])
    return rows


def _published(order: Order, book: Book) -> list[Row]:
    """Write index, ledger and report; what other runs did of other counties is in them, too."""
    with locked(order.locks, [".statewide"], patience=PATIENCE):
        sweep(order.out)
        rows = []
        for name in order.state.counties:
            other = None if name in book.told else finished(order.out / COUNTIES / name)
            row = book.row(name, other or {})
            rows.append(replace(row, page=_page(order, row)))
        told = {row.name: row.told for row in rows if row.told}
        folders = {name: order.out / COUNTIES / name for name in told}
        write_statewide(order.out, folders, rows, told)
    return rows


def _page(order: Order, row: Row) -> str:
    """Page of what is in the files of a county that needs a look, from the report's folder."""
    page = f"{CHECKS}/{row.name}.html"
    return page if (row.faults or row.beyond) and (order.out / page).exists() else ""


def exit_code(rows: Sequence[Row]) -> int:
    """What the command ends with."""
    return SET_ASIDE if any(row.faults or row.left or row.beyond for row in rows) else DONE


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
        elif fault.code == LEFT:
            _leave(book, call.county, fault.sentence, say)
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


def _leave(book: Book, county: str, sentence: str, say: Event) -> None:
    """Note that a county is left for the next run, however many of its units are."""
    if book.left.get(county) != sentence:
        book.left[county] = sentence
        say(event="county", county=county, state="left", code=LEFT, sentence=sentence)
