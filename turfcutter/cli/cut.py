"""``turfcutter cut``: the main job."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from geodata.errors import InputError
from turfcutter.cli import show
from turfcutter.cli.limits import TOO_MANY_SET_ASIDE, Limit, limit_option, too_many
from turfcutter.cli.options import (
    FILE,
    SectionedCommand,
    chosen_params,
    force_option,
    parameter_options,
    workspace_option,
)
from turfcutter.params import Params
from turfcutter.params.files import check_files


@dataclass(frozen=True)
class Run:
    """How to run: everything that does not change what comes out."""

    workspace: Path
    force: bool = False
    workers: int = 0
    tiles: str = ""
    quiet: bool = False
    json: bool = False
    limit: Limit | None = None


@click.command(cls=SectionedCommand)
@parameter_options
@click.option("--out", type=FILE, required=True, help="Folder for the results; absent or empty.")
@click.option("--config", type=FILE, help="TOML file of parameters; options here override it.")
@force_option
@workspace_option
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    default=0,
    help="Threads to cut with; 0 is one for each core. The result is the same.",
)
@limit_option
@click.option("--tiles", default="", help="Tile layer for the map, e.g. https://…/{z}/{x}/{y}.png.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--json", is_flag=True, help="Close with one JSON document instead of a table.")
@click.pass_context
def cut(ctx: click.Context, /, out: Path, config: Path | None, **given: object) -> None:
    """
    Cut turfs from precincts, voters and streets.

    Writes the plan, the map, walk lists and layers into --out, which appears complete or not
    at all.
    """
    how: dict[str, Any] = {item.name: given.pop(item.name) for item in fields(Run)}
    ctx.exit(cut_and_show(chosen_params(config, given), out, Run(**how)))


def cut_and_show(params: Params, out: Path, run: Run) -> int:
    """
    Cut, say what came out, and return the exit code.

    Raises
    ------
    InputError
        PARAMETER where an input is not named; all that `run_cut` raises.
    """
    _require_inputs(params)
    check_tiles(run.tiles)
    check_files(params)
    from turfcutter.model import silent
    from turfcutter.plans.limits import counts_of
    from turfcutter.workflow import run_cut

    steps = show.Steps()
    try:
        plan = run_cut(
            params,
            out,
            workspace=run.workspace,
            force=run.force,
            workers=run.workers,
            tiles=run.tiles,
            progress=silent if run.quiet else steps,
        )
    finally:
        steps.close()
    result = show.summary(plan, out)
    if run.json:
        click.echo(show.as_json(result))
    elif not run.quiet:
        click.echo(show.as_text(result))
    told = too_many(counts_of(plan), run.limit)
    if told:
        click.echo(told, err=True)
    return TOO_MANY_SET_ASIDE if told else 0


def _require_inputs(params: Params) -> None:
    inputs = params.inputs
    missing = [
        name
        for name, value in (
            ("--precincts", inputs.precincts),
            ("--voters", inputs.voters),
            ("--streets", inputs.streets or inputs.download),
        )
        if not value
    ]
    if missing:
        message = f"No file is named for {', '.join(missing)}; name it here or in --config."
        raise InputError("PARAMETER", message)


def check_tiles(tiles: str) -> None:
    """Stop where --tiles is no address of a tile layer."""
    if tiles and not (
        tiles.startswith(("https://", "http://"))
        and all(part in tiles for part in ("{x}", "{y}", "{z}"))
    ):
        message = f"--tiles is {tiles!r}; write an address such as https://…/{{z}}/{{x}}/{{y}}.png."
        raise InputError("PARAMETER", message)
