"""``turfcutter batch``: every county of a state; ``init`` and ``nightly`` beside it."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from geodata.errors import InputError
from turfcutter.cli.options import FILE, default_workspace
from turfcutter.cli.packets import default_register
from turfcutter.cli.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from turfcutter.batch.calls import Engine
    from turfcutter.batch.order import Order
    from turfcutter.batch.paper import Paper

ONE_THREAD: Final = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"),
)
"""Variables by which libraries learn that a process shall compute in one thread."""
MEMORY_SHARE: Final = 0.8
"""Of the machine's memory, what all workers together may hold where nothing else is said."""


class BatchGroup(click.Group):
    """A group in which a state file may stand where a command's name would: then it is run."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first, or `run` with all that was given."""
        if args[0] not in self.commands:
            args = ["run", *args]
        return super().resolve_command(ctx, args)


@click.group(
    cls=BatchGroup,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    subcommand_metavar="STATE.toml | COMMAND [ARGS]...",
)
def batch() -> None:
    """
    Cut every county of a state.

    turfcutter batch STATE.toml --out DIR does what is missing; run again after whatever went wrong,
    it goes on where it was.
    """


def run_options(command: Any) -> Any:  # noqa: ANN401 - a decorator
    """Decorator: options of whatever does counties."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def _county_names(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Counties for the shell to complete: those of the state file that stands on the line."""
    from pathlib import Path

    from turfcutter.batch.state import load_state

    # a line that ends in an option is not read to its end: its words are as they were typed
    words = [ctx.params.get("state"), *ctx.args]
    found = [path for word in words if word and (path := Path(word)).is_file()]
    try:
        counties = load_state(found[0]).counties if found else {}
    except InputError:
        return []
    return [name for name in counties if name.startswith(incomplete)]


OPTIONS: Final = (
    click.option("--out", type=FILE, required=True, help="Folder of the batch."),
    click.option(
        "--counties",
        multiple=True,
        metavar="NAME",
        shell_complete=_county_names,
        help="County to do; all if none is named. May be repeated.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(0, 1024),
        default=0,
        help="Processes; 0 is one for each core. The result is the same.",
    ),
    click.option(
        "--memory",
        type=click.IntRange(200),
        help="MB a worker may hold before it is replaced; else its share of four fifths of all.",
    ),
    click.option(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="Do it on Dask: tls://HOST:PORT, tcp://127.0.0.1:PORT, or 'embedded'.",
    ),
    click.option("--tls-ca", type=FILE, help="Certificate of who is trusted."),
    click.option("--tls-cert", type=FILE, help="Our certificate."),
    click.option("--tls-key", type=FILE, help="Our key."),
    click.option(
        "--dashboard",
        is_flag=True,
        help="Show an embedded Dask at http://127.0.0.1:8787, here only.",
    ),
    click.option(
        "--workspace",
        type=FILE,
        default=default_workspace,
        show_default="~/.cache/turfcutter",
        help="Folder of cleaned tables and cut regions, kept between runs; it holds voters.",
    ),
    click.option("--packets", is_flag=True, help="Print packets, too; by night those that change."),
    click.option(
        "--register",
        type=FILE,
        default=default_register,
        show_default="~/.local/state/turfcutter/next-list",
        help="File that knows the next free list number.",
    ),
    click.option("--tiles", default="", help="Tile layer for the maps."),
    click.option("--quiet", is_flag=True, help="Say nothing but errors."),
    click.option("--json", "as_json", is_flag=True, help="One line of JSON for each event."),
)


@batch.command()
@click.argument("state", type=FILE, metavar="STATE.toml")
@run_options
@click.option("--anew", is_flag=True, help="Cut counties anew that nightly runs kept up to date.")
@click.option("--dry-run", is_flag=True, help="Only say what is to be done and what it will cost.")
@click.pass_context
def run(ctx: click.Context, /, state: Path, *, dry_run: bool, **given: Any) -> None:  # noqa: ANN401
    """Do what is missing of the counties of a state file."""
    order = order_of(state, given, dry=dry_run)
    teller = Teller(quiet=given["quiet"], as_json=given["as_json"])
    from turfcutter.batch.book import exit_code
    from turfcutter.batch.running import run_batch

    if dry_run:
        workers = given["workers"] or os.cpu_count() or 1
        ctx.exit(tell_estimate(order, workers, teller, packets=given["packets"]))
    with engine_of(order, given, teller) as engine:
        rows = run_batch(order, engine, teller, paper_of(given))
    teller.table(rows, order.out)
    ctx.exit(exit_code(rows))


@batch.command()
@click.argument("folder", type=FILE)
@click.option("--force", is_flag=True, help="Replace a state file that is there.")
def init(folder: Path, *, force: bool) -> None:
    """Draft FOLDER/STATE.toml from the files in FOLDER, a folder a county."""
    from turfcutter.batch.drafting import STATE_TOML, draft_state
    from turfcutter.batch.kept import write_whole

    path = folder / STATE_TOML
    text = draft_state(folder)
    if path.exists() and not force:
        raise InputError("OUTPUT", f"{path} is there; add --force to replace it.")
    write_whole(path, text.encode())
    counties = sum(line.endswith(".inputs]") for line in text.splitlines())
    named = "1 county" if counties == 1 else f"{counties} counties"
    click.echo(f"{path} names {named}; look it over, then: turfcutter batch {path} --out FOLDER")


