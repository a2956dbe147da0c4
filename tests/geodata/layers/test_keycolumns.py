import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from geodata.errors import InputError
from geodata.layers.keycolumns import detected_column, named_column
from geodata.layers.layers import read_layer


def layer(rows=60, **columns):
    """Columns given as functions of the row number."""
    frame = pd.DataFrame({name: [of(i) for i in range(rows)] for name, of in columns.items()})
    return gpd.GeoDataFrame(frame, geometry=[Point(0, 0)] * rows, crs=4326)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("ca-precincts/messy/contra-costa_EPSG2227.zip", "SPCTID"),
        ("ca-precincts/messy/humboldt_NAD27ft_null-geom.zip", "PRECINCT"),
        ("ca-precincts/messy/kern_compoundCRS.zip", "VOTINGPR_1"),
        ("ca-precincts/messy/modoc_UTM10.zip", "Name"),
        ("ca-precincts/messy/nevada_EPSG3857.zip", "CONS_PREC"),
        ("ca-precincts/messy/plumas_invalid_null.zip", "Precincts"),
        ("sf-central/SF_DOE_Precincts_20120702_EPSG2227.zip", "PREC_2012"),
        ("sf-central/075-san-francisco_2016_wgs84.zip", "pct16"),
        ("sf-central/SF_DOE_precincts_2019.geojson.gz", "PREC_2019"),
        ("davis/113-yolo_precincts_2016_wgs84.zip", "pct16"),
    ],
)
def test_real_files_show_their_code_column(shared_data, name, column):
    assert detected_column(read_layer(shared_data / name), name) == column


def test_santa_claras_columns_hold_no_code(shared_data):
    """Record numbers of an old coverage, and VPCT, which 268 of 1,407 polygons share."""
    path = shared_data / "ca-precincts/messy/santa-clara_NO-PRJ_ftUS085.zip"
    with pytest.raises(InputError) as caught:
        detected_column(read_layer(path, crs="EPSG:2227"), path.name)
    assert caught.value.code == "COLUMN"
    assert "VPCT (1,079 different values) in 1,407 rows" in caught.value.sentence
    assert "PRECINCT_I" in caught.value.sentence


def code(i):
    return f"{i:04}"


@pytest.mark.parametrize(
    "name",
    ["precinct", "PREC", "Pct", "pct16", "PREC_ID", "PRECINCT_I", "VPCT", "prec_name", "name"],
)
def test_usual_names_are_recognised(name):
    assert detected_column(layer(OBJECTID=int, **{name: code}, color=code), "p.shp") == name


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("precinct", "prec_name"),
        ("precinct_id", "name"),
        ("prec_2020", "prec_2018"),
        ("PREC_2012", "PREC"),
    ],
)
def test_the_more_telling_name_wins_in_any_order(better, worse):
    assert detected_column(layer(**{better: code, worse: code}), "p.shp") == better
    assert detected_column(layer(**{worse: code, better: code}), "p.shp") == better


def test_values_that_do_not_tell_polygons_apart_are_no_code():
    frame = layer(pct_type=lambda i: i % 3, precinct=lambda _: "1", prec_name=code)
    assert detected_column(frame, "p.shp") == "prec_name"
    frame = layer(precinct=lambda i: code(i) if i % 2 else None, name=code)
    assert detected_column(frame, "p.shp") == "name"


def test_two_columns_alike_are_no_guess():
    with pytest.raises(InputError, match="COLUMN") as caught:
        detected_column(layer(homeprec=code, voteprec=code), "p.shp")
    assert "homeprec (60 different values), voteprec (60" in caught.value.sentence


def test_no_column_at_all():
    with pytest.raises(InputError, match="COLUMN") as caught:
        detected_column(layer(), "p.shp")
    assert caught.value.sentence.endswith(".")
    with pytest.raises(InputError, match="name one of OBJECTID"):
        detected_column(layer(OBJECTID=int), "p.shp")


def test_a_named_column_is_found_in_any_case():
    frame = layer(PREC_2016=code, prec=code, Prec=code)
    assert named_column(frame, "PREC_2016", "p.shp") == "PREC_2016"
    assert named_column(frame, "prec_2016", "p.shp") == "PREC_2016"
    assert named_column(frame, "Prec", "p.shp") == "Prec"


def test_a_wrong_name_gets_the_nearest_guess():
    frame = layer(PREC_2016=code, area=int)
    with pytest.raises(InputError, match="COLUMN") as caught:
        named_column(frame, "PREC_2018", "p.shp")
    assert "did you mean PREC_2016?" in caught.value.sentence
    with pytest.raises(InputError, match="zzz; it has PREC_2016, area"):
        named_column(frame, "zzz", "p.shp")
    with pytest.raises(InputError, match="COLUMN"):
        named_column(frame, "geometry", "p.shp")
