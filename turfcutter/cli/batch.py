"""``turfcutter batch``: every county of a state; ``init`` and ``nightly`` beside it."""

from __future__ import annotations

import json as js
import os
import time
from typing import TYPE_CHECKING, Any, Final

import click

from turfcutter.cli.options import FILE, default_workspace
from turfcutter.cli.show import plain

if TYPE_CHECKING:
    from pathlib import Path

    from turfcutter.batch.calls import Call
    from turfcutter.batch.report import Row
    from turfcutter.batch.running import Order

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
    Cut every county of a state: turfcutter batch STATE.toml --out DIR.

    Run again after whatever went wrong, it goes on where it was.
    """


def run_options(command: Any) -> Any:  # noqa: ANN401 - a decorator
    """Decorator: options of whatever does counties."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


OPTIONS: Final = (
    click.option("--out", type=FILE, required=True, help="Folder of the batch."),
    click.option(
        "--counties", multiple=True, metavar="NAME", help="Counties to do; all if none is named."
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
        "--workspace",
        type=FILE,
        default=default_workspace,
        show_default="~/.cache/turfcutter",
        help="Folder of cleaned tables and cut regions, kept between runs; it holds voters.",
    ),
    click.option("--tiles", default="", help="Tile layer for the maps."),
    click.option("--quiet", is_flag=True, help="Say nothing but errors."),
    click.option("--json", "as_json", is_flag=True, help="One line of JSON for each event."),
)


@batch.command()
@click.argument("state", type=FILE, metavar="STATE.toml")
@run_options
@click.pass_context
def run(ctx: click.Context, /, state: Path, **given: Any) -> None:  # noqa: ANN401
    """Do what is missing of the counties of a state file."""
    order = order_of(state, given)
    teller = Teller(quiet=given["quiet"], as_json=given["as_json"])
    from turfcutter.batch.running import exit_code, run_batch

    with engine_of(given, teller) as engine:
        rows = run_batch(order, engine, teller)
    teller.table(rows, order.out)
    ctx.exit(exit_code(rows))


def order_of(state: Path, given: dict[str, Any]) -> Order:
    """What is to be done, from the state file and the options."""
    from turfcutter.batch.running import Order
    from turfcutter.batch.state import load_state
    from turfcutter.cli.cut import check_tiles

    named = [name for text in given["counties"] for name in text.split(",") if name]
    loaded = load_state(state, named)
    check_tiles(given["tiles"])
    wanted = tuple(name for name in loaded.counties if not named or name in named)
    # Other machines and other processes do not know where this one stands.
    return Order(
        loaded, wanted, given["out"].resolve(), given["workspace"].resolve(), given["tiles"]
    )


def engine_of(given: dict[str, Any], teller: Teller) -> Any:  # noqa: ANN401
    """The engine the options ask for."""
    from turfcutter.batch.crew import Crew

    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    size = given["workers"] or os.cpu_count() or 1
    return Crew(size, given["memory"] or _memory_mb() * MEMORY_SHARE / size, teller.step)


def _memory_mb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20


class Teller:
    """Says what happens: lines for people, or a line of JSON an event."""

    def __init__(self, *, quiet: bool, as_json: bool) -> None:
        self.quiet, self.as_json = quiet, as_json
        self.began = time.monotonic()
        self.last: dict[str, str] = {}

    def __call__(self, **said: object) -> None:
        """Tell an event."""
        if self.as_json:
            said["seconds"] = round(time.monotonic() - self.began, 1)
            click.echo(js.dumps(said, ensure_ascii=False))
        elif not self.quiet and (line := _line(said)):
            click.echo(plain(f"{time.monotonic() - self.began:8.1f} s  {line}"), err=True)

    def step(self, call: Call, step: str, detail: str) -> None:
        """Tell the step of a county; only the first time it is heard of."""
        if self.last.get(call.county) != step:
            self.last[call.county] = step
            self(event="step", county=call.county, step=step, detail=detail)

    def table(self, rows: list[Row], out: Path) -> None:
        """Close with one line a county."""
        if self.quiet or self.as_json:
            return
        click.echo(f"{'county':<24} {'state':<10} {'rows':>11} {'in turfs':>11} {'turfs':>7}")
        for row in rows:
            counts, figures = row.told.get("counts", {}), row.told.get("figures", {})
            click.echo(
                f"{row.name:<24} {row.state:<10} {counts.get('rows', 0):>11,} "
                f"{counts.get('in_turfs', 0):>11,} {figures.get('turfs', 0):>7,}"
            )
        for row in rows:
            for sentence in (*(fault.sentence for fault in row.faults), *row.beyond):
                click.echo(plain(f"{row.name}: {sentence}"))
        click.echo(f"Results are in {plain(str(out))}; report.html says what came of each county.")


def _line(said: dict[str, Any]) -> str:
    """An event in words."""
    where = f"{said.get('county', '')}: "
    match said["event"]:
        case "step":
            return where + f"{said['step']} {said['detail']}".rstrip()
        case "retry":
            return where + f"{said['step']} is tried again: {said['sentence']}"
        case "county" if said["state"] == "failed":
            return where + f"failed: {said['sentence']}"
        case "county":
            return where + ("done before" if said["state"] == "kept" else str(said["state"]))
    return ""
