"""Broken addresses, suspicious coordinates, and files of addresses that are none."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from corpus import Case, Maker, content, made, name_of
from shapes import SOUTH, WEST, geojson

NAMED = ("--precincts", "{folder}/p.geojson")
GIVEN = (*NAMED, "--addresses", "{folder}/a.csv")
LAT, LON = SOUTH + 0.0052, WEST + 0.0052
STEP = 0.0001237

Row = tuple[str, str, object, object]


def good(count: int = 200) -> list[Row]:
    """Invented voters whom nothing is wrong with: address, ZIP, latitude, longitude."""
    return [
        (f"{2 * n} ELM ST", "95000", round(LAT + n * STEP / 9, 7), round(LON + n * STEP / 9, 7))
        for n in range(100, 100 + count)
    ]


def voters(folder: Path, rows: Iterable[Row], *, bare: bool = False) -> Path:
    """A voter file with these rows; a `bare` one has no coordinates at all."""
    lines = ["voter_id,address,zip" + ("" if bare else ",lat,lon")]
    for n, (address, code, lat, lon) in enumerate(rows):
        place = "" if bare else f",{lat},{lon}"
        lines.append(f'{n:05d},"{address}",{code}{place}')
    (folder / "v.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "v.csv"


KNOWN = (
    *((f"{n} ELM STREET", "95000", LAT + n * STEP / 9, LON) for n in range(100, 140)),
    *((f"{n} OAK ST", "95000", LAT, LON + n * STEP / 9) for n in range(100, 140)),
    *((f"{n} OAK CT", "95000", LAT - 0.003, LON + n * STEP / 9) for n in range(100, 140)),
    ("7 PINE ST", "95000", LAT, LON),
    ("7 PINE ST", "95001", LAT + 0.012, LON + 0.012),
    ("32A HAIGHT ST", "95000", LAT, LON),
)
POINTS = "address,zip,lat,lon\n" + "".join(f"{a},{z},{y:.7f},{x:.7f}\n" for a, z, y, x in KNOWN)


def town(rows: Iterable[Row], addresses: str | bytes = POINTS, *, bare: bool = False) -> Maker:
    """Precincts, addresses and a voter file of some good rows and these."""

    def make(folder: Path) -> Path:
        geojson(folder)
        data = addresses.encode() if isinstance(addresses, str) else addresses
        (folder / "a.csv").write_bytes(data)
        return voters(folder, [*good(), *rows], bare=bare)

    return make


def lines(**columns: object) -> str:
    """One street as GeoJSON."""
    feature = {
        "type": "Feature",
        "properties": columns,
        "geometry": {"type": "LineString", "coordinates": [[WEST, SOUTH], [WEST + 0.01, SOUTH]]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def one(address: str, code: str = "95000", lat: object = "", lon: object = "") -> list[Row]:
    return [(address, code, lat, lon)]


HERE = (round(LAT, 7), round(LON, 7))
CROWD = [(f"{n} BIRCH ST", "95000", *HERE) for n in range(100, 130)]
KNOWN_CROWD = [(f"{n} OAK ST", "95000", *HERE) for n in range(100, 130)]

SEEN = [
    ("po-box", one("PO BOX 12"), "1    R-po_box"),
    ("po-box-with-points-and-place", one("P.O. Box 12", "95000", *HERE), "1    R-po_box"),
    ("general-delivery", one("GENERAL DELIVERY"), "1    R-po_box"),
    ("zero", one("7 BIRCH ST", "95000", 0, 0), "1    R-no_geocode"),
    ("near-zero", one("7 BIRCH ST", "95000", 0.0009, -0.0009), "1    R-no_geocode"),
    ("blank", one("7 BIRCH ST"), "1    R-no_geocode"),
    ("not-a-number", one("7 BIRCH ST", "95000", "nan", "nan"), "1    R-no_geocode"),
    ("half-a-place", one("7 BIRCH ST", "95000", LAT, ""), "1    R-no_geocode"),
    ("one-swapped", one("7 BIRCH ST", "95000", LON, LAT), "1    R-no_geocode"),
    ("one-in-feet", one("7 BIRCH ST", "95000", 1_950_000, 6_150_000), "1    R-no_geocode"),
    (
        "blank-but-known",
        one("101 Oak Str."),
        "Placed by address 1 voter without usable coordinates: 1 by",
    ),
    ("zero-but-known", one("101 Oak St", "95000", 0, 0), "1 by address points"),
    ("misspelt", one("101 Eml St"), "1 by address points"),
    ("misspelt-longer", one("32A Hiaght St"), "1 by address points"),
    ("whole-line", one("101 Oak St, San Jose, CA 95000", ""), "1 by address points"),
    ("unit-in-front", one("APT 4, 101 OAK ST"), "1 by address points"),
    ("letter-apart", one("32 A Haight Street"), "1 by address points"),
    ("letter-missing", one("32 Haight Street"), "1    R-no_geocode"),
    ("half-number-unknown", one("101 1/2 Oak St"), "1    R-no_geocode"),
    ("no-suffix", one("101 Oak"), "1    R-ambiguous_address"),
    ("wrong-suffix", one("101 Oak Ave"), "1    R-ambiguous_address"),
    ("two-zips", one("7 PINE ST", ""), "1    R-ambiguous_address"),
    ("other-zip", one("101 OAK ST", "90210"), "1    R-no_geocode"),
    ("no-number", one("OAK ST"), "1    R-no_geocode"),
    ("number-only", one("101"), "1    R-no_geocode"),
    ("no-address", one("", "95000", *HERE), "1    R-no_address"),
    ("many-addresses-at-one-point", CROWD, "30    R-coarse_geocode"),
    ("many-known-addresses-at-one-point", KNOWN_CROWD, "30 placed by the address, 0"),
    ("rounded", one("7 BIRCH ST", "95000", 37.305, -121.895), "rounded to thousandths"),
    ("far-from-its-address", one("101 OAK ST", "95000", LAT + 0.008, LON), "more than 500 m"),
    ("outside", one("7 BIRCH ST", "95000", LAT + 2, LON), "1    R-out_of_county"),
]
UNITS = [(f"500 MAIN ST APT {n}", "95000", *HERE) for n in range(180)]

REFUSED = [
    ("empty", "", "EMPTY", "is empty"),
    ("header-only", "address,zip,lat,lon\n", "EMPTY", "no address"),
    ("no-address-column", "name,lat,lon\nx,37,-121\n", "COLUMN", "recognised as address"),
    ("no-coordinates", "address,zip\n101 OAK ST,95000\n", "COLUMN", "no longitude and latitude"),
    ("zeros", "address,lat,lon\n101 OAK ST,0,0\n", "COLUMN", "no longitude and latitude"),
    ("feet", "address,lat,lon\n101 OAK ST,1950000,6150000\n", "COORD_RANGE", "a.csv"),
    ("lines-without-ranges", lines(FULLNAME="Oak St"), "COLUMN", "LFROMADD"),
    ("cut-gzip", gzip.compress(POINTS.encode())[:200], "TRUNCATED", "gzip"),
    ("workbook", b"PK\x03\x04" + bytes(100), "ARCHIVE", "a.csv"),
    ("pdf", b"%PDF-1.7\n", "TYPE", "PDF"),
    ("one-column", "address\n101 OAK ST\n", "HEADER", "one column"),
]

CASES = [
    *(Case(name, town(rows), "", says, "--voters", GIVEN) for name, rows, says in SEEN),
    Case("units-at-one-point", town(UNITS), "", "380    placed", "--voters", GIVEN),
    Case("utf-16-source", town(one("101 OAK ST"), POINTS.encode("utf-16")), "", "1 by address",
         "--voters", GIVEN),
    Case("ranges", town(one("101 Oak St"), lines(FULLNAME="Oak St", LFROMADD="101", LTOADD="199",
         RFROMADD="", RTOADD="")), "", "1 by address ranges", "--voters", GIVEN),
    Case("no-coordinates-at-all", town(one("101 OAK ST"), bare=True), "",
         "no coordinates; addresses place the voters", "--voters", GIVEN),
    Case("addresses-of-voters-alone", town(one("101 OAK ST"), bare=True), "",
         "1 by address points", "--voters", ("--addresses", "{folder}/a.csv")),
    Case("addresses-that-are-none", town([], POINTS + ",,,\n1 A ST,95000,0,0\n"), "",
         "1    without place", "--voters", GIVEN),
    Case("address-in-feet", town([], POINTS + "1 A ST,95000,1950000,6150000\n"), "",
         "1    without place", "--voters", GIVEN),
    Case("addresses-alone", content("a.csv", POINTS), "", "123    points", "--addresses"),
    Case("no-coordinates-and-no-source", town([], bare=True), "", "200    R-no_geocode",
         "--voters", NAMED),
    Case("no-such-source", made(geojson), "NO_FILE", "--addresses",
         words=("--addresses", "{folder}/none.csv")),
    *(
        Case(f"source-{name}", town([], content), code, says, "--voters", GIVEN)
        for name, content, code, says in REFUSED
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Nearly all cases have the same precincts and addresses, which are read once."""
    return tmp_path_factory.mktemp("addresses") / "workspace"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    judged(case)
