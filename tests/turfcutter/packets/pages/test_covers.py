"""What a cover says of where to begin and how to walk."""

import io
from dataclasses import replace

import pdfplumber
import pytest

from turfcutter.packets.issues import Job
from turfcutter.packets.pages.contents import packet_contents, packet_pdf
from turfcutter.packets.pages.covers import cover_of, end_of_list
from turfcutter.packets.pages.launch import sign_out_row
from turfcutter.packets.turfs.slices import slice_plan


def told(turf, issue):
    cover = cover_of(turf, Job("A1", 3_000_001), issue)
    return cover["places"][-1]["value"], cover["order"]


def test_a_walk_is_begun_at_its_corner_and_told(plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    start, order = told(turf, packet_issue())
    assert start == turf.turf["start"]
    assert order.startswith("One loop")


def test_a_building_alone_is_begun_at_its_address_and_has_no_walk(plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    alone = replace(turf, doors=tuple(replace(door, stop=1) for door in turf.doors))
    assert told(alone, packet_issue()) == (turf.doors[0].address, "")


def test_a_walk_that_begins_at_no_named_corner_is_begun_at_its_first_door(plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    nowhere = replace(turf, turf={**turf.turf, "start": ""})
    assert told(nowhere, packet_issue())[0] == turf.doors[0].address
    assert end_of_list(nowhere, packet_issue()) == "End of the list."


def test_cover_and_list_agree_on_the_way_back(plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    loop, one_way = packet_issue(), replace(packet_issue(), end="anywhere")
    assert "ending where it began" in told(turf, loop)[1]
    assert end_of_list(turf, loop) == f"End of the list. Go back to {turf.turf['start']}."
    assert "ends elsewhere" in told(turf, one_way)[1]
    assert end_of_list(turf, one_way) == "End of the list."


def test_a_building_alone_has_one_beginning_on_all_papers(plans, packet_issue):
    """The cover, the sign-out sheet's labels and slips; and there is no way back."""
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    alone = replace(turf, doors=tuple(replace(door, stop=1) for door in turf.doors))
    row = sign_out_row(alone, Job("A1", 3_000_001), packet_issue())
    assert row["start"] == told(alone, packet_issue())[0] == turf.doors[0].address
    assert end_of_list(alone, packet_issue()) == "End of the list."


def test_no_word_runs_over_the_edge_of_a_cover(plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    issue = packet_issue(title="T" * 300, organization="O" * 300, script={"English": "W" * 300})
    pdf = packet_pdf(packet_contents(turf, Job("A1", 3_000_001), issue))
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        cover = opened.pages[0]
        assert max(letter["x1"] for letter in cover.chars) < cover.width - 25
        assert cover.extract_text().count("W") >= 300


@pytest.mark.parametrize("times", [1, 12])
def test_pages_are_numbered_however_long_the_scripts_are(times, plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    words = f"{'Hello, I am a volunteer. ' * 60}\n\n" * times
    contents = packet_contents(turf, Job("A1", 3_000_001), packet_issue(script={"English": words}))
    with pdfplumber.open(io.BytesIO(packet_pdf(contents))) as opened:
        texts = [page.extract_text() for page in opened.pages]
    covers = len(texts) - len(contents.maps) - len(contents.data["sheets"])
    assert covers == 1 if times == 1 else covers > 1
    for number, text in enumerate(texts, 1):
        assert text.count(f"Page {number} of {len(texts)}") == 1
