"""The files that parameters name."""

from collections.abc import Iterator
from dataclasses import Field
from pathlib import Path
from typing import Any

from geodata.errors import InputError
from turfcutter.declaring import kind_of, lines_source, option_name
from turfcutter.params import Params, declarations


def files_of(params: Params) -> Iterator[tuple[Field[Any], Path]]:
    """Every file that the parameters name, with the field of the parameter that does."""
    for table, item in declarations():
        value, kind = params.get(table, item.name), kind_of(item)
        if kind == "path" and value is not None:
            yield item, value
        elif kind == "paths":
            yield from ((item, path) for path in value)
        elif kind == "lines":
            yield from ((item, named[0]) for text in value if (named := lines_source(text)))


def check_files(params: Params) -> None:
    """
    Stop where a named file is not there, before minutes are spent on the others.

    Raises
    ------
    InputError
        As `existing`.
    """
    for item, path in files_of(params):
        existing(path, f"--{option_name(item)}")


def existing(path: Path | None, option: str) -> Path:
    """
    The file that an option names.

    Raises
    ------
    InputError
        PARAMETER: none is named; NO_FILE: it does not exist, or is a folder; TYPE: it is a pipe or
        device, which gives its content only once.
    """
    if path is None:
        raise InputError("PARAMETER", f"No file is named for {option}; name it.")
    try:
        if path.is_file():
            return path
        there, folder = path.exists(), path.is_dir()
    except OSError:  # a name too long, or a folder that may not be looked into
        there = folder = False
    if folder:
        raise InputError("NO_FILE", f"{path} is a folder; name the file in it with {option}.")
    if there:
        message = f"{path} is a pipe or device, which cannot be read twice; give {option} a file."
        raise InputError("TYPE", message)
    raise InputError("NO_FILE", f"{path} does not exist; check what {option} names.")
