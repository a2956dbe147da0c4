"""Precinct codes of voters and map that do not meet, crosswalks, and precincts without outline."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import shapely
from corpus import Case, Maker, made, name_of
from shapes import CODES, SIDE, SOUTH, WEST, geojson, shapefile, squares, town

MIDDLES = [shape.centroid for shape in squares()]
BESIDE = ("--precincts", "{folder}/p.geojson")
CROSSED = ("--crosswalk", "{folder}/x.csv")


def voters(
    folder: Path,
    codes: Sequence[str] = CODES,
    each: int = 5,
    places: Sequence[shapely.Point] = MIDDLES,
) -> Path:
    """Invented voters in the middle of each precinct, a door each, with the code given."""
    rows = ["voter_id,address,city,zip,lat,lon,precinct"]
    for k, (code, place) in enumerate(zip(codes, places, strict=True)):
        for n in range(each):
            number, lon = 100 * k + 2 * n + 2, place.x + n * SIDE / 50
            rows.append(f"{k}{n},{number} ELM ST,TOWN,95000,{place.y:.6f},{lon:.6f},{code}")
    (folder / "v.csv").write_text("\n".join(rows) + "\n")
    return folder / "v.csv"


def beside(
    layer: Maker,
    codes: Sequence[str] = CODES,
    crosswalk: str = "",
    places: Callable[[], Sequence[shapely.Point]] = lambda: MIDDLES,
) -> Maker:
    """Voters, with precincts and perhaps a crosswalk in the same folder."""

    def make(folder: Path) -> Path:
        layer(folder)
        if crosswalk:
            (folder / "x.csv").write_text(crosswalk)
        return voters(folder, codes, places=places())

    return make


TOWN = made(geojson)
LOST = made(geojson, town([None, *squares()[1:]]))
MERGED = made(
    geojson, town([squares()[0] | squares()[1], squares()[2] | squares()[3]], ["9001", "9002"])
)
WALK = "registration,consolidated\n101,9001\n102,9001\n103,9002\n104,9002\n"
BACK = "registration,consolidated\n0101,A-1\n0102,A-1\n0103,B-1\n0104,B-1\n"
DATED = (
    "election,registration,consolidated\n"
    + "".join(
        f"{day},{code},{merged}\n"
        for day, merged in (("2022-11-08", "7000"), ("2024-11-05", "9001"))
        for code in CODES[:2]
    )
    + "2024-11-05,103,9002\n2024-11-05,104,9002\n"
)
AWAY = lambda: [shapely.Point(WEST + 1, SOUTH + 1)] * 4  # noqa: E731 - a row of the table

CASES = [
    Case(name, make, code, says, option="--voters", words=(*BESIDE, *words))
    for name, make, code, says, *words in [
        ("codes-agree", beside(TOWN), "", "20    placed"),
        ("zeros-in-front", beside(TOWN, [f"00{code}" for code in CODES]), "", "Fit for cutting"),
        (
            "county-number-in-front",
            beside(made(geojson, town(codes=[f"085-{c}" for c in CODES]))),
            "",
            "Fit for cutting",
        ),
        ("split-suffix", beside(TOWN, [f"{code}-1" for code in CODES]), "", "Fit for cutting"),
        (
            "dashes-and-blanks",
            beside(TOWN, ["1-01", " 102", "10 3", "1_04"]),
            "",
            "Fit for cutting",
        ),
        (
            "written-as-number",
            beside(made(geojson, town(codes=[101.0, 102.0, 103.0, 104.0]))),
            "",
            "Fit for cutting",
        ),
        (
            "unknown-code",
            beside(TOWN, ["101", "102", "103", "999"]),
            "",
            "5 voters have a code that no precinct bears (1 different)",
        ),
        (
            "no-code-known",
            beside(TOWN, ["901", "902", "903", "904"]),
            "",
            "20 voters have a code that no precinct bears (4 different)",
        ),
        ("no-codes", beside(TOWN, [""] * 4), "", "20    placed"),
        ("another-year", beside(TOWN, ["102", "103", "104", "101"]), "VINTAGE", "20 of 20"),
        ("outline-lost-with-voters", beside(LOST), "NO_OUTLINE", "101 (5)"),
        (
            "outline-lost-without-voters",
            beside(LOST, ["102"] * 2 + ["103", "104"], places=lambda: MIDDLES[1:2] + MIDDLES[1:]),
            "",
            "NULL_GEOMETRY",
        ),
        ("voters-elsewhere", beside(TOWN, places=AWAY), "OUTSIDE", "No door lies in any of"),
        ("merged-precincts", beside(MERGED), "", "no precinct bears (4 different)"),
        ("crosswalk", beside(MERGED, crosswalk=WALK), "", "Fit for cutting", *CROSSED),
        (
            "crosswalk-the-other-way",
            beside(TOWN, ["A1", "A1", "B1", "B1"], BACK),
            "",
            "Fit for cutting",
            *CROSSED,
        ),
        (
            "crosswalk-of-an-election",
            beside(MERGED, crosswalk=DATED),
            "",
            "Fit for cutting",
            *CROSSED,
            "--election",
            "2024-11-05",
        ),
        (
            "crosswalk-election-unnamed",
            beside(MERGED, crosswalk=DATED),
            "PARAMETER",
            "2022-11-08, 2024-11-05",
            *CROSSED,
        ),
        (
            "crosswalk-election-unknown",
            beside(MERGED, crosswalk=DATED),
            "PARAMETER",
            "no election '2020'",
            *CROSSED,
            "--election",
            "2020",
        ),
        (
            "crosswalk-twice",
            beside(MERGED, crosswalk=WALK + "101,9002\n"),
            "CROSSWALK",
            "101: 9001 and 9002",
            *CROSSED,
        ),
        (
            "crosswalk-without-names",
            beside(MERGED, crosswalk="a,b\n101,9001\n"),
            "COLUMN",
            "registration or consolidated",
            *CROSSED,
        ),
        (
            "crosswalk-empty",
            beside(MERGED, crosswalk="registration,consolidated\n"),
            "EMPTY",
            "lists nothing",
            *CROSSED,
        ),
        (
            "crosswalk-pairs-of-nothing",
            beside(MERGED, crosswalk="registration,consolidated\n,9001\n--,9002\n"),
            "EMPTY",
            "no pair",
            *CROSSED,
        ),
        (
            "crosswalk-contradicts-itself-with-zeros",
            beside(MERGED, crosswalk=WALK + "0101,9002\n"),
            "CROSSWALK",
            "101: 9001 and 9002",
            *CROSSED,
        ),
        (
            "crosswalk-ragged",
            beside(MERGED, crosswalk=WALK + "105,9002,x\n"),
            "HEADER",
            "line 6",
            *CROSSED,
        ),
        (
            "crosswalk-one-column",
            beside(MERGED, crosswalk="registration\n101\n"),
            "HEADER",
            "one column",
            *CROSSED,
        ),
        ("crosswalk-missing", beside(MERGED), "NO_FILE", "--crosswalk", *CROSSED),
    ]
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Many cases have the same precincts, which are read once."""
    return tmp_path_factory.mktemp("codes") / "workspace"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    told = judged(case)
    if case.says == "Fit for cutting":
        assert "no precinct bears" not in told


def test_voters_tell_the_coordinate_system_of_a_layer_without_one(judged):
    """Nothing else could: the town lies in some county whatever the zone of its feet."""

    def make(folder: Path) -> Path:
        shapefile(folder, drop=".prj")
        return voters(folder)

    advice = "The voters lie among the precincts with --crs EPSG:2227."
    words = ("--precincts", "{folder}/p.shp")
    judged(Case("no-prj", make, "NO_CRS", advice, option="--voters", words=words))
