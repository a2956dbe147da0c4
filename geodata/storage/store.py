"""
The workspace: cleaned tables kept between runs, found again by a digest of all they depend on.

An entry is a folder of files that is built once and never changed. It holds what is left after
suppression, but still voters: so only its owner may read it, and `Store.forget` erases it.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from geodata.errors import BusyError, InputError, SpaceError
from geodata.notes import Note
from geodata.storage.atomic import no_space, sync, sync_tree
from geodata.storage.locks import Held, held

MARKER: Final = "WORKSPACE"
CHECKSUMS: Final = "checksums.json"
HALF: Final = ".partial"
"""How the name of an entry ends that is being built."""
SHAPEFILE_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg")
WAITS, WAIT_SECONDS = 20, 0.05
"""How often, and how long each time, a lock is waited for: one second in all."""


def file_digest(path: Path) -> str:
    """
    SHA-256 of a file's bytes; for a shapefile, of all its parts.

    Raises
    ------
    InputError
        NO_FILE: it does not exist or may not be read.
    """
    parts = [path]
    if path.suffix.lower() == ".shp":
        parts += sorted(p for p in path.parent.glob("*.*") if _is_part(p, path))
    try:
        digests = [_digest(part) for part in parts]
    except OSError:
        message = f"{path} does not exist or may not be read; check the name."
        raise InputError("NO_FILE", message) from None
    return digests[0] if len(digests) == 1 else key(*digests)


def _is_part(part: Path, shapefile: Path) -> bool:
    """Whether a file belongs to a shapefile; the case of names does not matter to its reader."""
    same = part.stem.lower() == shapefile.stem.lower()
    return same and part.suffix.lower() in SHAPEFILE_PARTS


def key(*parts: object) -> str:
    """SHA-256 of values that JSON can hold: digests, versions, mappings, names, numbers."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_workspace(folder: Path) -> bool:
    """Whether a folder is a workspace that `Store` made."""
    return (folder / MARKER).is_file()


class Store:
    """
    A workspace folder.

    Parameters
    ----------
    folder
        Made if absent, with its parents; only its owner may enter it. Half entries in it whose
        builders are dead are erased.

    Attributes
    ----------
    notes
        What was found broken and made again since this object exists.
    used
        Entries that were asked for since then.

    Raises
    ------
    InputError
        WORKSPACE: a folder of something else, or a place that cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[Note] = []
        self.used: set[str] = set()
        self._refuse_others()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            (folder / MARKER).touch(mode=0o600)
        except OSError as fault:
            if no_space(fault):
                raise SpaceError("NO_SPACE", f"No space is left for {folder}.") from None
            message = f"{folder} cannot be used as workspace: {fault.strerror}; name another."
            raise InputError("WORKSPACE", message) from None
        self._sweep()

    def cached(self, entry: str, build: Callable[[Path], None]) -> Path:
        """
        The folder of an entry, built now if it is not there or not whole.

        Parameters
        ----------
        entry
            A value of `key`.
        build
            Writes the entry's files into the empty folder it is given.

        Returns
        -------
        folder
            Holds what `build` wrote; to be read, never changed.

        Raises
        ------
        BusyError
            Another process has been building the same entry for over a second.
        SpaceError
            The disk is full; no half entry is left.
        """
        place = self.folder / "entries" / entry
        self.used.add(entry)
        if _is_whole(place):
            return place
        with self._lock(entry):
            if _is_whole(place):  # built while we waited
                return place
            if place.exists():
                self.notes.append(
                    Note("RECOMPUTED", f"A damaged cache entry was made again: {entry[:12]}.")
                )
                shutil.rmtree(place)
            self._build(place, build)
        return place

    def _build(self, place: Path, build: Callable[[Path], None]) -> None:
        """Build under another name; what a killed run left there is in nobody's use."""
        temporary = place.with_name(f".{place.name}{HALF}")
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            temporary.mkdir(mode=0o700, parents=True)
            build(temporary)
            (temporary / CHECKSUMS).write_text(json.dumps(_checksums(temporary), sort_keys=True))
            sync_tree(temporary)
            temporary.rename(place)
            sync(place.parent)
        except BaseException as fault:
            shutil.rmtree(temporary, ignore_errors=True)
            if no_space(fault) and not isinstance(fault, SpaceError):
                message = f"No space is left in {self.folder}; free some and run again."
                raise SpaceError("NO_SPACE", message) from fault
            raise

    def drop(self, entry: str) -> None:
        """
        Erase an entry that nobody needs any more; one that is not there is no fault.

        Raises
        ------
        BusyError
            A run is building it.
        """
        with self._lock(entry):
            shutil.rmtree(self.folder / "entries" / entry, ignore_errors=True)

    def forget(self) -> int:
        """
        Erase the workspace, its folder included.

        Returns
        -------
        erased
            Bytes of the files that were erased.

        Raises
        ------
        BusyError
            A run is building an entry.
        """
        with self._lock(*sorted(lock.name for lock in (self.folder / "locks").glob("*"))):
            files = [path for path in self.folder.rglob("*") if path.is_file()]
            erased = sum(path.stat().st_size for path in files if path.parent.name != "locks")
            shutil.rmtree(self.folder.resolve())
            if self.folder.is_symlink():
                self.folder.unlink()
        return erased

    def _sweep(self) -> None:
        """Erase what killed builders left, which holds voters; who lives holds its lock."""
        for left in (self.folder / "entries").glob(f".*{HALF}"):
            entry = left.name.removeprefix(".").removesuffix(HALF)
            with suppress(Held, OSError), held([self.folder / "locks" / entry]):
                shutil.rmtree(left, ignore_errors=True)

    def _refuse_others(self) -> None:
        if not self.folder.exists():
            return
        if not self.folder.is_dir() or (
            any(self.folder.iterdir()) and not is_workspace(self.folder)
        ):
            message = f"{self.folder} is no workspace but holds other files; name another folder."
            raise InputError("WORKSPACE", message)

    @contextmanager
    def _lock(self, *entries: str) -> Iterator[None]:
        """Hold the locks of entries; who dies holds nothing."""
        locks = self.folder / "locks"
        locks.mkdir(mode=0o700, exist_ok=True)
        with ExitStack() as stack:
            for left in reversed(range(WAITS + 1)):
                try:
                    stack.enter_context(held([locks / entry for entry in entries]))
                    break
                except Held as other:
                    if not left:
                        message = (
                            f"The same files are being prepared in {self.folder} by {other.who}; "
                            "wait until it has finished."
                        )
                        raise BusyError("BUSY", message) from None
                    time.sleep(WAIT_SECONDS)
            yield


def _checksums(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    return {str(path.relative_to(folder)): _digest(path) for path in files}


def _is_whole(place: Path) -> bool:
    """Whether an entry is there and every file in it is as it was written."""
    try:
        noted = json.loads((place / CHECKSUMS).read_text())
        return bool(noted == _checksums(place))
    except (OSError, ValueError):
        return False
