"""
The command from real files to written files, which are read again and held against the input.

Nothing of turfcutter is imported here: what was written is judged with csv, geopandas and osmium.
Davis's doors and all voters are invented; San Francisco's addresses, both places' streets and
precincts are real.
"""

import csv
import datetime as dt
import gzip
import json
import re
import stat
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyogrio
import pytest
import shapely

SLOW = pytest.mark.slow
DAVIS, BY_MINUTES, IN_ONE = (
    pytest.param(name, marks=SLOW) for name in ("davis", "davis-minutes", "davis-none")
)
"""A whole city, of which the same holds as of the others."""
PLACES = ("sf", "sf-none", DAVIS, IN_ONE, BY_MINUTES, "county")
WITHIN = ("sf", DAVIS, BY_MINUTES, "county")
BY_DOORS = ("sf", "sf-none", DAVIS, IN_ONE, "county")
LOW, HIGH = 45, 55
METRIC = {"sf": 26910, "davis": 26910, "county": 26943}
AS_OF = dt.date(2026, 11, 3)
MARKS = {"first_name": " Qzxfirst", "last_name": "Qzxlast"}
COUNTY_COLUMNS = {
    "voter_id": "lVoterUniqueID",
    "first_name": "szNameFirst",
    "last_name": "szNameLast",
    "birth_date": "dtBirthDate",
    "language": "szLanguageName",
    "status": "sStatusCode",
    "address": "szSitusAddress",
    "city": "szSitusCity",
    "zip": "sSitusZip",
}
INACTIVE = ("I", "Inactive")
COUNTS = {
    *("rows", "unreadable", "repeated", "conflicting", "suppressed", "status", "outside"),
    *("voted", "exceptions", "uncut", "in_turfs", "doors", "stops", "turfs"),
}
FILES = {
    *("plan.json", "turfs.gpkg", "doors.csv", "walklist.csv", "exceptions.csv", "map.html"),
    *("turfs.parquet", "doors.parquet", "voters.parquet", "walks.parquet", "legs.parquet"),
    *("exceptions.parquet", "streets.parquet", "base.parquet", "precincts.parquet"),
    "before.parquet",
}


@dataclass(frozen=True)
class Job:
    """What went in and where it came out; `columns` tells the input's own names."""

    name: str
    rows: list[list[str]]
    columns: dict[str, str]
    precincts: Path
    streets: Path
    out: Path

    @property
    def place(self):
        return self.name.partition("-")[0]

    @cached_property
    def whole(self):
        """The input's whole records, by standard names."""
        header, *rows = self.rows
        found = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
        names = {own: name for name, own in self.columns.items()}
        return [{names.get(own, own): value for own, value in row.items()} for row in found]

    @cached_property
    def eligible(self):
        """The voters that must be somewhere, by id."""
        seen = [row for row in self.whole if row["address"] != "CONFIDENTIAL"]
        return {row["voter_id"]: row for row in seen if row["status"] not in INACTIVE}

    @cached_property
    def _read(self):
        """What was read of the output already: many tests look at the same files."""
        return {}

    def listed(self, name):
        if name not in self._read:
            self._read[name] = read_list(self.out / name)
        return self._read[name]

    @cached_property
    def about(self):
        return json.loads((self.out / "plan.json").read_text(encoding="utf-8"))

    def layer(self, name):
        """A layer of turfs.gpkg in metres; not to be changed."""
        if name not in self._read:
            table = gpd.read_file(self.out / "turfs.gpkg", layer=name)
            self._read[name] = table.to_crs(METRIC[self.place])
        return self._read[name]

    @cached_property
    def polygons(self):
        """The precincts as the input has them, one shape a code."""
        table = gpd.read_file(self.precincts)
        key = {"sf": "PREC_2012", "davis": "pct16", "county": "PRECINCT"}[self.place]
        table = table[table[key].notna()].to_crs(METRIC[self.place])
        return table.assign(geometry=table.make_valid()).dissolve(key).geometry


