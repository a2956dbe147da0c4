"""Voter files as they come, and the files that come with them; all voters are invented."""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from corpus import Case, Maker, content, name_of

HEADER = ("voter_id", "first_name", "last_name", "status", "address", "unit", "city", "zip")
HEADER += ("lat", "lon", "precinct")
COUNT = 400
ONE_OF_MANY = "Fit for cutting"

Row = dict[str, str]


def people(count: int = COUNT) -> list[Row]:
    """Voters at doors of their own along one street, with nothing wrong."""
    return [
        {
            "voter_id": f"{n:05d}",
            "first_name": "Zoë",
            "last_name": "O'Peña",
            "status": "Active",
            "address": f"{100 + 2 * n} ELM ST",
            "unit": "",
            "city": "TOWN",
            "zip": "00501",
            "lat": f"{37.3 + n / 80_000:.7f}",
            "lon": "-121.8912345",
            "precinct": f"10{n * 4 // count}",
        }
        for n in range(count)
    ]


def written(rows: Sequence[Row], header: Sequence[str] = HEADER, mark: str = ",") -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, header, delimiter=mark, lineterminator="\n", restval="")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


GOOD = written(people())


def text(data: str, encoding: str = "utf-8") -> Maker:
    return content("v.csv", data.encode(encoding))


def some(share: int = 40, **cells: str) -> Maker:
    """A file in which every so-manieth voter has these cells; further columns are made."""
    rows = [row | (cells if n % share == 0 else {}) for n, row in enumerate(people())]
    header = [*HEADER, *(name for name in cells if name not in HEADER)]
    return text(written(rows, header))


def also(*rows: Mapping[str, str]) -> Maker:
    """The file with rows more, each like the first voter but for its cells."""
    return text(written([*people(), *(people(1)[0] | row for row in rows)]))


def beside(name: str, data: str, voters: Maker | None = None) -> Maker:
    """Voters with another file in the same folder."""

    def make(folder: Path) -> Path:
        (folder / name).write_text(data, encoding="utf-8")
        return (voters or text(GOOD))(folder)

    return make


def changed(change: Callable[[str], str]) -> Maker:
    return text(change(GOOD))


def packed(cut: int = 0) -> Maker:
    data = gzip.compress(GOOD.encode(), mtime=0)
    return content("v.csv.gz", data[: len(data) - cut])


def in_one_building() -> Maker:
    rows = [row | {"address": "9 HIGH ST", "unit": f"APT {n}"} for n, row in enumerate(people(180))]
    here = {"lat": "37.3012345", "lon": "-121.8912345"}
    return text(written([row | here for row in rows]))


def line(number: int, new: Callable[[str], str]) -> Maker:
    lines = GOOD.split("\n")
    lines[number] = new(lines[number])
    return text("\n".join(lines))


def zipped(name: str) -> Maker:
    """The file in a zip archive."""
    packed_up = io.BytesIO()
    with zipfile.ZipFile(packed_up, "w") as archive:
        archive.writestr(name, GOOD)
    return content("v.zip", packed_up.getvalue())


def comma_behind() -> Maker:
    """A comma behind every row, but none behind the names."""
    first, _, rest = GOOD.partition("\n")
    return text(first + "\n" + rest.replace("\n", ",\n"))


def two_lines() -> Maker:
    """A name of a column in two lines, as spreadsheets write it."""
    return text(GOOD.replace("first_name", '"first\nname"', 1))


def nulls() -> Maker:
    """Votes in a column, NULL for those who did not vote."""
    rows = [row | {"General 2024": "NULL" if n % 40 else "V"} for n, row in enumerate(people())]
    return text(written(rows, [*HEADER, "General 2024"]))


def births() -> Maker:
    """Dates of birth in four forms, one of which nobody can tell."""
    forms = ("1980-02-29", "02/29/1980 00:00:00", "29-FEB-1980", "29.2.1980")
    rows = [row | {"birth_date": forms[n % len(forms)]} for n, row in enumerate(people())]
    return text(written(rows, [*HEADER, "birth_date"]))


