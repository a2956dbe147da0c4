from contextlib import suppress

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import geojson, geopackage, shapefile, town

from geodata.errors import InputError
from geodata.layers.kml import read_kml
from geodata.precincts.precincts import read_precincts


def text(frame):
    """A layer as KML with heights, in full precision."""
    marks = []
    for code, shape in zip(frame["PRECINCT"], frame.geometry, strict=True):
        rings = [shape.exterior, *shape.interiors]
        kinds = ["outerBoundaryIs"] + ["innerBoundaryIs"] * len(shape.interiors)
        body = "".join(
            f"<{kind}><LinearRing><coordinates>"
            + " ".join(f"{x!r},{y!r},7" for x, y in ring.coords)
            + f"</coordinates></LinearRing></{kind}>"
            for kind, ring in zip(kinds, rings, strict=True)
        )
        data = f'<SchemaData><SimpleData name="PRECINCT">{code}</SimpleData></SchemaData>'
        marks.append(
            f"<Placemark><name>P {code}</name><ExtendedData>{data}</ExtendedData>"
            f"<MultiGeometry><Polygon>{body}</Polygon></MultiGeometry></Placemark>"
        )
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Folder>{"".join(marks)}</Folder></kml>'


def test_rows_shapes_and_holes(tmp_path):
    holed = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(1, 1, 2, 2).exterior])
    frame = town([holed, shapely.box(20, 0, 21, 1)], ["1", "2"])
    (tmp_path / "p.kml").write_text(text(frame))
    found = read_kml(tmp_path / "p.kml", "p.kml")
    assert found["name"].tolist() == ["P 1", "P 2"]
    assert found["PRECINCT"].tolist() == ["1", "2"]
    assert shapely.equals(found.geometry.to_numpy(), frame.geometry.to_numpy()).all()


def test_the_same_precincts_whatever_the_format(tmp_path):
    """Shapefile, GeoPackage, GeoJSON, KML, with and without heights: the same table."""
    frame = town()
    (tmp_path / "p.kml").write_text(text(frame))
    folders = [tmp_path / name for name in ("flat", "high")]
    raised = gpd.GeoDataFrame(
        frame.drop(columns="geometry"),
        geometry=shapely.force_3d(np.asarray(frame.geometry.array, object), 40),
        crs=4326,
    )
    paths = [tmp_path / "p.kml"]
    for folder, layer in zip(folders, (frame, raised), strict=True):
        folder.mkdir()
        paths += [shapefile(folder, layer), geopackage(folder, layer), geojson(folder, layer)]
    tables = [read_precincts(path).table for path in paths]
    for table in tables[1:]:
        assert table["precinct"].tolist() == tables[0]["precinct"].tolist()
        assert (
            shapely.to_wkb(table.geometry).tolist() == shapely.to_wkb(tables[0].geometry).tolist()
        )


@given(place=st.integers(0, 10**6), new=st.binary(max_size=3), gone=st.integers(0, 40))
@settings(max_examples=80, deadline=None)
def test_damage_is_refused_or_read(tmp_path_factory, place, new, gone):
    whole = text(town()).encode()
    at = place % len(whole)
    path = tmp_path_factory.mktemp("kml") / "p.kml"
    path.write_bytes(whole[:at] + new + whole[at + gone :])
    with suppress(InputError):  # anything else is a fault
        assert len(read_precincts(path).table) <= 5


def test_a_document_type_is_refused(tmp_path):
    (tmp_path / "p.kml").write_text(f"<!DOCTYPE kml SYSTEM 'http://x/y'>{text(town())}")
    with pytest.raises(InputError, match=r"TYPE.*document type"):
        read_kml(tmp_path / "p.kml", "p.kml")
