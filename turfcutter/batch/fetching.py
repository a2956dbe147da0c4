"""
Inputs of other places: URLs in a state file, fetched once into the workspace.

Whatever fsspec reaches may be named. A file is fetched when the place it is in says that it is
another than the one fetched before, or when ours is not as it was written; it lies in the
workspace, so `turfcutter forget` erases it.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from geodata.errors import GeodataError, InputError
from geodata.storage.store import Store, file_digest, key
from turfcutter.batch.kept import whole_file, write_whole
from turfcutter.declaring import kind_of
from turfcutter.params import declarations

FETCHED: Final = "fetched"
"""Folder of the workspace that holds what was fetched."""
HERE: Final = ("file", "local", "memory")
"""Protocols that stay on this machine."""
OPEN: Final = ("http", "ftp")
"""Protocols by which anybody on the way can read along."""
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?!.*::).+")
_NOTE: Final = ".fetched.json"

Remote = dict[Path, str]
"""Place in the workspace -> URL of the file that belongs there."""


def with_places(document: Mapping[str, Any], workspace: Path) -> tuple[dict[str, Any], Remote]:
    """
    A state file's tables with a place in the workspace for each URL among its files.

    Raises
    ------
    InputError
        PARAMETER: a URL whose file would travel in the open.
    """
    remote: Remote = {}

    def placed(value: object) -> object:
        if isinstance(value, list):
            return [placed(item) for item in value]
        if not isinstance(value, str) or not _URL.fullmatch(value):
            return value
        _refuse_open(value)
        path = PurePosixPath(urlsplit(value).path or value)
        digest = hashlib.sha256(value.encode()).hexdigest()
        place = workspace / FETCHED / digest[:32] / path.name
        remote[place] = value
        return str(place)

    def tables(given: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(given)
        for name, item in _files():
            if isinstance(found.get(name), Mapping) and item in found[name]:
                found[name] = {**found[name], item: placed(found[name][item])}
        return found

    changed = tables(document)
    if isinstance(counties := document.get("counties"), Mapping):
        changed["counties"] = {
            name: tables(own) if isinstance(own, Mapping) else own for name, own in counties.items()
        }
    return changed, remote


def _files() -> Iterator[tuple[str, str]]:
    """Table and name of every parameter that names files."""
    for table, item in declarations():
        if kind_of(item) in ("path", "paths"):
            yield table, item.name


def _refuse_open(url: str) -> None:
    if urlsplit(url).scheme in OPEN:
        message = (
            f"{urlsplit(url).scheme}:// travels in the open, where anybody reads along; name "
            "https:// or another protocol that encrypts."
        )
        raise InputError("PARAMETER", message)


def is_elsewhere(url: str) -> bool:
    """Whether what a URL names is on another machine."""
    return urlsplit(url).scheme not in HERE


def fetch(place: Path, url: str, workspace: Path) -> None:
    """
    Have a file in its place as its URL has it now.

    Raises
    ------
    InputError
        PARAMETER: no library for the protocol. NO_FILE: no such file, or it cannot be reached.
    SpaceError
        The disk is full.
    """
    what = f"{place.name} of {urlsplit(url).scheme}://"  # a URL may hold a password
    try:
        import fsspec  # noqa: PLC0415 - a part of the extra `cluster`

        files, source = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as fault:
        more = str(fault) if "nstall" in str(fault) else "pip install 'turfcutter[cluster]'"
        message = f"{what} needs a library that is not installed: {more.removesuffix('.')}."
        raise InputError("PARAMETER", message) from None
    try:
        about = files.info(source)
        seen = key(sorted((str(name), str(value)) for name, value in about.items()))
        if _noted(place) == (seen, True):
            return
        Store(workspace)  # makes it a workspace before anything is in it
        with whole_file(place) as temporary:
            temporary.parent.chmod(0o700)
            temporary.touch(mode=0o600)
            files.get_file(source, str(temporary))
        with suppress(Exception):  # not every place tells the time
            changed = files.modified(source).timestamp()
            os.utime(place, (changed, changed))
        text = json.dumps({"seen": seen, "digest": file_digest(place)})
        write_whole(place.with_name(_NOTE), text.encode())
    except GeodataError:
        raise
    except Exception as fault:  # noqa: BLE001 - each library has faults of its own
        message = f"{what} cannot be fetched: {type(fault).__name__}; check its name and the way."
        raise InputError("NO_FILE", message) from None


def _noted(place: Path) -> tuple[str, bool]:
    """What the place it came from said of a file, and whether ours is as it was written."""
    try:
        noted = json.loads(place.with_name(_NOTE).read_bytes())
        return str(noted["seen"]), file_digest(place) == noted["digest"]
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return "", False
