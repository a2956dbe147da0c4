"""Broken precinct layers of other kinds than shapefiles, broken outlines, codes and places."""

import gzip
import json
import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from corpus import Case, content, made, name_of
from shapely import affinity
from shapes import CODES, SIDE, SOUTH, WEST, geojson, geopackage, shapefile, squares, town

from geodata import counties

BOW_TIE = shapely.Polygon(
    [(WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE), (WEST + SIDE, SOUTH), (WEST, SOUTH + SIDE)]
)
"""Two triangles that meet in a point: mending it keeps half of its box."""
SPIKED = shapely.Polygon(
    [
        *((WEST, SOUTH), (WEST + SIDE, SOUTH), (WEST + SIDE, SOUTH + SIDE)),
        *((WEST + SIDE, SOUTH + 2 * SIDE), (WEST + SIDE, SOUTH + SIDE), (WEST, SOUTH + SIDE)),
    ]
)
"""A square with a spike without any area."""


OUTLINE = shapely.to_geojson(squares()[0])
ESRI = json.dumps(
    {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4326},
        "features": [
            {
                "attributes": {"PRECINCT": "101"},
                "geometry": {"rings": [list(squares()[0].exterior.coords)]},
            }
        ],
    }
)
"""What a server of maps sends where nobody asks it for GeoJSON."""


def of_town(shapes=None, **how) -> gpd.GeoDataFrame:
    return town([*(shapes or []), *squares()[len(shapes or []) :]], **how)


def plain_json(folder: Path, change) -> Path:
    """The town as GeoJSON, changed as parsed JSON."""
    document = json.loads(geojson(folder).read_text())
    change(document)
    (folder / "p.geojson").write_text(json.dumps(document))
    return folder / "p.geojson"


def raw_numbers(folder: Path, crs: int) -> Path:
    """GeoJSON that holds numbers of another system, as if they were degrees."""
    frame = town(crs=crs).set_crs(4326, allow_override=True)
    return geojson(folder, frame)


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(shapely.transform(frame.geometry, lambda xy: xy[:, ::-1]))


def county(folder: Path, crs: int, claimed: int | None, name: str = "Santa Clara") -> Path:
    """A grid of precincts over a whole county, in one system and labelled as another or none."""
    outline = counties.outlines()[name]
    west, south, east, north = outline.bounds
    xs, ys = np.linspace(west, east, 6), np.linspace(south, north, 6)
    cells = [
        outline.intersection(shapely.box(*xs[i : i + 1], *ys[j : j + 1], xs[i + 1], ys[j + 1]))
        for i in range(5)
        for j in range(5)
    ]
    cells = [cell for cell in cells if not cell.is_empty]
    frame = town(cells, [str(101 + k) for k in range(len(cells))], crs=crs)
    frame = frame.set_crs(claimed, allow_override=True) if claimed else frame
    return shapefile(folder, frame, drop="" if claimed else ".prj")


def gzipped(folder: Path, share: float = 1.0) -> Path:
    path = geojson(folder)
    data = gzip.compress(path.read_bytes())
    path.unlink()
    (folder / "p.geojson.gz").write_bytes(data[: int(len(data) * share)])
    return folder / "p.geojson.gz"


def a_line_each(folder: Path) -> Path:
    """Features by themselves, as some servers send them."""
    path = geojson(folder)
    features = json.loads(path.read_text())["features"]
    path.write_text("\n".join(json.dumps(feature) for feature in features))
    return path


def in_utf_16(folder: Path) -> Path:
    path = geojson(folder)
    path.write_bytes(path.read_text().encode("utf-16"))
    return path


def listed(document: dict) -> None:
    for feature in document["features"]:
        feature["properties"]["PRECINCT"] = [feature["properties"]["PRECINCT"]]


def edited(folder: Path, *statements: tuple[str, tuple[object, ...]]) -> Path:
    """The town as GeoPackage, changed by SQL; what its triggers ask for is answered with 0."""
    path = geopackage(folder)
    with closing(sqlite3.connect(path)) as database:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            database.create_function(name, 1, lambda _: 0)
        for statement, values in statements:
            database.execute(statement, values)
        database.commit()
    return path


