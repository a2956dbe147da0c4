"""The county that is to be done: its parameters, its files and their digests, its key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.storage.store import file_digest, key
from turfcutter.batch.order import UNITS
from turfcutter.declaring import kind_of, lines_source
from turfcutter.params import Params, declarations, to_dict


@dataclass(frozen=True)
class CountyJob:
    """
    One county to do.

    Parameters
    ----------
    name, params
        Of the state file.
    inputs
        Of `input_digests`, before anything was read.
    key
        Of `county_key`.
    out
        The county's folder.
    workspace
        Folder where cleaned inputs and cut regions are kept.
    version
        Of `turfcutter.batch.kept.code_version`.
    tiles
        Tile layer for the map, or empty.
    share
        Whether its regions are packed for all workers rather than cut here.
    """

    name: str
    params: Params
    inputs: Mapping[str, str]
    key: str
    out: Path
    workspace: Path
    version: str
    tiles: str = ""
    share: bool = False

    @property
    def units(self) -> Path:
        """Folder of the cuts of its regions: its own, so that it knows what nobody needs."""
        return self.workspace / UNITS / key(str(self.out))[:32]


def input_files(params: Params) -> Iterator[tuple[str, Path]]:
    """Every file that parameters name, with the name of its parameter."""
    for table, item in declarations():
        value, kind = params.get(table, item.name), kind_of(item)
        if kind == "path" and value is not None:
            yield item.name, value
        elif kind == "paths":
            yield from ((item.name, path) for path in value)
        elif kind == "lines":
            named = (lines_source(text) for text in value)
            yield from ((item.name, found[0]) for found in named if found)


def input_digests(params: Params) -> dict[str, str]:
    """
    Parameter and name of every input file -> SHA-256 of its content.

    Raises
    ------
    InputError
        NO_FILE.
    """
    found: dict[str, str] = {}
    for number, (role, path) in enumerate(input_files(params), 1):
        name = f"{role}: {path.name}"
        found[f"{name} ({number})" if name in found else name] = file_digest(path)
    return found


def county_key(params: Params, digests: Mapping[str, str], version: str, tiles: str) -> str:
    """Digest of all that a county's files depend on."""
    return key("county", version, to_dict(params), dict(digests), tiles)


def params_key(params: Params) -> str:
    """Digest of parameters but for the places of files."""
    return key("params", to_dict(params))
