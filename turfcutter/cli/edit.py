"""``turfcutter merge``, ``split``, ``move``, ``recut``, ``lock``, ``unlock``, ``undo``."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, TypeVar

import click

from geodata.errors import InputError
from geodata.notes import counted
from turfcutter.cli import show
from turfcutter.cli.options import FILE, force_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from turfcutter.model import Plan

Command = TypeVar("Command", bound="Callable[..., Any]")

TURFS = click.argument("turfs", nargs=-1, required=True, metavar="TURF...")
FIGURES = {"doors": "{:,}", "voters": "{:,}", "minutes": "{:,.0f}", "walk_m": "{:,.0f}"}
"""Figures of the closing table -> how they are written."""


def edit_options(command: Command) -> Command:
    """Decorator: the plan to edit, and what all edits are told."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document, no table."),
        force_option,
        click.option(
            "--out", type=FILE, required=True, help="Folder for the next version of the plan."
        ),
        click.argument("plan", type=FILE),
    ):
        command = option(command)
    return command


@click.command()
@edit_options
@TURFS
def merge(turfs: tuple[str, ...], **how: Any) -> None:  # noqa: ANN401 - as click hands it over
    """Make one turf of several; it keeps the id of the first."""
    from turfcutter import editing

    _edit(lambda plan: editing.merge(plan, turfs), **how)


@click.command()
@edit_options
@click.argument("turf")
@click.option("--into", type=click.IntRange(2, 1000), required=True, help="How many turfs.")
def split(turf: str, into: int, **how: Any) -> None:  # noqa: ANN401
    """Make several turfs of one; the largest keeps the id."""
    from turfcutter import editing

    _edit(lambda plan: editing.split(plan, turf, into), **how)


@click.command()
@edit_options
@click.option(
    "--doors",
    multiple=True,
    required=True,
    metavar="FILE|ID",
    help="A door id, or a file of them: one a line, or a column door_id. May be repeated.",
)
@click.option("--to", required=True, metavar="TURF", help="The turf they go to, or 'new'.")
def move(doors: tuple[str, ...], to: str, **how: Any) -> None:  # noqa: ANN401
    """Put doors into another turf, or into one of their own."""
    from turfcutter import editing

    wanted = [name for each in doors for name in _door_ids(each)]
    _edit(lambda plan: editing.move(plan, wanted, to), **how)


@click.command()
@edit_options
@TURFS
@click.option("--target", type=click.FloatRange(1, 2000), help="Size of a turf.")
@click.option("--by", type=click.Choice(["doors", "minutes"]), help="What the size counts.")
@click.option("--tolerance", type=click.FloatRange(0, 0.5), help="How far off target one may be.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Another seed gives other turfs.")
def recut(
    turfs: tuple[str, ...],
    target: float | None,
    by: str | None,
    tolerance: float | None,
    seed: int | None,
    **how: Any,  # noqa: ANN401
) -> None:
    """
    Cut the doors of some turfs anew.

    What is not said is as the plan was cut.
    """
    from turfcutter import editing

    given = {"target": target, "by": by, "tolerance": tolerance, "seed": seed}
    changed = {name: value for name, value in given.items() if value is not None}
    _edit(lambda plan: editing.recut(plan, turfs, changed), **how)


@click.command()
@edit_options
@TURFS
def lock(turfs: tuple[str, ...], **how: Any) -> None:  # noqa: ANN401
    """Lock turfs: edits leave them alone."""
    from turfcutter import editing

    _edit(lambda plan: editing.lock(plan, turfs), **how)


@click.command()
@edit_options
@TURFS
def unlock(turfs: tuple[str, ...], **how: Any) -> None:  # noqa: ANN401
    """Unlock turfs: edits may change them again."""
    from turfcutter import editing

    _edit(lambda plan: editing.unlock(plan, turfs), **how)


@click.command()
@edit_options
@click.option(
    "--parent",
    type=FILE,
    help="Folder of the plan before, where doors or voters came or went with the edit.",
)
def undo(parent: Path | None, **how: Any) -> None:  # noqa: ANN401
    """
    Take back the last edit of a plan.

    Undoing twice does it again.
    """
    from turfcutter import editing
    from turfcutter.workflow import read_parent

    _edit(
        lambda plan: editing.undo(plan, read_parent(plan, parent) if parent else None),
        **how,
    )


def _door_ids(text: str) -> list[str]:
    """The ids in a file, or the one id that is given."""
    from pathlib import Path

    from geodata.delimited.textfile import text_lines

    path = Path(text)
    try:
        named = path.is_file()
    except OSError:  # too long for the name of a file
        named = False
    if not named:
        if not text.isalnum():  # ids are
            raise InputError("NO_FILE", f"{text} does not exist; check what --doors names.")
        return [text]
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(text_lines(path)) if row]
    except csv.Error:
        message = f"{path} is no list of doors; write one id a line, or a column door_id."
        raise InputError("TYPE", message) from None
    if rows and "door_id" in rows[0]:
        column = rows[0].index("door_id")
        return [row[column] for row in rows[1:] if len(row) > column]
    return [row[0] for row in rows]


def _edit(
    edit: Callable[[Plan], Plan], *, plan: Path, out: Path, force: bool, as_json: bool
) -> None:
    """Edit, write, and say what changed."""
    from turfcutter.editing import churn
    from turfcutter.workflow import run_edit

    before, after = run_edit(plan, out, edit, force=force)
    result = {
        "out": str(out),
        "files": sorted(path.name for path in out.iterdir()),
        "parent": after.about["parent"],
        "edit": after.about["edit"],
        "counts": after.about["counts"],
        "churn": churn(before, after),
        "locked": int(after.turfs["locked"].sum()),
    }
    click.echo(show.as_json(result) if as_json else show.plain("\n".join(_lines(result))))


def _lines(result: dict[str, Any]) -> Iterator[str]:
    """The closing table: what is no longer as it was."""
    changes = result["churn"]
    if changes["turfs"]:
        yield "".join(f"{head:>20}" for head in ("turf", "doors", "voters", "minutes", "metres"))
    for turf in changes["turfs"]:
        cells = [
            " → ".join(form.format(number) for number in turf[name])
            for name, form in FIGURES.items()
        ]
        yield "".join(f"{cell:>20}" for cell in (turf["turf_id"], *cells))
    locked = counted(result["locked"], "turf is", "turfs are")
    said = f"No turf changed; {locked} locked."
    if changes["turfs"]:
        doors = counted(changes["doors_moved"], "door")
        voters = counted(changes["voters_moved"], "voter")
        walk = " → ".join(f"{metres / 1000:,.2f}" for metres in changes["walk_m"])
        said = f"{doors} with {voters} changed turf; all walks together {walk} km."
    yield f"{said} The next version is in {result['out']}"
