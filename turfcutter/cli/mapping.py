"""``turfcutter mapping``: drafts the table of columns for a voter file of no known layout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from turfcutter.cli.options import FILE
from turfcutter.cli.show import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geodata.voters.drafting import Draft


@click.command()
@click.argument("file", type=FILE)
def mapping(file: Path) -> None:
    """
    Draft which column of a voter FILE is which.

    Prints TOML to look through, correct, and pass with --config. Of values only their forms are
    shown: A and a for letters, 9 for digits.
    """
    from geodata.voters.drafting import draft_columns

    click.echo(plain("\n".join(_lines(draft_columns(file)))))


def _lines(draft: Draft) -> Iterator[str]:
    from geodata.columns.columns import NEEDED
    from geodata.schema import VOTER_COLUMNS

    if draft.title:
        lacks = [name for name in NEEDED if name not in draft.sure]
        rest = (
            "what follows completes it."
            if lacks
            else "nothing needs to be said, unless it is wrong."
        )
        yield f"# Recognised as {draft.title}: {rest}"
    yield "# standard column = column of the file; several are joined by +"
    yield "[voters.columns]"
    for name, meaning in VOTER_COLUMNS.items():
        if column := draft.sure.get(name):
            # of a known layout more is known than can be written here
            yield f"{'# ' if draft.title else ''}{name} = {_quoted(column)}"
        elif column := draft.guessed.get(name):
            yield f"{name} = {_quoted(column)}  # a guess by its name"
        else:
            need = "needed: " if name in NEEDED else ""
            yield f'# {name} = ""  # {need}{meaning}'
    yield ""
    yield "# What the file has:"
    width = max(len(column.name) for column in draft.columns)
    for each in draft.columns:
        said = "never read" if each.kind == "secret" else f"{each.kind:<7} {each.sample}"
        yield f"#   {each.name:<{width}}  {said}".rstrip()


def _quoted(text: str) -> str:
    """Text as TOML has it, which escapes as JSON does."""
    return json.dumps(text, ensure_ascii=False)
