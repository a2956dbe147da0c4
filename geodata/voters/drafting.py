"""Drafting which column of an unknown voter file is which, for a person to correct."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from geodata.columns.columns import Part, refuse_data, told_by
from geodata.columns.guessing import guess_columns
from geodata.columns.layouts import is_secret
from geodata.columns.values import days
from geodata.delimited.delimited import Tally, read_header, read_tables
from geodata.schema import VOTER_COLUMNS

LOOKED_AT: Final = 500
"""So many rows tell what a column holds."""
LONGEST: Final = 24
_NUMBER: Final = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Described:
    """
    A column of a file.

    Parameters
    ----------
    name
        As the file has it.
    kind
        ``number``, ``date``, ``code`` (up to three letters or digits), ``text``, ``blank``, or
        ``secret`` for what is never read.
    sample
        Form of one value: every letter is ``A`` or ``a``, every digit ``9``; no value itself.
    """

    name: str
    kind: str
    sample: str


@dataclass(frozen=True)
class Draft:
    """
    A draft of `[voters.columns]`.

    Parameters
    ----------
    title
        Layout that was recognised, or empty.
    sure
        Standard column -> column of the file, or several joined by ``+``, as the header tells.
    guessed
        The same for columns whose names are only similar; see `geodata.columns.guessing`.
    columns
        What the file has.
    """

    title: str
    sure: dict[str, str]
    guessed: dict[str, str]
    columns: tuple[Described, ...]


def draft_columns(path: Path) -> Draft:
    """
    Draft which column of a voter file is which standard one.

    Raises
    ------
    InputError
        HEADER: the first line is a voter, not column names. What `read_header` raises.
    """
    header = read_header(path)
    refuse_data(header.names, path.name)
    layout, recipes = told_by(header.names)
    sure = {name: _joined(parts, header.names) for name, parts in recipes.items()}
    used = {part.position for parts in recipes.values() for part in parts}
    wanted = [place for place, name in enumerate(header.names) if not is_secret(name)]
    rows = next(read_tables(path, header, wanted, Tally()), None)
    columns = tuple(
        _described(name, rows[str(place)].slice(0, LOOKED_AT) if rows and place in wanted else None)
        for place, name in enumerate(header.names)
    )
    free = {
        one.name: one.kind
        for place, one in enumerate(columns)
        if one.name and place in wanted and place not in used
    }
    guessed = guess_columns(free, [name for name in VOTER_COLUMNS if name not in sure])
    return Draft(layout.title if layout else "", sure, guessed, columns)


def _joined(parts: Sequence[Part], header: Sequence[str]) -> str:
    """The parts before the first stand-in."""
    joints = [part.joint for part in parts]
    main = parts[: joints.index("|", 1)] if "|" in joints[1:] else parts
    return " + ".join(header[part.position] for part in main)


def _described(name: str, cells: pa.ChunkedArray | None) -> Described:
    if is_secret(name):
        return Described(name, "secret", "")
    values = [] if cells is None else [text.strip() for text in cells.to_pylist() if text.strip()]
    if not values:
        return Described(name, "blank", "")
    if (
        any(mark in values[0] for mark in "-/")
        and days(pd.Series(values, dtype="str")).notna().all()
    ):
        kind = "date"
    elif all(_NUMBER.fullmatch(value) for value in values):
        kind = "number"
    else:
        kind = "code" if max(map(len, values)) <= 3 else "text"  # noqa: PLR2004
    return Described(name, kind, _masked(values[0]))


def _masked(value: str) -> str:
    """The form of a value."""
    shown = value[:LONGEST]
    form = "".join(
        ("A" if c.isupper() else "a") if c.isalpha() else "9" if c.isalnum() else c for c in shown
    )
    return form + ("…" if len(value) > LONGEST else "")
