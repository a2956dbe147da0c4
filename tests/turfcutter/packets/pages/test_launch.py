"""What lies on the launch table, read back as people and scanners read it."""

from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
import zxingcpp

from turfcutter.packets.issues import Job
from turfcutter.packets.lists.numbers import list_number, spaced
from turfcutter.packets.pages import launch
from turfcutter.packets.printing import Printing, print_packets

SIGN_OUT = ("List", "Turf", "Doors", "Time", "Effort", "Name", "Phone", "Out", "In", "Done")


@pytest.fixture(scope="module")
def table(plans, packet_issue, tmp_path_factory):
    """A plan of six turfs and its printing in pairs."""
    plan = plans.whole_plan(3, 2, 4)
    out = tmp_path_factory.mktemp("table") / "out"
    records = print_packets(plan, Printing(packet_issue(pair=True), serial=4_000_001), out)
    return plan, out, records


def pages(path):
    return [
        " ".join(page.get_textpage().get_text_range().split())
        for page in pypdfium2.PdfDocument(path)
    ]


def test_the_sign_out_sheet_has_a_row_for_every_list(table):
    _, out, records = table
    first = pages(out / "launch.pdf")[0]
    assert all(word in first for word in SIGN_OUT)
    for record in records:
        row = f"{spaced(list_number(record['serial']))} {record['name']} {record['doors']} "
        assert row in first


def test_response_codes_and_bag_labels_are_scanned(table):
    _, out, records = table
    found = set()
    for page in pypdfium2.PdfDocument(out / "launch.pdf"):
        image = page.render(scale=200 / 72, grayscale=True).to_pil()
        found |= {
            code.text for code in zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormat.Code128)
        }
    codes = {*(f"R{letter}" for letter in "TNRMLX"), *(f"S{level}" for level in range(1, 6))}
    assert found == codes | {list_number(record["serial"]) for record in records}


def test_a_single_list_is_no_range(table, packet_issue):
    plan, out, records = table
    number = spaced(list_number(records[0]["serial"]))
    jobs = [Job(records[0]["name"][:2], records[0]["serial"])]
    with ThreadPoolExecutor(1) as crew:
        files = dict(launch.launch_files(plan, jobs, records[:1], packet_issue(title=""), crew))
    marks = [mark.get_title() for mark in pypdfium2.PdfDocument(files["launch.pdf"]).get_toc(1)]
    assert marks == [f"Sign-out sheet {number}", "Response codes", f"Bag labels {number}"]
    said = pypdfium2.PdfDocument(files["slip-sheets.pdf"]).get_metadata_dict()
    assert said["Title"] == "Packet follows"
    (out / "single.pdf").write_bytes(files["launch.pdf"])
    assert f"Sign-out sheet · {number} " in pages(out / "single.pdf")[0]


def test_every_list_has_a_slip_and_every_turf_is_on_the_wall(table):
    plan, out, records = table
    slips = pages(out / "slip-sheets.pdf")
    assert len(slips) == len(records)
    for slip, record in zip(slips, records, strict=True):
        assert record["name"] in slip
        assert spaced(list_number(record["serial"])) in slip
    (wall,) = pages(out / "wall-map.pdf")
    assert all(turf_id in wall for turf_id in plan.turfs["turf_id"])
    (sheet,) = pypdfium2.PdfDocument(out / "wall-map.pdf")
    assert [round(side / 72) for side in sheet.get_size()] == [11, 17]


def test_many_lists_are_set_in_parts_that_make_one_file(table, packet_issue, monkeypatch):
    plan, out, records = table
    monkeypatch.setattr(launch, "TOGETHER", 5)
    jobs = [Job(record["name"][:2], record["serial"]) for record in records]
    with ThreadPoolExecutor(2) as crew:
        files = dict(launch.launch_files(plan, jobs, records, packet_issue(pair=True), crew))
    (out / "parts.pdf").write_bytes(files["slip-sheets.pdf"])
    assert pages(out / "parts.pdf") == pages(out / "slip-sheets.pdf")
    (out / "parts.pdf").write_bytes(files["launch.pdf"])
    text = " ".join(pages(out / "parts.pdf"))
    for record in records:
        row = f"{spaced(list_number(record['serial']))} {record['name']} {record['doors']} "
        assert text.count(row) == 1
    numbers = [spaced(list_number(record["serial"])) for record in records]
    ranges = [
        f"{numbers[at]}\N{EN DASH}{numbers[min(at + 5, len(numbers)) - 1]}"
        for at in range(0, len(numbers), 5)
    ]
    marks = [mark.get_title() for mark in pypdfium2.PdfDocument(files["launch.pdf"]).get_toc(1)]
    assert marks == [
        *(f"Sign-out sheet {each}" for each in ranges),
        "Response codes",
        *(f"Bag labels {each}" for each in ranges),
    ]
