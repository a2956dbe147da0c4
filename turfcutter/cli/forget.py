"""``turfcutter forget``: erase what is kept between runs."""

from pathlib import Path

import click

from geodata.errors import InputError
from turfcutter.cli.options import workspace_option


@click.command()
@workspace_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(workspace: Path, *, yes: bool) -> None:
    """
    Erase the workspace: all cleaned tables of earlier runs.

    Results in output folders stay; delete those yourself.
    """
    from geodata.storage.store import Store, is_workspace

    if not workspace.exists():
        click.echo(f"Nothing is kept: {workspace} does not exist.")
        return
    if not is_workspace(workspace):
        message = f"{workspace} is no workspace of turfcutter; nothing was erased."
        raise InputError("WORKSPACE", message)
    if not yes:
        click.confirm(f"Erase everything in {workspace}?", abort=True)
    erased = Store(workspace).forget()
    click.echo(f"Erased {workspace}: {erased / 1e6:,.1f} MB.")
