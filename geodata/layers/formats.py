"""
Formats of vector layers: each is told by its content and read by one driver.

GDAL opens what it recognises, whatever the file is called; some formats make it open further files
or addresses. So the kind is told here, by content, and GDAL is asked for that one driver only.
"""

import json
import mmap
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.errors import InputError
from geodata.layers import shapefiles
from geodata.layers.archives import SHAPEFILE_PARTS, gunzip, unpack_layer
from geodata.layers.kml import read_kml
from geodata.notes import Note

READ_HERE: Final = "(zipped) shapefile, GeoPackage, GeoJSON(.gz), KML or GeoParquet"

_KINDS: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (shapefiles.MAGIC, "shapefile"),
    (b"SQLite format 3\x00", "geopackage"),
    (b"PAR1", "parquet"),
)
_HEAD_BYTES: Final = 512

_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Source:
    """
    What is being read.

    Parameters
    ----------
    name
        What messages call it.
    scratch
        Room for copies.
    restore_shx
        Whether a shapefile's missing .shx part may be made anew.
    notes
        List to which remarks are added.
    """

    name: str
    scratch: Path
    restore_shx: bool
    notes: list[Note]


def read_format(path: Path, source: Source) -> pd.DataFrame:
    """
    The rows of a file of any kind that is read here, as its driver gives them.

    Raises
    ------
    InputError
        TYPE, EMPTY, ARCHIVE, AMBIGUOUS_LAYER, NO_SHX, NO_ATTRIBUTES, TRUNCATED or ENCODING; of
        damaged files whatever the driver raises.
    """
    return _read(path, _kind(path, source.name), source)


def _kind(path: Path, name: str) -> str:
    """Kind of a file by its first bytes."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise InputError("EMPTY", f"{name} is empty; get it anew.")
    if path.suffix.lower() in set(SHAPEFILE_PARTS) - {".shp"}:
        message = f"{name} is only a part of a shapefile; name the .shp file that lies beside it."
        raise InputError("TYPE", message)
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return kind
    start = head.removeprefix(_BOM).lstrip()
    if start.startswith(b"{"):
        return "geojson"
    if start.startswith(b"<") and re.search(rb"<(\w+:)?kml[\s>]", start):
        return "kml"
    message = (
        f"{name} is not of a kind that is read here; give a {READ_HERE}; streets may also be "
        ".osm.pbf or .osm(.gz)."
    )
    raise InputError("TYPE", message)


def _read(path: Path, kind: str, source: Source) -> pd.DataFrame:
    name = source.name
    if kind == "zip":
        return _read_unpacked(unpack_layer(path, source.scratch), source)
    if kind == "gzip":
        return _read_unpacked(gunzip(path, source.scratch / "layer.geojson"), source)
    if kind == "shapefile":
        frame: pd.DataFrame = shapefiles.read_shapefile(
            path, source.scratch, name, restore_shx=source.restore_shx, notes=source.notes
        )
        return frame
    return _READERS[kind](path, name)


_UNPACKED: Final = {".shp": "shapefile", ".gpkg": "geopackage"}


def _read_unpacked(layer: Path, source: Source) -> pd.DataFrame:
    """Read what came out of an archive; it must be what it is called there."""
    kind = _kind(layer, source.name)
    expected = _UNPACKED.get(layer.suffix, layer.suffix.removeprefix("."))
    if kind != expected:
        message = f"{source.name} holds a file called {layer.suffix} that is none"
        raise InputError("TYPE", f"{message}; give a {READ_HERE}.")
    return _read(layer, kind, source)


def _read_geojson(path: Path, name: str) -> pd.DataFrame:
    if not _tail(path, _HEAD_BYTES).rstrip().endswith(b"}"):
        message = f"{name} ends too early: GeoJSON ends with a closing brace; get it anew."
        raise InputError("TRUNCATED", message)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if re.search(rb'"exceededTransferLimit"\s*:\s*true', content):
            message = f"{name} holds only as many features as its server sends at once"
            raise InputError("TRUNCATED", f"{message}; fetch it in parts, or as a shapefile.")
        _refuse_links(content, name)
    frame: pd.DataFrame = pyogrio.read_dataframe(f"GeoJSON:{path}", on_invalid="fix")
    return frame


def _tail(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        file.seek(-min(count, path.stat().st_size), os.SEEK_END)
        return file.read()


def _refuse_links(content: mmap.mmap, name: str) -> None:
    """
    Refuse GeoJSON that refers to a coordinate system elsewhere: GDAL would go and fetch it.

    Strict parsing costs a second for 100 MB, so it is done only where such a member can be.
    """
    if not re.search(rb"(?i)crs|\\u", content):
        return
    text = content[:].removeprefix(_BOM)

    def check(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, value in pairs:
            if key.lower() == "crs" and isinstance(value, dict):
                kind = str({k.lower(): v for k, v in value.items()}.get("type", "")).lower()
                if kind in {"link", "url"}:
                    message = f"{name} refers to a coordinate system on the network"
                    raise InputError("TYPE", f"{message}; remove its crs member and use --crs.")
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=check)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as fault:
        message = f"{name} is not valid GeoJSON ({fault}); get it anew."
        raise InputError("TYPE", message) from None


def _read_geopackage(path: Path, name: str) -> pd.DataFrame:
    with path.open("rb") as file:
        header = file.read(100)
    page = int.from_bytes(header[16:18], "big")
    expected = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    if path.stat().st_size < expected:
        message = f"{name} ends too early: {path.stat().st_size:,} of {expected:,} bytes are there"
        raise InputError("TRUNCATED", f"{message}; get it anew.")
    layers = _geopackage_layers(path, name)
    if not layers:
        raise InputError("EMPTY", f"{name} holds no layer with geometry; give another file.")
    if len(layers) > 1:
        message = f"{name} holds {len(layers)} layers ({', '.join(layers)})"
        raise InputError("AMBIGUOUS_LAYER", f"{message}; export one of them to its own file.")
    frame: pd.DataFrame
    frame = pyogrio.read_dataframe(f"GPKG:{path}", layer=layers[0], on_invalid="fix")
    return frame


def _geopackage_layers(path: Path, name: str) -> list[str]:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        virtual = database.execute(
            "SELECT count(*) FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'"
            " AND sql NOT LIKE '% USING rtree%'"
        ).fetchone()[0]
        rows = database.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY 1"
        ).fetchall()
    if virtual:
        message = f"{name} holds virtual tables, which may open other files; export it anew."
        raise InputError("TYPE", message)
    return [str(row[0]) for row in rows]


def _read_parquet(path: Path, name: str) -> pd.DataFrame:
    if _tail(path, 4) != b"PAR1":
        raise InputError("TRUNCATED", f"{name} ends too early; get it anew.")
    frame: pd.DataFrame = gpd.read_parquet(path)
    return frame


_READERS: Final[dict[str, Callable[[Path, str], pd.DataFrame]]] = {
    "geopackage": _read_geopackage,
    "geojson": _read_geojson,
    "parquet": _read_parquet,
    "kml": read_kml,
}
