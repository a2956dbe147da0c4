"""What stands on the pages of one packet, ready to be set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

import segno

from turfcutter.packets import svg
from turfcutter.packets.forms import LEFT, RESULTS, Form
from turfcutter.packets.maps import overview_map, turf_maps
from turfcutter.packets.numbers import list_number, spaced
from turfcutter.packets.papers import BOTTOM, HEADER, PAPERS, SIDE, TOP
from turfcutter.packets.slices import Door, Slice
from turfcutter.packets.stopmarks import stops_of
from turfcutter.packets.walklist import Line, make_list
from turfcutter.texts import catalogue

ROW_MM, CELL_MM = 6.6, 4.4
"""Height of a line's boxes and bars, in the list and in grids of apartments."""
NUMBER_MM, NAME_MM, UNIT_MM = 30.0, 44.0, 13.0
NUMBER_BARS: Final = (0.3, 9.0)
"""Module and height of the bars of a list's number, millimetres."""
OVERVIEW_MM: Final = (100.0, 92.0)


@dataclass(frozen=True)
class Issue:
    """
    What is the same for all packets of a printing.

    Parameters
    ----------
    packet
        The plan's `[packet]` parameters as they hold for this printing.
    kind
        Kind of canvass; ``lit`` names nobody.
    issued
        When it is printed, in words; only ever printed.
    end
        Where walks end: start or anywhere.
    """

    packet: Mapping[str, Any]
    kind: str = "persuade"
    issued: str = ""
    end: str = "start"

    @property
    def texts(self) -> Mapping[str, str]:
        """The catalogue of its language."""
        return catalogue(self.packet["language"])

    @property
    def names(self) -> bool:
        """Whether voters are named."""
        return self.kind != "lit"


@dataclass(frozen=True)
class Job:
    """One list to print: a turf, or the first or second half of one."""

    turf_id: str
    serial: int
    half: int = 0

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"{self.turf_id}-{'ab'[self.half - 1]}" if self.half else self.turf_id


@dataclass(frozen=True)
class Contents:
    """What a packet is set from, and what it turned out to hold."""

    data: dict[str, Any]
    lines: list[Line]
    doors: Sequence[Door]
    maps: list[dict[str, Any]] = field(default_factory=list)
    """For checks: `stops` and `streets` named on each map, and the corners of its labels."""


def packet_contents(turf: Slice, job: Job, issue: Issue) -> Contents:
    """The pages of one list."""
    texts, paper = issue.texts, PAPERS[issue.packet["paper"]]
    doors = doors_of(turf, job.half)
    questions = issue.packet["questions"] if issue.names else []
    walk = make_list(turf, doors, job.serial, texts, names=issue.names, grids=not questions)
    number = list_number(job.serial)
    wide, high = paper.map_size
    maps = turf_maps(turf, doors, wide, high, texts)
    room = paper.width - 2 * SIDE
    form = Form.of(issue.names, room - NUMBER_MM - NAME_MM - 2, ROW_MM)
    cell = Form.of(issue.names, (room - 5) / 2 - UNIT_MM, CELL_MM)
    for in_grid, line in _lines(walk.entries):
        line["form"] = (cell if in_grid else form).drawing(line["code"])
    half = texts["half"].format(half=job.half) if job.half else ""
    data = {
        "title": " ".join(filter(None, [texts["packet"], job.turf_id, half])),
        "organization": issue.packet["organization"],
        "language": issue.packet["language"],
        "texts": dict(texts),
        "turf": job.turf_id,
        "half": half,
        "list": spaced(number),
        "bars": svg.bar_code(number, *NUMBER_BARS),
        "pages": texts["page_of"],
        "foot": _foot(issue, number),
        "legend": _legend(issue),
        "tally": _tally(issue),
        "paper": {
            "width": paper.width,
            "height": paper.height,
            "side": SIDE,
            "top": TOP + HEADER,
            "bottom": BOTTOM + (3 if issue.names else 0),
            "overview": OVERVIEW_MM[0],
            "row": ROW_MM,
            "form": form.width,
            "cell": cell.width,
        },
        "questions": list(questions),
        "cover": _cover(turf, doors, job, issue),
        "maps": [
            {
                "title": texts["detail"].format(key=each.key) if each.key else texts["map"],
                "svg": each.drawing,
                "alt": texts["map_alt"].format(turf=job.turf_id, stops=_ranges(each.stops)),
                "width": wide,
                "legend": _map_legend(texts, each.key, [other.key for other in maps if other.key]),
            }
            for each in maps
        ],
        "entries": walk.entries,
        "end": texts["end_of_list"].format(start=turf.turf["start"]),
    }
    found = [
        {
            "stops": each.stops,
            "streets": each.streets,
            "labels": [box.corners().tolist() for box in each.boxes],
        }
        for each in maps
    ]
    return Contents(data, walk.lines, doors, found)


def doors_of(turf: Slice, half: int) -> Sequence[Door]:
    """All doors of a turf, or one half: parted between two stops, as evenly as that goes."""
    if not half:
        return turf.doors
    ends = list(
        accumulate(
            sum(door.stop == stop.number for door in turf.doors) for stop in stops_of(turf.doors)
        )
    )
    cut = min(ends, key=lambda end: (abs(2 * end - len(turf.doors)), end))
    if cut == len(turf.doors):  # one building: its doors are parted
        cut = (cut + 1) // 2
    return turf.doors[:cut] if half == 1 else turf.doors[cut:]


