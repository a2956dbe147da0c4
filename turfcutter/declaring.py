"""How a parameter is declared: default, help, unit, limits and kind, in one place."""

import dataclasses
import re
from dataclasses import field
from pathlib import Path
from typing import Any, Final

from geodata.errors import InputError

Lines = tuple[str, ...]
"""Where turf lines come from: ``none``, or ``precinct`` and FILE.COLUMN of polygon layers."""

KINDS: Final[dict[str, str]] = {
    "str": "text",
    "bool": "flag",
    "int": "whole",
    "int | None": "whole",
    "float": "number",
    "float | None": "number",
    "Path | None": "path",
    "tuple[Path, ...]": "paths",
    "tuple[str, ...]": "texts",
    "Mapping[str, str]": "mapping",
    "Lines": "lines",
    "date | None": "date",
}
"""Annotation of a field -> its kind, which decides how TOML, options and forms read it."""


def declared(
    default: object,
    help: str,  # noqa: A002 - the word every command-line library uses
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    pattern: str = "",
    option: str = "",
) -> Any:  # noqa: ANN401 - a field stands where a value of any type is declared
    """
    A dataclass field that knows its help text, unit and limits.

    Parameters
    ----------
    default, help, unit
        Value where none is given, one sentence of meaning, and the unit of both limits; of text
        with a pattern what it must be, in words.
    low, high
        Least and greatest value; given together or not at all.
    choices, pattern
        The words allowed, or a regular expression that the whole text matches.
    option
        Name on the command line where it is not simply the field's own, with dashes.
    """
    about = {
        "help": help,
        "unit": unit,
        "low": low,
        "high": high,
        "choices": choices,
        "pattern": pattern,
        "option": option,
    }
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=about)
    return field(default=default, metadata=about)


def kind_of(item: dataclasses.Field[Any]) -> str:
    """Kind of a declared field, one of the values of `KINDS`."""
    return KINDS[str(item.type)]


def option_name(item: dataclasses.Field[Any]) -> str:
    """Name of a parameter's option, without the leading dashes."""
    return str(item.metadata.get("option") or item.name.replace("_", "-"))


class Table:
    """Base of the parameter tables: checks every value against its declaration once."""

    def __post_init__(self) -> None:
        """Raise `InputError` (PARAMETER) for a value outside its declared limits."""
        for item in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            fault = None if value is None else _fault(value, item)
            if fault:
                said = ", ".join(value) if isinstance(value, tuple) else value
                raise InputError("PARAMETER", f"{item.name} is {said!r}; {fault}")


def _fault(value: object, item: dataclasses.Field[Any]) -> str | None:
    """What is wrong with a value by its declaration, as the end of a sentence."""
    about = item.metadata
    low, high, choices, pattern = (about[name] for name in ("low", "high", "choices", "pattern"))
    if choices and value not in choices:
        return f"choose one of {', '.join(choices)}."
    # written so that a NaN fails too
    if low is not None and not (isinstance(value, int | float) and low <= value <= high):
        return f"it must lie between {low:g} and {high:g} {about['unit']}".rstrip() + "."
    if pattern and not re.fullmatch(pattern, str(value)):
        return f"it must be {about['unit']}."
    if kind_of(item) == "lines" and not _are_lines(value):
        return "write 'none', or 'precinct' and FILE.COLUMN of polygon layers."
    return None


def _are_lines(value: object) -> bool:
    """Whether a value names lines: each at most once, and none beside 'none'."""
    if not isinstance(value, tuple) or not value or len({*value}) < len(value):
        return False
    return value == ("none",) or all(text == "precinct" or lines_source(text) for text in value)


def lines_source(value: str) -> tuple[Path, str] | None:
    """File and column of FILE.COLUMN; None where the value names no file."""
    path = Path(value)
    column = path.suffix[1:]
    if value in ("precinct", "none") or not column or not path.with_suffix("").suffix:
        return None
    return path.with_suffix(""), column
