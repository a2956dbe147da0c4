"""The packets of a county, read back as people, scanners and screen readers read them."""

import csv
import io
import re
from itertools import pairwise

import pdfplumber
import pypdf
import pypdfium2
import pytest
import shapely
import zxingcpp

from turfcutter.packets.contents import packet_contents
from turfcutter.packets.issues import Job
from turfcutter.packets.numbers import is_checked, read_line_code
from turfcutter.packets.slices import slice_plan
from turfcutter.packets.streetorder import by_street
from turfcutter.packets.typesetting import typeset
from turfcutter.paramfile import params_of

FREE_TOP = 25 / 25.4 * 72


@pytest.fixture(scope="module")
def contents(county_plan, packet_issue):
    """Contents of the packet of every turf."""
    issue, found = packet_issue(), []
    for n, turf in enumerate(slice_plan(county_plan, county_plan.turfs["turf_id"].tolist())):
        found.append((turf, packet_contents(turf, Job(turf.turf["turf_id"], 4_000_001 + n), issue)))
    return found


@pytest.fixture(scope="module")
def biggest(contents):
    """The turf with most stops, its contents and its PDF."""
    turf, made = max(contents, key=lambda pair: pair[0].turf["stops"])
    return turf, made, typeset("packet", made.data)


def manifest(out, number):
    with (out / "manifests" / f"{number}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_no_two_labels_of_a_map_overlap_and_none_leaves_it(contents):
    count = 0
    for _, made in contents:
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
    assert count > 300


def test_every_stop_of_a_list_is_on_a_map_and_the_other_way_round(contents):
    for turf, made in contents:
        marked = {stop for drawn in made.maps for stop in drawn.stops}
        assert marked == {door.stop for door in turf.doors}
        assert marked == {e["stop"] for e in made.walk.entries if "stop" in e}


def test_every_street_walked_is_named(contents):
    count = 0
    for turf, made in contents:
        walked = {leg["street"] for leg in turf.legs if leg["walk_m"] > 0} - {""}
        assert walked <= {street for drawn in made.maps for street in drawn.streets}
        count += len(walked)
    assert count > 20


def test_the_order_is_that_of_doors_csv_or_by_street(printed):
    """Loops are walked as the plan says; by street, doors are the same in the list's own order."""
    out, records, plan = printed
    cut = params_of(plan.about["params"]).cut
    ordered, grouped = by_street(plan, plan.turfs["turf_id"].tolist(), cut)
    assert grouped < {*plan.turfs["turf_id"]}
    loops = plan.doors[~plan.doors["turf_id"].isin(grouped)]
    assert ordered.doors[~ordered.doors["turf_id"].isin(grouped)].equals(loops)
    plan = ordered
    for record in records:
        number = next(name for name in record["files"] if name.startswith("manifests"))
        rows = manifest(out, number.split("/")[1][:-4])
        own = plan.doors[plan.doors["turf_id"] == rows[0]["turf_id"]]
        assert list(dict.fromkeys(row["door_id"] for row in rows)) == own["door_id"].tolist()
        voters = plan.voters[plan.voters["turf_id"] == rows[0]["turf_id"]]
        assert [row["voter_id"] for row in rows] == voters["voter_id"].tolist()


def test_pages_are_tagged_and_say_what_they_are(biggest):
    turf, made, pdf = biggest
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert reader.metadata.title == f"Packet {turf.turf['turf_id']}"
    assert "/CreationDate" not in reader.metadata
    pages = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {pages}" in text
        assert made.data["list"] in text
        assert "Property of Neighbors for Transit" in text


def test_nothing_stands_outside_the_page_or_under_the_clip(biggest):
    with pdfplumber.open(io.BytesIO(biggest[2])) as pdf:
        for page in pdf.pages:
            for kind in ("chars", "rects", "lines", "curves"):
                for item in getattr(page, kind):
                    assert item["x0"] >= 20, (kind, item)
                    assert item["x1"] <= page.width - 20
                    assert item["bottom"] <= page.height - 10
                    if kind == "chars":
                        assert item["top"] >= FREE_TOP


def test_names_and_house_numbers_are_large_enough_to_read(biggest):
    with pdfplumber.open(io.BytesIO(biggest[2])) as pdf:
        digits = [
            char["size"]
            for page in pdf.pages[1:2]
            for char in page.chars
            if char["text"].isdigit() and abs(char["matrix"][1]) < 1e-6
        ]
    assert min(digits) >= 7


def test_every_bar_code_is_read_and_tells_its_line(biggest):
    turf, made, pdf = biggest
    wanted = [line.code for line in made.lines]
    number = made.data["list"].replace(" ", "")
    lines = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        found = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())
        codes = [(code.position.top_left.y, code.text) for code in found]
        texts = [text for _, text in sorted(codes)]
        assert number in texts
        lines += [text for text in texts if len(text) == 12]
    assert sorted(lines) == sorted(wanted)
    assert all(is_checked(code) for code in lines)
    assert [read_line_code(code)[1] for code in wanted] == list(range(1, len(wanted) + 1))
    voters = {person.voter_id for door in turf.doors for person in door.people}
    assert voters.isdisjoint(lines)


def test_the_cover_has_a_qr_code_of_the_turf_and_none_without_an_address(packet_issue, biggest):
    turf = biggest[0]

    def codes(pdf):
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
        return [c.text for c in zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)]

    turf_id = turf.turf["turf_id"]
    assert codes(biggest[2]) == [f"https://turf.example/t/{turf_id}"]
    plain = packet_contents(turf, Job(turf_id, 4_000_001), packet_issue(link=""))
    assert codes(typeset("packet", plain.data)) == []


def test_no_door_is_split_between_pages(biggest):
    """All lines of a door are on the page that has its house number."""
    _, made, pdf = biggest
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    doors = [e for e in made.walk.entries if e["kind"] == "door" and len(e["lines"]) > 1]
    assert doors
    for door in doors:
        names = [line["name"] for line in door["lines"]]
        assert any(all(name in page for name in names) and door["number"] in page for page in pages)


def test_a_list_is_short_enough_to_carry(contents):
    """A 50-door list with 80 voters has at most eight pages."""
    for turf, made in contents:
        pages = len(pypdf.PdfReader(io.BytesIO(typeset("packet", made.data))).pages)
        people = sum(len(door.people) for door in turf.doors)
        assert pages <= 3 + max(len(turf.doors) / 50, people / 80) * 5


def test_headings_tell_street_side_and_way(contents):
    headings = [e["words"] for _, c in contents for e in c.walk.entries if e["kind"] == "street"]
    assert (
        sum(bool(re.search(r", (even|odd) side", words)) for words in headings) > len(headings) / 2
    )
    assert sum(bool(re.search(r", going (north|east|south|west)$", w)) for w in headings) > 5
    for _, made in contents:
        streets = [e["words"] for e in made.walk.entries if e["kind"] == "street"]
        assert all(a != b for a, b in pairwise(streets))
