"""Any damage to any file: it is read, or refused with one sentence; nothing else comes out."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import geojson, geopackage, parts, town, zipped

from geodata.delimited.delimited import Tally, read_header, read_tables
from geodata.errors import GeodataError, InputError
from geodata.precincts.precincts import read_precincts

FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """A sound file of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "zip").mkdir()
    town().to_parquet(folder / "p.parquet")
    paths = [geojson(folder), geopackage(folder), zipped(folder / "zip"), folder / "p.parquet"]
    found = {path.suffix: path.read_bytes() for path in paths}
    (folder / "shapefile").mkdir()
    return found | {".geojson.gz": gzip.compress(found[".geojson"])} | parts(folder / "shapefile")


PLACES = st.integers(0, 10**6)
EDITS = st.lists(st.tuples(PLACES, st.binary(min_size=1, max_size=4)), min_size=1, max_size=4)
KEPT = st.integers(50, 100)


def damaged(data: bytes, edits: list[tuple[int, bytes]], kept: int) -> bytes:
    """Some bytes overwritten; then so many per cent of it."""
    changed = bytearray(data)
    for place, new in edits:
        at = place % len(data)
        changed[at : at + 1] = new
    return bytes(changed[: len(changed) * kept // 100])


def read_or_refuse(path: Path) -> None:
    try:
        table = read_precincts(path, crs="EPSG:2227" if path.suffix == ".shp" else "").table
    except InputError as fault:
        assert fault.sentence[-1] in ".?"  # noqa: PT017 - any refusal will do, if it is a sentence
    else:
        assert table.geometry.is_valid.all()


@pytest.mark.parametrize("kind", [".geojson", ".geojson.gz", ".gpkg", ".zip", ".parquet"])
@FEW
@given(edits=EDITS, kept=KEPT)
def test_single_files(tmp_path_factory, whole, kind, edits, kept):
    path = tmp_path_factory.mktemp("damaged") / f"p{kind}"
    path.write_bytes(damaged(whole[kind], edits, kept))
    read_or_refuse(path)


@pytest.mark.parametrize("kind", [".shp", ".shx", ".dbf", ".prj", ".cpg"])
@FEW
@given(edits=EDITS, kept=KEPT)
def test_parts_of_a_shapefile(tmp_path_factory, whole, kind, edits, kept):
    folder = tmp_path_factory.mktemp("damaged")
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        content = whole[suffix]
        changed = damaged(content, edits, kept) if suffix == kind else content
        (folder / f"p{suffix}").write_bytes(changed)
    read_or_refuse(folder / "p.shp")


@FEW
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_as_text(tmp_path_factory, data):
    """Every record of the file is in a table or among the unreadable."""
    path = tmp_path_factory.mktemp("text") / "v.csv"
    path.write_bytes(b"a,b\n" + data)
    tally = Tally()
    try:
        header = read_header(path)
        rows = sum(table.num_rows for table in read_tables(path, header, {0, 1}, tally))
    except GeodataError as fault:
        assert fault.code in ("HEADER", "ENCODING", "TYPE")  # noqa: PT017 - refusals are fine
    else:
        assert rows + len(tally.unreadable) == tally.rows
