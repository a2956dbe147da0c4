"""The state file: a table of parameters for each county, and where the work may be done."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from geodata.errors import InputError
from turfcutter.batch.fetching import Remote, with_places
from turfcutter.paramfile import read_document, state_from
from turfcutter.params import Params

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PLACE: Final = re.compile(r"US(-[A-Z]{2})?")
_KEYS: Final = ("workers_in", "storage_in")


@dataclass(frozen=True)
class State:
    """
    A state file.

    Parameters
    ----------
    counties
        County -> its parameters, in the order of the file.
    workers_in, storage_in
        Where other machines' workers and network storage are: ``US`` or ``US-CA``; else empty.
    remote
        Files of other places that are named by URL, as `turfcutter.batch.fetching` has them.
    """

    counties: dict[str, Params]
    workers_in: str = ""
    storage_in: str = ""
    remote: Remote = field(default_factory=dict)


def load_state(path: Path, wanted: Sequence[str] = (), workspace: Path = Path()) -> State:
    """
    Read a state file.

    Parameters
    ----------
    path
        TOML: see `turfcutter.paramfile.state_from`; and a table ``[batch]``.
    wanted
        Counties that must be in it.
    workspace
        Where files that are named by URL are fetched to.

    Raises
    ------
    InputError
        NO_FILE or PARAMETER, also where a county is not in the file or cannot name a folder.
    """
    document, remote = with_places(read_document(path), workspace.resolve())
    places = _places(document.pop("batch", {}))
    counties = state_from(document, path)
    for name in counties:
        if not _NAME.fullmatch(name):
            message = f"County {name!r} cannot name a folder; write letters, digits, - and _."
            raise InputError("PARAMETER", message)
    for name in wanted:
        if name not in counties:
            near = get_close_matches(name, counties, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(counties)}."
            raise InputError("PARAMETER", f"{path} has no county {name!r}; {hint}")
    return State(counties, **places, remote=remote)


def _places(table: object) -> dict[str, str]:
    if not isinstance(table, Mapping) or not set(table) <= {*_KEYS}:
        raise InputError("PARAMETER", f"[batch] has the keys {' and '.join(_KEYS)} only.")
    for name, place in table.items():
        if not isinstance(place, str) or not _PLACE.fullmatch(place):
            message = (
                f"[batch] {name} is {place!r}; voter files may not leave the United States: write "
                "'US' or a state such as 'US-CA'."
            )
            raise InputError("PARAMETER", message)
    return dict(table)
