"""Archives that strangers made: checked before anything is unpacked, then one layer taken out."""

import gzip
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from geodata.errors import InputError

MAX_ENTRIES: Final = 1_000
MAX_BYTES: Final = 2 * 2**30
MAX_RATIO: Final = 100

LAYER_SUFFIXES: Final = (".shp", ".gpkg", ".geojson", ".parquet", ".kml")
"""What counts as a layer inside a zip archive."""

SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")

_CHUNK: Final = 1 << 20


def unpack_layer(path: Path, folder: Path) -> Path:
    """
    Take the one layer of a zip archive out into an empty folder.

    Parameters
    ----------
    path
        Zip archive. Folders in it, ``__MACOSX`` and the case of names do not matter.
    folder
        Where the parts are written, as ``layer.shp`` and so on, whatever the archive calls them.

    Returns
    -------
    layer
        The layer's main file in `folder`.

    Raises
    ------
    InputError
        ARCHIVE for an archive that is unsafe, damaged or without a layer; AMBIGUOUS_LAYER for
        more than one. Nothing has been written then, except by a damaged one to `folder`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_size(path, entries)
            for entry in entries:
                _check_entry(path, entry)
            parts = _parts(path, entries)
            for suffix, entry in parts.items():
                with archive.open(entry) as source, (folder / f"layer{suffix}").open("wb") as out:
                    while chunk := source.read(_CHUNK):
                        out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as fault:
        message = f"{path.name} is a damaged or unusual zip archive ({fault}); get it anew."
        raise InputError("ARCHIVE", message) from None
    return folder / f"layer{next(iter(parts))}"


def _check_size(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    packed, total = path.stat().st_size, sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        _refuse(path, f"it has {len(entries):,} entries, more than {MAX_ENTRIES:,}")
    if total > MAX_BYTES:
        _refuse(path, f"it would unpack to {total / 2**30:.1f} GiB, more than 2")
    if total > MAX_RATIO * packed:
        _refuse(path, f"it would unpack to {total / packed:.0f} times its size")


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    shown = ascii(entry.filename)
    if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/"):
        _refuse(path, f"its entry {shown} points outside the archive")
    if stat.S_ISLNK(entry.external_attr >> 16):
        _refuse(path, f"its entry {shown} is a link")
    if entry.flag_bits & 0x1:
        _refuse(path, f"its entry {shown} needs a password")


def _refuse(path: Path, why: str) -> None:
    message = f"{path.name} was not unpacked: {why}; pack one layer alone in a new archive."
    raise InputError("ARCHIVE", message)


def _parts(path: Path, entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The entries of the only layer by suffix, its main file first."""
    files: dict[tuple[str, str], zipfile.ZipInfo] = {}
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if not (entry.is_dir() or "__MACOSX" in name.parts or name.name.startswith(".")):
            files[str(name.with_suffix("")).lower(), name.suffix.lower()] = entry
    layers = sorted(key for key in files if key[1] in LAYER_SUFFIXES)
    if not layers:
        held = ", ".join(sorted(entry.filename for entry in files.values())[:5]) or "nothing"
        message = f"{path.name} holds no layer that is read here (it holds {held})."
        raise InputError("ARCHIVE", f"{message[:-1]}; pack a shapefile or GeoPackage.")
    if len(layers) > 1:
        names = ", ".join(files[key].filename for key in layers)
        message = f"{path.name} holds {len(layers)} layers ({names}); pack one of them alone."
        raise InputError("AMBIGUOUS_LAYER", message)
    stem, main = layers[0]
    wanted = SHAPEFILE_PARTS if main == ".shp" else (main,)
    return {suffix: files[stem, suffix] for suffix in wanted if (stem, suffix) in files}


def gunzip(path: Path, target: Path) -> Path:
    """
    Decompress a gzip file to `target` and return that.

    Raises
    ------
    InputError
        ARCHIVE if it grows beyond the limits; TRUNCATED if it ends early or is damaged.
    """
    most = min(MAX_BYTES, MAX_RATIO * path.stat().st_size)
    total = 0
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                total += len(chunk)
                if total > most:
                    _refuse(path, f"it unpacks to more than {most / 2**20:.0f} MiB")
                out.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        message = f"{path.name} ends too early or is damaged ({fault}); get it anew."
        raise InputError("TRUNCATED", message) from None
    return target
