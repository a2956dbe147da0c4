"""A workbook of one sheet for spreadsheets: every cell is text, so none is ever computed."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from turfcutter.packets.lists import Table

WIDEST: Final = 40
"""Letters a column is wide at most."""
_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The first day an archive can name: bytes repeat."""
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PROPERTIES: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_NO_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML cannot hold; a carriage return would come back as a line feed."""

_PARTS: Final = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_LINKS}">'
        f'<Relationship Id="rId1" Type="{_KINDS}/officeDocument" Target="xl/workbook.xml"/>'
        '<Relationship Id="rId2" Target="docProps/core.xml" Type="http://schemas.openxmlformats.org'
        '/package/2006/relationships/metadata/core-properties"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_LINKS}">'
        f'<Relationship Id="rId1" Type="{_KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_KINDS}/styles" Target="styles.xml"/></Relationships>'
    ),
    # The head of the table comes again on each printed page.
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}">'
        '<sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets><definedNames>'
        '<definedName name="_xlnm.Print_Titles" localSheetId="0">List!$1:$1</definedName>'
        "</definedNames></workbook>"
    ),
    # Two ways of a cell: 0 plain, 1 bold over a line.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2">'
        '<font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="2"><border/><border><bottom style="thin"/></border></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
        '<xf xfId="0"/><xf fontId="1" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
        "</cellStyles></styleSheet>"
    ),
}
"""What is the same in every workbook."""


def workbook(table: Table, title: str) -> bytes:
    """
    A workbook of one sheet, the same bytes for the same cells.

    Parameters
    ----------
    table
        Columns of text; empty cells are left out.
    title
        Among the properties of the file.
    """
    columns = [[str(name), *table[name]] for name in table]
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {**_PARTS, "docProps/core.xml": _core(title)}
        for name, text in {**parts, "xl/worksheets/sheet1.xml": _sheet(columns)}.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), f"{_XML}{text}", zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def _sheet(columns: Sequence[Sequence[str]]) -> str:
    wide = "".join(
        f'<col min="{k}" max="{k}" width="{min(max(map(len, cells)) + 1, WIDEST)}"'
        ' customWidth="1"/>'
        for k, cells in enumerate(columns, 1)
    )
    letters = [_letters(k) for k in range(len(columns))]
    rows = "".join(
        f'<row r="{number}">{"".join(_cells(letters, row, number))}</row>'
        for number, row in enumerate(zip(*columns, strict=True), 1)
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{wide}</cols><sheetData>{rows}</sheetData>"
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _cells(letters: Sequence[str], row: Iterable[str], number: int) -> Iterable[str]:
    style = ' s="1"' if number == 1 else ""
    for letter, cell in zip(letters, row, strict=True):
        if cell:
            kept = ' xml:space="preserve"' if cell != cell.strip() else ""
            place = f'r="{letter}{number}"{style} t="inlineStr"'
            yield f"<c {place}><is><t{kept}>{_text(cell)}</t></is></c>"


def _text(cell: str) -> str:
    """A cell's text; signs that XML cannot hold are left out."""
    return escape(_NO_XML.sub("", cell))


def _letters(column: int) -> str:
    """Name of a column: A to Z, AA and so on."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _core(title: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PROPERTIES}"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{_text(title)}</dc:title>'
        "</cp:coreProperties>"
    )
