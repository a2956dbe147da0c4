"""Street files that are damaged, empty, of somewhere else, or no network."""

import bz2
import gzip
import zipfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from corpus import Case, content, made, name_of
from shapes import SIDE, SOUTH, WEST, geojson, town

STEP = SIDE / 10
Place = tuple[float, float]


def osm(
    folder: Path,
    ways: Iterable[tuple[list[Place], dict[str, str]]],
    pack: str = "",
    share: float = 1.0,
    lost: int = 0,
    edit: tuple[str, str] = ("", ""),
) -> Path:
    """An OSM file of ways; nodes at one place are the same; the last `lost` nodes are absent."""
    places: dict[Place, int] = {}
    lines = []
    for number, (points, tags) in enumerate(ways, 1):
        refs = [places.setdefault(point, len(places) + 1) for point in points]
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        inner += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="{number}" version="1">{inner}</way>')
    kept = list(places.items())[: len(places) - lost]
    nodes = [f'<node id="{k}" version="1" lon="{x:.7f}" lat="{y:.7f}"/>' for (x, y), k in kept]
    text = f'<?xml version="1.0"?>\n<osm version="0.6">{"".join([*nodes, *lines])}</osm>'
    text = text.replace(*edit) if edit[0] else text
    packers = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress}
    data = packers[pack](text.encode())
    path = folder / f"s.osm{pack}"
    path.write_bytes(data[: int(len(data) * share)])
    return path


def grid(west: float = WEST, south: float = SOUTH, size: int = 6, **tags: str):
    """Streets in a grid, every line a way."""
    tags = tags or {"highway": "residential", "name": "Elm"}
    spots = [[(west + STEP * i, south + STEP * j) for i in range(size)] for j in range(size)]
    return [(row, tags) for row in spots] + [
        (list(column), tags) for column in zip(*spots, strict=True)
    ]


