"""
Parameters of a job, each declared once.

A field of one of the `tables` is the single source of its default, unit, limits and help: the
command line, the TOML file and web forms are made from it, and the plan carries it. How a field is
declared is in `declaring`, reading a file of parameters in `paramfile`, and which files they name
in `files`.
"""

# Annotations stay text: `KINDS` names the kind of a field by what is written there.
from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from turfcutter.declaring import kind_of
from turfcutter.params.tables import (
    CutParams,
    InputParams,
    PacketParams,
    SuppressParams,
    VoterParams,
)

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "TABLES",
    "CutParams",
    "InputParams",
    "PacketParams",
    "Params",
    "SuppressParams",
    "VoterParams",
    "declarations",
    "to_dict",
]


@dataclass(frozen=True)
class Params:
    """All parameters of one job; a TOML file has these tables, a state file one set a county."""

    inputs: InputParams = field(default_factory=InputParams)
    voters: VoterParams = field(default_factory=VoterParams)
    suppress: SuppressParams = field(default_factory=SuppressParams)
    cut: CutParams = field(default_factory=CutParams)
    packet: PacketParams = field(default_factory=PacketParams)
    as_of: date | None = field(
        default=None,
        metadata={"help": "The day that counts as today: ages and registrations (YYYY-MM-DD)."},
    )

    def get(self, table: str, name: str) -> Any:  # noqa: ANN401 - of the type its field declares
        """The value of one field; as_of has the table ``""``."""
        return getattr(getattr(self, table) if table else self, name)

    def replace(self, values: Mapping[tuple[str, str], Any]) -> Self:
        """A copy with ``(table, field) -> value`` changed, checked; as_of has the table ``""``."""
        tables: dict[str, dict[str, Any]] = {}
        for (table, name), value in values.items():
            tables.setdefault(table, {})[name] = value
        changed = tables.pop("", {})
        for table, fields in tables.items():
            changed[table] = dataclasses.replace(getattr(self, table), **fields)
        return dataclasses.replace(self, **changed)

    def overlaid(self, values: Mapping[tuple[str, str], Any]) -> Self:
        """
        A copy with ``(table, field) -> value`` laid over it.

        Single values and lines replace what was there; lists and mappings add to it, so that
        naming one more word of suppression never drops another.
        """
        replaced = {
            (table, item.name) for table, item in declarations() if kind_of(item) == "lines"
        }
        return self.replace(
            {
                field: value if field in replaced else _joined(self.get(*field), value)
                for field, value in values.items()
            }
        )


def _joined(old: object, new: object) -> object:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return tuple(dict.fromkeys((*old, *new)))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {**old, **new}
    return new


TABLES: Final[dict[str, Any]] = {
    item.name: item.default_factory
    for item in dataclasses.fields(Params)
    if item.default_factory is not dataclasses.MISSING
}
"""Name of a table -> its class."""


def declarations() -> Iterator[tuple[str, dataclasses.Field[Any]]]:
    """Every ``(table, field)`` in the order of the tables; `as_of` comes last, in table ``""``."""
    for table, kind in TABLES.items():
        for item in dataclasses.fields(kind):
            yield table, item
    yield from (("", item) for item in dataclasses.fields(Params) if item.name not in TABLES)


def to_dict(params: Params) -> dict[str, Any]:
    """What a plan carries of the parameters, ready for JSON: all but the places of files."""
    kept: dict[str, Any] = {table: {} for table in TABLES}
    for table, item in declarations():
        value, kind = params.get(table, item.name), kind_of(item)
        if kind in ("path", "paths"):
            continue
        if kind == "lines":
            value = [Path(text).name for text in value]
        elif kind == "texts":
            value = list(value)
        elif kind == "mapping":
            value = dict(sorted(value.items()))
        elif kind == "date":
            value = value.isoformat() if value else None
        kept.get(table, kept)[item.name] = value
    return kept
