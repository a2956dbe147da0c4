"""Write a county's three files so that the same county gives the same bytes."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyogrio
from pyproj import Transformer

from turfcutter.sample.sketch import FloatArray, IntArray

FEET_CRS: Final = "EPSG:2227"
"""State Plane, California zone 3, US survey feet."""

FEET_PER_M: Final = 3937 / 1200
"""By the definition of the US survey foot."""

NO_DATE: Final = "2026-01-01"
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Files that carry a date carry these, whatever the day."""


class OsmWays(NamedTuple):
    """
    Ways to write.

    Parameters
    ----------
    nodes
        0-based node numbers of all ways, one way after the other, shape (n_points,).
    sizes
        How many of them each way has, shape (n_ways,).
    tags
        Tags of each way.
    """

    nodes: IntArray
    sizes: IntArray
    tags: list[dict[str, str]]


def to_feet(ground: FloatArray) -> FloatArray:
    """State Plane feet of ground metres that count from the origin of `FEET_CRS`."""
    return np.round(ground * FEET_PER_M, 3)


def to_degrees(ground: FloatArray) -> FloatArray:
    """Longitude and latitude (7 decimals) of ground metres, shape (n, 2)."""
    transform = Transformer.from_crs(FEET_CRS, "EPSG:4269", always_xy=True)
    lon, lat = transform.transform(*(ground * FEET_PER_M).T)
    return np.round(np.column_stack([lon, lat]), 7)


def write_osm(
    path: Path,
    lonlat: FloatArray,
    node_tags: dict[int, dict[str, str]],
    ways: OsmWays,
    holes: Iterable[tuple[int, int]] = (),
) -> None:
    """
    Write an OSM file in PBF without times, users or versions.

    Parameters
    ----------
    path
        File to write; an existing one is replaced.
    lonlat
        Degrees of all nodes, shape (n_nodes, 2); ids count from 1 in this order.
    node_tags
        Tags by 0-based node number.
    ways
        Ways; ids count from 1 in order.
    holes
        0-based ways (outer, inner) that form a multipolygon; the outer one's tags move to it.
    """
    with TemporaryDirectory() as scratch:
        text = Path(scratch) / "all.opl"
        with text.open("w", encoding="utf-8") as opl:
            opl.writelines(_node_lines(lonlat, node_tags))
            opl.writelines(_way_lines(ways, list(holes)))
        _to_pbf(text, path)


def _to_pbf(opl: Path, path: Path) -> None:
    """
    Copy a file of osmium's line format to PBF.

    Merging with nothing is the one way to copy all objects without a Python object for each:
    ten times as fast as a writer that is handed them one by one.
    """
    header = osmium.io.Header()
    header.set("generator", "turfcutter sample: an invented place")
    path.unlink(missing_ok=True)
    reader = osmium.io.Reader(str(opl))
    writer = osmium.io.Writer(osmium.io.File(str(path), "pbf,add_metadata=false"), header)
    try:
        osmium.MergeInputReader().apply_to_reader(reader, writer)
    finally:
        writer.close()
        reader.close()


def _node_lines(lonlat: FloatArray, tags: dict[int, dict[str, str]]) -> Iterator[str]:
    for k, (lon, lat) in enumerate(lonlat.tolist()):
        yield f"n{k + 1}{_tags(tags[k]) if k in tags else ''} x{lon:.7f} y{lat:.7f}\n"


def _way_lines(ways: OsmWays, holes: list[tuple[int, int]]) -> Iterator[str]:
    """Ways, then the multipolygons of `holes`."""
    outer = {way for way, _ in holes}
    stops = np.cumsum(ways.sizes)
    refs = [f"n{ref}" for ref in (ways.nodes + 1).tolist()]
    bounds = zip((stops - ways.sizes).tolist(), stops.tolist(), strict=True)
    for k, (start, stop) in enumerate(bounds):
        tags = "" if k in outer else _tags(ways.tags[k])
        yield f"w{k + 1}{tags} N{','.join(refs[start:stop])}\n"
    for k, (first, second) in enumerate(holes):
        tags = _tags({"type": "multipolygon", **ways.tags[first]})
        yield f"r{k + 1}{tags} Mw{first + 1}@outer,w{second + 1}@inner\n"


_SPECIAL: Final = str.maketrans({mark: f"%{ord(mark):x}%" for mark in " ,=@%\t\r\n"})


def _tags(tags: dict[str, str]) -> str:
    """Tags as osmium's line format has them."""
    pairs = [f"{_escaped(key)}={_escaped(text)}" for key, text in tags.items()]
    return f" T{','.join(pairs)}" if pairs else ""


@lru_cache(1 << 16)
def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)


def write_shapefile_zip(path: Path, layer: gpd.GeoDataFrame) -> None:
    """
    Write a zipped shapefile with .prj and .cpg, named like the archive.

    Parameters
    ----------
    path
        Archive to write; an existing one is replaced.
    layer
        Polygons with a CRS; text is written as UTF-8.
    """
    with TemporaryDirectory() as scratch:
        base = Path(scratch) / f"{path.stem}.shp"
        pyogrio.write_dataframe(
            layer,
            base,
            driver="ESRI Shapefile",
            encoding="UTF-8",
            layer_options={"DBF_DATE_LAST_UPDATE": NO_DATE},
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(scratch).iterdir()):
                entry = zipfile.ZipInfo(part.name, ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, part.read_bytes())


def write_voter_csv(path: Path, table: pd.DataFrame, ragged: tuple[str, ...] = ()) -> None:
    """
    Write a voter file: comma-separated UTF-8, newline ends; missing values are empty.

    Parameters
    ----------
    path
        File to write.
    table
        Columns in file order; text or float64.
    ragged
        Fields of one further record with too few columns, put in the middle of the file.
    """
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    half = len(table) // 2
    with path.open("wb") as file:
        file.write((",".join(table.columns) + "\n").encode())
        for part in (arrow.slice(0, half), arrow.slice(half)):
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
            text = io.BytesIO()
            pyarrow.csv.write_csv(part, text, options)
            file.write(text.getbuffer())
            if ragged and part.num_rows == half:
                file.write((",".join(ragged) + "\n").encode())
                ragged = ()
