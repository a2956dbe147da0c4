"""Files of addresses of all kinds become points and ranges, or are refused in a sentence."""

import gzip

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS

from geodata.errors import InputError
from geodata.geocoding import read_source, street_ranges

METRIC = CRS(32610)
PLACE = "-121.74,38.54"


def written(tmp_path, text, name="addresses.csv"):
    path = tmp_path / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize(
    ("header", "cells", "address"),
    [
        ("lon,lat,address", f"{PLACE},10 Oak St", "10 Oak St"),
        (
            "LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE",
            f"{PLACE},10,Oak St,3,Davis,95616",
            "10 Oak St",
        ),
        ("lon,lat,housenumber,street", f"{PLACE},9 A,Oak St", "9A Oak St"),
        (
            "X,Y,Add_Number,AddNum_Suf,St_PreDir,St_Name,St_PosTyp",
            f"{PLACE},9,B,N,Oak,St",
            "9B N Oak St",
        ),
        ("lon,lat,AddrNum,PreDir,StreetName,StType", f"{PLACE},10,,Oak,ST", "10 Oak ST"),
        ("lon,lat,number,PreDir,FullName", f"{PLACE},10,N,North Oak St", "10 North Oak St"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_address_columns_of_many_places(tmp_path, header, cells, address, name):
    source = read_source(written(tmp_path, f"{header}\n{cells}\n", name), METRIC)
    assert source.points["address"].tolist() == [address]
    assert source.points["x"].between(600_000, 620_000).all()
    assert source.ranges.empty


def layer(tmp_path, shapes, name="layer.gpkg", **columns):
    path = tmp_path / name
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(path)
    return path


def test_a_layer_of_points_or_outlines(tmp_path):
    at = shapely.Point(-121.74, 38.54)
    for shape in (at, at.buffer(0.001)):
        source = read_source(
            layer(tmp_path, [shape], Number=[10.0], Street=["Oak St"], ZipCode=[95616.0]), METRIC
        )
        assert source.points[["address", "zip"]].to_numpy().tolist() == [["10 Oak St", "95616"]]
        (tmp_path / "layer.gpkg").unlink()


LINE = shapely.LineString([(-121.74, 38.54), (-121.73, 38.54)])


@pytest.mark.parametrize(
    "names",
    [
        ("LFROMADD", "LTOADD", "RFROMADD", "RTOADD"),
        ("FromAddr_L", "ToAddr_L", "FromAddr_R", "ToAddr_R"),
        ("L_F_ADD", "L_T_ADD", "R_F_ADD", "R_T_ADD"),
        ("LF_FADD", "LF_TOADD", "RT_FADD", "RT_TOADD"),
    ],
)
def test_a_layer_of_centrelines(tmp_path, names):
    cells = dict(zip(names, (["101"], ["199"], ["100"], [""]), strict=True))
    ranges = read_source(layer(tmp_path, [LINE], FULLNAME=["Oak St"], **cells), METRIC).ranges
    assert ranges[["street", "low", "high", "side"]].to_numpy().tolist() == [
        ["Oak St", 101, 199, "left"]
    ]


def test_streets_without_ranges_are_no_source_but_may_be_streets(tmp_path):
    path = layer(tmp_path, [LINE], FULLNAME=["Oak St"])
    assert street_ranges(path, METRIC).ranges.empty
    with pytest.raises(InputError) as refused:
        read_source(path, METRIC)
    assert refused.value.code == "COLUMN"
    assert "LFROMADD" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lon,lat,name\n1,2,3\n", "COLUMN"),
        ("number,street\n10,Oak St\n", "COLUMN"),
        ("lon,lat,address\n0,0,10 Oak St\n", "COLUMN"),
        (f"lon,lat,address\n{PLACE},\n", "EMPTY"),
        ("lon,lat,address\n6000000,2000000,10 Oak St\n", "COORD_RANGE"),
        ("", "EMPTY"),
        ("one column\n", "HEADER"),
    ],
)
def test_what_is_no_source_is_refused(tmp_path, text, code):
    with pytest.raises(InputError) as refused:
        read_source(written(tmp_path, text), METRIC)
    assert refused.value.code == code
