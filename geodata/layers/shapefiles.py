"""Shapefiles: are all parts there and whole, and in which encoding are their attributes."""

import codecs
import shutil
import struct
from collections.abc import Collection
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.errors import InputError
from geodata.layers.archives import SHAPEFILE_PARTS
from geodata.notes import Note, counted

MAGIC: Final = b"\x00\x00\x27\x0a"
_HEADER_BYTES: Final = 100
_SHX_RECORD_BYTES: Final = 8


def read_shapefile(
    path: Path, folder: Path, name: str, *, restore_shx: bool, notes: list[Note]
) -> gpd.GeoDataFrame:
    """
    Read a shapefile whose parts lie beside each other.

    Parameters
    ----------
    path
        The ``.shp`` part; the suffixes of the others may differ in case.
    folder
        Empty scratch folder; parts with unusual names are copied there, since GDAL would miss them.
    name
        What messages call the file.
    restore_shx
        Whether a missing .shx part may be made anew, in `folder`.
    notes
        List to which remarks are added: the encoding, where it is not UTF-8; a restored part;
        deleted rows.

    Raises
    ------
    InputError
        NO_SHX, NO_ATTRIBUTES, TRUNCATED or ENCODING.
    """
    parts = _parts(path)
    if ".shx" not in parts and restore_shx:
        parts[".shx"] = folder / "restored.shx"
        count = _restore_index(path, parts[".shx"], name)
        sentence = f"The .shx part of {name} was made anew; deleted shapes "
        notes.append(Note("RESTORED", sentence + "may be among them.", count))
    _check_parts(parts, name)
    shapes = _check_shapes(parts[".shp"], parts[".shx"], name)
    _check_rows(parts[".dbf"], shapes, name)
    if ".prj" in parts and not _names_crs(parts[".prj"]):
        del parts[".prj"]
        path = parts[".shp"] = shutil.copyfile(path, folder / "unlabelled.shp")
    if any(part != path.with_suffix(suffix) for suffix, part in parts.items()):
        for suffix, part in parts.items():
            shutil.copyfile(part, folder / f"plain{suffix}")
        path = folder / "plain.shp"
    for encoding in _encodings(parts.get(".cpg")):
        try:
            frame = pyogrio.read_dataframe(path, encoding=encoding, on_invalid="fix")
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8":
            notes.append(Note("ENCODING", f"The text in {name} was read as {encoding}.", 1))
        if len(frame) < shapes:
            deleted = counted(shapes - len(frame), "row")
            sentence = f"Left out as deleted in the .dbf part of {name}: {deleted}."
            notes.append(Note("DELETED", sentence, shapes - len(frame)))
        return frame
    message = f"The text in {name} is in no known encoding; add a .cpg file that names it."
    raise InputError("ENCODING", message)


def _check_parts(parts: Collection[str], name: str) -> None:
    """Refuse a shapefile without its index or its attributes."""
    if ".shx" not in parts:
        advice = "copy the .shx that belongs to it beside it, or use --restore-shx"
        raise InputError("NO_SHX", f"{name} lacks its .shx part; {advice}.")
    if ".dbf" not in parts:
        advice = "copy the .dbf that belongs to it beside it, it holds the precinct codes"
        raise InputError("NO_ATTRIBUTES", f"{name} lacks its .dbf part; {advice}.")


def _names_crs(prj: Path) -> bool:
    """Whether a .prj part names a coordinate system; some libraries stumble over others."""
    try:
        CRS.from_user_input(prj.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, CRSError):
        return False
    return True


def _parts(path: Path) -> dict[str, Path]:
    """The parts of a shapefile by lower-case suffix; an exact name wins over another case."""
    found: dict[str, Path] = {}
    for part in sorted(path.parent.iterdir()):
        suffix = part.suffix.lower()
        same = part.stem.lower() == path.stem.lower() and suffix in SHAPEFILE_PARTS
        if same and (suffix not in found or part.stem == path.stem):
            found[suffix] = part
    return {**found, ".shp": path}


