"""
KML, read as a stream of its own elements: nothing in it can make another file or host be asked.

A placemark becomes a row: its geometry, ``name``, and the values of its extended data. KML is
always in degrees, WGS 84.
"""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError

_CHUNK: Final = 1 << 20
_FEWEST_IN_RING: Final = 3
_VALUES: Final = ("Data", "SimpleData")


def read_kml(path: Path, name: str) -> gpd.GeoDataFrame:
    """
    The placemarks of a KML file.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.

    Raises
    ------
    InputError
        TYPE for what is no KML or declares a document type; TRUNCATED where it ends too early.
    """
    found = _Placemarks(name)
    parser = ET.XMLParser(target=found)  # noqa: S314 - document types are refused: no entities
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
        parser.close()
    except ET.ParseError as fault:
        if "no element found" in str(fault) or "unclosed" in str(fault):
            raise InputError("TRUNCATED", f"{name} ends too early; get it anew.") from None
        raise InputError("TYPE", f"{name} is no sound KML ({fault}); export it anew.") from None
    return gpd.GeoDataFrame(found.rows, geometry=found.shapes, crs="OGC:CRS84")


class _Placemarks:
    """What the parser tells of, in the order of the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: list[dict[str, str]] = []
        self.shapes: list[BaseGeometry | None] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.key = ""
        self.rings: list[shapely.LinearRing] = []
        self.parts: list[BaseGeometry] = []

    def doctype(self, *_: str | None) -> None:
        """Refuse a document type: it may define entities that grow or refer elsewhere."""
        message = f"{self.file} declares a document type, which KML has none; export it anew."
        raise InputError("TYPE", message)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        tag = tag.rpartition("}")[2]
        self.open.append(tag)
        self.text = []
        if tag == "Placemark":
            self.rows.append({})
            self.parts = []
        elif tag == "Polygon":
            self.rings = []
        elif tag in _VALUES:
            self.key = attributes.get("name", "")

    def data(self, text: str) -> None:
        """Take text."""
        self.text.append(text)

    def end(self, tag: str) -> None:
        """End an element and keep what it said."""
        tag, text = tag.rpartition("}")[2], "".join(self.text).strip()
        self.open.pop()
        above = self.open[-1] if self.open else ""
        if "Placemark" not in (tag, *self.open):
            return
        if tag == "Placemark":
            parts = [part for part in self.parts if not part.is_empty]
            self.shapes.append(_joined(parts))
        elif tag == "name" and above == "Placemark":
            self.rows[-1]["name"] = text
        elif (tag == "value" and above == "Data") or tag == "SimpleData":
            self.rows[-1][self.key or "value"] = text
        elif tag == "coordinates":
            self._coordinates(_numbers(text, self.file), above)
        elif tag == "Polygon":
            shell, *holes = self.rings or [shapely.LinearRing()]
            self.parts.append(shapely.Polygon(shell, holes))
        self.text = []

    def _coordinates(self, xy: NDArray[np.float64], above: str) -> None:
        if above == "LinearRing" and "Polygon" in self.open:
            if len(xy) >= _FEWEST_IN_RING:
                self.rings.append(shapely.LinearRing(xy))
        elif above == "Point" and len(xy):
            self.parts.append(shapely.Point(xy[0]))
        elif len(xy) > 1:
            self.parts.append(shapely.LineString(xy))


def _joined(parts: list[BaseGeometry]) -> BaseGeometry | None:
    """One geometry of a placemark's parts; polygons stay polygons only."""
    if len(parts) <= 1:
        return parts[0] if parts else None
    areas = [part for part in parts if isinstance(part, shapely.Polygon)]
    if len(areas) == len(parts):
        return shapely.MultiPolygon(areas)
    lines = [part for part in parts if isinstance(part, shapely.LineString)]
    if len(lines) == len(parts):
        return shapely.MultiLineString(lines)
    return shapely.GeometryCollection(parts)


def _numbers(text: str, file: str) -> NDArray[np.float64]:
    """Longitude and latitude of ``lon,lat,height lon,lat,height``, shape (n, 2)."""
    try:
        points = [point.split(",")[:2] for point in text.split()]
        return np.array(points, np.float64).reshape(-1, 2)
    except ValueError:
        message = f"{file} holds coordinates that are no numbers; export it anew."
        raise InputError("COORD_RANGE", message) from None
