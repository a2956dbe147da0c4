"""Delimited text that is damaged or made to do harm, read as a voter file."""

import gzip
from pathlib import Path

import pytest
from corpus import Case, content, made, name_of

HEAD = "voter_id,first_name,last_name,address,city,zip,lat,lon"
ROWS = [
    f'{k:05d},Ana,"Stone, Jr.",{2 * k} ELM ST,TOWN,00501,37.3{k:03d},-121.9{k:03d}'
    for k in range(1, 301)
]
GOOD = "\n".join([HEAD, *ROWS]) + "\n"
WIDE = ",".join([HEAD, *(f"E{k}" for k in range(10_000))])


def lines(*edits: tuple[int, str]) -> str:
    """The good file with some rows, counted from 1, written over."""
    rows = [HEAD, *ROWS]
    for number, text in edits:
        rows[number] = text
    return "\n".join(rows) + "\n"


def wide(folder: Path, rows: int = 3) -> Path:
    (folder / "v.csv").write_text("\n".join([WIDE, *(row + "," * 10_000 for row in ROWS[:rows])]))
    return folder / "v.csv"


def zeros(folder: Path) -> Path:
    """64 MiB of zeros in a gzip of some kilobytes."""
    (folder / "v.csv.gz").write_bytes(gzip.compress(bytes(64 << 20)))
    return folder / "v.csv.gz"


def packed(data: bytes) -> bytes:
    return gzip.compress(data)


def in_utf16(text: str) -> bytes:
    return text.encode("utf-16")


QUOTED = '00001,Ana,Stone,"2 ELM\nST",TOWN,00501,37.3,-121.9'

CASES = [
    Case(name, content("v.csv", data), code, says, option="--voters", exit=exit_code)
    for name, data, code, says, exit_code in [
        ("whole", GOOD, "", "300    placed", None),
        ("returns-and-newlines", GOOD.replace("\n", "\r\n"), "", "300    placed", None),
        ("returns-only", GOOD.replace("\n", "\r"), "", "300    placed", None),
        ("byte-order-mark", "\ufeff" + GOOD, "", "300    placed", None),
        (
            "tabs",
            GOOD.replace('"Stone, Jr."', "Stone").replace(",", "\t"),
            "",
            "300    placed",
            None,
        ),
        (
            "pipes",
            GOOD.replace('"Stone, Jr."', "Stone").replace(",", "|"),
            "",
            "300    placed",
            None,
        ),
        ("utf-16", in_utf16(GOOD), "", "300    placed", None),
        ("utf-16-cut", in_utf16(GOOD)[:-1], "ENCODING", "UTF-16", None),
        ("zipped-text", packed(GOOD.encode()), "", "300    placed", None),
        ("zipped-text-cut", packed(GOOD.encode())[:900], "TRUNCATED", "gzip", None),
        ("quoted-newline", lines((1, QUOTED)), "", "300    placed", None),
        ("nul", lines((5, ROWS[4].replace("Ana", "A\0na"))), "", "1    unreadable", None),
        ("open-quote", lines((5, ROWS[4].replace("Ana", '"Ana'))), "", "1    unreadable", None),
        ("open-quote-at-the-end", GOOD + '999,"Ana', "", "1    unreadable", None),
        ("short-row", lines((5, "00005,Ana")), "", "1    unreadable", None),
        ("long-row", lines((5, ROWS[4] + ",more")), "", "1    unreadable", None),
        ("too-many-short", lines(*((k, "x") for k in range(5, 10))), "", "5    unreadable", 3),
        (
            "mostly-short",
            HEAD + "\n" + ROWS[0] + "\n" + "a,b\n" * 50,
            "HEADER",
            "cannot be read",
            None,
        ),
        ("no-header", "\n".join(ROWS), "HEADER", "looks like a voter", None),
        ("one-column", "voter_id\n1\n2\n", "HEADER", "one column", None),
        ("empty", "", "EMPTY", "is empty", None),
        ("header-only", HEAD + "\n", "EMPTY", "no row", None),
        ("zeros", bytes(100_000), "ENCODING", "no encoding", None),
        ("one-endless-line", HEAD + "\n" + "x" * (17 << 20), "HEADER", "line longer", None),
        ("workbook", b"PK\x03\x04" + bytes(100), "TYPE", "workbook", None),
        ("old-workbook", b"\xd0\xcf\x11\xe0" + bytes(100), "TYPE", "workbook", None),
        ("pdf", b"%PDF-1.7\n", "TYPE", "PDF", None),
        ("parquet", b"PAR1" + bytes(100), "TYPE", "Parquet", None),
        ("quotes-only", '"' * 1000, "HEADER", "one column", None),
        ("delimiters-only", "," * 1000 + "\n" + "," * 1000 + "\n", "COLUMN", "voter_id", None),
        (
            "page-of-html",
            "<html><body>Please log in, again</body></html>\n",
            "COLUMN",
            "voter_id",
            None,
        ),
        ("coordinates-1e308", GOOD.replace("37.3", "1e308"), "", "300    R-no_geocode", None),
        ("coordinates-nan", GOOD.replace("37.3", "nan"), "", "300    R-no_geocode", None),
        ("swapped", GOOD.replace("lat,lon", "lon,lat"), "SWAPPED", "exchanged", None),
    ]
] + [
    Case("columns-10000", made(wide), "HEADER", "10,008 columns", option="--voters"),
    Case("gzip-of-zeros", made(zeros), "ENCODING", "no encoding", option="--voters"),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    judged(case)
