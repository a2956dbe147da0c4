import json
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from geodata import counties
from geodata.counties import derive
from geodata.errors import InputError

YOLO = "Yolo"


def grid(name, crs, size=8):
    """A county cut into cells, in a coordinate system."""
    outline = counties.outlines()[name]
    west, south, east, north = outline.bounds
    xs, ys = np.linspace(west, east, size), np.linspace(south, north, size)
    cells = [
        outline.intersection(shapely.box(a, c, b, d))
        for a, b in pairwise(xs)
        for c, d in pairwise(ys)
    ]
    cells = [cell for cell in cells if not cell.is_empty]
    return np.asarray(gpd.GeoSeries(cells, crs=4326).to_crs(crs).array, object)


def test_all_counties_are_there_and_sound():
    found = counties.outlines()
    assert len(found) == 58
    assert all(shape.is_valid for shape in found.values())
    assert found["San Francisco"].contains(shapely.Point(-122.44, 37.76))
    overlap = shapely.intersection(found["Yolo"], found["Sacramento"]).area
    assert overlap < 1e-6


def test_outlines_are_what_the_script_makes(shared_data, tmp_path):
    target = tmp_path / "california.json"
    assert derive.derive(shared_data / "census" / "counties-10m.json", target) == 58
    assert target.read_text() == derive.TARGET.read_text()
    assert set(json.loads(target.read_text())) == set(counties.outlines())


@pytest.mark.parametrize("code", [4326, 2226, 26942, 26910, 3310, 3857, 26742])
def test_a_county_tells_its_coordinate_system(code):
    found = counties.fits(grid(YOLO, code))
    assert found[0].crs == f"EPSG:{code}"
    assert found[0].county == YOLO
    assert found[0].exact


def test_a_part_of_a_county_fits_several_unless_the_county_is_named():
    piece = grid(YOLO, 2226)[10:12]
    found = counties.fits(piece)
    assert len(found) > 1
    assert not any(one.certain for one in found)
    assert [one.crs for one in counties.fits(piece, YOLO)] == ["EPSG:2226"]


def test_what_is_in_the_right_place_passes():
    assert counties.check_place(grid(YOLO, 2226), CRS.from_epsg(2226), "", "p.shp") == YOLO
    assert counties.check_place(grid(YOLO, 2226), CRS.from_epsg(2226), YOLO, "p.shp") == YOLO
    there = np.array([shapely.box(5, 5, 6, 6)], object)
    assert counties.check_place(there, CRS.from_epsg(4326), "", "p.shp") == ""
    both = np.concatenate([grid(YOLO, 4326), grid("Butte", 4326)])
    assert counties.check_place(both, CRS.from_epsg(4326), "", "p.shp") == ""


@pytest.mark.parametrize(("claimed", "county"), [(2225, ""), (2227, ""), (2228, YOLO)])
def test_a_wrong_zone_is_found_out(claimed, county):
    with pytest.raises(InputError) as caught:
        counties.check_place(grid(YOLO, 2226), CRS.from_epsg(claimed), county, "p.shp")
    assert caught.value.code == "MISPLACED"
    assert "give --crs EPSG:2226." in caught.value.sentence


def test_names_of_counties():
    assert counties.county_named("santa clara COUNTY") == "Santa Clara"
    assert counties.county_named("") == ""
    with pytest.raises(InputError, match="PARAMETER"):
        counties.county_named("Atlantis")


def test_real_precincts_without_a_label_tell_theirs(shared_data):
    """Every county of the state in the zone that is used there."""
    path = shared_data / "ca-precincts" / "ca_precincts_2016_52counties.parquet"
    zones = {"06113": 2226, "06085": 2227, "06075": 2227, "06089": 2225, "06029": 2229}
    wanted = [("county_fips", "in", [*zones])]
    layer = gpd.read_parquet(path, columns=["county_fips", "geometry"], filters=wanted)
    layer = layer.set_geometry(layer.geometry.simplify(0.001))
    for fips, right in zones.items():
        here = layer[layer["county_fips"] == fips]
        assert len(here)
        shapes = np.asarray(here.to_crs(right).geometry.array, object)
        assert counties.fits(shapes)[0].crs == f"EPSG:{right}"
