"""Names and addresses as they come: any script, any sign, any length, or nothing at all."""

import csv
import io
from dataclasses import replace

import pypdf
import pypdfium2
import pytest

from turfcutter.packets.issues import Job
from turfcutter.packets.lists.copies import list_table
from turfcutter.packets.lists.tables import csv_text
from turfcutter.packets.pages.contents import packet_contents, packet_pdf
from turfcutter.packets.press.metrics import printable
from turfcutter.packets.turfs.slices import slice_plan

SCRIPTS = [
    "José Peña-Núñez",
    "Nguyễn Thị Ánh Đào",
    "陳大文",
    "김철수",
    "Дмитрий Шостакович",
    "Հայկ Ճշմարտյան",
]
MARKUP = [
    "{{7*7}}",
    "<b>bold</b>",
    "=HYPERLINK(1)",
    "#panic()",
    "$x_1$",
    "*a* _b_ `c` @d",
    "\\u{41}",
]
WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


@pytest.fixture(scope="module")
def slice_of(plans):
    """A turf whose first doors' voters have the names given, in a town of hostile street names."""

    def make(names, *, address=None, streets=()):
        plan = plans.block_plan(1, 1, 12, street_names=streets)
        (turf,) = slice_plan(plan, ["A1"])
        doors = list(turf.doors)
        for k, name in enumerate(names):
            person = replace(doors[k].people[0], name=printable(name))
            doors[k] = replace(doors[k], people=(person,))
        if address is not None:
            doors[0] = replace(doors[0], address=printable(address))
        return replace(turf, doors=tuple(doors))

    return make


def printed_text(turf, issue):
    contents = packet_contents(turf, Job("A1", 3_000_001), issue)
    pdf = packet_pdf(contents)
    pages = pypdfium2.PdfDocument(pdf)
    words = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(words.replace("\u200b", "").split()), contents


@pytest.mark.parametrize("name", SCRIPTS)
def test_names_of_every_script_are_read_back(name, slice_of, packet_issue):
    text, _ = printed_text(slice_of([name]), packet_issue())
    assert name in text
    assert "\ufffd" not in text


def test_right_to_left_and_joined_scripts_are_set(slice_of, packet_issue):
    text, _ = printed_text(slice_of(["محمد", "ខ្មែរ", "สมชาย", "ਸਿੰਘ"]), packet_issue())
    assert "\ufffd" not in text


@pytest.mark.parametrize("name", MARKUP)
def test_markup_prints_literally(name, slice_of, packet_issue):
    turf = slice_of([name])
    text, contents = printed_text(turf, packet_issue(title=name))
    assert text.count(name) >= 2
    assert "49" not in text.split(name)[1][:10]
    rows = list(
        csv.reader(io.StringIO(csv_text(list_table(turf.doors, contents.lines, "30000017", "A1"))))
    )
    cell = rows[1][5]
    assert cell == (f"'{name}" if name.startswith("=") else name)


def test_streets_with_markup_are_named_on_the_map(slice_of, packet_issue):
    streets = ["<b>&amp; {{7*7}} Street", "#eval Street"]
    turf = slice_of([], streets=streets)
    text, _ = printed_text(turf, packet_issue())
    assert "<b>&amp; {{7*7}} Street" in text
    assert "#eval Street" in text


@pytest.mark.parametrize("name", ["", "  ", "\x00\x07", "\u202e\u202e"])
def test_an_empty_name_leaves_its_line_standing(name, slice_of, packet_issue):
    turf = slice_of([name])
    text, contents = printed_text(turf, packet_issue())
    assert "(no name)" in text
    assert len(contents.lines) == sum(len(door.people) for door in turf.doors)


@pytest.mark.parametrize(
    "address",
    ["12 " + "Very Long Avenue " * 13, "12 " + WORD * 4, WORD * 4, "", "0", "½ Elm", "12½ Elm"],
)
def test_any_address_fits_its_page(address, slice_of, packet_issue):
    text, contents = printed_text(slice_of([], address=address), packet_issue())
    wanted = address.split()[-1][:20] if address else ""
    assert wanted in text.replace(" ", "")
    pages = pypdf.PdfReader(io.BytesIO(packet_pdf(contents))).pages
    assert len(pages) <= 5


def test_signs_that_no_typeface_has_are_marked(slice_of, packet_issue):
    text, _ = printed_text(slice_of(["Ada \U00013000 Byron"]), packet_issue())
    assert "Ada \ufffd Byron" in text


def test_names_cannot_turn_or_break_their_line():
    assert printable("a\u202eb\nc\td\u2028e\x00f") == "ab c d e f"
    assert printable(float("nan")) == printable(None) == ""


def test_words_of_the_program_are_brought_into_a_form_that_prints(slice_of, packet_issue):
    """Title, organization, script, time of issue: breaks, control signs, signs no typeface has."""
    issue = packet_issue(
        title="Fall\ncanvass \U00013000",
        organization="Neigh\x07bors\u202e",
        script={"Eng\tlish": "Hello.\t\x00\nGood day.\n\nBye \U00013000."},
        questions=["Is\nit late?"],
    )
    text, _ = printed_text(slice_of([]), issue)
    for words in ("Fall canvass \ufffd", "Property of Neigh bors.", "What to say: Eng lish"):
        assert words in text
    for words in ("Hello. Good day. Bye \ufffd.", "Is it late?"):
        assert words in text


def test_leaflets_name_nobody(slice_of, packet_issue):
    turf = slice_of(["Ada Byron"])
    text, contents = printed_text(turf, packet_issue(kind="lit"))
    assert "Ada Byron" not in text
    assert "12 pieces" in text
    assert len(contents.lines) == len(turf.doors)
    assert not any(line.voter_id for line in contents.lines)


def test_spanish_says_that_nobody_checked_it(slice_of, packet_issue):
    text, _ = printed_text(slice_of([]), packet_issue(language="es"))
    assert "Traducción automática, sin revisar" in text
    assert "Página 1 de" in text
    assert "Page" not in text


@pytest.mark.parametrize("paper", ["letter", "legal", "a4"])
def test_every_paper(paper, slice_of, packet_issue):
    contents = packet_contents(slice_of([]), Job("A1", 3_000_001), packet_issue(paper=paper))
    box = pypdf.PdfReader(io.BytesIO(packet_pdf(contents))).pages[1].mediabox
    millimetres = [round(float(side) / 72 * 25.4) for side in box[2:]]
    assert millimetres == {"letter": [216, 279], "legal": [216, 356], "a4": [210, 297]}[paper]


def test_questions_have_a_line_under_each_voter(slice_of, packet_issue):
    text, contents = printed_text(slice_of([]), packet_issue(questions=["Is the bus late?"]))
    assert text.count("Is the bus late?") == len(contents.lines)


def test_a_survey_of_two_hundred_doors_is_a_book_of_fifty_pages_at_most(plans, packet_issue):
    """Three hundred and ninety-nine voters, three questions each."""
    (turf,) = slice_plan(plans.block_plan(1, 1, 200), ["A1"])
    issue = packet_issue(questions=["Is the bus late?", "How late?", "Would you ride it?"])
    contents = packet_contents(turf, Job("A1", 3_000_001), issue)
    assert len(contents.lines) == 399
    assert len(pypdf.PdfReader(io.BytesIO(packet_pdf(contents))).pages) <= 52
