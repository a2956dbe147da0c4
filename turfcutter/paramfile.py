"""TOML files of parameters: one job, or a state with one job for each county."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from geodata.errors import InputError
from turfcutter.declaring import kind_of
from turfcutter.params import Params, declarations

Reader = Callable[[object, Path], object]


def read_params(path: Path, base: Params | None = None) -> Params:
    """
    Read a TOML file with the tables of `Params`, laid over `base` where that is given.

    Paths in it are relative to the file's folder. Lists and mappings add to their defaults.

    Raises
    ------
    InputError
        NO_FILE or PARAMETER: no such file, bad TOML, an unknown table or key, a bad value.
    """
    return params_from(read_document(path), path.parent, base)


def state_from(document: Mapping[str, Any], path: Path) -> dict[str, Params]:
    """
    Parameters from parsed TOML with tables for each county: ``[counties.yolo.inputs]`` and so on.

    Tables outside ``counties`` hold for every county; a county's own are laid over them.

    Parameters
    ----------
    document
        As `read_document` gives it.
    path
        The file it is from, to whose folder paths are relative.

    Returns
    -------
    params
        County -> its parameters, in the order of the file.

    Raises
    ------
    InputError
        As `read_params`; also PARAMETER where the file names no county.
    """
    common = dict(document)
    counties = common.pop("counties", None)
    tables = isinstance(counties, Mapping) and all(isinstance(c, dict) for c in counties.values())
    if not counties or not tables:
        raise InputError("PARAMETER", f"{path} names no county; write [counties.NAME.inputs].")
    shared = params_from(common, path.parent)
    return {name: params_from(own, path.parent, shared) for name, own in counties.items()}


def params_of(stored: Mapping[str, Any]) -> Params:
    """Parameters as `params.to_dict` wrote them into a plan; the places of files are not there."""
    tables: dict[str, Any] = {
        name: {key: value for key, value in entries.items() if value is not None}
        for name, entries in stored.items()
        if isinstance(entries, Mapping)
    }
    if stored.get("as_of"):
        tables["as_of"] = date.fromisoformat(stored["as_of"])
    return params_from(tables, Path())


def params_from(document: Mapping[str, Any], folder: Path, base: Params | None = None) -> Params:
    """Parameters from parsed TOML laid over `base`; paths are taken relative to `folder`."""
    declared: dict[str, dict[str, str]] = {}
    for table, item in declarations():
        declared.setdefault(table, {})[item.name] = kind_of(item)
    top = declared.pop("")
    values: dict[tuple[str, str], Any] = {}
    _check_names(document, [*declared, *top], "table")
    for table, entries in document.items():
        if table in top:
            values["", table] = _read(entries, top[table], table, folder)
            continue
        if not isinstance(entries, Mapping):
            raise InputError("PARAMETER", f"{table} is no table; write [{table}] above its keys.")
        _check_names(entries, list(declared[table]), f"key of [{table}]")
        for name, value in entries.items():
            values[table, name] = _read(value, declared[table][name], f"[{table}] {name}", folder)
    return (base or Params()).overlaid(values)


def read_document(path: Path) -> dict[str, Any]:
    """
    Parse a TOML file.

    Raises
    ------
    InputError
        NO_FILE or PARAMETER: no such file, bad TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError("NO_FILE", f"{path} cannot be read; check the name.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise InputError("PARAMETER", f"{path} is not valid TOML: {fault}.") from None


def _check_names(entries: Mapping[str, Any], names: list[str], what: str) -> None:
    for name in entries:
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}."
            raise InputError("PARAMETER", f"{name!r} is no {what}; {hint}")


def _read(value: object, kind: str, where: str, folder: Path) -> object:
    """A TOML value as the declared kind of its field."""
    wanted, reader = READERS[kind]
    try:
        return reader(value, folder)
    except TypeError:
        raise InputError("PARAMETER", f"{where} is {value!r}; write {wanted}.") from None


def _exactly(kind: type) -> Reader:
    """Reader of a value of just this type: TOML's true is no number, a time is no date."""

    def read(value: object, _folder: Path) -> object:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


def _number(value: object, _folder: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(item) for item in value)


def _mapping(value: object, _folder: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError
    return {key: _text(item) for key, item in value.items()}


def _lines(value: object, folder: Path) -> tuple[str, ...]:
    texts = _texts(value) if isinstance(value, list) else (_text(value),)
    return tuple(text if text in ("precinct", "none") else str(folder / text) for text in texts)


READERS: Final[dict[str, tuple[str, Callable[[Any, Path], Any]]]] = {
    "text": ("text in quotes", _exactly(str)),
    "flag": ("true or false", _exactly(bool)),
    "whole": ("a whole number", _exactly(int)),
    "number": ("a number", _number),
    "date": ("a date such as 2026-11-03, without quotes", _exactly(date)),
    "path": ("a file name in quotes", lambda value, folder: folder / _text(value)),
    "paths": (
        "a list of file names in brackets",
        lambda value, folder: tuple(folder / item for item in _texts(value)),
    ),
    "texts": ("a list of texts in brackets", lambda value, _folder: _texts(value)),
    "mapping": ('pairs such as voter_id = "VUID" below a table of their own', _mapping),
    "lines": ("'precinct', 'none', or FILE.COLUMN in quotes, or a list of them", _lines),
}
"""Kind -> (what to write in TOML, reader of the value)."""
