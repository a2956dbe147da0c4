"""The packets of places, read back as people, scanners and screen readers read them."""

import csv
import io
import math
import re
from itertools import groupby, pairwise

import numpy as np
import pdfplumber
import pikepdf
import pypdf
import pypdfium2
import pytest
import shapely
import zxingcpp

from turfcutter.packets.issues import Job
from turfcutter.packets.lists.copies import DOOR_COLUMNS, DOORS_CSV
from turfcutter.packets.lists.numbers import is_checked, list_number, read_line_code
from turfcutter.packets.pages.contents import packet_contents, packet_pdf
from turfcutter.packets.pages.walklist import GRID_FROM

CLIP_MM, EDGE_MM = 25.0, 8.0
INK = 200


@pytest.fixture(scope="module")
def biggest(place):
    """The turf with most stops of a place, its contents and its PDF."""
    turf, made = max(place.pages, key=lambda pair: pair[0].turf["stops"])
    path = place.out / "packets" / f"{turf.turf['turf_id']}.pdf"
    return turf, made, path.read_bytes()


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words_of(path):
    """Text of a PDF's pages."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]


def test_no_two_labels_of_a_map_overlap_and_none_leaves_it(place):
    count = 0
    for _, made in place.pages:
        for drawn in made.maps:
            sheet = shapely.box(0, 0, drawn.frame.width_mm, drawn.frame.height_mm)
            labels = [shapely.Polygon(box.corners()) for box in drawn.boxes]
            assert all(sheet.contains(label) for label in labels)
            pairs = shapely.STRtree(labels).query(labels, predicate="intersects")
            touching = [(a, b) for a, b in pairs.T.tolist() if a < b]
            # letters of one bending name may touch
            assert all(
                labels[a].intersection(labels[b]).area < 0.35 * min(labels[a].area, labels[b].area)
                and max(labels[a].length, labels[b].length) < 14
                for a, b in touching
            )
            count += len(labels)
    assert count > 150


def test_every_stop_of_a_list_is_on_a_map_and_the_other_way_round(place):
    for turf, made in place.pages:
        marked = {stop for drawn in made.maps for stop in drawn.stops}
        assert marked == {door.stop for door in turf.doors}
        assert marked == {e["stop"] for e in made.walk.entries if "stop" in e}


def test_every_street_walked_is_named(place):
    count = 0
    for turf, made in place.pages:
        walked = {leg["street"] for leg in turf.legs if leg["walk_m"] > 0} - {""}
        assert walked <= {street for drawn in made.maps for street in drawn.streets}
        count += len(walked)
    assert count > 10


def test_the_order_is_that_of_doors_csv(place):
    """The table beside the packets, the manifests and the lines on paper have one order."""
    doors = rows_of(place.out / DOORS_CSV)
    assert tuple(doors[0]) == DOOR_COLUMNS
    assert [row["door_id"] for row in doors] == place.ordered.doors["door_id"].tolist()
    assert [int(row["stop"]) for row in doors] == place.ordered.doors["stop"].tolist()
    of_turf = {k: list(rows) for k, rows in groupby(doors, key=lambda row: row["turf_id"])}
    for (turf, made), record in zip(place.pages, place.records, strict=True):
        turf_id = turf.turf["turf_id"]
        number = list_number(record["serial"])
        rows = rows_of(place.out / "manifests" / f"{number}.csv")
        in_turf = of_turf[turf_id]
        assert {row["list"] for row in in_turf} == {number}
        assert [int(row["order"]) for row in in_turf] == list(range(1, len(in_turf) + 1))
        assert [k for k, _ in groupby(row["door_id"] for row in rows)] == [
            row["door_id"] for row in in_turf
        ]
        voters = place.ordered.voters[place.ordered.voters["turf_id"] == turf_id]
        assert [row["voter_id"] for row in rows] == voters["voter_id"].tolist()
        assert [row["code"] for row in rows] == [line.code for line in made.lines]


def test_the_plan_keeps_its_own_order_where_the_paper_is_by_street(place):
    plan, ordered = place.plan, place.ordered
    by_street = {turf.turf["turf_id"] for turf, _ in place.pages if turf.by_street}
    loops = ~plan.doors["turf_id"].isin(by_street)
    assert plan.doors[loops].equals(ordered.doors[~ordered.doors["turf_id"].isin(by_street)])
    assert sorted(plan.doors["door_id"]) == sorted(ordered.doors["door_id"])


def test_paper_has_every_name_and_no_suppressed_one(place):
    """Read back from the PDFs and all that goes with them."""
    assert place.plan.about["counts"]["suppressed"] >= len(place.secret)
    people = [p for turf, _ in place.pages for door in turf.doors for p in door.people]
    names = {person.name for person in people}
    ids = {voter for voter, _ in place.secret}
    hidden = {" ".join(name.split()) for _, name in place.secret} - names
    assert hidden
    read = ""
    for record in place.records:
        read += " ".join(words_of(place.out / "packets" / f"{record['name']}.pdf"))
    read = " ".join(read.split())
    assert not {name for name in names if name not in read}
    for path in place.out.rglob("*"):
        if path.suffix in {".csv", ".gpx", ".json"} or path.name == ".journal":
            read += path.read_text(encoding="utf-8")
    assert not {name for name in hidden if name in read}
    assert ids.isdisjoint(re.findall(r"\w+", read))


def test_pages_are_tagged_and_say_what_they_are(biggest):
    turf, made, pdf = biggest
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert reader.metadata.title == f"Packet {turf.turf['turf_id']}"
    assert "/CreationDate" not in reader.metadata
    texts = words_of(pdf)
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert made.data["list"] in text
        assert "Property of Neighbors for Transit" in text


def test_every_file_is_valid(place):
    for path in place.out.rglob("*.pdf"):
        with pikepdf.open(path) as pdf:
            assert pdf.check_pdf_syntax() == [], path.name


def test_nothing_stands_outside_the_page_or_under_the_clip(place):
    for record in place.records:
        for page in pypdfium2.PdfDocument(place.out / "packets" / f"{record['name']}.pdf"):
            drawn = (
                page.render(scale=2, grayscale=True)
                .to_numpy()
                .reshape(-1, math.ceil(page.get_width() * 2))
                < INK
            )
            millimetre = 2 * 72 / 25.4
            rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
            assert rows[0] >= CLIP_MM * millimetre
            assert rows[-1] <= drawn.shape[0] - EDGE_MM * millimetre
            assert columns[0] >= EDGE_MM * millimetre
            assert columns[-1] <= drawn.shape[1] - EDGE_MM * millimetre


def test_house_numbers_are_large_enough_to_read(biggest):
    turf, _, pdf = biggest
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        words = opened.pages[1].extract_words(extra_attrs=["size"], keep_blank_chars=False)
    large = {word["text"] for word in words if word["size"] > 6.99}
    houses = {door.address.split()[0] for door in turf.doors}
    assert len(houses & large) > len(houses) / 2
    assert not any(word["size"] < 6.99 for word in words if word["text"] in houses)


def test_every_bar_code_is_read_and_tells_its_line(place):
    for (turf, made), record in zip(place.pages, place.records, strict=True):
        wanted = [line.code for line in made.lines]
        number = list_number(record["serial"])
        lines = []
        for page in pypdfium2.PdfDocument(place.out / "packets" / f"{record['name']}.pdf"):
            image = page.render(scale=250 / 72, grayscale=True).to_pil()
            found = zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormat.Code128)
            texts = [code.text for code in found]
            assert number in texts
            lines += [text for text in texts if text != number]
        assert sorted(lines) == sorted(wanted)
        assert all(is_checked(code) for code in lines)
        assert [read_line_code(code)[1] for code in wanted] == list(range(1, len(wanted) + 1))
        voters = {person.voter_id for door in turf.doors for person in door.people}
        assert voters.isdisjoint(lines)


def test_the_cover_has_a_qr_code_of_the_turf_and_none_without_an_address(packet_issue, printed):
    turf = printed.pages[0][0]
    turf_id = turf.turf["turf_id"]

    def codes(pdf):
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72, grayscale=True).to_pil()
        return [c.text for c in zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)]

    assert codes(printed.out / "packets" / f"{turf_id}.pdf") == [
        f"https://turf.example/t/{turf_id}"
    ]
    plain = packet_contents(turf, Job(turf_id, 4_000_001), packet_issue(link=""))
    assert codes(packet_pdf(plain)) == []


def test_no_door_is_split_between_pages(biggest):
    """All lines of a door are on the page that has its house number."""
    _, made, pdf = biggest
    pages = [" ".join(text.split()) for text in words_of(pdf)]
    doors = [e for e in made.walk.entries if e["kind"] == "door" and len(e["lines"]) > 1]
    grids = [e for e in made.walk.entries if e["kind"] == "grid"]
    assert doors or grids
    for door in doors:
        names = [line["name"] for line in door["lines"]]
        assert any(all(name in page for name in names) and door["number"] in page for page in pages)
    for entry in grids:
        for door in (door for floor in entry["floors"] for door in floor["doors"]):
            names = [line["name"] for line in door["lines"]]
            assert any(
                all(name in page for name in names) and door["unit"] in page for page in pages
            )


def test_each_page_of_a_list_says_its_street_and_building(place):
    """As many pages as were counted, with all their words: sheets that fall apart make sense."""
    continued = 0
    for (_, made), record in zip(place.pages, place.records, strict=True):
        pages = words_of(place.out / "packets" / f"{record['name']}.pdf")
        lists = pages[1 + len(made.maps) :]
        assert len(lists) == len(made.data["sheets"])
        streets = {e["words"] for e in made.walk.entries if e["kind"] == "street"}
        for text, sheet in zip(lists, made.data["sheets"], strict=True):
            face, _, _, lines = sheet["items"][0]
            said = " ".join(lines)
            assert face == ("again" if said.endswith("(continued)") else "heading")
            assert said.removesuffix(" (continued)") in streets
            assert said in " ".join(text.split())
            continued += said.endswith("(continued)")
        assert "End of the list." in lists[-1]
    assert continued > 0


def test_the_units_of_a_building_stand_in_one_grid(place):
    for turf, made in place.pages:
        grids = [e for e in made.walk.entries if e["kind"] == "grid"]
        for stop, doors in groupby(turf.doors, key=lambda door: (door.stop, door.address)):
            count = len(list(doors))
            of_stop = [e for e in grids if e["stop"] == stop[0]]
            assert bool(of_stop) >= (count >= GRID_FROM)


def test_a_list_is_short_enough_to_carry(place):
    """Eight pages for fifty doors with eighty voters."""
    for (turf, _), record in zip(place.pages, place.records, strict=True):
        pages = len(pypdfium2.PdfDocument(place.out / "packets" / f"{record['name']}.pdf"))
        people = sum(len(door.people) for door in turf.doors)
        assert pages <= math.ceil(8 * max(1, len(turf.doors) / 50, people / 80))


def test_headings_tell_street_side_and_way(place):
    headings = [e["words"] for _, c in place.pages for e in c.walk.entries if e["kind"] == "street"]
    assert (
        sum(bool(re.search(r", (even|odd) side", words)) for words in headings) > len(headings) / 2
    )
    assert sum(bool(re.search(r", going (north|east|south|west)$", w)) for w in headings) > 5
    for _, made in place.pages:
        streets = [e["words"] for e in made.walk.entries if e["kind"] == "street"]
        assert all(a != b for a, b in pairwise(streets))


def test_each_packet_is_small(place):
    for record in place.records:
        size = (place.out / "packets" / f"{record['name']}.pdf").stat().st_size
        assert size <= 200_000 * max(1, record["doors"] / 50, record["voters"] / 90)
