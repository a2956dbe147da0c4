"""Real files as registrars sent them, through the same command; they are read where they lie."""

import pytest
from click.testing import CliRunner
from corpus import Case, name_of

from turfcutter.cli.main import main

MESSY = "ca-precincts/messy"
ROWS = [
    (f"{MESSY}/contra-costa_EPSG2227.zip", "", "county: Contra Costa"),
    (f"{MESSY}/humboldt_NAD27ft_null-geom.zip", "", "county: Humboldt"),
    (f"{MESSY}/kern_compoundCRS.zip", "", "county: Kern"),
    (f"{MESSY}/modoc_UTM10.zip", "", "21    precincts"),
    (f"{MESSY}/nevada_EPSG3857.zip", "", "county: Nevada"),
    (f"{MESSY}/plumas_invalid_null.zip", "", "NULL_GEOMETRY"),
    (f"{MESSY}/santa-clara_NO-PRJ_ftUS085.zip", "NO_CRS", "give --crs EPSG:2227."),
    (f"{MESSY}/shasta_NO-DBF.zip", "NO_ATTRIBUTES", ".dbf"),
    ("sf-central/SF_DOE_precincts_2019.geojson.gz", "", "county: San Francisco"),
    ("davis/113-yolo_precincts_2016_wgs84.zip", "", "county: Yolo"),
]
STREETS = [
    ("san-jose/downtown_osm_20260128.osm.xml.gz", "", "TRIMMED"),
    ("san-jose/sanjose_sidewalks_crossings.osm.pbf", "NOT_CONNECTED", "15,445 pieces"),
]
CASES = [Case(name, lambda _: None, code, says) for name, code, says in ROWS]
SLOW = [
    Case(name, lambda _: None, code, says, option="--streets") for name, code, says in STREETS
] + [
    Case(
        "ca-precincts/ca_precincts_2016_52counties.parquet",
        lambda _: None,
        "",
        "11,716    precincts",
    ),
    Case(
        ROWS[6][0],
        lambda _: None,
        "",
        "county: Santa Clara",
        words=("--crs", "2227", "--precinct-column", "VPCT"),
    ),
]


def check(case, shared_data, folder):
    run = ["check", case.option, str(shared_data / case.name), *case.words]
    done = CliRunner().invoke(main, [*run, "--workspace", str(folder / "workspace")])
    told = done.stdout + done.stderr
    assert done.exit_code == case.exit_code, told
    assert case.says in told
    assert (
        f"turfcutter: {case.code}" in done.stderr if case.code else not done.stderr.count(": fault")
    )


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case, shared_data, tmp_path):
    check(case, shared_data, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW, ids=name_of)
def test_slow_case(case, shared_data, tmp_path):
    check(case, shared_data, tmp_path)
