"""The gazetteer: all addresses of a place by street and number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyproj

from geodata.addresses.addresses import split_addresses
from geodata.addresses.streetnames import normal_street
from geodata.geocoding.blocks import no_ranges
from geodata.geocoding.names import Names, Reading, reading
from geodata.geocoding.ranges import whole_numbers
from geodata.geocoding.sites import sites_of
from geodata.geocoding.source import AddressSource, no_points
from geodata.geocoding.towns import five_figures, normal_city
from geodata.notes import Counts, accounted, together
from geodata.storage.tables import write_parquet

VERSION: Final = 3
"""Version of how sources become a gazetteer."""
METHODS: Final = ("points", "osm", "range")
"""Kinds of source in the order in which they are asked."""

_HUNDRED: Final = 100


@dataclass(frozen=True)
class Gazetteer:
    """
    All addresses of a place.

    Parameters
    ----------
    streets
        `directions`, `core`, `suffix` (a reading), `name` (a normal form of it); distinct and
        sorted. The position is the street's number.
    sites
        `street` (number), `name` (normal form its source writes), `number` (text), `zip` (five
        figures or blank), `city` (as `normal_city`), `x`, `y` (metres), `method` (position in
        `METHODS`); sorted by street, number, method.
    units
        `site` (position), `unit` (as `normal_unit`), `x`, `y`.
    ranges
        `street` (number), `name`, `low`, `high`, `side`, `city`, `zip`, `geometry`, in the job's
        CRS.
    counts
        What became of the rows of each file.
    """

    streets: pd.DataFrame
    sites: pd.DataFrame
    units: pd.DataFrame
    ranges: gpd.GeoDataFrame
    counts: Counts = field(default_factory=dict)

    @cached_property
    def names(self) -> Names:
        """The streets by their readings."""
        parts = (self.streets[name] for name in ("directions", "core", "suffix"))
        return Names([Reading(*one) for one in zip(*parts, strict=True)])

    @cached_property
    def numbers(self) -> frozenset[tuple[int, str]]:
        """Street and number of every site."""
        return frozenset(zip(self.sites["street"].tolist(), self.sites["number"], strict=True))

    @cached_property
    def blocks(self) -> dict[tuple[int, int], frozenset[str]]:
        """Street and hundred of every site and range -> the ZIPs there."""
        number = whole_numbers(self.sites["number"])
        sites = pd.DataFrame(
            {"street": self.sites["street"], "block": number // _HUNDRED, "zip": self.sites["zip"]}
        )
        ends = [
            pd.DataFrame(
                {
                    "street": self.ranges["street"],
                    "block": self.ranges[end] // _HUNDRED,
                    "zip": self.ranges["zip"],
                }
            )
            for end in ("low", "high")
        ]
        found: dict[tuple[int, int], set[str]] = {}
        table = pd.concat([sites, *ends], ignore_index=True).drop_duplicates()
        for street, block, code in zip(*(table[name] for name in table), strict=True):
            found.setdefault((street, block), set()).add(code)
        return {block: frozenset(codes) for block, codes in found.items()}


def build_gazetteer(
    sources: Sequence[AddressSource], osm: gpd.GeoDataFrame | None, crs: pyproj.CRS
) -> Gazetteer:
    """
    Put the addresses of a place together.

    Parameters
    ----------
    sources
        Files of addresses, and of centrelines with ranges.
    osm
        Address points of OpenStreetMap, as in `geodata.schema.Streets`, in `crs`; None for none.
    crs
        Projected CRS of the job, metres.
    """
    tables = [_split(source.points.assign(method=0)) for source in sources]
    counts = together(*map(_counted, sources, tables))
    tables.append(_split(no_points().assign(method=1) if osm is None else _from_osm(osm)))
    points = pd.concat(tables, ignore_index=True)
    ranges = pd.concat([no_ranges(crs), *(source.ranges for source in sources)], ignore_index=True)
    points["name"], ranges["name"] = points["street"], _normal(ranges["street"])
    streets, number = _streets([*points["name"].unique(), *ranges["name"].unique()])
    for table in (points, ranges):
        table["street"] = table["name"].map(number).astype("int64")
    ranges["zip"], ranges["city"] = five_figures(ranges["zip"]), normal_city(ranges["city"])
    sites, units = sites_of(points)
    shapes = gpd.GeoDataFrame(ranges, geometry="geometry", crs=crs)
    return Gazetteer(streets, sites, units, shapes, counts)


def save_gazetteer(gazetteer: Gazetteer, folder: Path) -> None:
    """Write a gazetteer into an empty folder."""
    for name in ("streets", "sites", "units", "ranges"):
        write_parquet(getattr(gazetteer, name), folder / f"{name}.parquet")
    (folder / _COUNTS).write_text(json.dumps(gazetteer.counts), encoding="utf-8")


def load_gazetteer(folder: Path) -> Gazetteer:
    """Read what `save_gazetteer` wrote."""
    plain = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _PLAIN}
    ranges = gpd.read_parquet(folder / "ranges.parquet")
    counts = json.loads((folder / _COUNTS).read_text("utf-8"))
    return Gazetteer(**plain, ranges=ranges, counts=counts)


_PLAIN: Final = ("streets", "sites", "units")
_COUNTS: Final = "counts.json"


def _counted(source: AddressSource, numbered: pd.DataFrame) -> Counts:
    """What became of a file's rows; of its points only those with a number are used."""
    if not source.file:
        return {}
    rows, *lost = source.fates.values()
    without = len(source.points) - len(numbered)
    told = source.fates | accounted(rows, without_number=without, used=rows - sum(lost) - without)
    return {source.file: told}


def _normal(streets: "pd.Series[str]") -> "pd.Series[str]":
    normal = {street: normal_street(street) for street in streets.unique().tolist()}
    return streets.map(normal).astype("str")


def _from_osm(osm: gpd.GeoDataFrame) -> pd.DataFrame:
    """Address points of OpenStreetMap as a table of points."""
    texts = osm[["number", "street", "unit", "city", "zip"]]
    number = texts["number"].str.replace(r"^\s*(\d+)\s+([A-Za-z])\s*$", r"\1\2", regex=True)
    address = (number + " " + texts["street"]).where(texts["street"] != "", "").astype("str")
    table = texts[["unit", "city", "zip"]].assign(address=address)
    table["x"], table["y"] = osm.geometry.x.to_numpy(), osm.geometry.y.to_numpy()
    return pd.DataFrame(table.assign(method=1))


def _split(points: pd.DataFrame) -> pd.DataFrame:
    """Points with their addresses taken apart; those without number or street are left out."""
    parts = split_addresses(points["address"], points["unit"])
    table = parts[["number", "street", "unit"]].assign(
        zip=five_figures(points["zip"]),
        city=normal_city(points["city"]),
        **{name: points[name].to_numpy() for name in ("x", "y", "method")},
    )
    # number 0 stands for lots without an address
    usable = (~table["number"].isin(["", "0"]) & (table["street"] != "")).to_numpy()
    return table.loc[usable]


def _streets(normal: Sequence[str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Streets by their readings, and the number of each normal form."""
    forms: dict[Reading, list[str]] = {}
    for name in sorted(set(normal)):
        forms.setdefault(reading(name), []).append(name)
    order = sorted(forms)
    number = {name: place for place, one in enumerate(order) for name in forms[one]}
    table = pd.DataFrame(order, columns=["directions", "core", "suffix"], dtype="str")
    return table.assign(name=pd.array([forms[one][0] for one in order], dtype="str")), number
