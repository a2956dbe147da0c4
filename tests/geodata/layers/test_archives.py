import gzip
import io
import random
import stat
import zipfile

import pytest

from geodata.errors import InputError
from geodata.layers.archives import gunzip, unpack_layer

NOISE = random.Random(0).randbytes(4096)  # noqa: S311 - something that does not compress


def archive(path, entries, compression=zipfile.ZIP_STORED):
    """A zip archive of ``(name or ZipInfo, bytes)``."""
    with zipfile.ZipFile(path, "w", compression) as target:
        for name, content in entries:
            target.writestr(name, content)
    return path


def link(name, target):
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target


LAYER = [("p.shp", NOISE), ("p.shx", NOISE), ("p.dbf", NOISE)]


def test_the_parts_of_one_layer_come_out_under_plain_names(tmp_path):
    entries = [
        ("County/Precincts.SHP", b"shp" + NOISE),
        ("County/Precincts.shx", b"shx"),
        ("County/PRECINCTS.dbf", b"dbf"),
        ("County/Precincts.shp.xml", b"<metadata/>"),
        ("County/Readme.txt", b"hello"),
        ("County/other.dbf", b"a table"),
        ("__MACOSX/County/._Precincts.shp", b"junk"),
    ]
    out = tmp_path / "out"
    out.mkdir()
    layer = unpack_layer(archive(tmp_path / "a.zip", entries), out)
    assert layer == out / "layer.shp"
    assert layer.read_bytes().startswith(b"shp")
    assert {f.name for f in out.iterdir()} == {"layer.shp", "layer.shx", "layer.dbf"}
    assert (out / "layer.dbf").read_bytes() == b"dbf"


def bomb(path):
    return archive(path, [("p.shp", b"\0" * 20_000_000)], zipfile.ZIP_DEFLATED)


def too_many(path):
    return archive(path, [*LAYER, *((f"{i}.txt", b"x") for i in range(998))])


def too_large(path):
    """Claims 3 GiB without holding them: the size of the first entry is changed in the index."""
    content = bytearray(archive(path, LAYER).read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (3 << 30).to_bytes(4, "little")
    path.write_bytes(content)
    return path


def with_password(path):
    content = bytearray(archive(path, LAYER).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def of(*entries):
    return lambda path: archive(path, [*LAYER, *entries])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (of(("../evil.txt", b"x")), "outside"),
        (of(("a/../../evil.txt", b"x")), "outside"),
        (of(("a\\..\\..\\evil.txt", b"x")), "outside"),
        (of(("/tmp/evil.txt", b"x")), "outside"),  # noqa: S108 - the attack itself
        (of(("C:\\evil.txt", b"x")), "outside"),
        (of(link("q.shp", "/etc/passwd")), "a link"),
        (of(link("q.prj", "../../secret")), "a link"),
        (bomb, "times its size"),
        (too_many, "1,001 entries"),
        (too_large, "3.0 GiB"),
        (with_password, "password"),
        (lambda path: archive(path, []), "nothing"),
        (lambda path: archive(path, [("p.dbf", NOISE), ("q.txt", b"x")]), "p.dbf, q.txt"),
    ],
)
def test_an_unsafe_or_useless_archive_is_refused_before_anything_is_written(tmp_path, make, words):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    path = make(tmp_path / "x.zip")
    before = {f: f.stat().st_mtime_ns for f in tmp_path.rglob("*")}
    with pytest.raises(InputError) as caught:
        unpack_layer(path, inner)
    assert caught.value.code == "ARCHIVE"
    assert words in caught.value.sentence
    assert {f: f.stat().st_mtime_ns for f in tmp_path.rglob("*")} == before


def test_two_layers_are_named(tmp_path):
    path = archive(tmp_path / "x.zip", [*LAYER, ("sub/q.gpkg", NOISE)])
    with pytest.raises(InputError, match=r"p\.shp, sub/q\.gpkg") as caught:
        unpack_layer(path, tmp_path)
    assert caught.value.code == "AMBIGUOUS_LAYER"


def test_a_damaged_entry_is_refused(tmp_path):
    path = archive(tmp_path / "x.zip", LAYER)
    content = bytearray(path.read_bytes())
    content[100] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged") as caught:
        unpack_layer(path, tmp_path)
    assert caught.value.code == "ARCHIVE"


def test_gzip_is_decompressed(tmp_path):
    path = tmp_path / "p.gz"
    path.write_bytes(gzip.compress(NOISE))
    assert gunzip(path, tmp_path / "out").read_bytes() == NOISE


def test_a_gzip_bomb_is_refused_early(tmp_path):
    path = tmp_path / "p.gz"
    path.write_bytes(gzip.compress(b"\0" * 50_000_000))
    with pytest.raises(InputError, match="ARCHIVE"):
        gunzip(path, tmp_path / "out")
    assert (tmp_path / "out").stat().st_size <= 100 * path.stat().st_size


def test_a_cut_or_damaged_gzip_is_refused(tmp_path):
    path = tmp_path / "p.gz"
    whole = gzip.compress(NOISE)
    trailing = io.BytesIO(whole).read()[:-4] + b"abcd"
    for content in (whole[:100], whole[:-1], trailing, b"\x1f\x8b" + NOISE):
        path.write_bytes(content)
        with pytest.raises(InputError, match="TRUNCATED"):
            gunzip(path, tmp_path / "out")
