"""Layers as people send them: every kind, whole and broken."""

import gzip
import json
import socket
import sqlite3
import warnings
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import InputError
from geodata.layers.layers import read_layer


def squares(count=4):
    """A row of unit squares of a hundredth of a degree near San Francisco, with heights."""
    shapes = [shapely.box(-122 + i / 100, 37, -122 + (i + 1) / 100, 37.01) for i in range(count)]
    codes = [f"00{i}" for i in range(count)]
    return gpd.GeoDataFrame(
        {"pct": codes, "name": ["Peña"] * count}, geometry=shapely.force_3d(shapes, 7.0), crs=4326
    )


def shapefile(folder, frame=None, name="p", **options):
    (squares() if frame is None else frame).to_file(folder / f"{name}.shp", **options)
    return folder / f"{name}.shp"


def zipped(target, files):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def parts(path, rename=str):
    return {rename(f.name): f.read_bytes() for f in sorted(path.parent.glob(f"{path.stem}.*"))}


def as_shp(folder):
    return shapefile(folder)


def as_zip(folder):
    return zipped(folder / "p.zip", parts(shapefile(folder)))


def as_nested_zip(folder):
    """What a Mac makes of a folder from a Windows machine."""
    inner = parts(shapefile(folder), lambda name: f"Precincts 2016/{name.upper()}")
    junk = {f"__MACOSX/Precincts 2016/._{name.split('/')[1]}": b"junk" for name in inner}
    return zipped(folder / "p.zip", {"Precincts 2016/": b"", **junk, **inner, ".DS_Store": b"x"})


def as_mixed_case(folder):
    path = shapefile(folder)
    path.with_suffix(".shx").rename(folder / "P.Shx")
    path.with_suffix(".dbf").rename(folder / "p.DBF")
    return path


def as_gpkg(folder):
    squares().to_file(folder / "p.gpkg")
    return folder / "p.gpkg"


def as_geojson(folder):
    squares().to_file(folder / "p.geojson")
    return folder / "p.geojson"


def as_geojson_with_bom(folder):
    path = as_geojson(folder)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    return path


def as_geojson_gz(folder):
    (folder / "p.geojson.gz").write_bytes(gzip.compress(as_geojson(folder).read_bytes()))
    return folder / "p.geojson.gz"


def as_zipped_geojson(folder):
    return zipped(folder / "p.zip", {"a/P.GeoJSON": as_geojson(folder).read_bytes()})


def as_parquet(folder):
    squares().to_parquet(folder / "p.parquet")
    return folder / "p.parquet"


KINDS = [
    as_shp,
    as_zip,
    as_nested_zip,
    as_mixed_case,
    as_gpkg,
    as_geojson,
    as_geojson_with_bom,
    as_geojson_gz,
    as_zipped_geojson,
    as_parquet,
]


@pytest.mark.parametrize("make", KINDS)
def test_every_kind_of_file_gives_the_same_layer(make, tmp_path):
    frame = read_layer(make(tmp_path))
    assert frame["pct"].tolist() == ["000", "001", "002", "003"]
    assert frame["name"].tolist() == ["Peña"] * 4
    assert frame.crs.to_epsg() == 4326
    assert not frame.has_z.any()
    assert frame.geom_equals(squares().geometry.force_2d()).all()


@pytest.mark.parametrize("make", KINDS)
def test_content_tells_the_kind_not_the_name(make, tmp_path):
    path = make(tmp_path)
    if path.suffix != ".shp":  # the parts of a shapefile are found by their names
        path = path.rename(tmp_path / "precincts.txt")
    assert len(read_layer(path)) == 4


def test_the_users_coordinate_system_is_believed_more_than_the_file(tmp_path):
    """GeoJSON in feet always claims degrees; saying which feet makes it readable."""
    feet = squares().to_crs(2227)
    path = tmp_path / "feet.geojson"
    document = json.loads(feet.to_json(drop_id=True))
    del document["crs"]
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="COORD_RANGE") as caught:
        read_layer(path)
    assert "EPSG:2225" in caught.value.sentence
    frame = read_layer(path, crs="EPSG:2227")
    np.testing.assert_allclose(frame.to_crs(4326).total_bounds, squares().total_bounds, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "rows", "epsg"),
    [
        ("ca-precincts/messy/contra-costa_EPSG2227.zip", 1146, 2227),
        ("ca-precincts/messy/humboldt_NAD27ft_null-geom.zip", 333, 26741),
        ("ca-precincts/messy/kern_compoundCRS.zip", 642, 2229),
        ("ca-precincts/messy/modoc_UTM10.zip", 21, 26910),
        ("ca-precincts/messy/nevada_EPSG3857.zip", 82, 3857),
        ("ca-precincts/messy/plumas_invalid_null.zip", 287, 2225),
        ("sf-central/SF_DOE_Precincts_20120702_EPSG2227.zip", 605, 2227),
        ("sf-central/075-san-francisco_2016_wgs84.zip", 599, 4326),
        ("sf-central/SF_DOE_precincts_2019.geojson.gz", 617, 4326),
        ("davis/113-yolo_precincts_2016_wgs84.zip", 129, 4326),
        ("ca-precincts/ca_precincts_2016_52counties.parquet", 12346, 4326),
    ],
)
def test_real_files_are_read_whole(shared_data, name, rows, epsg):
    frame = read_layer(shared_data / name)
    assert len(frame) == rows
    assert frame.crs.to_epsg() == epsg