@batch.command()
@click.argument("state", type=FILE, metavar="STATE.toml")
@run_options
@click.option(
    "--until",
    type=click.DateTime(["%H:%M"]),
    help="Hour by which it ends; what is not done then is named and left for the next run.",
)
@click.option("--locked", type=FILE, help="CSV of turfs that no run changes: county, turf_id.")
@click.pass_context
def nightly(ctx: click.Context, /, state: Path, until: datetime | None, **given: Any) -> None:  # noqa: ANN401
    """
    Bring the counties up to new voter and ballot files.

    Where no file changed nothing is done.
    """
    today = datetime.now().astimezone()  # reading the program may take longer than is left
    order = order_of(state, given)
    teller = Teller(quiet=given["quiet"], as_json=given["as_json"])
    from turfcutter.batch.book import exit_code
    from turfcutter.batch.nightly import Night, read_locks, run_nightly

    locks = read_locks(given["locked"], order.state.counties) if given["locked"] else None
    night = Night(today.timestamp(), f"{today:%Y-%m-%d}", locks, paper_of(given))
    with engine_of(order, given, teller, deadline(today, until)) as engine:
        rows = run_nightly(order, night, engine, teller)
    teller.table(rows, order.out)
    ctx.exit(exit_code(rows))


def deadline(now: datetime, until: datetime | None) -> Callable[[], bool]:
    """Whether the next such hour has come, by a clock that nobody can set back."""
    if until is None:
        return lambda: False
    hour = now.replace(hour=until.hour, minute=until.minute, second=0, microsecond=0)
    hour = hour if hour > now else hour + timedelta(days=1)
    end = time.monotonic() + (hour - now).total_seconds()
    return lambda: time.monotonic() >= end


def order_of(state: Path, given: dict[str, Any], *, dry: bool = False) -> Order:
    """What is to be done, from the state file and the options."""
    from turfcutter.batch.locks import refuse_busy
    from turfcutter.batch.order import Order
    from turfcutter.batch.places import check_places
    from turfcutter.batch.state import load_state
    from turfcutter.cli.cut import check_tiles

    named = [name for text in given["counties"] for name in text.split(",") if name]
    loaded = load_state(state, named, given["workspace"])
    check_tiles(given["tiles"])
    wanted = tuple(name for name in loaded.counties if not named or name in named)
    # Other machines and other processes do not know where this one stands.
    out, workspace = given["out"].resolve(), given["workspace"].resolve()
    check_places(loaded, given["scheduler"], [out, workspace])
    began = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
    anew = given.get("anew", False)
    order = Order(loaded, wanted, out, workspace, given["tiles"], anew, dry, began)
    if not dry:
        refuse_busy(order.locks, wanted)
    return order


def engine_of(
    order: Order,
    given: dict[str, Any],
    teller: Teller,
    over: Callable[[], bool] = lambda: False,
) -> AbstractContextManager[Engine]:
    """The engine the options ask for."""
    from turfcutter.batch.cluster import Tls, cluster
    from turfcutter.batch.crew import Crew

    for name in ONE_THREAD:
        os.environ[name] = "1"
    size = given["workers"] or os.cpu_count() or 1
    memory_mb = given["memory"] or _memory_mb() * MEMORY_SHARE / size
    if given["scheduler"]:
        tls = Tls(given["tls_ca"], given["tls_cert"], given["tls_key"])
        address, dashboard = given["scheduler"], given["dashboard"]
        return cluster(
            address,
            workers=size,
            tls=tls,
            dashboard=dashboard,
            memory_mb=memory_mb,
            over=over,
            workers_in=order.state.workers_in,
        )
    return Crew(size, memory_mb, teller.step, over)


def paper_of(given: dict[str, Any]) -> Paper | None:
    """How to print, where that is asked for."""
    from turfcutter.batch.paper import Paper
    from turfcutter.packets.lists.register import reserve

    if not given["packets"]:
        return None
    return Paper(
        f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
        lambda count: reserve(given["register"], count),
    )


def _memory_mb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20


def tell_estimate(order: Order, workers: int, teller: Teller, *, packets: bool) -> int:
    """Say what is to be done and what it will cost; nothing is written. Returns the exit code."""
    from turfcutter.batch.book import DONE, SET_ASIDE, Book
    from turfcutter.batch.estimate import as_dict, estimate
    from turfcutter.batch.running import jobs_to_do

    book = Book()
    each, whole = estimate(jobs_to_do(order, book, teller), workers, packets=packets)
    for name, found in each.items():
        teller(event="estimate", county=name, **as_dict(found))
    teller(event="estimate", counties=len(each), workers=workers, **as_dict(whole))
    return SET_ASIDE if book.faults else DONE
