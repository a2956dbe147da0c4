"""Archives that are damaged, odd, or made to do harm."""

import gzip
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus import Case, content, made, name_of
from shapes import geojson, parts, zipped

ZEROS = 64 << 20


def archive(folder: Path, fill: Callable[[zipfile.ZipFile], None], name: str = "p.zip") -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as file:
        fill(file)
    return folder / name


def two_layers(folder: Path) -> Path:
    held = parts(folder)

    def fill(file: zipfile.ZipFile) -> None:
        for stem in ("2022/precincts", "2024/precincts"):
            for suffix, data in held.items():
                file.writestr(stem + suffix, data)

    return archive(folder, fill)


def link(folder: Path) -> Path:
    def fill(file: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("p.shp")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(entry, "/etc/passwd")

    return archive(folder, fill)


def bomb(file: zipfile.ZipFile) -> None:
    file.writestr("p.geojson", bytes(ZEROS))


def nested(folder: Path) -> Path:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("p.shp", b"")
    return archive(folder, lambda file: file.writestr("p.zip", inner.getvalue()))


def inside_out(folder: Path) -> Path:
    """A zip archive inside one, called a shapefile."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("p.geojson", bytes(1 << 20))
    return archive(folder, lambda file: file.writestr("p.geojson", inner.getvalue()))


def nothing(_: zipfile.ZipFile) -> None:
    """An archive without entries."""


def kilos_of_entries(file: zipfile.ZipFile) -> None:
    for k in range(1001):
        file.writestr(f"{k}.txt", "")


def locked(folder: Path) -> Path:
    """The password flag set in the list of entries and in each entry."""
    path = zipped(folder)
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))
    return path


def lying_size(folder: Path) -> Path:
    """An entry that unpacks to more than its header says."""
    path = archive(folder, lambda file: file.writestr("p.geojson", b"{" + bytes(5000) + b"}"))
    data = path.read_bytes()
    wrong = (100).to_bytes(4, "little")
    right = (5002).to_bytes(4, "little")
    path.write_bytes(data.replace(right, wrong))
    return path


def edited(folder: Path, change: Callable[[bytes], bytes]) -> Path:
    path = zipped(folder)
    path.write_bytes(change(path.read_bytes()))
    return path


def gzip_bomb(folder: Path) -> Path:
    (folder / "p.geojson.gz").write_bytes(gzip.compress(bytes(ZEROS)))
    return folder / "p.geojson.gz"


def gzip_in_gzip(folder: Path) -> Path:
    path = geojson(folder)
    (folder / "p.geojson.gz").write_bytes(gzip.compress(gzip.compress(path.read_bytes())))
    path.unlink()
    return folder / "p.geojson.gz"


def flipped(data: bytes) -> bytes:
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="p"><SrcDataSource>/etc/hosts</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
REMOTE = VRT.replace("/etc/hosts", "/vsicurl/http://127.0.0.1:9/p.geojson")

CASES = [
    Case("in-a-folder", made(zipped, "Data/2024/p{}".format), "", "4    precincts"),
    Case("upper-case", made(zipped, lambda suffix: f"P{suffix.upper()}"), "", "4    precincts"),
    Case("backslashes", made(zipped, "Data\\p{}".format), "", "4    precincts"),
    Case("mac-copies", made(zipped, "p{}".format), "", "4    precincts"),
    Case(
        "two-layers", made(two_layers), "AMBIGUOUS_LAYER", "2022/precincts.shp, 2024/precincts.shp"
    ),
    Case("climbs-out", made(zipped, "../../p{}".format), "ARCHIVE", "points outside"),
    Case(
        "climbs-out-in-the-middle", made(zipped, "a/../../p{}".format), "ARCHIVE", "points outside"
    ),
    Case("absolute", made(zipped, "/p{}".format), "ARCHIVE", "points outside"),
    Case("drive-letter", made(zipped, "C:\\p{}".format), "ARCHIVE", "points outside"),
    Case("link", made(link), "ARCHIVE", "is a link"),
    Case("bomb", made(archive, bomb), "ARCHIVE", "times its size"),
    Case("entries", made(archive, kilos_of_entries), "ARCHIVE", "1,001 entries"),
    Case("nested", made(nested), "ARCHIVE", "holds no layer"),
    Case("zip-called-geojson-inside", made(inside_out), "TYPE", "that is none"),
    Case("lying-size", made(lying_size), "ARCHIVE", "damaged or unusual"),
    Case("password", made(locked), "ARCHIVE", "password"),
    Case("empty", made(archive, nothing), "ARCHIVE", "holds nothing"),
    Case(
        "text-only",
        made(archive, lambda file: file.writestr("readme.txt", "")),
        "ARCHIVE",
        "readme.txt",
    ),
    Case(
        "file-geodatabase",
        made(archive, lambda file: file.writestr("p.gdb/a00000001.gdbtable", "")),
        "ARCHIVE",
        "p.gdb/a00000001.gdbtable",
    ),
    Case(
        "entry-without-a-name",
        made(archive, lambda file: file.writestr(".", "")),
        "TYPE",
        "damaged",
    ),
    Case("cut", made(edited, lambda data: data[: len(data) // 2]), "ARCHIVE", "damaged"),
    Case("flipped-bit", made(edited, flipped), "ARCHIVE", "damaged"),
    Case(
        "junk-behind-the-magic", content("p.zip", b"PK\x03\x04" + bytes(40)), "ARCHIVE", "damaged"
    ),
    Case("no-shx-inside", made(zipped, drop=".shx"), "NO_SHX", ".shx"),
    Case("no-dbf-inside", made(zipped, drop=".dbf"), "NO_ATTRIBUTES", ".dbf"),
    Case("no-prj-inside", made(zipped, drop=".prj"), "NO_CRS", "--crs"),
    Case("gzip-bomb", made(gzip_bomb), "ARCHIVE", "unpacks to more than"),
    Case("gzip-in-gzip", made(gzip_in_gzip), "TYPE", "that is none"),
    Case("gzip-junk", content("p.geojson.gz", b"\x1f\x8b" + bytes(40)), "TRUNCATED", "damaged"),
    Case("vrt-called-geojson", content("p.geojson", VRT), "TYPE", "not of a kind"),
    Case("vrt-called-shp", content("p.shp", VRT), "TYPE", "not of a kind"),
    Case("vrt-remote", content("p.geojson", REMOTE), "TYPE", "not of a kind"),
    Case("vrt-that-says-kml", content("p.kml", f"<!-- <kml > -->{VRT}"), "EMPTY", "no features"),
    Case(
        "vrt-zipped",
        made(archive, lambda file: file.writestr("p.geojson", VRT)),
        "TYPE",
        "not of a kind",
    ),
    Case(
        "remote-name",
        lambda _: Path("/vsicurl/http://127.0.0.1:9/p.geojson"),
        "NO_FILE",
        "does not exist",
    ),
    Case(
        "web-address",
        lambda _: Path("http://127.0.0.1:9/p.geojson"),
        "NO_FILE",
        "does not exist",
    ),
    Case("folder-named", lambda folder: folder, "NO_FILE", "is a folder"),
    Case("shapefile-restored", made(zipped, drop=".shx"), "", "RESTORED", words=("--restore-shx",)),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    judged(case)