def test_santa_clara_needs_a_coordinate_system(shared_data):
    path = shared_data / "ca-precincts/messy/santa-clara_NO-PRJ_ftUS085.zip"
    with pytest.raises(InputError) as caught:
        read_layer(path)
    assert caught.value.code == "NO_CRS"
    assert "EPSG:2227" in caught.value.sentence
    west, south, east, north = read_layer(path, crs="EPSG:2227").to_crs(4326).total_bounds
    assert -122.3 < west < east < -121.2
    assert 36.8 < south < north < 37.5


def test_shasta_lacks_its_attributes(shared_data):
    with pytest.raises(InputError, match="NO_ATTRIBUTES"):
        read_layer(shared_data / "ca-precincts/messy/shasta_NO-DBF.zip")


def without(suffix):
    def make(folder):
        path = shapefile(folder)
        path.with_suffix(suffix).unlink()
        return path

    return make


def empty_layer(folder):
    squares().iloc[:0].to_file(folder / "p.gpkg")
    return folder / "p.gpkg"


def null_geometries(folder):
    frame = squares()
    frame.geometry = [None] * 4
    frame.to_parquet(folder / "p.parquet")
    return folder / "p.parquet"


def plain_parquet(folder):
    pd.DataFrame({"a": [1]}).to_parquet(folder / "p.parquet")
    return folder / "p.parquet"


def plain_sqlite(folder):
    with sqlite3.connect(folder / "p.gpkg") as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    return folder / "p.gpkg"


def attributes_only_geopackage(folder):
    path = as_gpkg(folder)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_contents SET data_type = 'attributes'")
    database.close()
    return path


def two_layer_geopackage(folder):
    squares().to_file(folder / "p.gpkg", layer="precincts")
    squares().to_file(folder / "p.gpkg", layer="districts")
    return folder / "p.gpkg"


def two_layer_zip(folder):
    files = parts(shapefile(folder, name="precincts")) | parts(shapefile(folder, name="districts"))
    return zipped(folder / "p.zip", files)


def virtual_table(folder):
    """A GeoPackage with a table that is really another file."""
    path = as_gpkg(folder)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA writable_schema = 1")
        database.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0,"
            " 'CREATE VIRTUAL TABLE v USING VirtualOGR(''/etc/passwd'')')"
        )
    database.close()
    return path


def swapped_geojson(folder):
    frame = squares()
    frame.geometry = frame.geometry.map(lambda s: shapely.transform(s, lambda xy: xy[:, ::-1]))
    (folder / "p.geojson").write_text(frame.to_json(drop_id=True))
    return folder / "p.geojson"


def degrees_as_feet(folder):
    return shapefile(folder, squares().set_crs(2227, allow_override=True))


def infinite_coordinates(folder):
    frame = squares()
    frame.geometry = [shapely.Point(np.inf, 0)] * 4
    frame.to_parquet(folder / "p.parquet")
    return folder / "p.parquet"


def content(name, data):
    def make(folder):
        (folder / name).write_bytes(data)
        return folder / name

    make.__name__ = name
    return make


def part_of_a_shapefile(folder):
    return shapefile(folder).with_suffix(".dbf")


