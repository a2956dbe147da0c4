"""A workbook of one sheet for spreadsheets: every cell is text, so none is ever computed."""

import io
from datetime import datetime
from typing import Final

import xlsxwriter

from turfcutter.packets.lists.tables import Table

WIDEST: Final = 40
"""Letters a column is wide at most."""
_DAY: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - the format knows no zones
"""When a workbook says it was made: bytes repeat."""


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
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": _DAY})
    sheet = book.add_worksheet("List")
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, (name, cells) in enumerate(table.items()):
        sheet.write_string(0, column, name, bold)
        for row, cell in enumerate(cells, 1):
            if cell:
                sheet.write_string(row, column, cell)
        sheet.set_column(column, column, min(max(map(len, [name, *cells])) + 1, WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)  # the head of the table comes again on each printed page
    book.close()
    return memory.getvalue()
