"""Workbooks, read back as a spreadsheet reads them."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from turfcutter.packets.workbook import workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def cells_of(book):
    """Name of a cell -> its text; every part has to be XML."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert archive.testzip() is None
        read = {name: archive.read(name) for name in archive.namelist()}
    parts = {name: ET.fromstring(text) for name, text in read.items()}  # noqa: S314 - our own
    named = [part.get("PartName").lstrip("/") for part in parts["[Content_Types].xml"][2:]]
    assert {*named} < {*parts}
    cells = list(parts["xl/worksheets/sheet1.xml"].iter(f"{MAIN}c"))
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    return {cell.get("r"): cell.find(f"{MAIN}is/{MAIN}t").text for cell in cells}


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


def test_columns_beyond_z_have_two_letters():
    table = {f"c{k}": [f"{k}"] for k in range(703)}
    cells = cells_of(workbook(table, "wide"))
    assert [cells[name] for name in ("A2", "Z2", "AA2", "ZZ2", "AAA2")] == [
        *("0", "25", "26", "701", "702")
    ]


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_any_text_comes_back_but_for_signs_that_xml_has_not(cells):
    back = cells_of(workbook({"a": cells}, cells[0]))
    kept = [re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", cell) for cell in cells]
    assert [back.get(f"A{n}") or "" for n in range(2, len(cells) + 2)] == kept
    assert workbook({"a": cells}, cells[0]) == workbook({"a": cells}, cells[0])
