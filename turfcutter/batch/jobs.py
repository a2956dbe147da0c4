"""The county that is to be done: its parameters, its files and their digests, its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.storage.store import file_digest, key
from turfcutter.batch.order import UNITS
from turfcutter.params import Params, to_dict
from turfcutter.params.files import files_of


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


def input_digests(params: Params) -> dict[str, str]:
    """
    Parameter and name of every input file -> SHA-256 of its content.

    Raises
    ------
    InputError
        NO_FILE.
    """
    found: dict[str, str] = {}
    for number, (item, path) in enumerate(files_of(params), 1):
        name = f"{item.name}: {path.name}"
        found[f"{name} ({number})" if name in found else name] = file_digest(path)
    return found


def county_key(params: Params, digests: Mapping[str, str], version: str, tiles: str) -> str:
    """Digest of all that a county's files depend on."""
    return key("county", version, to_dict(params), dict(digests), tiles)


def params_key(params: Params) -> str:
    """Digest of parameters but for the places of files."""
    return key("params", to_dict(params))
