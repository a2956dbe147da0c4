"""
The form of a cut, made from the same declared parameters as the command line's options.

Fields are named ``table.name``; what is left blank stays as it is declared. What the form gives is
a document such as TOML gives, but files are ids of uploads and days are text.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import Field, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from geodata.errors import InputError
from turfcutter.declaring import kind_of, option_name
from turfcutter.params import TABLES, declarations
from web.words import say

Document = dict[str, Any]

ROOT: Final = Path("/")
"""Folder that places in a document are relative to; they are full paths."""

LEFT_OUT: Final = {
    "inputs.download": "a job reaches no other host",
    "inputs.restore_shx": "writes beside the file",
}
"""Parameters that the form does not have, and why."""
FIRST: Final[dict[str, dict[str, str]]] = {
    "Files": {
        "inputs.precincts": "Precincts",
        "inputs.voters": "Voters",
        "inputs.streets": "Streets",
    },
    "Who comes": {
        "cut.turfs": "How many people come? Each takes one turf",
        "cut.near": "Where do they set out from?",
        "inputs.staging": "List of places they may set out from",
    },
    "Turfs": {
        "packet.title": "Name of the plan",
        "voters.where": "Whom to walk to",
        "cut.target": "Size of a turf",
        "cut.by": "What the size counts",
        "cut.kind": "Kind of canvass",
        "cut.within": "Lines no turf crosses",
    },
}
"""What everybody looks at -> its fields and what they are called; all others stand below."""
FIRST_LABELS: Final = {name: label for part in FIRST.values() for name, label in part.items()}
TITLES: Final = {
    "inputs": "More files",
    "voters": "The voter file",
    "suppress": "Who is on no list",
    "cut": "How turfs are cut",
    "packet": "What is printed",
    "": "The day",
}
_PEOPLE: Final = re.compile(
    r"\b(\d{1,6})\s+(?:people|persons|volunteers|canvassers|turfs)\b", re.IGNORECASE
)
_PLACE: Final = re.compile(
    r"\b(?:at|from|near)\s+(?:the\s+)?(-?[\d.]+\s*,\s*-?[\d.]+|[^,;]+?)\s*[.,;]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Entry:
    """One field of the form: its name, what it is called, its declaration and what is in it."""

    name: str
    label: str
    kind: str
    help: str
    value: Any
    default: str
    about: Mapping[str, Any]


def sections(given: Mapping[str, Any]) -> Iterator[tuple[str, bool, list[Entry]]]:
    """Title, whether it is always open, and fields of each part of the form, filled in."""
    known = {_name(table, item): (table, item) for table, item in declarations()}
    shown = {name for part in FIRST.values() for name in part} | LEFT_OUT.keys()
    for title, part in FIRST.items():
        yield title, True, [_entry(*known[name], given, label) for name, label in part.items()]
    for table in [*TABLES, ""]:
        own = [item for name, (of, item) in known.items() if of == table and name not in shown]
        yield TITLES[table], False, [_entry(table, item, given, "") for item in own]


def _name(table: str, item: Field[Any]) -> str:
    return f"{table}.{item.name}" if table else item.name


def _entry(table: str, item: Field[Any], given: Mapping[str, Any], label: str) -> Entry:
    kind, default = kind_of(item), item.default
    values = given.get(table, {}) if table else given
    value = values.get(item.name)
    plain = default if isinstance(default, str | int | float) and default != "" else ""
    words = {"lines": " ".join(default) if isinstance(default, tuple) else ""}
    return Entry(
        name=_name(table, item),
        label=label or LABELS[option_name(item)],
        kind="choice" if item.metadata.get("choices") else kind,
        help=_further(item.metadata["help"], label),
        value=_shown(kind, value),
        default=words.get(kind, "" if isinstance(default, bool) else str(plain)),
        about=item.metadata,
    )


def _further(help_text: str, label: str) -> str:
    """What the help says beyond the label."""
    rest = help_text.removeprefix(label).lstrip(" ,:;")
    return "" if rest == "." else rest[:1].upper() + rest[1:]


def _shown(kind: str, value: Any) -> Any:  # noqa: ANN401 - as the document has it
    if value is None:
        return [] if kind == "paths" else ""
    if kind == "texts":
        return "\n".join(value)
    if kind == "lines":
        return "\n".join(value) if isinstance(value, list) else value
    if kind == "mapping":
        return "\n".join(f"{name} = {text}" for name, text in value.items())
    return value


def read(form: MultiDict[str, str]) -> Document:
    """
    What somebody filled in.

    Raises
    ------
    InputError
        PARAMETER: a field cannot be read; all such fields are named.
    """
    document: Document = {}
    faults = []
    for table, item in declarations():
        name = _name(table, item)
        given = [text.strip() for text in form.getlist(name) if text.strip()]
        if not given or name in LEFT_OUT:
            continue
        try:
            value = READERS[kind_of(item)](given)
        except ValueError:
            faults.append(f"{option_name(item).replace('-', ' ')}: {given[0]!r}")
            continue
        if value != item.default:
            (document.setdefault(table, {}) if table else document)[item.name] = value
    if faults:
        raise InputError("PARAMETER", f"This cannot be read: {'; '.join(faults)}.")
    return _understood(form.get("words", ""), document)


def _understood(words: str, document: Document) -> Document:
    """How many people and which place a sentence names, where no field says so."""
    cut = document.get("cut", {})
    people, place = _PEOPLE.search(words), _PLACE.search(words.strip())
    found: Document = {}
    if people:
        found["turfs"] = int(people[1])
    if place:
        found["near"] = place[1]
    return {**document, "cut": {**found, **cut}} if found else document


def with_days(document: Mapping[str, Any]) -> Document:
    """The same with days as days, for `turfcutter.paramfile.params_from`."""
    result: Document = {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in document.items()
    }
    for table, item in declarations():
        values = result.get(table, {}) if table else result
        if kind_of(item) == "date" and isinstance(values, dict) and item.name in values:
            with suppress(TypeError, ValueError):  # what is no day is said where kinds are read
                values[item.name] = date.fromisoformat(values[item.name])
    return result


LABELS: Final = {
    option_name(item): FIRST_LABELS.get(
        _name(table, item), option_name(item).replace("-", " ").capitalize()
    )
    for table, item in declarations()
}
"""Option of the command line -> what its field is called."""


def plainly(sentence: str) -> str:
    """A sentence that names options of the command line, with the fields' names instead."""

    def field(found: re.Match[str]) -> str:
        label = LABELS.get(found[1]) or LABELS.get(found[1].removeprefix("no-"))
        return f"“{say(label)}”" if label else found[0]

    return re.sub(r"--([a-z][a-z-]+)", field, sentence)


def _lines_of(given: list[str]) -> list[str]:
    return [line.strip() for text in given for line in text.splitlines() if line.strip()]


def _mapping(given: list[str]) -> dict[str, str]:
    pairs = [line.partition("=") for line in _lines_of(given)]
    if not all(name.strip() and sign and text.strip() for name, sign, text in pairs):
        raise ValueError
    return {name.strip(): text.strip() for name, _, text in pairs}


READERS: Final[dict[str, Any]] = {
    "text": lambda given: given[0],
    "flag": lambda _given: True,
    "whole": lambda given: int(given[0]),
    "number": lambda given: float(given[0]),
    "date": lambda given: date.fromisoformat(given[0]).isoformat(),
    "path": lambda given: given[0],
    "paths": list,
    "texts": _lines_of,
    "lines": lambda given: [word for line in _lines_of(given) for word in line.split(", ")],
    "mapping": _mapping,
}
"""Kind of a parameter -> reader of the texts of its field; ValueError where they are no value."""
