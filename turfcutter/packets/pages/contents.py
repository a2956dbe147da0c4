"""What stands on the pages of one packet, ready to be set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.lists.manifests import Line
from turfcutter.packets.lists.numbers import list_number, spaced
from turfcutter.packets.maps.turfmaps import KEYS, Map, turf_maps
from turfcutter.packets.pages.covers import OVERVIEW_MM, cover_of, end_of_list
from turfcutter.packets.pages.footers import LEGEND_MM, LEGEND_POINTS, Foot
from turfcutter.packets.pages.forms import NUMBER_BARS
from turfcutter.packets.pages.layout import Sheet
from turfcutter.packets.pages.paging import pages_of
from turfcutter.packets.pages.placing import placed
from turfcutter.packets.pages.rows import make_rows
from turfcutter.packets.pages.walklist import WalkList, make_list
from turfcutter.packets.press import svg
from turfcutter.packets.press.binding import page_count
from turfcutter.packets.press.metrics import text_mm, wrapped
from turfcutter.packets.press.papers import BOTTOM, HEADER, PAPERS, SIDE, TOP
from turfcutter.packets.press.typesetting import typeset
from turfcutter.packets.turfs.slices import Slice


@dataclass(frozen=True)
class Contents:
    """What a packet is set from, and what it turned out to hold."""

    data: dict[str, Any]
    walk: WalkList
    maps: list[Map] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """The lines of the list, for its manifest."""
        return self.walk.lines


def packet_contents(turf: Slice, job: Job, issue: Issue) -> Contents:
    """The pages of one list; of half a turf, where the job says so, by `halves.half_of`."""
    texts, paper, number = issue.texts, PAPERS[issue.packet["paper"]], list_number(job.serial)
    width, height = paper.room
    questions = issue.packet["questions"] if issue.names else []
    walk = make_list(turf, job.serial, texts, names=issue.names, grids=not questions)
    foot = Foot.of(issue, number, turf.doors, width)
    high = height - foot.list_mm
    sheet = Sheet.of((width, high), questions, texts, names=issue.names)
    said = len(_map_legend(texts, KEYS, width)) + len(foot.signs)
    maps = turf_maps(turf, width, height - foot.more_mm - _said_mm(said), texts)
    end = {"kind": "end", "words": end_of_list(turf, issue)}
    pages = pages_of(make_rows([*walk.entries, end], sheet), width, high, texts)
    half = texts["half"].format(half=job.half) if job.half else ""
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
        "foot": foot.lines,
        "legend": foot.codes,
        "signs": foot.signs,
        "tally": _tally(issue),
        "paper": {
            "width": paper.width,
            "height": paper.height,
            "side": SIDE,
            "top": TOP + HEADER,
            "bottom": BOTTOM + foot.more_mm,
            "list_bottom": BOTTOM + foot.list_mm,
            "overview": OVERVIEW_MM[0],
        },
        "forms": [form.letters() for form in sheet.forms],
        "cover": cover_of(turf, job, issue),
        "covers": 1,
        "maps": _map_pages(maps, job, texts, width),
        "sheets": [placed(rows, sheet) for rows in pages],
    }
    return Contents(data, walk, maps)


def packet_pdf(contents: Contents) -> bytes:
    """
    The packet itself.

    Pages are numbered beforehand; where the scripts run over the cover's page, they are set again
    by numbers that the typesetter finds.
    """
    pdf = typeset("packet", contents.data)
    covers = page_count(pdf) - len(contents.maps) - len(contents.data["sheets"])
    return pdf if covers == 1 else typeset("packet", {**contents.data, "covers": covers})


def _map_pages(
    maps: Sequence[Map], job: Job, texts: Mapping[str, str], width_mm: float
) -> list[dict[str, Any]]:
    """Each map with its title and what is said below it; the whole tells of its details."""
    keys = "".join(drawn.key for drawn in maps)
    return [
        {
            "title": texts["detail"].format(key=drawn.key) if drawn.key else texts["map"],
            "svg": drawn.drawing,
            "alt": texts["map_alt"].format(turf=job.turf_id, stops=_ranges(drawn.stops)),
            "width": drawn.frame.width_mm,
            "legend": _map_legend(texts, "" if drawn.key else keys, width_mm),
        }
        for drawn in maps
    ]


def _tally(issue: Issue) -> list[str]:
    names = ("attempted", "contacted", "yes") if issue.names else ("attempted", "pieces")
    return [issue.texts[name] for name in names]


def _map_legend(texts: Mapping[str, str], keys: Sequence[str], width_mm: float) -> list[str]:
    """What is said below a map that has details of some keys, in lines."""
    words = texts["map_legend"]
    if keys:
        words += " " + texts["see_details"].format(keys=", ".join(keys))
    return wrapped(words, LEGEND_POINTS, width_mm)


def _said_mm(lines: int) -> float:
    """Height of so many lines below a map."""
    return 2.4 + LEGEND_MM * lines


def _ranges(numbers: Sequence[int]) -> str:
    """1 to 5, 7: consecutive numbers as ranges."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("\N{EN DASH}".join(map(str, part)) for part in parts)
