"""What stands on the pages of one packet, ready to be set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from turfcutter.packets import svg
from turfcutter.packets.covers import OVERVIEW_MM, cover_of
from turfcutter.packets.forms import LEFT, NUMBER_BARS, RESULTS
from turfcutter.packets.issues import Issue, Job, owned
from turfcutter.packets.maps import Map, turf_maps
from turfcutter.packets.metrics import text_mm
from turfcutter.packets.numbers import list_number, spaced
from turfcutter.packets.papers import BOTTOM, HEADER, PAPERS, SIDE, TOP
from turfcutter.packets.rows import Sheet, make_rows
from turfcutter.packets.slices import Door, Slice
from turfcutter.packets.stopmarks import stops_of
from turfcutter.packets.symbols import legend, signs_of
from turfcutter.packets.walklist import Line, WalkList, make_list


@dataclass(frozen=True)
class Contents:
    """What a packet is set from, and what it turned out to hold."""

    data: dict[str, Any]
    doors: Sequence[Door]
    walk: WalkList
    maps: list[Map] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """The lines of the list, for its manifest."""
        return self.walk.lines


def packet_contents(turf: Slice, job: Job, issue: Issue) -> Contents:
    """The pages of one list."""
    texts, paper = issue.texts, PAPERS[issue.packet["paper"]]
    doors = doors_of(turf, job.half)
    questions = issue.packet["questions"] if issue.names else []
    walk = make_list(turf, doors, job.serial, texts, names=issue.names, grids=not questions)
    number = list_number(job.serial)
    signs = legend(signs_of(doors), texts)
    bottom = BOTTOM + (3.5 if issue.names else 0.0) + (4.0 if signs else 0.0)
    room = paper.width - 2 * SIDE, paper.height - TOP - HEADER - bottom
    sheet = Sheet.of(room, questions, texts, names=issue.names)
    half = texts["half"].format(half=job.half) if job.half else ""
    maps = turf_maps(turf, doors, *paper.map_size, texts)
    data = {
        "title": " ".join(filter(None, [texts["packet"], job.turf_id, half])),
        "organization": issue.packet["organization"],
        "language": issue.packet["language"],
        "texts": dict(texts),
        "turf": job.turf_id,
        "name": job.name,
        "half": half,
        "list": spaced(number),
        "list_from": round(text_mm(job.name, 13.0, bold=True) + 5.0, 1),
        "bars": svg.bar_code(number, *NUMBER_BARS),
        "pages": texts["page_of"],
        "foot": _foot(issue, number),
        "legend": _legend(issue),
        "signs": signs,
        "tally": _tally(issue),
        "paper": {
            "width": paper.width,
            "height": paper.height,
            "side": SIDE,
            "top": TOP + HEADER,
            "bottom": BOTTOM,
            "list_bottom": bottom,
            "overview": OVERVIEW_MM[0],
        },
        "forms": [form.data() for form in sheet.forms],
        "cover": cover_of(turf, doors, job, issue),
        "maps": [_map_page(each, maps, job, texts) for each in maps],
        "rows": make_rows(walk.entries, sheet),
        "end": texts["end_of_list"].format(start=turf.turf["start"]),
    }
    return Contents(data, doors, walk, maps)


def _map_page(
    drawn: Map, maps: Sequence[Map], job: Job, texts: Mapping[str, str]
) -> dict[str, Any]:
    keys = [other.key for other in maps if other.key]
    return {
        "title": texts["detail"].format(key=drawn.key) if drawn.key else texts["map"],
        "svg": drawn.drawing,
        "alt": texts["map_alt"].format(turf=job.turf_id, stops=_ranges(drawn.stops)),
        "width": drawn.frame.width_mm,
        "legend": _map_legend(texts, drawn.key, keys),
    }


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