def _lines(entries: list[dict[str, Any]]) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Every line of a list, with whether it stands in a grid."""
    for entry in entries:
        if entry["kind"] == "door":
            yield from ((False, line) for line in entry["lines"])
        elif entry["kind"] == "grid":
            doors = (door for floor in entry["floors"] for door in floor["doors"])
            yield from ((True, line) for door in doors for line in door["lines"])


def owned(texts: Mapping[str, str], packet: Mapping[str, Any]) -> str:
    """Whose paper it is, for the foot of every page."""
    name = packet["organization"]
    return texts["property"].format(organization=name) if name else texts["confidential"]


def _foot(issue: Issue, number: str) -> str:
    texts, packet = issue.texts, issue.packet
    parts = [owned(texts, packet)]
    if packet["expires"]:
        parts.append(texts["expires"].format(date=packet["expires"]))
    if issue.issued:
        parts.append(texts["issued"].format(issued=issue.issued))
    parts.append(f"{texts['list']} {spaced(number)}")
    parts.append(texts["unreviewed"])
    return " · ".join(filter(None, parts))


def _legend(issue: Issue) -> str:
    texts = issue.texts
    if not issue.names:
        return f"{LEFT} {texts['result_D']}"
    results = "  ".join(f"{code} {texts[f'result_{code}']}" for code in RESULTS)
    return f"{results}   |   {texts['support']}: {texts['support_legend']}"


def _tally(issue: Issue) -> list[str]:
    names = ("attempted", "contacted", "yes") if issue.names else ("attempted", "pieces")
    return [issue.texts[name] for name in names]


def _map_legend(texts: Mapping[str, str], key: str, keys: Sequence[str]) -> str:
    words = texts["map_legend"]
    if keys and not key:
        words += " " + texts["see_details"].format(keys=", ".join(keys))
    return words


def _ranges(numbers: Sequence[int]) -> str:
    """1 to 5, 7: consecutive numbers as ranges."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("\N{EN DASH}".join(map(str, part)) for part in parts)


def _cover(turf: Slice, doors: Sequence[Door], job: Job, issue: Issue) -> dict[str, Any]:
    """The first page: figures, where to go, what to say."""
    texts, row = issue.texts, turf.turf
    people = [person for door in doors for person in door.people]
    figures = [(texts["doors"], f"{len(doors)}")]
    if issue.names:
        figures.append((texts["voters"], f"{len(people)}"))
    else:
        figures.append((texts["pieces"], texts["pieces_count"].format(count=len(doors))))
    figures.append((texts["time"], minutes_words(row, len(doors) / len(turf.doors), texts)))
    figures.append((texts["distance"], f"{row['walk_m'] / 1000:.1f} km"))
    if row["effort"]:
        figures.append((texts["effort"], texts.get(f"effort_{row['effort']}", row["effort"])))
    figures.append((texts["precinct"], row["precinct"] or texts["several"]))
    places = []
    if row["staging"]:
        places.append((texts["staging"], row["staging"]))
    if row["drive_minutes"] > 0:
        minutes = max(round(row["drive_minutes"]), 1)
        places.append((texts["drive"], texts["drive_minutes"].format(minutes=minutes)))
    if row["drop_off"]:
        places.append((texts["drop_off"], row["drop_off"]))
    places.append((texts["begin"], row["start"]))
    spoken: dict[str, int] = {}
    for person in people:
        if person.language:
            spoken[person.language] = spoken.get(person.language, 0) + 1
    notes = []
    if spoken and issue.names:
        ordered = sorted(spoken.items(), key=lambda pair: (-pair[1], pair[0]))
        words = ", ".join(f"{language} {count}" for language, count in ordered)
        notes.append((f"{texts['languages']} ({texts['languages_from']})", words))
    overview, alt = overview_map(turf, *OVERVIEW_MM, texts)
    scripts = issue.packet["script"]
    return {
        "title": issue.packet["title"],
        "organization": issue.packet["organization"],
        "figures": [{"name": name, "value": value} for name, value in figures],
        "places": [{"name": name, "value": value} for name, value in places],
        "notes": [{"name": name, "value": value} for name, value in notes],
        "order": " ".join(
            (
                texts["order_loop" if issue.end == "start" else "order_anywhere"],
                texts["order_street" if turf.by_street else "order_short"],
            )
        ),
        "overview": overview,
        "alt": alt,
        "qr": _qr(issue.packet["link"], job.turf_id, texts),
        "scripts": [
            {"title": f"{texts['script']}: {language}", "passages": words.strip().split("\n\n")}
            for language, words in scripts.items()
        ],
    }


def minutes_words(row: Mapping[str, Any], share: float, texts: Mapping[str, str]) -> str:
    """A share of a turf's minutes in words, rounded to five; a range where the plan has one."""
    low, high = (
        max(5 * round(row[name] * share / 5), 5) for name in ("minutes_low", "minutes_high")
    )
    if low == high:
        return texts["minutes"].format(minutes=low)
    return texts["minutes_range"].format(low=low, high=high)


def _qr(link: str, turf_id: str, texts: Mapping[str, str]) -> dict[str, str] | None:
    """QR code of the turf's page; none where no address is known."""
    if not link:
        return None
    address = link.replace("{turf}", turf_id)
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=4)]
    data = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    size = len(rows)
    return {
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{data}" shape-rendering="crispEdges"/></svg>',
        "alt": texts["qr_alt"].format(link=address),
    }
