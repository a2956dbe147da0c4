"""``turfcutter demo``: a sample county, cut like a real one."""

from datetime import date
from pathlib import Path

import click

from geodata.errors import InputError
from turfcutter.cli.cut import Run, cut_and_show
from turfcutter.cli.options import FILE, default_workspace, force_option
from turfcutter.params import InputParams, Params

ELECTION_DAY = date(2026, 11, 3)
"""The day on which the sample's voters have their ages."""
INPUT, RESULT = "input", "turfs"
"""The two folders of a demo."""


@click.command()
@click.option(
    "--out",
    type=FILE,
    default=Path("turfcutter-demo"),
    show_default=True,
    help="Folder for the sample county and what is cut from it.",
)
@click.option(
    "--voters",
    type=click.IntRange(100, 2_000_000),
    default=4000,
    show_default=True,
    help="Voters of the sample county.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="Another seed, another town."
)
@click.option("--serve/--no-serve", default=True, help="Show the map on this machine afterwards.")
@force_option
@click.pass_context
def demo(
    ctx: click.Context, /, out: Path, voters: int, seed: int, *, serve: bool, force: bool
) -> None:
    """
    Make a sample county, cut it and show the map.

    The town and its voters are invented; they are read from files like anybody's.
    """
    _check_free(out, force=force)
    from turfcutter.sample import make_county

    county = make_county(out / INPUT, voters=voters, seed=seed)
    click.echo(f"A sample county is in {out / INPUT}.", err=True)
    params = Params(
        inputs=InputParams(
            precincts=county.precincts, voters=county.voters, streets=county.streets
        ),
        as_of=ELECTION_DAY,
    )
    cut_and_show(params, out / RESULT, Run(workspace=default_workspace(), force=force))
    click.echo(f"The map opens from disk too: {out / RESULT / 'map.html'}")
    if serve:
        _serve(ctx, out / RESULT)


def _check_free(out: Path, *, force: bool) -> None:
    """Refuse a folder of something else before anything is written."""
    entries = {entry.name for entry in out.iterdir()} if out.is_dir() else set()
    if out.exists() and (not out.is_dir() or not entries <= {INPUT, RESULT}):
        raise InputError("OUTPUT", f"{out} holds other files; name another folder with --out.")
    if entries and not force:
        message = f"{out} holds an earlier demo; add --force to replace it, or name another folder."
        raise InputError("OUTPUT", message)


def _serve(ctx: click.Context, folder: Path) -> None:
    """Run the command `serve`, found by name: it is registered from a layer above this one."""
    group = ctx.find_root().command
    command = group.get_command(ctx, "serve") if isinstance(group, click.Group) else None
    if command is None:
        raise InputError("PARAMETER", "No command `serve` is installed; open map.html instead.")
    with command.make_context("serve", [str(folder)], parent=ctx.find_root()) as inner:
        command.invoke(inner)
