"""Walk lists as tables for a spreadsheet, the manifest of a list, and a turf for a phone."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import xlsxwriter

from geodata.crs import unproject
from geodata.storage.tables import safe_text
from turfcutter.packets.contents import Contents
from turfcutter.packets.slices import Slice
from turfcutter.packets.stopmarks import stops_of

LIST_COLUMNS: Final = (
    *("list", "line", "stop", "address", "unit", "first_and_last_name", "age", "language"),
    *("result", "support", "note", "turf_id", "door_id"),
)
DOORS_CSV: Final = "doors.csv"
"""The doors of all lists in the order of the paper, which may be by street."""
DOOR_COLUMNS: Final = ("list", "turf_id", "stop", "order", "door_id", "address", "unit")
"""Columns of the lists for spreadsheets; those to fill in are empty. No voter id is in them."""


def list_table(contents: Contents, number: str, turf_id: str) -> pd.DataFrame:
    """One row a line, in walking order, with columns `LIST_COLUMNS`."""
    people = {
        (door.door_id, person.voter_id): person for door in contents.doors for person in door.people
    }
    doors = {door.door_id: door for door in contents.doors}
    rows = []
    for line in contents.lines:
        door, person = doors[line.door_id], people.get((line.door_id, line.voter_id))
        said = (person.name, person.age, person.language) if person else ("", "", "")
        rows.append(
            (
                *(number, str(line.line), str(line.stop), door.address, door.unit, *said),
                *("", "", "", turf_id, door.door_id),
            )
        )
    return pd.DataFrame(rows, columns=list(LIST_COLUMNS), dtype="str")


def printed_doors(lists: Iterable[Path]) -> str:
    """`DOORS_CSV` of lists as CSV: one row a door, with columns `DOOR_COLUMNS`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(DOOR_COLUMNS)
    for path in lists:
        with path.open(encoding="utf-8", newline="") as file:
            doors = {row["door_id"]: row for row in csv.DictReader(file)}
        for order, row in enumerate(doors.values(), 1):
            writer.writerow([{**row, "order": order}[name] for name in DOOR_COLUMNS])
    return text.getvalue()


def xlsx(table: pd.DataFrame, title: str) -> bytes:
    """
    A workbook of one sheet; every cell is text, so none is ever computed.

    The time of writing that the format wants is the beginning of its era, so that bytes repeat.
    """
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": pd.Timestamp("1980-01-01").to_pydatetime()})
    sheet = book.add_worksheet("List")
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, name in enumerate(table):
        sheet.write_string(0, column, str(name), bold)
        cells = table[name].tolist()
        for row, cell in enumerate(cells, 1):
            if cell:
                sheet.write_string(row, column, cell)
        sheet.set_column(column, column, min(max(map(len, [str(name), *cells])) + 1, 40))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return memory.getvalue()


def gpx(turf: Slice, contents: Contents, crs: Any) -> str:  # noqa: ANN401 - a coordinate system
    """The stops as waypoints and the walk as a track, for any phone's map; no voter is in it."""
    stops = stops_of(contents.doors)
    lon, lat = unproject([stop.x for stop in stops], [stop.y for stop in stops], crs)
    parts = [
        f"<wpt lat={quoteattr(f'{y:.6f}')} lon={quoteattr(f'{x:.6f}')}>"
        f"<name>{escape(f'{stop.number} {stop.houses}'.strip())}</name></wpt>\n"
        for stop, x, y in zip(stops, lon, lat, strict=True)
    ]
    xs, ys = turf.walk.xy
    lon, lat = unproject(xs, ys, crs)
    points = "".join(f'<trkpt lat="{y:.6f}" lon="{x:.6f}"/>' for x, y in zip(lon, lat, strict=True))
    name = escape(turf.turf["turf_id"])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="turfcutter" xmlns="http://www.topografix.com/GPX/1/1">\n'
        f"<metadata><name>{name}</name></metadata>\n{''.join(parts)}"
        f"<trk><name>{name}</name><trkseg>{points}</trkseg></trk>\n</gpx>\n"
    )


def csv_text(table: pd.DataFrame) -> str:
    """A list or manifest as CSV, safe against spreadsheets' formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([safe_text(str(cell)) for cell in row] for row in table.to_numpy().tolist())
    return text.getvalue()
