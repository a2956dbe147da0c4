"""
On which side of its street a geocoded address comes to lie, and how far from the truth.

Part of ``tests/benchmarks/geocode.py``. Two worlds:

* generated counties with their own centrelines (`turfcutter sample`): every voter with a house
  number is found by address ranges alone;
* San Francisco's centre: every real address is found by address points; and by ranges made of a
  random four fifths of the addresses along OpenStreetMap's streets, all five fifths asked.

The side is judged against the nearest line of the street that the address names.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.addresses.addresses import split_addresses
from geodata.addresses.streetnames import normal_street
from geodata.crs import project
from geodata.geocoding.gazetteer import build_gazetteer
from geodata.geocoding.match import match_addresses
from geodata.geocoding.source import AddressSource, no_points, read_source
from geodata.layers.layers import read_layer
from geodata.streets.streets import read_streets
from turfcutter.sample import make_county
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network

RURAL_M = 80.0
"""An address is rural where the next one is farther away."""


def side_of(xy, lines):
    """1 left, -1 right of each line, where it comes nearest."""
    along = shapely.line_locate_point(lines, shapely.points(xy))
    back = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(along - 1, 0)))
    end = np.minimum(along + 1, shapely.length(lines))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines, end))
    way, out = ahead - back, xy - back
    return np.sign(way[:, 0] * out[:, 1] - way[:, 1] * out[:, 0])


def nearest_named(xy, streets, lines, names):
    """For each point the nearest line of its street; -1 where there is none of that name."""
    found = np.full(len(xy), -1)
    rows = pd.Series(range(len(xy))).groupby(np.asarray(streets, object)).groups
    of_name = pd.Series(range(len(lines))).groupby(np.asarray(names, object)).groups
    for name in rows.keys() & of_name.keys():
        here, there = np.asarray(rows[name]), np.asarray(of_name[name])
        tree = shapely.STRtree(lines[there])
        found[here] = there[tree.nearest(shapely.points(xy[here]))]
    return found


def compared(truth_xy, found, streets, lines, names):
    """Figures of the rows that were found."""
    there = (found["method"] >= 0).to_numpy()
    line = nearest_named(truth_xy, streets, lines, names)
    usable = there & (line >= 0)
    xy = found[["x", "y"]].to_numpy()
    right = side_of(truth_xy[usable], lines[line[usable]]) == side_of(
        xy[usable], lines[line[usable]]
    )
    off = np.hypot(*(xy[usable] - truth_xy[usable]).T)
    return {
        "asked": len(found),
        "found": there.mean(),
        "side right": right.mean(),
        "metres off, median": np.median(off),
        "metres off, 99 of 100 within": np.quantile(off, 0.99),
    }


def generated(shape, seed, crs):
    """Ranges of one generated county: figures of all its addresses and of rural ones."""
    with TemporaryDirectory() as folder:
        county = make_county(Path(folder), voters=12_000, seed=seed, shape=shape)
        gazetteer = build_gazetteer([read_source(county.centrelines, crs)], None, crs)
        layer = read_layer(county.centrelines).to_crs(crs)
        table = pd.read_csv(county.voters, dtype=str, keep_default_na=False, on_bad_lines="skip")
    table = table[(table["lat"] != "") & (table["sHouseNum"] != "")]
    # strays far outside are blemishes of the file, not of the geocoder
    lat = table["lat"].astype(float)
    table = table[(lat - lat.median()).abs() < 1].reset_index(drop=True)
    parts = (table[name] for name in ("sHouseNum", "sPreDir", "szStreetName", "sStreetSuffix"))
    address = pd.Series([" ".join(filter(None, one)) for one in zip(*parts, strict=True)])
    voters = pd.DataFrame(
        {
            "address": address,
            "unit": table["sUnitAbbr"] + " " + table["sUnitNum"],
            "city": table["szSitusCity"],
            "zip": table["sSitusZip"],
        }
    )
    voters, at = voters.drop_duplicates(["address", "city"]), None
    rows = voters.index
    at = np.column_stack(
        project(table["lon"].astype(float)[rows], table["lat"].astype(float)[rows], crs)
    )
    streets = split_addresses(voters["address"], voters["unit"])["street"].tolist()
    found = match_addresses(voters, gazetteer)
    lines = np.asarray(layer.geometry.array, object)
    names = [normal_street(name) for name in layer["FULLNAME"]]
    near = shapely.STRtree(shapely.points(at))
    _, gap = near.query_nearest(shapely.points(at), exclusive=True, return_distance=True,
                                all_matches=False)  # fmt: skip
    rural = gap > RURAL_M
    yield f"generated county {shape}, ranges", compared(at, found, streets, lines, names)
    picked = [street for street, lone in zip(streets, rural, strict=True) if lone]
    yield (
        f"generated county {shape}, its rural addresses",
        compared(at[rural], found[rural], picked, lines, names),
    )


def san_francisco(data, truth, seed, crs):
    """Sides in San Francisco: by points, and by ranges made of four fifths of the addresses."""
    truth = truth.drop_duplicates(["asked", "street"]).reset_index(drop=True)
    network = build_network(read_streets(data / "sf-central" / "sf_central_20260204.osm.pbf", crs))
    names = [normal_street(name) for name in network.edges["name"]]
    at = truth[["x", "y"]].to_numpy()
    address = truth["asked"] + " " + truth["street"]
    voters = truth[["unit", "city", "zip"]].assign(address=address, unit="")
    parts = split_addresses(voters["address"], voters["unit"])
    streets = parts["street"].tolist()
    points = voters.assign(x=truth["x"], y=truth["y"])
    gazetteer = build_gazetteer([AddressSource(points, _ranges([], crs))], None, crs)
    found = match_addresses(voters, gazetteer)
    yield "San Francisco, points", compared(at, found, streets, network.lines, names)
    front = find_frontage(at, streets, network, names, 150.0)
    kept = np.random.default_rng(seed).random(len(truth)) < 0.8
    number = parts["number"].str.extract(r"^(\d+)", expand=False).astype(int).to_numpy()
    table = pd.DataFrame(
        {"edge": front.edge, "side": front.side, "along": front.along_dm, "number": number}
    )[kept & (front.edge >= 0)]
    rows = []
    for (edge, side), group in table.groupby(["edge", "side"]):
        low, high = group["number"].min(), group["number"].max()
        if group["along"].corr(group["number"].astype(float)) < 0:
            low, high = high, low
        rows.append((names[edge], low, high, ("left", "right")[side], network.lines[edge]))
    gazetteer = build_gazetteer([AddressSource(no_points(), _ranges(rows, crs))], None, crs)
    found = match_addresses(voters, gazetteer)
    yield "San Francisco, ranges", compared(at, found, streets, network.lines, names)


def _ranges(rows, crs):
    names = ["street", "low", "high", "side", "geometry"]
    table = pd.DataFrame(rows, columns=names).assign(city="", zip="")
    table = table.astype({"street": "str", "side": "str", "city": "str", "zip": "str"})
    table = table.astype({"low": "int64", "high": "int64"})
    return gpd.GeoDataFrame(table, geometry="geometry", crs=crs)
