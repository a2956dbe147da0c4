"""
Parameters of a job, each declared once.

A field of one of the tables below is the single source of its default, unit, limits and help:
the command line, the TOML file and (later) web forms are made from it, and the plan carries it.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from geodata.errors import InputError


def declared(
    default: Any,
    help: str,  # noqa: A002 - the word every command-line library uses
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A dataclass field that knows its help text, unit and limits."""
    about = {"help": help, "unit": unit, "low": low, "high": high, "choices": choices}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=about)
    return field(default=default, metadata=about)


class Table:
    """Base of the parameter tables: checks every value against its declaration once."""

    def __post_init__(self) -> None:
        """Raise `InputError` (PARAMETER) for a value outside its declared limits."""
        for item in dataclasses.fields(self):  # type: ignore[arg-type]
            value, about = getattr(self, item.name), item.metadata
            if value is None:
                continue
            low, high, choices = about.get("low"), about.get("high"), about.get("choices")
            if choices and value not in choices:
                wanted = ", ".join(choices)
                message = f"{item.name} is {value!r}; choose one of {wanted}."
                raise InputError("PARAMETER", message)
            if (low is not None and not value >= low) or (high is not None and not value <= high):
                unit = f" {about['unit']}" if about["unit"] else ""
                message = f"{item.name} is {value}; it must lie between {low:g} and {high:g}{unit}."
                raise InputError("PARAMETER", message)


@dataclass(frozen=True)
class InputParams(Table):
    """`[inputs]`: the files of one county."""

    precincts: Path | None = declared(
        None, "Precinct polygons: (zipped) shapefile, GeoPackage, GeoJSON(.gz) or GeoParquet."
    )
    voters: Path | None = declared(
        None, "Voter file: comma, tab or pipe separated text, plain or .gz."
    )
    streets: Path | None = declared(
        None, "Streets: .osm.pbf, .osm(.gz), or a line layer such as county centrelines."
    )
    precinct_column: str = declared("", "Column of the precinct layer that holds the printed code.")
    crs: str = declared("", "Coordinate system of the precinct layer where the file names none.")
    street_name_column: str = declared("", "Column of a line layer that holds the street name.")
    street_class_column: str = declared("", "Column of a line layer that holds the street class.")
    download: str = declared(
        "",
        "Get the streets from OpenStreetMap's servers instead of a file: a place name, "
        "'west,south,east,north', or 'precincts' for the outline of the precinct layer.",
    )


@dataclass(frozen=True)
class VoterParams(Table):
    """`[voters]`: how to read the voter file and whom to walk to."""

    columns: Mapping[str, str] = declared(
        {}, "Standard column = column of the file; unnamed ones are recognised by their header."
    )
    where: str = declared("", "Whom to walk to, e.g. \"age < 35 and party = 'NPP'\".")
    keep: tuple[str, ...] = declared((), "Further columns of the voter file for the walk list.")
    phones: bool = declared(
        default=False, help="List phone numbers of voters who are in no turf (exceptions.csv)."
    )


@dataclass(frozen=True)
class SuppressParams(Table):
    """`[suppress]`: voters who must be on no list; removed before anything is stored."""

    lists: tuple[Path, ...] = declared(
        (), "Files of voter ids that must not be visited, one id a line (or a voter_id column)."
    )
    words: tuple[str, ...] = declared(
        ("CONFIDENTIAL",), "Words that mark a voter as suppressed when the address holds them."
    )


@dataclass(frozen=True)
class CutParams(Table):
    """`[cut]`: what a turf is."""

    target: float | None = declared(
        None, "Size of a turf; 50 doors or 120 minutes where not given.", low=1, high=2000
    )
    by: str = declared("doors", "What the size counts.", choices=("doors", "minutes"))
    tolerance: float = declared(
        0.10, "How far a turf may be off target.", unit="share of target", low=0.0, high=0.5
    )
    within: str = declared(
        "precinct",
        "Lines no turf crosses: 'precinct', 'none', or FILE.COLUMN of another polygon layer.",
    )
    prefer: str = declared(
        "none",
        "Lines turfs rather do not cross: 'precinct', 'none', or FILE.COLUMN of a polygon layer.",
    )
    seed: int = declared(0, "Seed of all chance: same seed, same turfs.", low=0, high=2**31 - 1)
    snap_m: float = declared(
        150.0, "How far a door may lie from its street.", unit="m", low=5, high=2000
    )
    speed_mps: float = declared(1.25, "Walking speed.", unit="m/s", low=0.3, high=2.5)
    door_minutes: float = declared(
        1.7, "Time at a door, averaged over answered and not.", unit="minutes", low=0.0, high=60
    )
    prefix: str = declared("", "County prefix of every turf id, for statewide work (A-Z, 0-9).")

    @property
    def size(self) -> float:
        """Target load of a turf in doors or minutes."""
        return self.target if self.target is not None else {"doors": 50.0, "minutes": 120.0}[self.by]

    @property
    def band(self) -> tuple[float, float]:
        """Least and most load of a turf that is in band."""
        return self.size * (1 - self.tolerance), self.size * (1 + self.tolerance)