def read_list(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def marked(path, columns):
    """The rows of a voter file, every name and id made unmistakable; returned and written back."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at = {name: rows[0].index(columns.get(name, name)) for name in ("voter_id", *MARKS)}
    for row in rows[1:]:
        row[at["voter_id"]] = "00" + row[at["voter_id"]].zfill(8)
        for name, mark in MARKS.items():
            row[at[name]] += mark
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return rows


@pytest.fixture(scope="session")
def inputs(request, here, tmp_path_factory):
    """Place -> its rows, columns and files."""
    base = tmp_path_factory.mktemp("inputs")

    def sample_voters(name, *words):
        made = here("sample-voters", *words, "--out", base / f"{name}.csv")
        assert made.returncode == 0, made.stderr
        return marked(base / f"{name}.csv", {}), {}, base / f"{name}.csv"

    def make(name):
        if name == "county":
            made = here("sample", "--out", base / "county", "--voters", 4000)
            assert made.returncode == 0, made.stderr
            files = [base / "county" / f for f in ("precincts.zip", "streets.osm.pbf")]
            voters = base / "county" / "voters.csv"
            return (marked(voters, COUNTY_COLUMNS), COUNTY_COLUMNS, voters, *files)
        data = request.getfixturevalue("shared_data")
        if name == "sf":
            home = data / "sf-central"
            files = (
                home / "SF_DOE_Precincts_20120702_EPSG2227.zip",
                home / "sf_central_20260204.osm.pbf",
            )
            addresses = home / "eas_addresses_with_units.csv.gz"
            return *sample_voters("sf", "--addresses", addresses), *files
        home = data / "davis"
        files = home / "113-yolo_precincts_2016_wgs84.zip", home / "davis_city_2022.osm.gz"
        return *sample_voters("davis", "--streets", files[1], "--doors", 10_724), *files

    cache = {}

    def get(name):
        if name not in cache:
            cache[name] = make(name)
        return cache[name]

    return get


@pytest.fixture(scope="session")
def job(inputs, turfcutter, here, tmp_path_factory):
    """Name -> its `Job`; each is cut once, San Francisco in a process of its own."""
    base = tmp_path_factory.mktemp("jobs")
    options = {
        "sf": ("--as-of", AS_OF, "--keep", "party"),
        "sf-none": ("--within", "none"),
        "davis-none": ("--within", "none"),
        "davis-minutes": ("--by", "minutes", "--target", 120),
        "county-minutes": ("--by", "minutes", "--target", 120),
        "county-anywhere": ("--end", "anywhere"),
    }
    cache = {}

    def get(name):
        if name not in cache:
            rows, columns, voters, precincts, streets = inputs(name.partition("-")[0])
            files = ("--precincts", precincts, "--voters", voters, "--streets", streets)
            where = ("--out", base / name, "--workspace", base / "workspace", "--quiet")
            command = turfcutter if name == "sf" else here
            done = command("cut", *files, *where, *options.get(name, ()))
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
            cache[name] = Job(name, rows, columns, precincts, streets, base / name)
        return cache[name]

    return get


@pytest.fixture(params=PLACES)
def each(request, job):
    return job(request.param)


@pytest.fixture(params=WITHIN)
def within(request, job):
    """The jobs whose turfs may not cross precincts."""
    return job(request.param)


def test_every_voter_is_in_one_turf_or_has_a_reason(each):
    walklist, exceptions = each.listed("walklist.csv"), each.listed("exceptions.csv")
    found = Counter(row["voter_id"] for row in (*walklist, *exceptions))
    assert set(found.values()) == {1}
    assert found.keys() == each.eligible.keys()
    for row in exceptions:
        assert re.fullmatch(r"R-[a-z_]+", row["reason"]), row
        assert row["detail"].endswith("."), row
    assert list(exceptions[0] if exceptions else each.listed("exceptions.csv")) in (
        [], ["voter_id", "address", "reason", "detail"],
    )  # fmt: skip


def test_values_are_kept_character_for_character(each):
    people = each.eligible
    for row in each.listed("walklist.csv"):
        voter = people[row["voter_id"]]
        for name in ("first_name", "last_name", "language", "city", "zip"):
            assert row[name] == voter[name], (name, row)
        home = (voter["address"], voter["unit"]) if "unit" in voter else (voter["address"],)
        assert f"{row['address']} {row['unit']}".strip() == " ".join(home).strip()
    for row in each.listed("exceptions.csv"):
        voter = people[row["voter_id"]]
        assert row["address"] == f"{voter['address']} {voter.get('unit', '')}".strip()


def test_counts_agree_with_an_independent_count(each):
    counts = each.about["counts"]
    assert counts.keys() == COUNTS
    header, *rows = each.rows
    whole = [tuple(row) for row in rows if len(row) == len(header)]
    hidden = {row for row in set(whole) if "CONFIDENTIAL" in row}
    expected = {
        "rows": len(rows),
        "unreadable": len(rows) - len(whole),
        "repeated": len(whole) - len(set(whole)),
        "conflicting": 0,
        "suppressed": len(hidden),
        "status": len(set(whole) - hidden) - len(each.eligible),
        "outside": 0,
        "voted": 0,
        "exceptions": len(each.listed("exceptions.csv")),
        "in_turfs": len(each.listed("walklist.csv")),
        "doors": len(each.listed("doors.csv")),
        "turfs": len(each.layer("turfs")),
    }
    assert {name: counts[name] for name in expected} == expected
    parts = COUNTS - {"rows", "doors", "stops", "turfs"}
    assert counts["rows"] == sum(counts[name] for name in parts)


def test_doors_and_voters_come_in_walking_order(each):
    doors, walklist = each.listed("doors.csv"), each.listed("walklist.csv")
    ids = [row["door_id"] for row in doors]
    assert len(set(ids)) == len(ids)
    turf_of = {row["door_id"]: row["turf_id"] for row in doors}
    stop_of = {row["door_id"]: row["stop"] for row in doors}
    stops = {}
    for row in doors:
        stops.setdefault(row["turf_id"], []).append(int(row["stop"]))
    runs = 1 + sum(a["turf_id"] != b["turf_id"] for a, b in pairwise(doors))
    assert runs == len(stops), "the doors of a turf do not follow each other"
    for turf, numbers in stops.items():
        assert set(np.diff([0, *numbers])) <= {0, 1}, turf
        assert numbers[0] == 1, turf
    assert sum(numbers[-1] for numbers in stops.values()) == each.about["counts"]["stops"]
    rank = {door: k for k, door in enumerate(ids)}
    places = [rank[row["door_id"]] for row in walklist]
    assert places == sorted(places)
    assert set(places) == set(range(len(ids)))
    assert all(row["turf_id"] == turf_of[row["door_id"]] for row in walklist)
    assert all(row["stop"] == stop_of[row["door_id"]] for row in walklist)
    voters = Counter(row["door_id"] for row in walklist)
    assert voters == {row["door_id"]: int(row["voters"]) for row in doors}


def test_layers_agree_with_the_lists(each):
    path = each.out / "turfs.gpkg"
    layers = {name: pyogrio.read_info(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    counts = each.about["counts"]
    assert {name: info["features"] for name, info in layers.items()} == {
        "turfs": counts["turfs"],
        "doors": counts["doors"],
        "walks": counts["turfs"],
        "exceptions": counts["exceptions"],
    }
    assert {info["crs"] for info in layers.values()} == {"EPSG:4326"}
    doors = pd.DataFrame(each.listed("doors.csv")).astype({"voters": int, "stop": int})
    turfs = gpd.read_file(path, layer="turfs").set_index("turf_id")
    grouped = doors.groupby("turf_id")
    for name, sizes in (
        ("doors", grouped.size()),
        ("voters", grouped["voters"].sum()),
        ("stops", grouped["stop"].max()),
    ):
        assert turfs[name].to_dict() == sizes.to_dict()
    assert turfs.index.str.fullmatch("[A-Z0-9-]+").all()
    placed = gpd.read_file(path, layer="doors")
    assert placed["door_id"].tolist() == doors["door_id"].tolist()
    told = doors[["lon", "lat"]].astype(float).to_numpy()
    np.testing.assert_allclose(shapely.get_coordinates(placed.geometry), told, atol=1e-7)


def test_doors_stand_where_the_voter_file_puts_them(each):
    people = each.eligible
    at = {row["door_id"]: (row["lon"], row["lat"]) for row in each.listed("doors.csv")}
    for row in each.listed("walklist.csv"):
        voter = people[row["voter_id"]]
        if voter["lat"] and voter["lat"] < "39":  # some of the county stray far north
            given = float(voter["lon"]), float(voter["lat"])
            assert np.allclose(np.array(at[row["door_id"]], float), given, atol=2e-6), row


def test_no_names_or_ids_outside_the_lists(each):
    """The files for maps know doors only; the plan keeps voters in one table."""
    assert {path.name for path in each.out.iterdir()} == FILES
    ids = {row["voter_id"].encode() for row in each.whole}
    for path in each.out.iterdir():
        if path.name in ("walklist.csv", "exceptions.csv") or path.suffix == ".parquet":
            continue
        data = path.read_bytes()
        for mark in MARKS.values():
            assert mark.strip().encode() not in data, path.name
        assert not ids & set(re.findall(rb"(?=(00[0-9]{8}))", data)), path.name
    for path in each.out.glob("*.parquet"):
        columns = pd.read_parquet(path).columns
        held = {"voters", "exceptions"} if "voter_id" in columns else {path.stem}
        assert path.stem in held
        assert path.stem == "voters" or not {"first_name", "last_name"} & set(columns)


def test_nobody_else_may_read(each):
    assert stat.S_IMODE(each.out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in each.out.iterdir()} == {0o600}


def test_outlines_contain_their_doors_and_do_not_overlap(each):
    turfs = each.layer("turfs").set_index("turf_id")
    doors = each.layer("doors")
    own = turfs.geometry.loc[doors["turf_id"]].to_numpy()
    assert shapely.distance(own, doors.geometry.to_numpy()).max() <= 2.0
    shapes = shapely.make_valid(turfs.geometry.to_numpy())
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    assert shapely.area(shapely.intersection(shapes[a], shapes[b])).max(initial=0) <= 1.0


def test_outlines_are_valid(each):
    assert gpd.read_file(each.out / "turfs.gpkg", layer="turfs").is_valid.all()


def test_walks_are_closed_and_pass_their_doors(each):
    walks = each.layer("walks").set_index("turf_id").geometry
    lines = walks.to_numpy()
    ends = shapely.distance(shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    assert ends.max() < 0.1
    doors = each.layer("doors")
    far = shapely.distance(walks.loc[doors["turf_id"]].to_numpy(), doors.geometry.to_numpy())
    assert (far <= doors["setback_m"].to_numpy() + 15).all()
    assert set(walks.index) == set(doors["turf_id"])


def test_told_length_of_a_walk_is_that_of_its_line(each):
    """The told length has a detour of some metres for each crossing; the line has none."""
    walks = each.layer("walks")
    length, told = walks.length.to_numpy(), walks["walk_m"].to_numpy()
    assert (length <= told * 1.05 + 30).all()
    assert length.sum() >= 0.75 * told.sum()


def test_minutes_of_a_turf_are_its_doors_and_its_walk(each):
    turfs = each.layer("turfs").set_index("turf_id").sort_index()
    doors = each.layer("doors")
    walking = each.layer("walks").set_index("turf_id")["minutes"].sort_index()
    told = doors.groupby("turf_id")["minutes"].sum().sort_index() + walking
    assert np.allclose(turfs["minutes"], told, atol=0.06)
    assert (turfs["minutes_low"] < turfs["minutes"]).all()
    assert (turfs["minutes"] < turfs["minutes_high"]).all()
    on_level = turfs["walk_m"] / 75
    assert (walking >= on_level - 0.01).all()
    assert (walking <= on_level + turfs["steps_m"] / 75 + 0.1 * on_level + 0.01).all()
    visits = doors.drop_duplicates(["turf_id", "stop"])
    paths = 2 * visits.groupby("turf_id")["setback_m"].sum().sort_index()
    grade = turfs["effort"].map({"easy": 0, "fair": 1, "hard": 2})
    assert (grade >= np.digitize(turfs["walk_m"] + paths, [2000, 4000])).all()


def test_walks_that_end_anywhere_are_shorter_and_do_not_come_back(job):
    """The same turfs, walked as paths from where the turf says that it starts."""
    back, on = job("county"), job("county-anywhere")
    both = [each.layer("doors").set_index("door_id")["turf_id"].sort_index() for each in (back, on)]
    assert both[0].equals(both[1])
    walks = [each.layer("walks").set_index("turf_id").sort_index() for each in (back, on)]
    assert (walks[1]["walk_m"] <= walks[0]["walk_m"]).all()
    assert walks[1]["walk_m"].sum() < 0.95 * walks[0]["walk_m"].sum()
    lines = walks[1].geometry
    apart = shapely.distance(shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    assert np.median(apart) > 20
    turfs = on.layer("turfs").set_index("turf_id").sort_index()
    starts = gpd.GeoSeries.from_xy(turfs["start_lon"], turfs["start_lat"], crs=4326)
    starts = starts.to_crs(lines.crs).to_numpy()
    assert shapely.distance(shapely.get_point(lines.to_numpy(), 0), starts).max() < 0.5


def test_no_turf_mixes_precincts(within):
    shapes = within.polygons
    doors = within.layer("doors")
    for turf, rows in doors.groupby("turf_id"):
        codes = set(rows["precinct"])
        assert len(codes) == 1, turf
        code = codes.pop()
        assert shapes[code].buffer(0.2).covers(shapely.MultiPoint(rows.geometry.to_numpy())), turf
    turfs = within.layer("turfs").set_index("turf_id")["precinct"]
    assert turfs.to_dict() == doors.groupby("turf_id")["precinct"].first().to_dict()


@pytest.mark.parametrize("name", BY_DOORS)
def test_turfs_are_in_band_wherever_a_number_of_turfs_fits(job, name):
    turfs = job(name).layer("turfs")
    for region, rows in turfs.groupby("region"):
        total = int(rows["doors"].sum())
        if -(-total // HIGH) <= total // LOW:
            assert rows["doors"].between(LOW, HIGH).all(), (region, rows["doors"].tolist())
        else:
            worst = (rows["doors"] - 50).abs().max()
            least = min(
                max(abs(total // k - 50), abs(-(-total // k) - 50))
                for k in range(1, total // 25 + 2)
            )
            # a twentieth of the target is given for whole block sides
            assert worst <= least + 2, (region, rows["doors"].tolist())


@pytest.mark.parametrize(
    ("name", "least"), [("county-minutes", 20), pytest.param("davis-minutes", 100, marks=SLOW)]
)
def test_turfs_by_minutes_are_in_band(job, name, least):
    """Nearly all turfs of regions whose minutes, shared evenly, lie well inside 108 to 132."""
    turfs = job(name).layer("turfs")
    mean = turfs.groupby("region")["minutes"].transform("mean")
    minutes = turfs.loc[mean.between(112, 128), "minutes"]
    assert len(minutes) > least
    assert minutes.between(107.95, 132.05).mean() >= 0.97
    assert minutes.between(96, 144).all()


def test_all_addresses_of_san_francisco(job, shared_data):
    place = job("sf")
    path = shared_data / "sf-central" / "eas_addresses_with_units.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        real = {(row["address"].strip(), row["unit"].strip()) for row in csv.DictReader(file)}
    assert len(real) == 4_737
    assert len({address for address, _ in real}) == 2_512
    assert {(row["address"], row["unit"]) for row in place.whole} == real
    homes = {(row["address"], row["unit"]) for row in place.eligible.values()}
    doors = {(row["address"], row["unit"]) for row in place.listed("doors.csv")}
    left_over = {row["address"] for row in place.listed("exceptions.csv")}
    assert doors <= homes
    assert {f"{address} {unit}".strip() for address, unit in homes - doors} <= left_over
    assert len(place.listed("doors.csv")) + len(left_over) == len(homes)


def test_ages_and_kept_columns(job):
    place = job("sf")
    for row in place.listed("walklist.csv"):
        voter = place.eligible[row["voter_id"]]
        born = dt.date.fromisoformat(voter["birth_date"])
        age = AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))
        assert row["age"] == str(age)
        assert row["party"] == voter["party"]
    assert {row["age"] for row in job("sf-none").listed("walklist.csv")} == {""}


@pytest.mark.parametrize("name", [DAVIS, IN_ONE, BY_MINUTES])
def test_davis_totals(job, name):
    """A few invented doors lie on streets outside the county's precincts."""
    place = job(name)
    assert place.about["counts"]["rows"] == 19_303
    doors = {row["address"] for row in place.listed("doors.csv")}
    exceptions = place.listed("exceptions.csv")
    assert len({row["address"] for row in place.whole}) == 10_724
    homes = {row["address"] for row in place.eligible.values()}
    assert len(doors) + len({row["address"] for row in exceptions}) == len(homes)
    assert len(exceptions) < 0.02 * 19_303
    covered = shapely.union_all(place.polygons.to_numpy())
    people = place.eligible
    rows = [people[row["voter_id"]] for row in exceptions if row["reason"] == "R-out_of_county"]
    spots = gpd.points_from_xy([r["lon"] for r in rows], [r["lat"] for r in rows], crs=4326)
    assert not shapely.intersects(covered.buffer(-0.2), spots.to_crs(26910)).any()
    walked = place.layer("walks")["walk_m"].sum() / place.about["counts"]["doors"]
    assert walked < 55


WALKED = {
    *("primary", "secondary", "tertiary", "residential", "unclassified", "service", "footway"),
    *("steps",),
}
BARRIERS = {"motorway": "highway", "river": "waterway", "rail": "railway"}


@pytest.fixture(scope="session")
def county_lines(job):
    """Way lines of the generated county in metres, by what they are."""
    lines = {"motorway": [], "river": [], "rail": [], "walked": []}
    for way in osmium.FileProcessor(str(job("county").streets)).with_locations():
        if not way.is_way():
            continue
        named = [kind for kind, key in BARRIERS.items() if way.tags.get(key) == kind]
        walked = ["walked"] if way.tags.get("highway") in WALKED else []
        for kind in named or walked:
            lines[kind].append(shapely.LineString([(node.lon, node.lat) for node in way.nodes]))
    return {k: gpd.GeoSeries(v, crs=4326).to_crs(26943).to_numpy() for k, v in lines.items()}


@pytest.mark.parametrize("barrier", list(BARRIERS))
def test_no_turf_straddles_a_barrier_far_from_a_crossing(job, county_lines, barrier):
    """Sides are told by geometry alone: the pieces into which the line cuts the county."""
    doors = job("county").layer("doors")
    line = shapely.union_all(county_lines[barrier])
    frame = shapely.box(*doors.total_bounds).buffer(50, join_style="mitre")
    parts = shapely.get_parts(shapely.polygonize([shapely.union_all([line, frame.exterior])]))
    side = shapely.STRtree(parts).nearest(doors.geometry.to_numpy())
    assert len(np.unique(side)) > 1, "the county has no doors beyond the barrier"
    crossings = shapely.intersection(shapely.union_all(county_lines["walked"]), line)
    assert not crossings.is_empty
    for turf, rows in doors.assign(side=side).groupby("turf_id"):
        if len(set(rows["side"])) > 1:
            assert rows.distance(crossings).min() <= 150 + rows["setback_m"].max(), turf


def test_the_island_of_streets_is_walked_by_nobody(job):
    place = job("county")
    island = re.compile("HERON ISLAND|PELICAN")
    people = [row for row in place.eligible.values() if island.search(row["address"])]
    reasons = {row["voter_id"]: row["reason"] for row in place.listed("exceptions.csv")}
    assert len(people) > 5
    assert {reasons.get(row["voter_id"]) for row in people} == {"R-unreachable"}


def test_exceptions_of_the_county_are_those_made_odd_on_purpose(job):
    place = job("county")
    people = place.eligible
    strays = {id_ for id_, row in people.items() if row["lat"] == "" or row["lat"] > "39"}
    # OpenStreetMap's buildings tell where they live
    assert strays & {row["voter_id"] for row in place.listed("walklist.csv")}
    for row in place.listed("exceptions.csv"):
        voter = people[row["voter_id"]]
        expected = {
            "R-po_box": voter["address"].startswith("PO BOX"),
            "R-too_far_to_walk": bool(re.search("COUNTY ROAD|HIGHWAY", voter["address"])),
            "R-unreachable": "ISLAND" in voter["address"] or "PELICAN" in voter["address"],
        }
        assert expected.get(row["reason"]), row


def test_a_tower_is_split_by_the_order_of_its_units(job):
    doors = pd.DataFrame(job("county").listed("doors.csv"))
    sizes = doors.groupby("address").size()
    tower = doors[doors["address"] == sizes.idxmax()]
    assert len(tower) > 110
    number = tower["unit"].str.extract(r"(\d+)")[0].astype(int)
    turfs = tower.loc[number.sort_values().index, "turf_id"].tolist()
    runs = 1 + sum(a != b for a, b in pairwise(turfs))
    assert 3 <= runs == len(set(turfs))
    assert tower.groupby("turf_id")["stop"].nunique().eq(1).all()


def test_spaces_of_a_mobile_home_park_are_whole_stops(job):
    doors = pd.DataFrame(job("county").listed("doors.csv"))
    park = doors[doors["unit"].str.startswith("SPC")]
    assert len(park) > 20
    stops = doors.merge(park[["turf_id", "stop"]].drop_duplicates())
    assert stops["address"].isin(park["address"]).all()
    assert stops.groupby(["lon", "lat"])["turf_id"].nunique().eq(1).all()
