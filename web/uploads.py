"""
Files of an organization for its cuts: where they lie, what may be one, and how they go again.

Each lies in a folder of its own below that of its organization, which nobody else's pages, jobs or
addresses lead to. Only the process of a job reads what is in it.
"""

import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geodata.errors import InputError, SpaceError
from geodata.storage.atomic import no_space
from geodata.storage.tables import PRIVATE
from turfcutter.declaring import kind_of
from turfcutter.params import declarations
from web import audit
from web.jobs.child import FULL
from web.models import Account, Upload, new_id

MOST_BYTES: Final = 1_000_000_000
"""Of one file; what waitress takes at most, unless told, is a little more."""
MOST_TOGETHER: Final = 10 * MOST_BYTES
"""Of an organization."""
WIDEST, WIDEST_BYTES = 100, 200
"""Letters of a name, and its bytes: disks take 255."""
HEAD: Final = 4096
PIECE: Final = 1 << 20

_SIGNS: Final = {
    ".zip": b"PK\x03\x04",
    ".gpkg": b"SQLite format 3\0",
    ".parquet": b"PAR1",
    ".gz": b"\x1f\x8b",
}
"""How files of these kinds begin; other kinds are text, and begin like none of them."""
KINDS: Final = (
    *(".zip", ".gpkg", ".geojson", ".json", ".kml", ".parquet"),
    *(".csv", ".txt", ".tsv", ".tab", ".psv", ".gz", ".pbf", ".osm"),
)
"""How names of files end."""


def state() -> Path:
    """The state folder of the viewer that runs."""
    found: Path = current_app.config["STATE"]
    return found


def folder_of(state: Path, organization_id: str) -> Path:
    """Where the files of an organization lie."""
    return state / "uploads" / organization_id


def path_of(state: Path, upload: Upload) -> Path:
    """Where a file lies."""
    return folder_of(state, upload.organization_id) / upload.id / upload.name


def workspace(state: Path, organization_id: str) -> Path:
    """Where an organization's cleaned tables are kept between its jobs."""
    return state / "workspaces" / organization_id


def files_of(session: Session, organization_id: str) -> list[Upload]:
    """The files of an organization, the newest first."""
    mine = Upload.organization_id == organization_id
    return list(session.scalars(select(Upload).where(mine).order_by(Upload.at.desc(), Upload.id)))


def store(session: Session, state: Path, account: Account, name: str, content: IO[bytes]) -> Upload:
    """
    Keep a file that somebody sent; commits.

    Raises
    ------
    InputError
        TYPE: it is not of a kind that is read here. EMPTY: nothing is in it.
    SpaceError
        NO_SPACE: the organization has as much as it may have, or the disk is full.
    """
    kept = safe_name(name)
    _check_kind(kept, content.read(HEAD))
    size = content.seek(0, 2)
    content.seek(0)
    mine = Upload.organization_id == account.organization_id
    together = size + int(session.scalar(select(func.sum(Upload.size)).where(mine)) or 0)
    if together > MOST_TOGETHER:
        message = f"Files of an organization may have {MOST_TOGETHER // 10**9} GB; delete old ones."
        raise SpaceError("NO_SPACE", message)
    upload = Upload(
        id=new_id(),
        organization_id=account.organization_id,
        account_id=account.id,
        name=kept,
        size=size,
        at=int(time.time()),
    )
    path = path_of(state, upload)
    for folder in (path.parents[2], path.parents[1], path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    try:
        path.touch(mode=PRIVATE)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, PIECE)
        session.add(upload)
        audit.note(session, "file uploaded", account, detail=kept)
        session.commit()
    except BaseException as fault:
        shutil.rmtree(path.parent, ignore_errors=True)  # nobody would ever find and erase it
        if no_space(fault):
            raise SpaceError("NO_SPACE", FULL) from None
        raise
    return upload