@dataclass(frozen=True)
class PacketParams(Table):
    """`[packet]`: what is written on maps and lists."""

    title: str = declared("", "Title of the map and of every packet.")


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

    def replace(self, values: Mapping[tuple[str, str], Any]) -> Self:
        """A copy with ``(table, field) -> value`` changed; checks the new values."""
        tables: dict[str, dict[str, Any]] = {}
        for (table, name), value in values.items():
            tables.setdefault(table, {})[name] = value
        changed = {
            table: dataclasses.replace(getattr(self, table), **fields)
            for table, fields in tables.items()
        }
        return dataclasses.replace(self, **changed)


TABLES = {item.name: item.default_factory for item in dataclasses.fields(Params)[:-1]}


def declarations() -> Iterator[tuple[str, dataclasses.Field[Any]]]:
    """Every ``(table, field)`` in the order of the tables."""
    for table, kind in TABLES.items():
        for item in dataclasses.fields(kind):  # type: ignore[arg-type]
            yield table, item


def read_params(path: Path) -> Params:
    """
    Read a TOML file with the tables of `Params`.

    Paths in it are relative to the file's folder.

    Raises
    ------
    InputError
        NO_FILE or PARAMETER: no such file, bad TOML, an unknown table or key, a bad value.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError("NO_FILE", f"{path} cannot be read; check the name.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError("PARAMETER", f"{path} is not valid TOML: {fault}.") from None
    return params_from(document, path.parent)


def params_from(document: Mapping[str, Any], folder: Path) -> Params:
    """Parameters from parsed TOML; paths are taken relative to `folder`."""
    document = dict(document)
    as_of = document.pop("as_of", None)
    if as_of is not None and not isinstance(as_of, date):
        raise InputError("PARAMETER", f"as_of is {as_of!r}; write a date such as 2026-11-03.")
    _known(document, TABLES, "table")
    values: dict[tuple[str, str], Any] = {}
    for table, entries in document.items():
        kinds = {item.name: str(item.type) for item in dataclasses.fields(TABLES[table])}  # type: ignore[arg-type]
        if not isinstance(entries, Mapping):
            raise InputError("PARAMETER", f"{table} must be a table: write [{table}] above its keys.")
        _known(entries, kinds, f"key of [{table}]")
        for name, value in entries.items():
            values[table, name] = _parsed(value, kinds[name], f"[{table}] {name}", folder)
    return dataclasses.replace(Params(), as_of=as_of).replace(values)


def _known(entries: Mapping[str, Any], names: Mapping[str, Any], what: str) -> None:
    for name in entries:
        if name not in names:
            near = get_close_matches(name, list(names), 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}."
            raise InputError("PARAMETER", f"{name!r} is no {what}; {hint}")


def _parsed(value: Any, kind: str, where: str, folder: Path) -> Any:
    """A TOML value as the declared type of its field."""
    plain = {"str": str, "bool": bool, "int": int}
    try:
        if "Path, ..." in kind:
            return tuple(folder / item for item in value)
        if "str, ..." in kind:
            return tuple(str(item) for item in value)
        if "Path" in kind:
            return folder / value
        if "Mapping" in kind:
            return {str(key): str(item) for key, item in value.items()}
        if "float" in kind and not isinstance(value, bool):
            return float(value)
        if kind in plain and isinstance(value, plain[kind]):
            return value
    except (TypeError, ValueError, AttributeError):
        pass
    raise InputError("PARAMETER", f"{where} is {value!r}, which is no {kind}.")


def to_dict(params: Params) -> dict[str, Any]:
    """What a plan carries of the parameters: everything but the places of files."""
    kept = {
        table: {
            item.name: getattr(getattr(params, table), item.name)
            for item in dataclasses.fields(kind)  # type: ignore[arg-type]
            if "Path" not in str(item.type)
        }
        for table, kind in TABLES.items()
    }
    return {**kept, "as_of": params.as_of.isoformat() if params.as_of else None}