def curved(folder: Path) -> Path:
    """The first precinct's southern side as an arc."""
    arc = [(0.0, 0.0), (0.5, -0.1), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
    points = b"".join(struct.pack("<dd", WEST + SIDE * x, SOUTH + SIDE * y) for x, y in arc)
    ring = struct.pack("<BII", 1, 8, len(arc)) + points
    shape = struct.pack("<2sBBi", b"GP", 0, 1, 4326) + struct.pack("<BII", 1, 10, 1) + ring
    kind = "UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'"
    return edited(folder, (kind, ()), ("UPDATE p SET geom = ? WHERE fid = 1", (shape,)))


def without_crs(folder: Path) -> Path:
    tables = ("gpkg_contents", "gpkg_geometry_columns")
    return edited(folder, *((f"UPDATE {table} SET srs_id = -1", ()) for table in tables))


def parquet(
    folder: Path, share: float = 1.0, *, geometry: bool = True, codes: Sequence[object] = CODES
) -> Path:
    path = folder / "p.parquet"
    town(codes=codes).to_parquet(path) if geometry else pd.DataFrame({"a": [1]}).to_parquet(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def two_layers(folder: Path) -> Path:
    town().to_file(folder / "p.gpkg", layer="precincts")
    town().to_file(folder / "p.gpkg", layer="districts")
    return folder / "p.gpkg"


def shortened(folder: Path) -> Path:
    path = geopackage(folder)
    path.write_bytes(path.read_bytes()[:60_000])
    return path


def kml(folder: Path, body: str, head: str = "", tail: str = "</Document></kml>") -> Path:
    path = folder / "p.kml"
    space = 'xmlns="http://www.opengis.net/kml/2.2"'
    path.write_text(f'<?xml version="1.0"?>{head}<kml {space}><Document>{body}{tail}')
    return path


def placemark(code: str, shape: shapely.Polygon) -> str:
    ring = " ".join(f"{x!r},{y!r},12" for x, y in shape.exterior.coords)
    return (
        f'<Placemark><ExtendedData><Data name="PRECINCT"><value>{code}</value></Data>'
        "</ExtendedData>"
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark>"
    )


MARKS = "".join(placemark(code, shape) for code, shape in zip(CODES, squares(), strict=True))
ENTITIES = '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def link(document: dict) -> None:
    href = {"href": "http://example.com/crs.wkt", "type": "ogcwkt"}
    document["crs"] = {"type": "link", "properties": href}


def wild(document: dict) -> None:
    document["features"][0]["geometry"]["coordinates"][0][1] = [1e308, -1e308]


KINDS = [
    Case("geojson", made(geojson), "", "4    precincts"),
    Case("geojson-gz", made(gzipped), "", "4    precincts"),
    Case("geojson-gz-cut", made(gzipped, share=0.6), "TRUNCATED", "ends too early"),
    Case(
        "geojson-cut",
        content("p.geojson", '{"type":"FeatureCollection","fea'),
        "TRUNCATED",
        "brace",
    ),
    Case("geojson-link", made(plain_json, link), "TYPE", "on the network"),
    Case(
        "geojson-of-a-server-that-stopped",
        made(plain_json, lambda document: document.update(exceededTransferLimit=True)),
        "TRUNCATED",
        "as its server sends at once",
    ),
    Case("geojson-a-feature-a-line", made(a_line_each), "TYPE", "Failed to read GeoJSON"),
    Case("geojson-utf-16", made(in_utf_16), "TYPE", "not of a kind"),
    Case("geojson-codes-in-lists", made(plain_json, listed), "", "4    precincts"),
    Case("geojson-outline-alone", content("p.geojson", OUTLINE), "COLUMN", "that has columns."),
    Case("esri-json", content("p.json", ESRI), "TYPE", "give a"),
    Case("topojson", content("p.json", '{"type":"Topology","objects":{}}'), "TYPE", "give a"),
    Case("text", content("p.csv", "precinct,wkt\n1,POINT (0 0)\n"), "TYPE", "not of a kind"),
    Case(
        "geojson-no-features",
        content("p.geojson", '{"type":"FeatureCollection","features":[]}'),
        "EMPTY",
        "no features",
    ),
    Case("geojson-not", content("p.geojson", '{"a": [1, 2]}'), "TYPE", "give a"),
    Case("geojson-1e308", made(plain_json, wild), "COORD_RANGE", "coordinates"),
    Case(
        "json-bomb-of-brackets",
        content("p.geojson", '{"type":' + "[" * 50_000 + "}"),
        "TYPE",
        "damaged",
    ),
    Case("empty-file", content("p.geojson", ""), "EMPTY", "is empty"),
    Case(
        "html-called-geojson", content("p.geojson", "<html>Log in</html>"), "TYPE", "not of a kind"
    ),
    Case("geopackage", made(geopackage), "", "4    precincts"),
    Case("geopackage-cut", made(shortened), "TRUNCATED", "bytes are there"),
    Case("geopackage-two-layers", made(two_layers), "AMBIGUOUS_LAYER", "districts, precincts"),
    Case("geopackage-not", content("p.gpkg", b"SQLite format 3\0" + bytes(500)), "TYPE", "give a"),
    Case("geopackage-curves", made(curved), "", "4    precincts"),
    Case("geopackage-without-crs", made(without_crs), "COORD_RANGE", "EPSG:4326"),
    Case("parquet", made(parquet), "", "4    precincts"),
    Case("parquet-codes-in-lists", made(parquet, codes=[["1"], ["2"], [], ["3"]]), "", "4    prec"),
    Case("parquet-codes-in-records", made(parquet, codes=[{"a": 1}] * 4), "COLUMN", "1 different"),
    Case("parquet-cut", made(parquet, share=0.7), "TRUNCATED", "ends too early"),
    Case("parquet-without-shapes", made(parquet, geometry=False), "TYPE", "give a"),
    Case("kml", made(kml, MARKS), "", "4    precincts"),
    Case("kml-cut", made(kml, MARKS[:700], tail=""), "TRUNCATED", "ends too early"),
    Case("kml-entities", made(kml, MARKS, head=ENTITIES), "TYPE", "document type"),
    Case(
        "kml-words-for-numbers",
        made(kml, MARKS.replace("37.3,12", "north,12")),
        "COORD_RANGE",
        "no numbers",
    ),
    Case("kml-tags-crossed", made(kml, MARKS + "<a><b></a></b>"), "TYPE", "no sound KML"),
    Case(
        "kml-without-shapes",
        made(kml, "<Placemark><name>1</name></Placemark>"),
        "EMPTY",
        "no features",
    ),
]

OUTLINES = [
    Case(
        "spike", made(geojson, of_town([SPIKED])), "", "REPAIRED: Repaired the outline of 1 polygon"
    ),
    Case("bow-tie", made(geojson, of_town([BOW_TIE])), "REPAIRS", "--accept-repairs"),
    Case("bow-tie-names-the-precinct", made(geojson, of_town([BOW_TIE])), "REPAIRS", "(101)"),
    Case(
        "bow-tie-accepted",
        made(geojson, of_town([BOW_TIE])),
        "",
        "AREA_CHANGED",
        words=("--accept-repairs",),
    ),
    Case("null", made(geojson, of_town([None])), "", "1    without outline"),
    Case(
        "empty-polygon", made(geopackage, of_town([shapely.Polygon()])), "", "1    without outline"
    ),
    Case("all-null", made(geojson, town([None] * 4)), "EMPTY", "no features"),
    Case(
        "lines-only",
        made(geojson, town([shapely.LineString(s.exterior) for s in squares()])),
        "EMPTY",
        "no polygon",
    ),
    Case(
        "points-only", made(geojson, town([s.centroid for s in squares()])), "EMPTY", "no polygon"
    ),
    Case(
        "line-among-polygons",
        made(geopackage, of_town([squares()[0].exterior])),
        "",
        "1    without area",
    ),
    Case(
        "overlap",
        made(geojson, of_town([squares()[0].buffer(0.001)])),
        "",
        "overlaps between precincts",
    ),
    Case(
        "gap",
        made(
            geojson,
            town(
                [
                    shapely.box(
                        WEST - SIDE, SOUTH - SIDE, WEST + 3 * SIDE, SOUTH + 3 * SIDE
                    ).difference(squares()[0].buffer(-0.001)),
                    *squares()[1:3],
                    affinity.translate(squares()[3], 9 * SIDE),
                ]
            ),
        ),
        "",
        "gap",
    ),
    Case(
        "heights",
        made(geojson, town([shapely.force_3d(s, 9) for s in squares()])),
        "",
        "4    precincts",
    ),
    Case(
        "two-parts",
        made(
            geojson,
            of_town([shapely.MultiPolygon([squares()[0], affinity.translate(squares()[0], 0.2)])]),
        ),
        "",
        "4    precincts",
    ),
    Case(
        "same-code-twice",
        made(geojson, town(codes=("101", "101", "103", "104"))),
        "",
        "REPEATED_KEY",
    ),
    Case(
        "one-without-code",
        made(geojson, town(codes=("101", None, "103", "104"))),
        "COLUMN",
        "--precinct-column",
    ),
    Case(
        "one-without-code-named",
        made(geojson, town(codes=("101", None, "103", "104"))),
        "",
        "1    without code",
        words=("--precinct-column", "PRECINCT"),
    ),
    Case("no-code-column", made(geojson, town(column="AREA_KM")), "COLUMN", "AREA_KM"),
    Case(
        "column-misspelt",
        made(geojson),
        "COLUMN",
        "did you mean PRECINCT",
        words=("--precinct-column", "PRECINKT"),
    ),
]

PLACES = [
    Case("feet-as-degrees", made(raw_numbers, 2227), "COORD_RANGE", "EPSG:2227"),
    Case("metres-as-degrees", made(raw_numbers, 26910), "COORD_RANGE", "EPSG:26910"),
    Case("mercator-as-degrees", made(raw_numbers, 3857), "COORD_RANGE", "EPSG:3857"),
    Case("swapped", made(geojson, swapped(town())), "SWAPPED", "longitude first, or use --swap"),
    Case("swapped-back", made(geojson, swapped(town())), "", "EXCHANGED", words=("--swap",)),
    Case("swap-not-needed", made(geojson, town()), "", "precincts", words=("--swap",)),
    Case(
        "degrees-as-feet",
        made(lambda f: shapefile(f, town().set_crs(2227, allow_override=True))),
        "COORD_RANGE",
        "EPSG:4326",
    ),
    Case(
        "county-no-prj",
        made(county, 2227, None),
        "NO_CRS",
        "in EPSG:2227 100% of it would lie in Santa Clara County",
    ),
    Case("county-no-prj-metres", made(county, 26943, None), "NO_CRS", "give --crs EPSG:26943."),
    Case("county-no-prj-nad27", made(county, 26743, None), "NO_CRS", "give --crs EPSG:26743."),
    Case("county-prj-of-next-zone", made(county, 2227, 2228), "MISPLACED", "give --crs EPSG:2227."),
    Case(
        "county-prj-mends",
        made(county, 2227, 2228),
        "",
        "county: Santa Clara",
        words=("--crs", "EPSG:2227"),
    ),
    Case("county-feet-as-metres", made(county, 2227, 26943), "COORD_RANGE", "EPSG:2227"),
    Case(
        "named-county-right",
        made(county, 2227, 2227),
        "",
        "county: Santa Clara",
        words=("--county", "santa clara"),
    ),
    Case(
        "named-county-wrong",
        made(county, 2227, 2227),
        "MISPLACED",
        "0% of it would lie in Yolo",
        words=("--county", "Yolo"),
    ),
    Case(
        "named-county-unknown",
        made(county, 2227, 2227),
        "PARAMETER",
        "no county of California",
        words=("--county", "Yoyo"),
    ),
    Case(
        "crs-that-is-none",
        made(geojson),
        "PARAMETER",
        "names no coordinate system",
        words=("--crs", "EPSG:99"),
    ),
    Case(
        "infinite",
        made(
            lambda f: shapefile(
                f, edit={".shp": lambda d: d[:-8] + struct.pack("<d", float("inf"))}
            )
        ),
        "COORD_RANGE",
        "no numbers",
    ),
]

CASES = [*KINDS, *OUTLINES, *PLACES]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    judged(case)
