"""The invented county: same bytes, exact counts, and everything in it that real counties have."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.crs import metric_crs
from geodata.errors import InputError
from geodata.streets.streets import read_streets
from turfcutter.sample import SampleCounty, county_sizes, make_county

VOTERS = 4000
WALKED = {
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "unclassified",
    "service",
    "footway",
    "steps",
}


class Osm(NamedTuple):
    """A file read by pyosmium: points in metres, ways with their tags, tagged nodes, relations."""

    xy: dict[int, tuple[float, float]]
    ways: dict[int, tuple[dict[str, str], list[int]]]
    nodes: dict[int, dict[str, str]]
    relations: list[tuple[dict[str, str], list[tuple[str, int]]]]

    def line(self, way: int) -> shapely.LineString:
        return shapely.LineString([self.xy[ref] for ref in self.ways[way][1]])

    def named(self, key: str, *values: str) -> list[int]:
        return [way for way, (tags, _) in self.ways.items() if tags.get(key) in values]


def read_osm(path: Path) -> Osm:
    lonlat, ways, nodes, relations = {}, {}, {}, []
    for item in osmium.FileProcessor(str(path)):
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_node():
            lonlat[item.id] = (item.location.lon, item.location.lat)
            nodes |= {item.id: tags} if tags else {}
        elif item.is_way():
            ways[item.id] = (tags, [ref.ref for ref in item.nodes])
        else:
            relations.append((tags, [(member.role, member.ref) for member in item.members]))
    there = Transformer.from_crs(4326, 26943, always_xy=True)
    x, y = there.transform(*np.array(list(lonlat.values())).T)
    return Osm(dict(zip(lonlat, zip(x, y, strict=True), strict=True)), ways, nodes, relations)


def read_voters(county: SampleCounty) -> pd.DataFrame:
    """All whole records; the one that is cut short is left out here."""
    lines = county.voters.read_text(encoding="utf-8").splitlines()
    width = lines[0].count(",")
    rows = [line.split(",") for line in lines if line.count(",") == width]
    return pd.DataFrame(rows[1:], columns=rows[0])


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> SampleCounty:
    return make_county(tmp_path_factory.mktemp("sample") / "county", voters=VOTERS)


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> SampleCounty:
    """A county of several towns."""
    return make_county(tmp_path_factory.mktemp("large"), voters=42_000, shape=3)


@pytest.fixture(scope="module")
def streets(county) -> Osm:
    return read_osm(county.streets)


@pytest.fixture(scope="module")
def voters(county) -> pd.DataFrame:
    return read_voters(county)


@pytest.fixture(scope="module")
def precincts(county) -> gpd.GeoDataFrame:
    return gpd.read_file(county.precincts)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_same_bytes_in_another_process(tmp_path):
    """Neither the hash seed, which is another here each time, nor the zone changes a byte."""
    made = "make_county(pathlib.Path(sys.argv[1]), voters=300, seed=3, shape=1)"
    code = f"import sys, pathlib; from turfcutter.sample import make_county; {made}"
    settings = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati"}
    command = [sys.executable, "-c", code, str(tmp_path / "there")]
    subprocess.run(command, check=True, env=settings, cwd=Path(__file__).parents[2])
    make_county(tmp_path / "here", voters=300, seed=3, shape=1)
    assert digests(tmp_path / "there") == digests(tmp_path / "here")


def test_seed_and_shape_change_the_county(tmp_path):
    found = []
    for k, (seed, shape) in enumerate(((0, 0), (1, 0), (0, 1))):
        make_county(tmp_path / str(k), voters=300, seed=seed, shape=shape)
        found.append(digests(tmp_path / str(k)))
    for name in ("precincts.zip", "voters.csv", "streets.osm.pbf"):
        assert len({one[name] for one in found}) == 3


def test_exactly_so_many_voters(county, voters):
    assert county.registered == VOTERS
    assert voters["lVoterUniqueID"].nunique() == VOTERS
    assert len(voters) == VOTERS + county.blemishes["repeated"]
    lines = county.voters.read_bytes().count(b"\n") - 1
    assert lines == county.rows == len(voters) + county.blemishes["cut short"]
    repeated = voters[voters.duplicated("lVoterUniqueID")]
    assert len(voters.drop_duplicates()) == len(voters) - len(repeated)


def test_one_to_three_voters_a_door(county, voters):
    once = voters.drop_duplicates()
    housed = once[once["sHouseNum"] != ""]
    homes = housed.groupby(["szSitusAddress", "szSitusCity"]).size()
    assert homes.max() <= 3
    assert county.lived_in - 10 <= len(homes) <= county.lived_in


def test_voters_look_like_voters(voters):
    assert voters["lVoterUniqueID"].str.fullmatch(r"00\d{6}").all()
    assert voters["sSitusZip"].str.fullmatch(r"003\d\d").all()
    phones = voters["szPhone"][voters["szPhone"] != ""]
    assert phones.str.fullmatch(r"\d{3}-555-01\d\d").all()
    born = pd.to_datetime(voters["dtBirthDate"], format="%m/%d/%Y")
    assert born.dt.year.between(1925, 2008).all()
    assert set(voters["szLanguageName"]) >= {"English", "Spanish", "Hmong", "Korean", "Armenian"}
    assert voters["szNameLast"].str.contains("[áéíóúñ]").any()
    assert voters["szNameLast"].nunique() > 200
    assert set(voters["sStatusCode"]) == {"A", "I"}


def test_blemishes_are_counted(county, voters):
    once = voters.drop_duplicates()
    blank = once["lat"] == ""
    hidden = once["szSitusAddress"] == "CONFIDENTIAL"
    boxed = once["szSitusAddress"].str.startswith("PO BOX")
    assert county.blemishes["confidential"] == hidden.sum() > 0
    assert county.blemishes["with a post-office box"] == boxed.sum() > 0
    assert county.blemishes["without coordinates"] == (blank & ~hidden & ~boxed).sum() > 0
    assert (once.loc[hidden, ["sHouseNum", "szStreetName", "szPhone", "lat"]] == "").all(axis=None)


def test_all_but_the_deliberate_lie_in_their_precinct(county, voters, precincts):
    once = voters.drop_duplicates().query("lat != ''")
    spots = gpd.GeoDataFrame(
        once, geometry=gpd.points_from_xy(once["lon"].astype(float), once["lat"].astype(float)),
        crs=4326,
    ).to_crs(precincts.crs)  # fmt: skip
    placed = gpd.sjoin(spots, precincts, how="left", predicate="within")
    assert len(placed) == len(spots)
    outside = placed["PRECINCT"].isna()
    assert outside.sum() == county.blemishes["with coordinates far outside"]
    moved = placed["PRECINCT"].str.lstrip("0")[~outside] != placed["sPrecinctID"][~outside]
    assert moved.sum() == county.blemishes["with the code of another precinct"]


def test_precincts(county, precincts):
    assert precincts.crs.to_epsg() == 2227
    assert precincts["PRECINCT"].str.fullmatch(r"00\d{4}").all()
    assert precincts["PRECINCT"].is_unique
    assert len(precincts) == county.precinct_count == 4
    assert precincts.geometry.is_valid.all()
    assert precincts["NAME"].str.contains("Peña").any()
    assert precincts["SUPDIST"].between(1, 5).all()
    parts = precincts.geometry.apply(lambda shape: len(shapely.get_parts(shape)))
    assert sorted(parts) == [1, 1, 1, 2]
    whole = precincts.union_all()
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert abs(precincts.area.sum() / whole.area - 1) < 1e-9
    assert (precincts.area / precincts.minimum_rotated_rectangle().area < 0.97).all()


def test_precincts_are_of_usual_size(large):
    sizes = read_voters(large)["sPrecinctID"].value_counts()
    assert len(sizes) == large.precinct_count == 38
    assert sizes.between(750, 1500).all()


def test_shapefile_has_no_date_of_today(county):
    with zipfile.ZipFile(county.precincts) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {
            "shp", "shx", "dbf", "prj", "cpg",
        }  # fmt: skip
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert archive.read("precincts.dbf")[1:4] == bytes([126, 1, 1])
        assert archive.read("precincts.cpg") == b"UTF-8"


def test_folder_says_that_all_is_invented(county):
    text = (county.folder / "README.txt").read_text(encoding="utf-8")
    assert "Nothing here is real" in text
    assert "4,000 voters" in text


def walked(streets: Osm) -> list[int]:
    return streets.named("highway", *WALKED)


def test_river_with_two_bridges(streets):
    (river,) = streets.named("waterway", "river")
    over = [way for way in walked(streets) if streets.line(way).crosses(streets.line(river))]
    assert len(over) == 2
    assert all(streets.ways[way][0].get("bridge") == "yes" for way in over)
    bed = shapely.Polygon(streets.line(*streets.named("water", "river")).coords)
    wet = [way for way in walked(streets) if streets.line(way).intersects(bed)]
    assert sorted(wet) == sorted(over)


def test_freeway_with_one_underpass(streets):
    freeway = shapely.union_all([streets.line(way) for way in streets.named("highway", "motorway")])
    under = [way for way in walked(streets) if streets.line(way).intersects(freeway)]
    assert len(under) == 1
    assert "Main Street" in streets.ways[under[0]][0]["name"]
    above = [
        way
        for way in streets.named("highway", "motorway")
        if streets.line(way).intersects(streets.line(under[0]))
    ]
    assert len(above) == 2
    assert all(streets.ways[way][0]["bridge"] == "yes" for way in above)


def test_railway_with_few_level_crossings(streets):
    (rail,) = streets.named("railway", "rail")
    crossed = [way for way in walked(streets) if streets.line(way).intersects(streets.line(rail))]
    tagged = {node for node, tags in streets.nodes.items()
              if tags.get("railway") == "level_crossing"}  # fmt: skip
    assert 2 <= len(tagged) <= 3
    assert len(crossed) == len(tagged)
    assert all(tagged & set(streets.ways[way][1]) for way in crossed)
    assert tagged <= set(streets.ways[rail][1])


def test_all_streets_but_the_island_hang_together(streets):
    ways = walked(streets)
    pairs = np.array([(k, ref) for k, way in enumerate(ways) for ref in streets.ways[way][1]])
    node = np.unique(pairs[:, 1], return_inverse=True)[1] + len(ways)
    count = int(node.max()) + 1
    graph = coo_array((np.ones(len(node)), (pairs[:, 0], node)), shape=(count, count))
    label = connected_components(graph, directed=False)[1][: len(ways)]
    (_, most), (_, rest) = Counter(label.tolist()).most_common()
    assert most > 100
    assert rest == 2
    apart = [ways[k] for k in np.flatnonzero(label != np.bincount(label).argmax())]
    assert {streets.ways[way][0]["name"] for way in apart} == {"Heron Island Road", "Pelican Court"}
    houses = [tags for tags, _ in streets.ways.values()
              if tags.get("addr:street") in {"Heron Island Road", "Pelican Court"}]  # fmt: skip
    assert 6 <= len(houses) <= 20


def test_parks_pond_paths_and_other_places(streets):
    assert streets.named("leisure", "park")
    ((tags, members),) = streets.relations
    assert tags == {"type": "multipolygon", "natural": "water", "water": "pond"}
    assert [role for role, _ in members] == ["outer", "inner"]
    rings = [shapely.Polygon(streets.line(way).coords) for _, way in members]
    assert rings[0].contains(rings[1])
    assert streets.named("highway", "steps")
    assert streets.named("service", "alley")
    assert streets.named("building", "retail")
    turning = [tags for tags in streets.nodes.values() if tags.get("highway") == "turning_circle"]
    assert len(turning) > 10
    assert any("ñ" in tags.get("name", "") for tags, _ in streets.ways.values())


def test_arterials_are_crossed_at_signals(streets):
    tagged = {node: tags["highway"] for node, tags in streets.nodes.items() if "crossing" in tags}
    assert set(tagged.values()) == {"traffic_signals", "crossing"}
    on = {ref for way in streets.named("highway", "primary", "secondary", "tertiary")
          for ref in streets.ways[way][1]}  # fmt: skip
    assert set(tagged) <= on


def test_the_tower_and_the_mobile_homes(streets, voters):
    (tower,) = [tags for tags, _ in streets.ways.values() if tags.get("building:levels") == "17"]
    at = f"{tower['addr:housenumber']} "
    units = voters[(voters["sHouseNum"] + " " == at) & (voters["szStreetName"] == "MAIN")]
    assert 100 <= units["sUnitNum"].nunique() <= 180
    assert units["sUnitNum"].str.fullmatch(r"\d{3,4}").all()
    homes = [tags for tags, _ in streets.ways.values() if tags.get("building") == "static_caravan"]
    assert len({(tags["addr:housenumber"], tags["addr:street"]) for tags in homes}) == 1
    assert {int(tags["addr:unit"]) for tags in homes} == set(range(1, len(homes) + 1))
    assert len(homes) >= 40
    assert (voters["sUnitAbbr"] == "SPC").sum() >= 40


def addressed(streets: Osm) -> pd.DataFrame:
    """Buildings with their address, middle, and distance and side of the street they name."""
    lines = {}
    for way in walked(streets):
        tags = streets.ways[way][0]
        lines.setdefault(tags.get("name", ""), []).append(streets.line(way))
    rows = []
    for way, (tags, _) in streets.ways.items():
        if "addr:housenumber" not in tags or "addr:unit" in tags:
            continue
        middle = streets.line(way).envelope.centroid
        street = min(lines[tags["addr:street"]], key=middle.distance)
        rows.append(
            {
                "kind": tags["building"],
                "number": int(tags["addr:housenumber"]),
                "street": tags["addr:street"],
                "x": middle.x,
                "y": middle.y,
                "distance": middle.distance(street),
            }
        )
    return pd.DataFrame(rows)


def test_houses_stand_at_their_street(streets):
    houses = addressed(streets)
    assert not houses.duplicated(["number", "street"]).any()
    farms = houses["kind"] == "farm"
    assert farms.sum() >= 15
    # the midpoint of a turned rectangle's envelope is off by less than its coordinates' rounding
    assert houses.loc[farms, "distance"].between(49, 121).all()
    assert houses.loc[~farms, "distance"].between(7.5, 20.5).all()
    assert (houses["street"] == "Peña Dairy Road").sum() >= 8


def test_odd_and_even_numbers_face_each_other(streets):
    """On every street, houses of one parity lie on one side of the line between the others."""
    houses = addressed(streets)
    checked = 0
    for _, row in houses[houses["street"].str.endswith("Avenue")].groupby("street"):
        even = row[row["number"] % 2 == 0].sort_values("number")
        odd = row[row["number"] % 2 == 1].sort_values("number")
        if len(even) < 4 or len(odd) < 4:
            continue
        path = shapely.LineString(even[["x", "y"]].to_numpy())
        facing = np.array([path.distance(shapely.Point(at)) for at in odd[["x", "y"]].to_numpy()])
        assert np.median(facing) > 18
        checked += 1
    assert checked >= 3


def test_numbers_rise_by_hundreds(streets):
    houses = addressed(streets)
    main = houses[houses["street"].isin(["North Birch Street", "North Central Avenue"])]
    for _, row in main.groupby(["street", main["number"] % 2]):
        line = row.sort_values("number")
        step = np.hypot(line["x"].diff(), line["y"].diff())
        assert (step.dropna() / line["number"].diff().dropna()).between(0.6, 2.4).all()


def test_no_two_buildings_overlap(streets):
    shapes = [shapely.Polygon(streets.line(way).coords) for way, (tags, _) in streets.ways.items()
              if "building" in tags]  # fmt: skip
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    shared = [shapes[a].intersection(shapes[b]).area for a, b in pairs.tolist()]
    assert sum(area > 4 for area in shared) <= 0.003 * len(shapes)


def test_our_own_reader_takes_the_streets(county):
    found = read_streets(county.streets, metric_crs(-121.9, 36.7))
    assert len(found.addresses) == county.buildings
    assert set(found.barriers["kind"]) == {"motorway", "rail", "water"}
    assert {"water", "park", "building", "rail", "motorway"} <= set(found.base["kind"])
    assert found.nodes["crossing"].sum() > 10
    assert found.ways["name"].str.contains("Peña").any()


@pytest.mark.parametrize("shape", [1, 6, 7, 11])
def test_every_shape_has_its_bridges_and_its_island(tmp_path, shape):
    made = make_county(tmp_path, voters=900, shape=shape)
    streets = read_osm(made.streets)
    (river,) = streets.named("waterway", "river")
    over = [way for way in walked(streets) if streets.line(way).crosses(streets.line(river))]
    freeway = shapely.union_all([streets.line(way) for way in streets.named("highway", "motorway")])
    under = [way for way in walked(streets) if streets.line(way).intersects(freeway)]
    assert (len(over), len(under)) == (2, 1)
    assert {"Heron Island Road", "Peña Dairy Road"} <= {
        tags.get("name") for tags, _ in streets.ways.values()
    }
    assert any(tags.get("highway") == "turning_circle" for tags in streets.nodes.values())


def test_large_counties_have_several_towns(large):
    assert large.towns == 2
    voters = read_voters(large)
    assert voters["lVoterUniqueID"].nunique() == 42_000
    assert voters["szSitusCity"].nunique() == 2
    through = osmium.FileProcessor(str(large.streets)).with_locations()
    through = through.with_filter(osmium.filter.KeyFilter("waterway", "railway"))
    lines = [
        shapely.LineString([(ref.lon, ref.lat) for ref in way.nodes])
        for way in through
        if way.is_way()
    ]
    # river and railway go on from town to town: each has two ways with a common end
    assert len(lines) == 4
    merged = shapely.line_merge(shapely.union_all(lines))
    assert len(shapely.get_parts(merged)) == 2
    box = gpd.read_file(large.precincts).to_crs(4326).total_bounds
    assert merged.bounds == pytest.approx(tuple(box), abs=0.06)


def test_sizes_of_counties_add_up():
    sizes = county_sizes(1_600_000, 12)
    assert sum(sizes) == 1_600_000
    assert len(sizes) == len(set(sizes)) == 12
    assert county_sizes(3, 3) == [1, 1, 1]


@pytest.mark.parametrize("wrong", [{"voters": 0}, {"seed": -1}, {"shape": -1}])
def test_impossible_counties(tmp_path, wrong):
    with pytest.raises(InputError) as fault:
        make_county(tmp_path / "no", **wrong)
    assert fault.value.code == "PARAMETER"
    assert not (tmp_path / "no").exists()


def test_street_names_are_abbreviated_as_in_county_files(streets, voters):
    full = {tags["addr:street"] for tags, _ in streets.ways.values() if "addr:street" in tags}
    assert all(re.search(r" (Street|Avenue|Boulevard|Road|Drive|Lane|Court|Place|Circle|Way|Loop|"
                         r"Terrace|Parkway)$|Highway 7$|County Road 12$", name)
               for name in full)  # fmt: skip
    grid = voters[voters["szStreetName"] == "MAIN"]
    assert set(grid["sPreDir"]) == {"E", "W"}
    assert set(grid["sStreetSuffix"]) == {"ST"}
    assert grid["szSitusAddress"].str.contains(r"^\d+ [EW] MAIN ST").all()