def delete(session: Session, state: Path, upload: Upload, account: Account) -> None:
    """Erase a file, and all cleaned tables of its organization: they are made anew when needed."""
    shutil.rmtree(path_of(state, upload).parent, ignore_errors=True)
    shutil.rmtree(workspace(state, upload.organization_id), ignore_errors=True)
    session.delete(upload)
    audit.note(session, "file deleted", account, detail=upload.name)


def safe_name(name: str) -> str:
    """
    The name under which a file is kept: its last part, in plain signs, with its ending.

    >>> safe_name("maps/Précincts (2024).ZIP")
    'Précincts (2024).zip'
    >>> safe_name("../../.ssh/x.csv")
    'x.csv'
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^\w .()+-]", "_", last).strip(" .") or "file"
    stem, dot, ending = plain.rpartition(".")
    ending = _cut(f"{dot}{ending.lower()}", WIDEST // 2, WIDEST_BYTES // 2) if dot else ""
    stem = stem if dot else plain
    return _cut(stem, WIDEST - len(ending), WIDEST_BYTES - len(ending.encode())) + ending


def _cut(text: str, letters: int, size: int) -> str:
    """The beginning of a text, of so many letters and bytes at most."""
    return text[:letters].encode()[:size].decode(errors="ignore")


def _check_kind(name: str, head: bytes) -> None:
    ending = f".{name.rpartition('.')[2]}" if "." in name else ""
    if ending not in KINDS:
        message = f"{name} is not of a kind that is read here; those are {', '.join(KINDS)}."
        raise InputError("TYPE", message)
    if not head:
        raise InputError("EMPTY", f"{name} is empty; look at the file you chose.")
    sign = next((kind for kind, begins in _SIGNS.items() if head.startswith(begins)), "")
    if ending == ".pbf":
        fits = b"OSMHeader" in head[:64]
    elif ending in _SIGNS:
        fits = sign == ending
    else:
        fits = not sign
    if not fits:
        message = f"What is in {name} is not what its name says; send the file as it came."
        raise InputError("TYPE", message)


def find(session: Session, state: Path, organization_id: str, upload_id: str) -> Path:
    """
    Where a file of an organization lies.

    Raises
    ------
    InputError
        NO_FILE: it has no such file, or no longer.
    """
    for each in files_of(session, organization_id):
        path = path_of(state, each).resolve()
        if each.id == upload_id and path.is_file():
            return path
    raise InputError("NO_FILE", "A file that was chosen is not there any more.")


def placed(
    session: Session, state: Path, organization_id: str, params: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """
    Parameters with the places of the files they name.

    Parameters
    ----------
    params
        Table -> name -> value, as `web.forms` reads them: files are ids of uploads, and lines
        begin with the name of one.

    Returns
    -------
    params, names
        The same with full paths; path -> what people call the file.

    Raises
    ------
    InputError
        NO_FILE: one is not there (any more), or is another organization's.
    """
    known = files_of(session, organization_id)
    paths = {each.id: path_of(state, each).resolve() for each in known}
    names = {each.name: paths[each.id] for each in reversed(known)}  # the newest of a name

    def place(text: str) -> str:
        return str(find(session, state, organization_id, text))

    def line(text: str) -> str:
        fits = [name for name in names if text.startswith(f"{name}.")]
        if text in ("precinct", "none"):
            return text
        if not fits:
            message = f"{text!r} names no uploaded file; write its name, a dot, and the column."
            raise InputError("NO_FILE", message)
        longest = max(fits, key=len)
        return f"{names[longest]}{text.removeprefix(longest)}"

    readers = {"path": place, "paths": place, "lines": line}
    result: dict[str, Any] = dict(params)
    for table, item in declarations():
        given = params.get(table, {}) if table else params
        reader = readers.get(kind_of(item))
        if reader is None or item.name not in given:
            continue
        value = given[item.name]
        read = [reader(each) for each in value] if isinstance(value, list) else reader(value)
        result[table] = {**result[table], item.name: read}
    return result, {str(path): path.name for path in paths.values()}
