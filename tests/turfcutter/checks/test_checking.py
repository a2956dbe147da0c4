import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import InputError
from geodata.notes import Note
from geodata.precincts.precincts import read_precincts
from geodata.schema import Precincts
from geodata.streets.streets import read_streets
from turfcutter.checks.checking import check_precincts, check_streets
from turfcutter.checks.faults import CELL_M, find_faults, outlines_of
from turfcutter.checks.report import Part, Report
from turfcutter.checks.surveying import run_check
from turfcutter.params import InputParams, Params, VoterParams
from turfcutter.render.report import render_report
from turfcutter.sample import make_county

NASTY = '<img src=x onerror=alert(1)>{{7*7}}${1}`"'


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("check") / "county", voters=300, seed=4)


@pytest.fixture(scope="module")
def report(county, tmp_path_factory):
    inputs = InputParams(precincts=county.precincts, voters=county.voters, streets=county.streets)
    return run_check(Params(inputs), workspace=tmp_path_factory.mktemp("check") / "ws")


def report_of(*parts, codes=None, problems=None):
    empty = gpd.GeoDataFrame({"kind": [], "says": []}, geometry=[], crs=4326)
    codes = pd.DataFrame({"code": [], "voters": []}) if codes is None else codes
    ground = gpd.GeoSeries([shapely.box(-122, 37, -121, 38)], crs=4326)
    return Report(parts, codes, empty if problems is None else problems, ground)


def test_a_sample_county_is_fit_and_all_counts_add_up(report):
    assert [part.name for part in report.parts] == ["precincts", "streets", "voters"]
    assert [part.refused for part in report.parts] == [None] * 3
    for part in report.parts:
        whole, *rest = part.counts.values()
        assert whole == sum(rest), part
    assert len(report.codes) == 0


def test_where_nobody_is_left_the_look_says_what_the_cut_would(county, tmp_path):
    inputs = InputParams(precincts=county.precincts, voters=county.voters, streets=county.streets)
    nobody = VoterParams(where="voter_id = 'nobody'")
    found = run_check(Params(inputs, voters=nobody), workspace=tmp_path)
    assert found.exit_code == 2
    assert found.parts[-1].refused.code == "NO_VOTERS"
    assert sum(found.counts.values()) == 2 * found.counts["rows"]


def test_counts_of_precincts_add_up_where_rows_are_dropped_and_joined(shared_data):
    path = shared_data / "ca-precincts" / "messy" / "humboldt_NAD27ft_null-geom.zip"
    part = check_precincts(read_precincts(path), InputParams(), path.name)
    assert part.counts == {
        "polygons": 333,
        "without_outline": 1,
        "without_code": 1,
        "joined": 25,
        "precincts": 306,
    }
    assert part.facts["county"] == "Humboldt"


def test_streets_tell_their_pieces(county):
    part = check_streets(read_streets(county.streets, None), None, "s.osm")
    assert "% of the length; pieces: " in part.facts["connected"]


def test_exit_codes():
    fine = Part("voters", "v.csv", counts={"rows": 1000, "unreadable": 5, "placed": 995})
    worse = Part("voters", "v.csv", counts={"rows": 1000, "unreadable": 6, "placed": 994})
    bad = Part("precincts", "p.shp", refused=InputError("NO_CRS", "No."))
    assert report_of(fine).exit_code == 0
    assert report_of(worse).exit_code == 3
    assert report_of(worse).beyond_limits == {"unreadable": pytest.approx(0.006)}
    assert report_of(bad, worse).exit_code == 2


def test_advice_goes_to_the_sentences_it_concerns():
    bad = Part("precincts", "p.shp", refused=InputError("NO_CRS", "No."))
    other = Part("voters", "v.csv", refused=InputError("HEADER", "No."))
    first, second = (
        report_of(bad, other)
        .advised(lambda fault: "Try it." if fault.code == "NO_CRS" else "")
        .parts
    )
    assert first.refused.sentence == "No. Try it."
    assert second.refused.sentence == "No."


def test_voters_without_a_place_are_shown_in_squares_only(report, county, tmp_path):
    """The three voters are moved out of the county to one spot; nothing points at the spot."""
    voters = pd.read_csv(county.voters, dtype=str, keep_default_na=False, on_bad_lines="skip")
    spot = report.outlines.total_bounds[[0, 1]] - 0.0123
    away = voters.index[:3]
    voters.loc[away, ["lon", "lat"]] = [f"{value:.6f}" for value in spot]
    voters.loc[away, "sHouseNum"] = ["7", "9", "11"]
    voters.loc[away, "szStreetName"] = "NOWHERE"
    voters.to_csv(tmp_path / "v.csv", index=False)
    inputs = InputParams(
        precincts=county.precincts, voters=tmp_path / "v.csv", streets=county.streets
    )
    found = run_check(Params(inputs), workspace=tmp_path / "ws").problems
    cells = found[found["kind"] == "R-out_of_county"]
    assert cells["says"].tolist() == ["3 voters: the coordinates lie outside all precincts"]
    assert cells.geometry.iloc[0].covers(shapely.Point(spot))
    side_m = np.sqrt(cells.to_crs(cells.estimate_utm_crs()).area.iloc[0])
    assert side_m == pytest.approx(CELL_M, rel=0.01)


def test_nothing_wrong_nothing_shown():
    table = gpd.GeoDataFrame({"precinct": ["1"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=32610)
    assert len(find_faults(Precincts(table), None, None)) == 0
    assert len(outlines_of(None, None)) == 0
    assert outlines_of(Precincts(table), None).crs == 4326


def test_the_page_shows_text_as_text():
    problems = gpd.GeoDataFrame(
        {"kind": ["GAPS", NASTY], "says": [NASTY, "x"]},
        geometry=[shapely.box(-121.9, 37.1, -121.8, 37.2), shapely.Point(-121.5, 37.5)],
        crs=4326,
    )
    part = Part("precincts", NASTY, {NASTY: NASTY}, {"polygons": 1, NASTY: 1}, (Note("N", NASTY),))
    bad = Part("voters", NASTY, refused=InputError("NO_FILE", NASTY))
    codes = pd.DataFrame({"code": [NASTY], "voters": [3]})
    page = render_report(report_of(part, bad, codes=codes, problems=problems))
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;{{7*7}}") >= 8
    assert "<script" not in page


def test_the_page_asks_nobody_for_anything_and_is_the_same_again(report):
    page = render_report(report)
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page == render_report(report)
    assert "These files are fit for cutting." in page or "more rows than usual" in page


def test_the_page_names_no_voter(report, county):
    voters = pd.read_csv(county.voters, dtype=str, keep_default_na=False, on_bad_lines="skip")
    page = render_report(report)
    for name in ("lVoterUniqueID", "szNameLast", "szSitusAddress"):
        values = set(voters[name]) - {""}
        assert values
        assert not [value for value in values if f">{value}<" in page]
