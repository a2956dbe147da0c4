"""The foot of each page has room for whatever stands in it."""

import io
import math

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.packets.issues import Job
from turfcutter.packets.lists.numbers import list_number
from turfcutter.packets.pages.contents import packet_contents, packet_pdf
from turfcutter.packets.pages.footers import FOOT_POINTS, Foot, foot_lines
from turfcutter.packets.press.metrics import text_mm
from turfcutter.packets.press.papers import PAPERS
from turfcutter.packets.turfs.slices import slice_plan

EDGE_MM, INK = 8.0, 200
LONG = "Coalition of Neighbors for Better Transit, Safe Streets and Clean Water in Yolo County"


@given(name=st.text(st.characters(codec="utf-8"), max_size=400))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_line_is_longer_than_its_room(language, name, packet_issue):
    issue = packet_issue(organization=name, language=language, expires="2026-11-04")
    lines = foot_lines(issue, 150.0, "40000016")
    assert all(text_mm(line, FOOT_POINTS) <= 150.0 for line in lines)
    said = " ".join(lines)
    for words in (*issue.packet["organization"].split()[:1], "2026-11-04", "4000 0016"):
        assert words[:20] in said


def test_a_short_foot_is_one_line(packet_issue):
    (line,) = foot_lines(packet_issue(expires="2026-11-04"), 194.0, "40000016")
    assert line.startswith(
        "Property of Neighbors for Transit. Do not copy. · Destroy after 2026-11"
    )
    assert line.endswith(" · Issued 2026-10-01 09:00. · List 4000 0016")


@pytest.mark.parametrize("kind", ["persuade", "lit"])
@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_a_long_foot_in_spanish_stays_above_the_edge_on_every_page(
    kind, paper, plans, packet_issue
):
    """All signs of doors, too; and what is said below a map stands on the map's page."""
    plan = plans.block_plan(1, 1, 40)
    plan.doors["flags"] = ["dog;gate;locked;no unit;odd"] * len(plan.doors)
    (turf,) = slice_plan(plan, ["A1"])
    issue = packet_issue(
        kind=kind, paper=paper, language="es", organization=LONG, expires="2026-11-04"
    )
    foot = Foot.of(issue, list_number(4_000_001), turf.doors, PAPERS[paper].room[0])
    assert len(foot.lines) > 1
    made = packet_contents(turf, Job("A1", 4_000_001), issue)
    pdf = pypdfium2.PdfDocument(io.BytesIO(packet_pdf(made)))
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
    below = [
        " ".join(made.data["maps"][0]["legend"]),
        *(f"flag_{each}" for each in ("dog", "gate")),
    ]
    assert all(issue.texts.get(words, words) in pages[1] for words in below)
    assert all(line in page for line in foot.lines for page in pages)
    for page in pdf:
        shape = (-1, math.ceil(page.get_width() * 2))
        drawn = page.render(scale=2, grayscale=True).to_numpy().reshape(shape) < INK
        rows = np.flatnonzero(drawn.any(axis=1))
        assert rows[-1] <= drawn.shape[0] - EDGE_MM * 2 * 72 / 25.4