def _restore_index(shp: Path, shx: Path, name: str) -> int:
    """Write the index of a .shp part by walking through it; returns the number of shapes."""
    data = shp.read_bytes()
    records, at = [], _HEADER_BYTES
    while at + _SHX_RECORD_BYTES <= len(data):
        words = struct.unpack(">I", data[at + 4 : at + 8])[0]
        records.append((at // 2, words))
        at += _SHX_RECORD_BYTES + 2 * words
    if at != len(data):
        message = f"{name} ends too early or is damaged after {len(records):,} shapes; get it anew."
        raise InputError("TRUNCATED", message)
    length = (_HEADER_BYTES + _SHX_RECORD_BYTES * len(records)) // 2
    head = data[:24] + struct.pack(">I", length) + data[28:_HEADER_BYTES]
    shx.write_bytes(head + np.array(records, ">u4").tobytes())
    return len(records)


def _check_shapes(shp: Path, shx: Path, name: str) -> int:
    """Number of shapes, after checking that none lies beyond the end of the file."""
    index = shx.read_bytes()
    size = shp.stat().st_size
    with shp.open("rb") as header:
        words = struct.unpack(">I", header.read(_HEADER_BYTES)[24:28].ljust(4, b"\0"))[0]
    count = max(len(index) - _HEADER_BYTES, 0) // _SHX_RECORD_BYTES
    whole = index[_HEADER_BYTES : _HEADER_BYTES + count * _SHX_RECORD_BYTES]
    records = np.frombuffer(whole, ">u4").reshape(-1, 2).astype(np.int64) * 2
    lost = int((records.sum(axis=1) + _SHX_RECORD_BYTES > size).sum())
    if lost or size < words * 2:
        raise InputError(
            "TRUNCATED",
            f"{name} ends too early: {size:,} of {words * 2:,} bytes are there and {lost:,} of "
            f"{count:,} shapes are lost; get it anew.",
        )
    expected = struct.unpack(">I", index[24:28].ljust(4, b"\0"))[0] * 2
    if len(index) < max(expected, _HEADER_BYTES):
        message = f"The .shx part of {name} ends too early: {len(index):,} of {expected:,} bytes"
        raise InputError("TRUNCATED", f"{message} are there; get it anew.")
    return count


def _check_rows(dbf: Path, shapes: int, name: str) -> None:
    """Check that the attribute table is whole and has a row for each shape."""
    with dbf.open("rb") as file:
        header = file.read(32)
    if len(header) < 32:  # noqa: PLR2004 - the fixed header of a dBASE file
        raise InputError("TRUNCATED", f"The .dbf part of {name} ends too early; get it anew.")
    rows, start, width = struct.unpack("<IHH", header[4:12])
    size = dbf.stat().st_size
    if size < start + rows * width:
        held = max(size - start, 0) // max(width, 1)
        message = f"The .dbf part of {name} ends too early: {held:,} of {rows:,} rows are there"
        raise InputError("TRUNCATED", f"{message}; get it anew.")
    if rows != shapes:
        message = f"{name} has {shapes:,} shapes, but its .dbf part has {rows:,} rows"
        raise InputError("TRUNCATED", f"{message}: they do not belong together; get it anew.")


def _encodings(cpg: Path | None) -> list[str]:
    """
    Encodings to try, in order.

    Text that decodes as UTF-8 is UTF-8, whatever the .cpg claims; only then is the claim believed.
    """
    claimed = cpg.read_text(encoding="ascii", errors="replace").strip() if cpg else ""
    claimed = f"cp{claimed}" if claimed.isdigit() else claimed.replace("ANSI ", "cp")
    try:
        known = [codecs.lookup(claimed).name] if claimed else []
    except LookupError:
        known = []
    return list(dict.fromkeys(["utf-8", *known, "cp1252", "latin-1"]))
