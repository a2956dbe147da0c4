"""What is written of all counties together: an index of turfs, the ledger, the report."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.storage.geopackage import write_geopackage
from geodata.storage.tables import write_parquet
from turfcutter.batch.kept import whole_file, write_whole
from turfcutter.batch.ledger import LEDGER_CSV
from turfcutter.batch.report import Row, render_report
from turfcutter.drawing.shapes import valid_polygons
from turfcutter.exports import WGS84
from turfcutter.model import PLAN_TABLES

INDEX_GPKG, INDEX_PARQUET = "turfs.gpkg", "turfs.parquet"
LEDGER, REPORT = "ledger.csv", "report.html"


def write_statewide(
    out: Path, folders: Mapping[str, Path], rows: list[Row], told: Mapping[str, Any]
) -> None:
    """
    Write what stands above the counties; the same counties give the same bytes.

    Parameters
    ----------
    out
        Folder of the batch.
    folders
        County that is done -> its folder.
    rows
        Of the report, all counties.
    told
        County that is done -> what its `county.json` says.
    """
    index = turf_index(folders)
    if index.empty:
        for name in (INDEX_GPKG, INDEX_PARQUET):
            (out / name).unlink(missing_ok=True)
    else:
        with whole_file(out / INDEX_GPKG) as path:
            write_geopackage(path, {"turfs": index})
        with whole_file(out / INDEX_PARQUET) as path:
            write_parquet(index, path)
    write_whole(out / LEDGER, ledger_text(told).encode())
    write_whole(out / REPORT, render_report(rows, index).encode())


def turf_index(folders: Mapping[str, Path]) -> gpd.GeoDataFrame:
    """All turfs of some counties in WGS 84: `county`, then the columns of a plan's turfs."""
    tables = []
    for name, folder in folders.items():
        turfs = gpd.read_parquet(folder / "turfs.parquet").to_crs(WGS84)
        turfs = turfs.set_geometry(valid_polygons(turfs.geometry.to_numpy()), crs=WGS84)
        tables.append(turfs.assign(county=name))
    columns = ["county", *PLAN_TABLES["turfs"]]
    if not tables:
        return gpd.GeoDataFrame({name: [] for name in columns}, geometry="geometry", crs=WGS84)
    table = pd.concat(tables, ignore_index=True)[columns]
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84)


def ledger_text(told: Mapping[str, Any]) -> str:
    """The ledger of all counties that are done, as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, LEDGER_CSV, lineterminator="\n")
    writer.writeheader()
    for name, said in told.items():
        writer.writerows({"county": name, **line} for line in said["ledger"])
    return text.getvalue()