BROKEN = [
    (lambda folder: folder / "absent.shp", "NO_FILE"),
    (lambda folder: folder, "NO_FILE"),
    (lambda folder: as_shp(folder) / "below-a-file.shp", "NO_FILE"),
    (without(".shx"), "NO_SHX"),
    (without(".dbf"), "NO_ATTRIBUTES"),
    (without(".prj"), "NO_CRS"),
    (part_of_a_shapefile, "TYPE"),
    (empty_layer, "EMPTY"),
    (null_geometries, "EMPTY"),
    (attributes_only_geopackage, "EMPTY"),
    (content("p.geojson", b""), "EMPTY"),
    (content("p.geojson", b'{"type": "FeatureCollection", "features": []}'), "EMPTY"),
    (content("p.geojson", b'{"type": "Nonsense"}'), "TYPE"),
    (content("p.geojson", b'{"crs": }'), "TYPE"),
    (content("p.csv", b"a,b\n1,2\n"), "TYPE"),
    (content("p.geojson", b"[1, 2]"), "TYPE"),
    (content("p.gz", gzip.compress(b"a,b\n1,2\n")), "TYPE"),
    (content("p.zip", b"PK\x03\x04 and nothing more"), "ARCHIVE"),
    (plain_parquet, "TYPE"),
    (plain_sqlite, "TYPE"),
    (virtual_table, "TYPE"),
    (two_layer_geopackage, "AMBIGUOUS_LAYER"),
    (two_layer_zip, "AMBIGUOUS_LAYER"),
    (swapped_geojson, "SWAPPED"),
    (degrees_as_feet, "COORD_RANGE"),
    (infinite_coordinates, "COORD_RANGE"),
]


@pytest.mark.parametrize(("make", "code"), BROKEN)
def test_a_broken_file_is_refused_with_its_code_and_one_sentence(make, code, tmp_path):
    path = make(tmp_path)
    with pytest.raises(InputError) as caught:
        read_layer(path)
    assert caught.value.code == code, caught.value
    assert caught.value.sentence.endswith(".")
    assert path.name in caught.value.sentence
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("make", [two_layer_geopackage, two_layer_zip])
def test_several_layers_are_named(make, tmp_path):
    with pytest.raises(InputError, match=r"districts.*precincts"):
        read_layer(make(tmp_path))


VRT = """<OGRVRTDataSource><OGRVRTLayer name="p"><SrcDataSource>{}</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("name", ["x.geojson", "x.shp", "x.gpkg", "x.vrt", "x.zip"])
@pytest.mark.parametrize("wrap", ["{}", '{{"a": "{}"}}', "\n {}"])
def test_a_file_that_points_at_another_is_refused(tmp_path, name, wrap):
    """GDAL would read the secret layer through any of these, whatever they are called."""
    secret = as_geojson(tmp_path)
    path = tmp_path / name
    path.write_text(wrap.format(VRT.format(secret)))
    with pytest.raises(InputError, match="TYPE"):
        read_layer(path)


def test_a_pointer_within_an_archive_is_refused(tmp_path):
    vrt = VRT.format(as_geojson(tmp_path)).encode()
    with pytest.raises(InputError, match="TYPE"):
        read_layer(zipped(tmp_path / "x.zip", {"p.geojson": vrt}))
    with pytest.raises(InputError, match="TYPE"):
        read_layer(zipped(tmp_path / "y.zip", {"p.shp": vrt, "p.shx": b"", "p.dbf": b""}))


@pytest.mark.loopback
@pytest.mark.parametrize("place", ["top", "geometry"])
@pytest.mark.parametrize(
    ("key", "kind", "member"),
    [("crs", "link", "href"), ("CRS", "URL", "url"), ("\\u0063rs", "l\\u0069nk", "href")],
)
def test_no_coordinate_system_is_fetched(tmp_path, key, kind, member, place):
    """GDAL would follow the link; nobody may come to the door."""
    document = json.loads(squares().to_json(drop_id=True))
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        url = f"http://127.0.0.1:{door.getsockname()[1]}/crs"
        link = f'"{key}": {{"type": "{kind}", "properties": {{"{member}": "{url}"}}}}'
        text = json.dumps(document)
        first = {"top": "{", "geometry": '"geometry": {'}[place]
        (tmp_path / "p.geojson").write_text(text.replace(first, f"{first}{link}, ", 1))
        with pytest.raises(InputError, match="TYPE"):
            read_layer(tmp_path / "p.geojson")
        with pytest.raises(TimeoutError):
            door.accept()


def test_a_property_called_crs_is_no_link(tmp_path):
    path = tmp_path / "p.geojson"
    path.write_text(squares().assign(crs="link").to_json(drop_id=True))
    assert read_layer(path)["crs"].tolist() == ["link"] * 4


def test_nothing_is_left_open_or_behind(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    for i, make in enumerate(KINDS):
        folder = tmp_path / str(i)
        folder.mkdir()
        path = make(folder)
        before = sorted(folder.iterdir())
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read_layer(path)
        assert sorted(folder.iterdir()) == before
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("make", [as_shp, as_zip, as_gpkg, as_geojson, as_geojson_gz, as_parquet])
def test_a_file_cut_anywhere_is_refused(make, tmp_path):
    path = make(tmp_path)
    whole = path.read_bytes()
    for length in np.linspace(0, len(whole) - 3, 40).astype(int):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError):
            read_layer(path)
