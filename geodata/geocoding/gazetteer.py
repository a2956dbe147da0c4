"""
The gazetteer: all addresses of a place by street and number.

A *site* is one address on the ground: a number of a street, with all its units, within `SITE_M`.
The same number and street farther apart are several sites, told by ZIP or city or not at all.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.addresses.addresses import split_addresses
from geodata.addresses.streetnames import normal_street
from geodata.geocoding.names import Names, Reading, reading
from geodata.geocoding.source import AddressSource, no_points, no_ranges
from geodata.geocoding.towns import five_figures, normal_city
from geodata.notes import Counts, accounted, together
from geodata.storage.tables import write_parquet

VERSION: Final = 3
"""Version of how sources become a gazetteer."""
METHODS: Final = ("points", "osm", "range")
"""Kinds of source in the order in which they are asked."""
SITE_M: Final = 250.0
"""Points of one address are not farther apart."""

_BEYOND_M: Final = 4 * SITE_M
_MOST_NUMBERS: Final = 50
_MOST_UNITS: Final = 200
_HUNDRED: Final = 100
_RANGE: Final = re.compile("([0-9]+)-([0-9]+)")
_LETTERS: Final = re.compile("([A-Z])-([A-Z])")
_APART: Final = re.compile("[;&,]")


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
        number = _leading(self.sites["number"])
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
    sites, units = _sites(_numbered(points))
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


def _numbered(points: pd.DataFrame) -> pd.DataFrame:
    """A row for each number of a point: lists and ranges of numbers are written out."""
    codes, texts = pd.factorize(points["number"])
    written = [numbers_of(text) for text in texts]
    size = np.array([len(one) for one in written], np.int64)
    row = np.repeat(np.arange(len(points)), size[codes])
    table = points.iloc[row].reset_index(drop=True)
    pairs = [pair for code in codes.tolist() for pair in written[code]]
    table["number"] = pd.array([number for number, _ in pairs], dtype="str")
    table["own"] = np.array([own for _, own in pairs], bool)
    # a number that a range merely spans gives way to the same number given by itself
    given = table.groupby(["method", "street", "number"])["own"].transform("max")
    return table[table["own"] | ~given].reset_index(drop=True)


def numbers_of(text: str) -> list[tuple[str, bool]]:
    """House numbers that a list or range holds, and whether each is named rather than spanned."""
    found = {text: True}
    for part in _APART.split(text):
        found[part] = True
        if ends := _RANGE.fullmatch(part):
            low, high = int(ends[1]), int(ends[2])
            found |= {ends[1]: True, ends[2]: True} if low < high else {}
            step = 2 if (high - low) % 2 == 0 else 1
            if 0 < high - low <= _MOST_NUMBERS * step:
                found |= {
                    str(n): False for n in range(low + step, high, step) if str(n) not in found
                }
    return list(found.items())


def units_of(text: str) -> list[str]:
    """Units that a list or range holds: ``1-4`` is 1, 2, 3, 4; ``A;B`` is A, B."""
    found = [text]
    for part in re.split("[;&,/ ]", text):
        numbers, letters = _RANGE.fullmatch(part), _LETTERS.fullmatch(part)
        found.append(part)
        if numbers:
            low, high = int(numbers[1]), int(numbers[2])
            found += map(str, range(low, min(high, low + _MOST_UNITS) + 1))
        elif letters:
            found += map(chr, range(ord(letters[1]), ord(letters[2]) + 1))
    return list(dict.fromkeys(one for one in found if one))


def _sites(points: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sites and their units."""
    by = ["street", "number", "method"]
    points = points.sort_values([*by, "zip", "city", "unit", "x", "y"], kind="stable")
    points = points.drop_duplicates([*by, "zip", "city", "unit", "x", "y"]).reset_index(drop=True)
    group = points.groupby(by, sort=True).ngroup().to_numpy()
    cluster = _clusters(points[["x", "y"]].to_numpy(), group)
    points["site"] = _ranked(group, cluster)
    xy = points.groupby("site")[["x", "y"]].transform("median")
    far = np.hypot(*(points[["x", "y"]].to_numpy() - xy.to_numpy()).T)
    middle = points.iloc[np.lexsort((np.arange(len(points)), far, points["site"].to_numpy()))]
    sites = middle.drop_duplicates("site")[["street", "number", "x", "y", "method", "site"]]
    sites = sites.set_index("site").sort_index()
    for name in ("name", "zip", "city"):
        sites[name] = _usual(points, name).reindex(sites.index, fill_value="").astype("str")
    names = ["street", "name", "number", "zip", "city", "x", "y", "method"]
    return sites[names].reset_index(drop=True), _units(points)


def _clusters(xy: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Number of the cluster of points within a group, groups in order; a group is mostly one."""
    cluster = np.zeros(len(xy), np.int64)
    frame = pd.DataFrame(xy, columns=["x", "y"]).groupby(group)
    wide = ((frame.max() - frame.min()).max(axis=1) > SITE_M).to_numpy()
    rows = np.flatnonzero(wide[group])
    if len(rows):
        # groups lie one above the other, each beyond the others' reach
        layered = np.column_stack([xy[rows], group[rows] * _BEYOND_M])
        pairs = cKDTree(layered).query_pairs(SITE_M, output_type="ndarray")
        size = (len(rows), len(rows))
        graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=size)
        cluster[rows] = connected_components(graph, directed=False)[1]
    return cluster


def _ranked(group: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Pairs of group and cluster as running numbers, by group first."""
    most = int(cluster.max(initial=0)) + 1
    number: np.ndarray = np.unique(group.astype(np.int64) * most + cluster, return_inverse=True)[1]
    return number


def _usual(points: pd.DataFrame, name: str) -> "pd.Series[str]":
    """The value most points of a site have; of equals the first in order of text."""
    given = points[points[name] != ""]
    count = given.groupby(["site", name], as_index=False).size()
    count = count.sort_values(["site", "size", name], ascending=[True, False, True])
    usual: pd.Series[str] = count.drop_duplicates("site").set_index("site")[name]
    return usual


def _units(points: pd.DataFrame) -> pd.DataFrame:
    """Units of sites, lists and ranges written out; a unit named by itself wins."""
    table = points.loc[points["unit"] != "", ["site", "unit", "x", "y"]]
    codes, texts = pd.factorize(table["unit"])
    written = [units_of(text) for text in texts]
    size = np.array([len(one) for one in written], np.int64)
    units = table.iloc[np.repeat(np.arange(len(table)), size[codes])].reset_index(drop=True)
    whole = np.asarray(units["unit"], object)
    texts_out = [one for code in codes.tolist() for one in written[code]]
    units["unit"] = pd.array(texts_out, dtype="str")
    units["part"] = whole != np.array(texts_out, object)
    units = units.sort_values(["site", "unit", "part", "x", "y"], kind="stable")
    units = units.drop_duplicates(["site", "unit"])
    return units[["site", "unit", "x", "y"]].reset_index(drop=True)


def _leading(numbers: "pd.Series[str]") -> "pd.Series[int]":
    """The first figures of house numbers; 0 where there are none."""
    leading: pd.Series[str] = numbers.str.extract("^([0-9]{1,9})", expand=False)
    return leading.fillna("0").astype("int64")