def commas() -> Maker:
    """Coordinates as in other languages, in a file of tabs."""
    rows = [row | {"lat": row["lat"].replace(".", ","), "lon": "-121,89"} for row in people()]
    return text(written(rows, mark="\t"))


OLDER = ("--older", "{folder}/older.csv")
RETURNED = ("--returned", "{folder}/r.csv")
IDS = ("--returned-ids", "{folder}/ids.csv")
FLAGS = ("--flags", "{folder}/f.csv")
HISTORY = ("--history", "{folder}/h.csv")
LIST = ("--suppress-list", "{folder}/list.csv")
CUT_OFF = text(written(people()[:380]))
EAST = text(written([row for n, row in enumerate(people()) if n not in (1, 2, *range(90, 95))]))
BACK = "".join(f"{n:05d},accepted,10/2{n % 9}/2026\n" for n in range(40))
SOME_FLAGS = "100 Elm Street,,00501,dog,2026-01-01,\n102 ELM ST,,00501,No Soliciting,,\n"

TEXTS = [
    ("byte-order-mark", text("\ufeff" + GOOD), "", ONE_OF_MANY),
    ("carriage-returns", changed(lambda t: t.replace("\n", "\r\n")), "", ONE_OF_MANY),
    ("old-macintosh", changed(lambda t: t.replace("\n", "\r")), "", "400  rows"),
    ("newline-in-quotes", line(3, lambda t: t.replace("O'Peña", '"O\nPeña"')), "", "400  rows"),
    ("tabs", text(written(people(), mark="\t")), "", ONE_OF_MANY),
    ("pipes", text(written(people(), mark="|")), "", ONE_OF_MANY),
    ("gzip", packed(), "", ONE_OF_MANY),
    ("latin-1", text(GOOD, "cp1252"), "", "Read as Windows-1252"),
    ("utf-16", text(GOOD, "utf-16"), "", ONE_OF_MANY),
    ("utf-16-without-mark", text(GOOD, "utf-16-be"), "", ONE_OF_MANY),
    ("utf-16-cut", content("v.csv", GOOD.encode("utf-16")[:-1]), "ENCODING", "save it as UTF-8"),
    ("semicolons", text("\ufeff" + written(people(), mark=";")), "", ONE_OF_MANY),
    ("colons", text(written(people(), mark=":")), "HEADER", "comma, semicolon, tab or pipe"),
    ("macintosh-and-a-newline", changed(lambda t: t.replace("\n", "\r") + "\n"), "", "400  rows"),
    ("returns-twice", changed(lambda t: t.replace("\n", "\r\r\n")), "", ONE_OF_MANY),
    ("return-in-the-names", changed(lambda t: t.replace("_", "\r", 1)), "HEADER", "one column"),
    ("names-again", changed(lambda t: t + t.partition("\n")[0] + "\n"), "", "1    unreadable"),
    ("fixed-width", text("VOTERID   NAME\n00001     Lee\n"), "HEADER", "one column only"),
    ("no-header", changed(lambda t: t.partition("\n")[2]), "HEADER", "looks like a voter"),
    ("empty", text(""), "EMPTY", "is empty"),
    ("header-only", text(",".join(HEADER) + "\n"), "EMPTY", "no row"),
    ("workbook", content("v.csv", b"PK\x03\x04" + bytes(99)), "TYPE", "workbook"),
    ("pdf", content("v.csv", b"%PDF-1.7\n" + bytes(99)), "TYPE", "PDF"),
    ("parquet", content("v.csv", b"PAR1" + bytes(99)), "TYPE", "Parquet"),
    ("gzip-cut", packed(40), "TRUNCATED", "fetch it again"),
    ("missing", lambda folder: folder / "none.csv", "NO_FILE", "does not exist"),
    ("zipped", zipped("v.csv"), "TYPE", "unpack it"),
    ("utf-32", content("v.csv", GOOD.encode("utf-32")), "ENCODING", "save it as UTF-8"),
    ("names-of-two-lines", line(0, lambda t: t.replace("st_n", "st\nn", 1)), "COLUMN", "address"),
    ("names-of-two-lines-quoted", two_lines(), "", ONE_OF_MANY),
    ("byte-order-mark-alone", text("\ufeff"), "EMPTY", "is empty"),
    ("byte-order-mark-of-utf-16-alone", content("v.csv", b"\xff\xfe"), "EMPTY", "is empty"),
    ("control-z", changed(lambda t: t + "\x1a"), "", "(line 402)"),
    ("sum-below", changed(lambda t: t + "\nTotal rows: 400\n"), "", "(line 403)"),
    ("a-device", lambda _: Path("/dev/null"), "TYPE", "pipe or device"),
    ("title-above", changed(lambda t: "Voters of the county,,\n" + t), "COLUMN", "voter_id"),
    ("blank-line-above", changed(lambda t: "\n" + t), "HEADER", "one column"),
    ("comma-behind-rows-alone", comma_behind(), "HEADER", "names the columns"),
    ("comma-behind-all", changed(lambda t: t.replace("\n", ",\n")), "", ONE_OF_MANY),
    ("no-id", changed(lambda t: t.replace("voter_id", "who", 1)), "COLUMN", "voter_id"),
    ("no-address", changed(lambda t: t.replace("address", "lives", 1)), "COLUMN", "address"),
    ("other-header", line(0, lambda _: "a,b"), "COLUMN", "The file has: a, b"),
]
ROWS = [
    ("one-ragged-row", line(7, lambda t: t + ",x"), "", "line 8"),
    ("open-quote", line(9, lambda t: t.replace("O'Peña", '"O')), "", "line 10"),
    ("nul", line(9, lambda t: t.replace("ELM", "E\0M")), "", "line 10"),
    ("id-blank", also({"voter_id": " "}), "", "1 row without a voter_id set aside"),
    ("same-row-twice", also({}), "", "1 row repeats another one exactly; one is kept"),
    ("same-id-twice", also({"address": "7 OAK ST"}), "", "2 rows share their voter_id"),
    ("rounded-ids", some(voter_id="1.23457E+11"), "DAMAGED", "10 voter_ids"),
    ("births-in-words", some(birth_date="3 Nov 1990"), "", "10 voters have a date of birth"),
    (
        "births-of-many-forms",
        births(),
        "",
        "100 voters have a date of birth",
        "--as-of",
        "2026-11-03",
    ),
    ("comma-decimals", commas(), "", "400    R-no_geocode"),
    ("scientific-id", also({"voter_id": "1E5"}, {"voter_id": "100000"}), "", "402    placed"),
    ("names-na", some(last_name="NA", first_name="Null"), "", ONE_OF_MANY),
    ("swapped", changed(lambda t: t.replace("lat,lon", "lon,lat")), "SWAPPED", "with --swap"),
    (
        "swapped-back",
        changed(lambda t: t.replace("lat,lon", "lon,lat")),
        "",
        "of 400 rows were exchanged",
        "--swap",
    ),
    ("feet", some(1, lat="1950123.5", lon="6150123.5"), "COORD_RANGE", "EPSG:2225"),
    ("degrees-and-minutes", some(lat="37\u00b018'00\"N"), "", "10    R-no_geocode"),
    ("zero-coordinates", some(lat="0", lon="0.0004"), "", "R-no_geocode"),
    ("coordinates-nan", some(lat="NaN", lon=""), "", "R-no_geocode"),
    ("one-point-for-all", some(1, lat="37.3012345", lon="-121.8912345"), "", "R-coarse_geocode"),
]
ROWS_LOST = [
    ("ragged-rows", changed(lambda t: t.replace("ELM ST,,", "ELM ST,", 9)), "", "9    unreadable"),
    ("ids-blank", some(voter_id=""), "", "10 rows without a voter_id"),
]
PEOPLE = [
    ("confidential-address", some(address="CONFIDENTIAL"), "", "10 rows were suppressed"),
    ("confidential-unit", some(unit="(Confidential)"), "", "10 rows were suppressed"),
    ("confidential-flag", some(ConfidentialFlag="Y"), "", "10 rows were suppressed"),
    ("safe-at-home-flag", some(Safe_At_Home="1"), "", "10 rows were suppressed"),
    ("flag-of-a-database", some(1, ConfidentialFlag="NULL"), "", "400    placed"),
    ("flag-unset", some(1, ConfidentialFlag="N"), "", "400    placed"),
    ("word-of-ones-own", some(unit="SAH"), "", "10 rows", "--suppress-word", "SAH"),
    ("on-a-list", beside("list.csv", "voter_id\n00001\n00002\n"), "", "2 rows were", *LIST),
    ("list-missing", text(GOOD), "NO_FILE", "--suppress-list", *LIST),
    ("list-nameless", beside("list.csv", "a,b\n1,2\n"), "COLUMN", "voter_id", *LIST),
    ("list-of-utf-16", beside("list.csv", "\ufeffvoter_id\n00001\n"), "", "1 row was", *LIST),
    ("list-of-semicolons", beside("list.csv", "voter_id;b\n00001;2\n"), "", "1 row was", *LIST),
    ("list-headless", beside("list.csv", "00001,Lee\n"), "HEADER", "looks like a voter", *LIST),
    ("list-of-ids-and-more", beside("list.csv", "00001\n00002,x\n"), "HEADER", "line 2", *LIST),
    ("list-broken", beside("list.csv", 'voter_id,b\n1,"2\n'), "HEADER", "must be read", *LIST),
    *(
        (f"status-{word.lower().replace(' ', '-')}", some(status=word), "", "10    status")
        for word in ("Deceased", "I", "C", "Inactive - returned mail", "MOVED OUT OF COUNTY")
    ),
    ("status-unknown", some(status="P"), "", "400    placed"),
    ("active-who-moved", some(status="Active: moved in county"), "", "400    placed"),
    ("inactive-wanted", some(status="I"), "", "400    placed", "--inactive"),
    ("dead-not-wanted", some(status="D"), "", "10    status", "--inactive"),
    ("nobody-left", some(1, status="D"), "EMPTY", "400 status"),
    ("older-alike", beside("older.csv", GOOD), "", ONE_OF_MANY, *OLDER),
    ("cut-off", beside("older.csv", GOOD, CUT_OFF), "VANISHED", "20 of 400", *OLDER),
    (
        "cut-off-accepted",
        beside("older.csv", GOOD, CUT_OFF),
        "",
        "20 of 400 voters",
        *OLDER,
        "--accept-vanished",
    ),
    ("few-gone", beside("older.csv", GOOD, EAST), "", "7 of 400 voters", *OLDER),
    (
        "precinct-gone",
        beside("older.csv", GOOD, text(written([*people()[:389], *people()[397:]]))),
        "",
        "8 of 400 voters",
        *OLDER,
    ),
    ("older-missing", text(GOOD), "NO_FILE", "--older", *OLDER),
    ("older-of-something", beside("older.csv", "a,b\n1,2\n"), "COLUMN", "older.csv", *OLDER),
]
TOGETHER = [
    (
        "ballots",
        beside("r.csv", "VoterID,Ballot Status,Return Date\n" + BACK),
        "",
        "40 accepted, 0 challenged, 0 returned; the latest of 2026-10-28, 6 days before",
        *RETURNED,
        "--as-of",
        "2026-11-03",
    ),
    (
        "ballots-are-counted",
        beside("r.csv", "VoterID,D\n,x\n00001,x\n"),
        "",
        "BESIDE  r.csv",
        *RETURNED,
    ),
    (
        "rows-of-ballots",
        beside("r.csv", "VoterID,D\n,x\n00001,x\n"),
        "",
        "1    without id",
        *RETURNED,
    ),
    ("rows-of-a-list", beside("list.csv", "00001\n9\n"), "", "1    not in voter file", *LIST),
    ("ballots-count", beside("r.csv", "VoterID,Status,D\n" + BACK), "", "40    voted", *RETURNED),
    (
        "ballots-without-status",
        beside("r.csv", "VoterID,Seen\n00001,x\n"),
        "",
        "1 returned; it tells no dates",
        *RETURNED,
    ),
    (
        "ballot-of-a-stranger",
        beside("r.csv", "VoterID,Status\n99999,accepted\n"),
        "",
        "400    placed",
        *RETURNED,
    ),
    (
        "ballot-cured-later",
        beside(
            "r.csv",
            "VoterID,Status,Date\n00001,accepted,2026-10-30\n00001,challenged,2026-10-20\n",
        ),
        "",
        "1    voted",
        *RETURNED,
    ),
    (
        "ballot-challenged",
        beside("r.csv", "VoterID,Status\n00001,challenged\n"),
        "",
        "400    placed",
        *RETURNED,
    ),
    (
        "ballot-not-back",
        beside("r.csv", "VoterID,Status\n00001,Issued\n"),
        "",
        "400    placed",
        *RETURNED,
    ),
    (
        "ballot-status-unknown",
        beside("r.csv", "VoterID,Status\n00001,perhaps\n"),
        "BALLOTS",
        "line 2",
        *RETURNED,
    ),
    (
        "ballots-of-tomorrow",
        beside("r.csv", "VoterID,Status,Date\n00001,accepted,11/4/26\n"),
        "",
        "the latest of 2026-11-04, 1 day after 2026-11-03",
        *RETURNED,
        "--as-of",
        "2026-11-03",
    ),
    (
        "ballot-without-a-day",
        beside("r.csv", "VoterID,Status,Date\n00001,accepted,Tuesday\n"),
        "BALLOTS",
        "line 2 has no day",
        *RETURNED,
    ),
    (
        "ballot-of-a-database",
        beside("r.csv", "VoterID,Status,Date\n00001,accepted,03-NOV-2026 08.00.00\n"),
        "",
        "the latest of 2026-11-03",
        *RETURNED,
    ),
    ("ballots-nameless", beside("r.csv", "a,b\n1,2\n"), "COLUMN", "r.csv", *RETURNED),
    ("ballots-empty", beside("r.csv", "VoterID,Status\n"), "EMPTY", "r.csv", *RETURNED),
    ("ballots-broken", beside("r.csv", 'VoterID,S\n1,"2\n'), "HEADER", "line 2", *RETURNED),
    ("ballots-missing", text(GOOD), "NO_FILE", "--returned", *RETURNED),
    (
        "ballots-by-a-crosswalk",
        beside(
            "r.csv",
            "Affidavit Number,Status\nA7,accepted\nA8,accepted\n",
            beside("ids.csv", "VANID,County File ID\n00003,A7\n00004,A8\n"),
        ),
        "",
        "2    voted",
        *RETURNED,
        *IDS,
    ),
    (
        "crosswalk-of-ids-contradicts-itself",
        beside(
            "r.csv",
            "VoterID,Status\nA7,accepted\n",
            beside("ids.csv", "voter_id,returned_id\n00003,A7\n00004,A7\n"),
        ),
        "CROSSWALK",
        "several voters one id: line 2, 3",
        *RETURNED,
        *IDS,
    ),
    (
        "crosswalk-of-ids-nameless",
        beside("r.csv", "VoterID,Status\nA7,accepted\n", beside("ids.csv", "a,b\n1,2\n")),
        "COLUMN",
        "voter_id or id",
        *RETURNED,
        *IDS,
    ),
    (
        "ballots-by-no-column",
        beside("r.csv", "VoterID,Status\n1,accepted\n"),
        "COLUMN",
        "no column 'County ID'",
        *RETURNED,
        "--returned-id",
        "County ID",
    ),
    (
        "flags",
        beside("f.csv", "address,unit,zip,flag,date,expires\n" + SOME_FLAGS),
        "",
        "1    R-door_flag",
        *FLAGS,
    ),
    (
        "flag-expired",
        beside("f.csv", "address,flag,expires\n100 ELM ST,unsafe,2026-01-01\n"),
        "",
        "400    placed",
        *FLAGS,
        "--as-of",
        "2026-11-03",
    ),
    (
        "flag-of-another-town",
        beside("f.csv", "address,city,flag\n100 ELM ST,ELSEWHERE,unsafe\n"),
        "",
        "1 at no such door",
        *FLAGS,
    ),
    (
        "flag-about-people",
        beside("f.csv", "address,flag\n100 ELM ST,angry man\n"),
        "FLAGS",
        "nothing is written about people",
        *FLAGS,
    ),
    (
        "flag-without-a-day",
        beside("f.csv", "address,flag,date\n100 ELM ST,dog,soon\n"),
        "FLAGS",
        "no day under date",
        *FLAGS,
    ),
    ("flags-nameless", beside("f.csv", "a,b\n1,2\n"), "COLUMN", "address or flag", *FLAGS),
    ("flags-missing", text(GOOD), "NO_FILE", "--flags", *FLAGS),
    (
        "history",
        beside("h.csv", "VoterID,ElectionDate,Method\n00001,11/05/2024,V\n00002,11/08/2022,P\n"),
        "",
        "2 votes in 2 elections, 2022_11_08 to 2024_11_05",
        *HISTORY,
    ),
    (
        "history-of-no-days",
        beside("h.csv", "VoterID,ElectionDate\n00001,last fall\n"),
        "",
        "1 row of vote history tells of no election",
        *HISTORY,
    ),
    (
        "history-of-others",
        beside("h.csv", "VoterID,ElectionDate\n99999,11/05/2024\n"),
        "HISTORY",
        "none of the voters",
        *HISTORY,
    ),
    (
        "history-without-elections",
        beside("h.csv", "VoterID,Method\n00001,V\n"),
        "HISTORY",
        "ElectionDate",
        *HISTORY,
    ),
    (
        "history-by-state-id",
        beside("h.csv", "RegistrantID,ElectionDate\n1,11/05/2024\n"),
        "HISTORY",
        "RegistrantID",
        *HISTORY,
    ),
    ("history-missing", text(GOOD), "NO_FILE", "--history", *HISTORY),
    ("coded-history-of-a-database", nulls(), "", "10 votes in 1 election,"),
    ("coded-history", some(**{"General 2024": "V"}), "", "10 votes in 1 election,"),
    (
        "election-unknown",
        some(**{"General 2024": "V"}),
        "WHERE",
        "voted_general_2024",
        "--where",
        "voted_general_2042 is null",
    ),
]
ADDRESSES = [
    ("post-box", some(address="P.O. Box 12"), "", "10    R-po_box"),
    ("general-delivery", some(address="General Delivery"), "", "10    R-po_box"),
    ("shelter", some(address="HOPE HOMELESS SHELTER"), "", "10    R-shelter"),
    ("shelter-in-unit", some(unit="RESCUE MISSION"), "", "10    R-shelter"),
    ("shelter-creek", some(address="100 SHELTER CREEK LN"), "", "400    placed"),
    ("private-box", some(unit="PMB 118"), "", "10    R-service_address"),
    ("care-of", some(unit="c/o County Clerk"), "", "10    R-service_address"),
    ("corner", some(address="Corner of 5th & Main"), "", "10    R-described_place"),
    ("two-streets", some(address="5TH ST & MAIN ST"), "", "10    R-described_place"),
    ("two-streets-and", some(address="5th and Main"), "", "10    R-described_place"),
    ("under-a-bridge", some(address="under I-80 bridge"), "", "10    R-described_place"),
    ("no-address-at-all", some(address=""), "", "10    R-no_address"),
    ("one-building", in_one_building(), "", "doors: 180"),
    ("unit-missing", some(1, address="9 HIGH ST"), "", "doors: 1"),
]
UNITS = (
    people(1)[0] | {"voter_id": "A", "address": "9 HIGH ST", "unit": "APT 1"},
    people(1)[0] | {"voter_id": "B", "address": "9 HIGH ST", "unit": "APT 2"},
    people(1)[0] | {"voter_id": "C", "address": "9 HIGH ST"},
)

CASES = [
    Case(name, make, code, says, "--voters", tuple(words))
    for name, make, code, says, *words in [*TEXTS, *ROWS, *PEOPLE, *TOGETHER, *ADDRESSES]
] + [Case(name, make, code, says, "--voters", exit=3) for name, make, code, says in ROWS_LOST]
CASES.append(Case("unit-blank", also(*UNITS), "", "1 door has no unit", "--voters"))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(judged, case):
    judged(case)