def pieces(count: int = 300):
    """Sidewalks that meet nowhere."""
    tags = {"highway": "footway", "footway": "sidewalk"}
    return [
        (
            [
                (WEST + STEP * (k % 20), SOUTH + STEP * (k // 20)),
                (WEST + STEP * (k % 20 + 0.8), SOUTH + STEP * (k // 20)),
            ],
            tags,
        )
        for k in range(count)
    ]


def layer(folder: Path, lines=None, crs: int = 4326, **columns) -> Path:
    """Street lines as GeoJSON."""
    lines = lines or [shapely.LineString(points) for points, _ in grid()]
    held = columns or {"NAME": ["ELM"] * len(lines)}
    frame = gpd.GeoDataFrame(held, geometry=lines, crs=4326).to_crs(crs)
    return geojson(folder, frame, "s.geojson")


def apart(gap_m: float) -> list[shapely.LineString]:
    """Streets as `grid`, each piece between crossings shortened at its end by some metres."""
    return [
        shapely.LineString([a, (b[0] - (b[0] - a[0]) * share, b[1] - (b[1] - a[1]) * share)])
        for points, _ in grid()
        for a, b in pairwise(points)
        for share in [gap_m / (88.6 if a[1] == b[1] else 111.0)]
    ]


def with_precincts(folder: Path, streets) -> Path:
    geojson(folder, town())
    return streets(folder)


def archived(folder: Path, streets) -> Path:
    """The file in a zip archive."""
    path = streets(folder)
    with zipfile.ZipFile(folder / "s.zip", "w") as archive:
        archive.write(path, path.name)
    path.unlink()
    return folder / "s.zip"


LINES = [shapely.LineString(points) for points, _ in grid()]
LOOP = (
    '<relation id="1"><member type="relation" ref="1" role=""/><tag k="type" v="multipolygon"/>'
    '<tag k="natural" v="water"/></relation></osm>'
)
BESIDE = ("--precincts", "{folder}/p.geojson")
HALF = [*grid(), *grid(west=WEST + 2 * SIDE)]
ISLAND = [*grid(), *grid(west=WEST + 2 * SIDE, size=2)]
GATED = [
    *grid(),
    ([(WEST, SOUTH), (WEST - STEP, SOUTH)], {"highway": "residential", "access": "private"}),
]

CASES = [
    Case(name, make, code, says, option="--streets", words=tuple(words))
    for name, make, code, says, *words in [
        ("grid", made(osm, grid()), "", "connected: 100.00%"),
        ("grid-gz", made(osm, grid(), ".gz"), "", "12    walkable"),
        ("grid-bz2", made(osm, grid(), ".bz2"), "", "12    walkable"),
        ("cut", made(osm, grid(), share=0.6), "TRUNCATED", "ends too early"),
        ("cut-gz", made(osm, grid(), ".gz", share=0.6), "TRUNCATED", "ends too early"),
        ("cut-bz2", made(osm, grid(), ".bz2", share=0.6), "TRUNCATED", "ends too early"),
        ("clipped", made(osm, grid(), lost=6), "", "TRIMMED"),
        (
            "impossible-place",
            made(osm, grid(), edit=('lat="37.3000000"', 'lat="137.3"')),
            "",
            "TRIMMED",
        ),
        (
            "words-for-numbers",
            made(osm, grid(), edit=('lat="37.3000000"', 'lat="north"')),
            "COORD_RANGE",
            "position",
        ),
        ("crossed-tags", made(osm, grid(), edit=("</osm>", "</way></osm>")), "TYPE", "not a sound"),
        ("no-ways", made(osm, []), "EMPTY", "no street or path"),
        ("freeways-only", made(osm, grid(highway="motorway")), "EMPTY", "no street or path"),
        (
            "all-private",
            made(osm, grid(highway="service", access="private")),
            "EMPTY",
            "no street or path",
        ),
        ("gate", made(osm, GATED), "", "CLOSED_PRIVATE"),
        ("island", made(osm, ISLAND), "", "pieces: 2"),
        ("fragments", made(osm, pieces()), "NOT_CONNECTED", "300 pieces"),
        (
            "junk-pbf",
            content("s.osm.pbf", b"\0\0\0\r\n\tOSMHeader" + bytes(40)),
            "TYPE",
            "not a sound",
        ),
        ("pbf-is-html", content("s.osm.pbf", "<html>404</html>"), "TYPE", "whatever its name says"),
        ("empty-file", content("s.osm.pbf", ""), "EMPTY", "is empty"),
        (
            "entities",
            content("s.osm", '<!DOCTYPE osm [<!ENTITY a "b">]><osm version="0.6">&a;</osm>'),
            "TYPE",
            "not a sound",
        ),
        ("missing", lambda folder: folder / "absent.osm", "NO_FILE", "absent.osm"),
        (
            "elsewhere",
            made(with_precincts, made(osm, grid(west=-119.0))),
            "CRS_MISMATCH",
            "outside all precincts",
            *BESIDE,
        ),
        ("with-precincts", made(with_precincts, made(osm, grid())), "", "4    precincts", *BESIDE),
        ("lines", made(layer), "", "connected: 100.00%"),
        (
            "lines-of-polygons",
            made(lambda folder: geojson(folder, town(), "s.geojson")),
            "EMPTY",
            "no line",
        ),
        ("lines-a-little-apart", made(layer, apart(0.6)), "", "SNAPPED"),
        ("lines-three-metres-apart", made(layer, apart(3.0)), "NOT_CONNECTED", "35 pieces"),
        ("lines-far-apart", made(layer, apart(30.0)), "NOT_CONNECTED", "35 pieces"),
        ("lines-with-lists", made(layer, NAME=[["ELM", "OAK"]] * 12), "", "connected: 100.00%"),
        (
            "lines-column-in-other-capitals",
            made(layer),
            "",
            "12    walkable",
            "--street-name-column",
            "name",
        ),
        ("lines-some-of-nothing", made(layer, [None, *LINES[1:]]), "", "1    no line"),
        (
            "lines-with-heights",
            made(layer, [shapely.force_3d(one, 5) for one in LINES]),
            "",
            "6.0 km",
        ),
        (
            "lines-of-points",
            made(layer, [shapely.LineString([one.coords[0]] * 2) for one in LINES]),
            "EMPTY",
            "no line",
        ),
        ("lines-zipped", made(archived, made(layer)), "", "12    walkable"),
        ("osm-zipped", made(archived, made(osm, grid())), "ARCHIVE", "it holds s.osm"),
        ("osm-byte-order-mark", made(osm, grid(), edit=("<?xml", "\ufeff<?xml")), "", "6.0 km"),
        (
            "osm-not-uploaded",
            made(osm, grid(), edit=('<node id="1"', '<node id="-1"')),
            "",
            "TRIMMED",
        ),
        (
            "osm-way-twice",
            made(osm, grid(), edit=('<way id="2"', '<way id="1"')),
            "",
            "11    walkable",
        ),
        ("osm-relation-of-itself", made(osm, grid(), edit=("</osm>", LOOP)), "", "12    walkable"),
        (
            "osm-change",
            content("s.osm", '<osmChange version="0.6"><create/></osmChange>'),
            "EMPTY",
            "no street or path",
        ),
        ("o5m", content("s.o5m", b"\xff\xe0\x04o5m2" + bytes(50)), "TYPE", "not of a kind"),
        ("overpass-json", content("s.json", '{"version": 0.6, "elements": []}'), "TYPE", "give a"),
        ("lines-column-absent", made(layer), "COLUMN", "NAME", "--street-name-column", "NAMEE"),
        (
            "lines-in-feet-as-degrees",
            made(
                lambda folder: geojson(
                    folder,
                    gpd.read_file(layer(folder, crs=2227)).set_crs(4326, allow_override=True),
                    "s.geojson",
                )
            ),
            "COORD_RANGE",
            "--crs",
        ),
        (
            "lines-all-freeways",
            made(layer, None, 4326, CLASS=["FREEWAY"] * 12),
            "EMPTY",
            "no line that may be walked",
        ),
        ("halves", made(osm, HALF), "", "pieces: 2"),
    ]
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    judged(case)
