"""Makers of small layers: a two by two town of precincts, and what breaks it."""

import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

WEST, SOUTH, SIDE = -121.90, 37.30, 0.01
"""The town lies in Santa Clara County; a precinct is about a kilometre wide."""
CODES = ("101", "102", "103", "104")


def squares() -> list[BaseGeometry]:
    """Four squares, two by two, from the south-west in rows; degrees."""
    return [
        shapely.box(
            WEST + SIDE * column,
            SOUTH + SIDE * row,
            WEST + SIDE * (column + 1),
            SOUTH + SIDE * (row + 1),
        )
        for row in range(2)
        for column in range(2)
    ]


def town(
    shapes: Iterable[BaseGeometry | None] | None = None,
    codes: Iterable[object] = CODES,
    crs: object = 4326,
    column: str = "PRECINCT",
) -> gpd.GeoDataFrame:
    """The four precincts, or others; with `crs` in another coordinate system."""
    shapes = squares() if shapes is None else list(shapes)
    frame = gpd.GeoDataFrame({column: list(codes)}, geometry=shapes, crs=4326)
    return frame.to_crs(crs)


def geojson(folder: Path, frame: gpd.GeoDataFrame | None = None, name: str = "p.geojson") -> Path:
    """A layer as GeoJSON, its numbers as they stand."""
    frame = town() if frame is None else frame
    (folder / name).write_text(frame.to_json(drop_id=True), encoding="utf-8")
    return folder / name


def geopackage(folder: Path, frame: gpd.GeoDataFrame | None = None) -> Path:
    """A layer as GeoPackage."""
    frame = town() if frame is None else frame
    pyogrio.write_dataframe(frame, folder / "p.gpkg", layer="p")
    return folder / "p.gpkg"


def shapefile(
    folder: Path,
    frame: gpd.GeoDataFrame | None = None,
    drop: str = "",
    edit: dict[str, Callable[[bytes], bytes]] | None = None,
    encoding: str = "UTF-8",
) -> Path:
    """A layer as plain shapefile, without some parts (``.prj .cpg``), others edited as bytes."""
    frame = town(crs=2227) if frame is None else frame
    pyogrio.write_dataframe(frame, folder / "p.shp", encoding=encoding)
    for suffix in drop.split():
        (folder / f"p{suffix}").unlink()
    for suffix, change in (edit or {}).items():
        part = folder / f"p{suffix}"
        part.write_bytes(change(part.read_bytes() if part.exists() else b""))
    return folder / "p.shp"


def parts(folder: Path, **how: object) -> dict[str, bytes]:
    """The parts of `shapefile` as bytes by suffix; the folder is left empty."""
    shapefile(folder, **how)
    found = {path.suffix: path.read_bytes() for path in folder.iterdir()}
    for path in list(folder.iterdir()):
        path.unlink()
    return found


def zipped(folder: Path, names: Callable[[str], str] = "p{}".format, **how: object) -> Path:
    """A zipped shapefile; `names` gives each suffix its name in the archive."""
    held = parts(folder, **how)
    with zipfile.ZipFile(folder / "p.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, data in held.items():
            archive.writestr(names(suffix), data)
    return folder / "p.zip"


def cut_off(share: float) -> Callable[[bytes], bytes]:
    """An edit that keeps the first share of the bytes."""
    return lambda data: data[: int(len(data) * share)]


def at(place: int, pattern: str, value: object) -> Callable[[bytes], bytes]:
    """An edit that writes a number over the bytes at a place."""

    def change(data: bytes) -> bytes:
        raw = struct.pack(pattern, value)
        return data[:place] + raw + data[place + len(raw) :]

    return change
