"""How rows of the walk list are parted into pages."""

from hypothesis import given
from hypothesis import strategies as st

from turfcutter.packets.pages.layout import heading
from turfcutter.packets.pages.paging import HEADING_ABOVE_MM, ROW_ABOVE_MM, pages_of
from turfcutter.texts import catalogue

EN = catalogue("en")
WIDE, HIGH = 190.0, 200.0


def paged(rows):
    return pages_of(rows, WIDE, HIGH, EN)


def door(number, height=10.0, **said):
    return {"height": height, "texts": [(0.0, 0.0, 9.0, "regular", str(number))], **said}


def words_of(page):
    return [" ".join(row["heading"]) if "heading" in row else row["texts"][0][4] for row in page]


def height_of(page):
    return sum(
        row["height"] + (HEADING_ABOVE_MM if "heading" in row else ROW_ABOVE_MM) for row in page
    )


def test_a_page_in_the_middle_of_a_street_says_which_one():
    first, second = paged([heading("Elm St, odd side", WIDE), *(door(n) for n in range(20))])
    assert words_of(first) == ["Elm St, odd side", *map(str, range(18))]
    assert words_of(second) == ["Elm St, odd side (continued)", "18", "19"]
    assert [row.get("aside", False) for row in (first[0], second[0])] == [False, True]


def test_a_page_in_the_middle_of_a_building_says_which_one():
    again = door("12 (continued)", 6.0)
    rows = [
        heading("Elm St", WIDE),
        door(12, stick=True),
        *(door(n, again=again) for n in range(20)),
    ]
    _, second = paged(rows)
    assert words_of(second)[:3] == ["Elm St (continued)", "12 (continued)", "17"]


def test_a_street_that_begins_a_page_is_not_said_twice():
    rows = [
        heading("Elm St", WIDE),
        *(door(n) for n in range(18)),
        heading("Oak St", WIDE),
        door(18),
    ]
    assert words_of(paged(rows)[1]) == ["Oak St", "18"]


def test_headings_and_the_end_stay_with_a_door():
    rows = [heading("Elm St", WIDE), *(door(n) for n in range(17)), heading("Oak St", WIDE)]
    rows += [door("turn left", 5.0, stick=True), door(17), door("The end.", end=True)]
    first, second = paged(rows)
    assert words_of(first)[-1] == "16"
    assert words_of(second) == ["Oak St", "turn left", "17", "The end."]


KINDS = st.tuples(st.sampled_from(["street", "stick", "row"]), st.floats(4.0, 230.0))


@given(st.lists(KINDS, max_size=60))
def test_nothing_is_lost_and_no_page_is_too_full(kinds):
    rows = [heading("Elm St", WIDE)]
    for n, (kind, height) in enumerate(kinds):
        rows += [heading(f"{n} St", WIDE)] if kind == "street" else []
        rows.append(door(n, height, stick=True) if kind == "stick" else door(n, height))
    pages = paged(rows)
    printed = [row for page in pages for row in page if not row.get("aside")]
    assert words_of(printed) == words_of(rows)
    for page in pages:
        own = [row for row in page if not row.get("aside")]
        assert own
        assert height_of(page) <= HIGH or len(own) == 1
