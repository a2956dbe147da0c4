"""Broken shapefiles, and unusual ones that are read."""

import pytest
from corpus import Case, content, made, name_of
from shapes import at, cut_off, shapefile, town, zipped

SPANISH = town(codes=["Peña", "Año", "Ü1", "É"], crs=2227)


def deleted(table: bytes) -> bytes:
    """The first row marked as deleted."""
    start = int.from_bytes(table[8:10], "little")
    return table[:start] + b"*" + table[start + 1 :]


CASES = [
    Case("whole", made(shapefile), "", "4    precincts"),
    Case("no-prj", made(shapefile, drop=".prj"), "NO_CRS", "--crs"),
    Case(
        "no-prj-named-crs", made(shapefile, drop=".prj"), "", "EPSG:2227", words=("--crs", "2227")
    ),
    Case("prj-empty", made(shapefile, edit={".prj": cut_off(0)}), "NO_CRS", "--crs"),
    Case("prj-cut", made(shapefile, edit={".prj": cut_off(0.6)}), "NO_CRS", "--crs"),
    Case(
        "prj-not-text",
        made(shapefile, edit={".prj": lambda data: data[:9] + b"\xff" + data[9:]}),
        "NO_CRS",
        "--crs",
    ),
    Case("no-shx", made(shapefile, drop=".shx"), "NO_SHX", "lacks its .shx part"),
    Case("no-dbf", made(shapefile, drop=".dbf"), "NO_ATTRIBUTES", "lacks its .dbf part"),
    Case("half-shp", made(shapefile, edit={".shp": cut_off(0.5)}), "TRUNCATED", "of 4 shapes"),
    Case("half-shx", made(shapefile, edit={".shx": cut_off(0.5)}), "TRUNCATED", ".shx part"),
    Case("half-dbf", made(shapefile, edit={".dbf": cut_off(0.7)}), "TRUNCATED", ".dbf part"),
    Case("headerless-dbf", made(shapefile, edit={".dbf": cut_off(0.05)}), "TRUNCATED", ".dbf part"),
    Case("empty-shp", made(shapefile, edit={".shp": cut_off(0)}), "EMPTY", "is empty"),
    Case(
        "prj-of-another-zone",
        made(shapefile, frame=town(crs=2227), drop=".prj"),
        "COORD_RANGE",
        "EPSG:2227",
        words=("--crs", "EPSG:4326"),
    ),
    Case("part-named", made(lambda folder: shapefile(folder).with_suffix(".dbf")), "TYPE", ".shp"),
    Case("zipped", made(zipped), "", "4    precincts"),
    Case("text-called-shp", content("p.shp", "not a shape"), "TYPE", "is not of a kind"),
    Case("dbf-of-windows", made(shapefile, SPANISH, ".cpg", encoding="CP1252"), "", "as cp1252"),
    Case(
        "dbf-of-windows-said-to-be-utf-8",
        made(shapefile, SPANISH, edit={".cpg": lambda _: b"UTF-8"}, encoding="CP1252"),
        "",
        "as cp1252",
    ),
    Case(
        "dbf-of-dos",
        made(shapefile, SPANISH, edit={".cpg": lambda _: b"437"}, encoding="CP437"),
        "",
        "as cp437",
    ),
    Case("codes-with-a-point", made(shapefile, town(codes=[1.5, 2, 3, 4])), "", "4    precincts"),
    Case("row-deleted", made(shapefile, edit={".dbf": deleted}), "", "DELETED"),
    Case("row-deleted-counts", made(shapefile, edit={".dbf": deleted}), "", "3    precincts"),
    Case(
        "indexes-of-something-else",
        made(shapefile, edit={".qix": lambda _: b"junk" * 50, ".sbn": lambda _: b"junk"}),
        "",
        "4    precincts",
    ),
    Case(
        "count-in-dbf-wrong",
        made(shapefile, edit={".dbf": at(4, "<I", 3)}),
        "TRUNCATED",
        "do not belong together",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    judged(case)
