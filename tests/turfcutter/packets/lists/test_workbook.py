"""Workbooks, read back as a spreadsheet reads them."""

import io
import zipfile
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from turfcutter.packets.lists.workbook import workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


def cells_of(book):
    """Name of a cell -> its text; every cell has to be text."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert archive.testzip() is None
        sheet, shared = (
            ET.fromstring(archive.read(f"xl/{name}.xml"))  # noqa: S314 - our own
            for name in ("worksheets/sheet1", "sharedStrings")
        )
    texts = [item.find(f"{MAIN}t").text for item in shared.iter(f"{MAIN}si")]
    cells = list(sheet.iter(f"{MAIN}c"))
    assert {cell.get("t") for cell in cells} == {"s"}
    return {cell.get("r"): texts[int(cell.find(f"{MAIN}v").text)] for cell in cells}


def test_cells_are_text_in_their_places():
    book = workbook({"name": ["=1+1", "", " 4 "], "age": ["20", "<b>", "陳"]}, "A & B")
    assert cells_of(book) == {
        "A1": "name",
        "B1": "age",
        "A2": "=1+1",
        "B2": "20",
        "B3": "<b>",
        "A4": " 4 ",
        "B4": "陳",
    }


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_any_text_comes_back(cells):
    book = workbook({"a": cells}, cells[0])
    back = cells_of(book)
    assert [back.get(f"A{n}", "") for n in range(2, len(cells) + 2)] == cells
    assert workbook({"a": cells}, cells[0]) == book
