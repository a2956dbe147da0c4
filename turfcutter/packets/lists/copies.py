"""Copies of lists for spreadsheets, and a turf for a phone."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from geodata.crs import unproject
from turfcutter.packets.lists.manifests import Line
from turfcutter.packets.lists.tables import Table, columns_of
from turfcutter.packets.turfs.slices import Door, Slice
from turfcutter.packets.turfs.stops import stops_of

LIST_COLUMNS: Final = (
    *("list", "line", "stop", "address", "unit", "first_and_last_name", "age", "language"),
    *("result", "support", "note", "turf_id", "door_id"),
)
"""Columns of the lists for spreadsheets; those to fill in are empty. No voter id is in them."""
DOORS_CSV: Final = "doors.csv"
"""The doors of all lists in the order of the paper, which may be by street."""
DOOR_COLUMNS: Final = ("list", "turf_id", "stop", "order", "door_id", "address", "unit")


def list_table(doors: Sequence[Door], lines: Sequence[Line], number: str, turf_id: str) -> Table:
    """One row a line, in walking order, with columns `LIST_COLUMNS`."""
    people = {(door.door_id, person.voter_id): person for door in doors for person in door.people}
    known = {door.door_id: door for door in doors}
    rows = []
    for line in lines:
        door, person = known[line.door_id], people.get((line.door_id, line.voter_id))
        said = (person.name, person.age, person.language) if person else ("", "", "")
        rows.append(
            (
                *(number, str(line.line), str(line.stop), door.address, door.unit, *said),
                *("", "", "", turf_id, door.door_id),
            )
        )
    return columns_of(LIST_COLUMNS, rows)


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


def gpx(turf: Slice, crs: Any) -> str:  # noqa: ANN401 - a coordinate system
    """The stops as waypoints and the walk as a track, for any phone's map; no voter is in it."""
    stops = stops_of(turf.doors)
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
