"""
What lies on the launch table: the sign-out sheet, the wall map, bag labels, slip sheets between
packets, and the response codes for whoever keys the sheets in.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any, Final

from turfcutter.model import Plan
from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.lists.numbers import list_number, spaced
from turfcutter.packets.maps.wallmap import wall_map
from turfcutter.packets.pages.covers import begin_of, minutes_words
from turfcutter.packets.pages.footers import FOOT_MM, foot_lines
from turfcutter.packets.pages.forms import LEFT, NUMBER_BARS, RESULTS, SUPPORT
from turfcutter.packets.press import svg
from turfcutter.packets.press.binding import bind
from turfcutter.packets.press.metrics import text_mm
from turfcutter.packets.press.papers import BOTTOM, PAPERS, SIDE, WALL
from turfcutter.packets.press.typesetting import typeset
from turfcutter.packets.turfs.slices import Slice

LAUNCH, WALL_MAP, SLIPS = "launch.pdf", "wall-map.pdf", "slip-sheets.pdf"
WALL_MARGIN_MM, TITLE_MM = 10.0, 10.0
TOGETHER: Final = 100
"""Lists that are set at a time: the typesetter keeps hundreds of kilobytes for each of the last."""
TITLE_POINTS: Final = (18.0, 14.0, 11.0, 8.0)
"""Sizes of the wall map's title, of which the largest is taken that has room."""


def launch_files(
    plan: Plan,
    jobs: Sequence[Job],
    records: Sequence[Mapping[str, Any]],
    issue: Issue,
    crew: Executor,
) -> Iterator[tuple[str, bytes]]:
    """
    Name and content of the files for the launch table.

    Parameters
    ----------
    jobs, records
        The lists in the order they are handed out, and what each holds.
    crew
        Who sets the parts.
    """
    texts, packet, paper = issue.texts, issue.packet, PAPERS[issue.packet["paper"]]
    lists = [{**record["row"], **_number(job)} for job, record in zip(jobs, records, strict=True)]
    # The sheets lie on their side.
    foot = foot_lines(issue, paper.height - 2 * SIDE)
    table = {
        "title": packet["title"] or texts["sign_out"],
        "organization": packet["organization"],
        "language": packet["language"],
        "texts": dict(texts),
        "pages": texts["page_of"],
        "paper": {**vars(paper), "side": SIDE, "bottom": BOTTOM + FOOT_MM * (len(foot) - 1)},
        "foot": foot,
        "lists": lists,
        "given": [key for key in ("staging", "crew", "rank") if any(row[key] for row in lists)],
        "codes": _codes(issue),
    }
    sheets = [
        *_begun("signout", texts["sign_out"], table, crew),
        (texts["codes"], crew.submit(typeset, "codes", {**table, "lists": []})),
        *_begun("labels", texts["bag_labels"], table, crew),
    ]
    slips = _begun("slips", "", table, crew)
    yield WALL_MAP, typeset("wall", _wall(plan, [job.turf_id for job in jobs], issue))
    yield LAUNCH, _bound(sheets, table["title"], packet["language"])
    yield SLIPS, _bound(slips, packet["title"] or texts["slip"], packet["language"])


def _begun(
    template: str, kind: str, table: Mapping[str, Any], crew: Executor
) -> list[tuple[str, Future[bytes]]]:
    """Have a kind of sheet set for all lists, some at a time; each part numbers its pages."""
    lists, parts = table["lists"], []
    for first in range(0, len(lists), TOGETHER):
        some = lists[first : first + TOGETHER]
        numbers = "\N{EN DASH}".join(dict.fromkeys([some[0]["list"], some[-1]["list"]]))
        data = {**table, "lists": some, "range": numbers}
        parts.append((f"{kind} {numbers}".strip(), crew.submit(typeset, template, data)))
    return parts


def _bound(parts: Sequence[tuple[str, Future[bytes]]], title: str, language: str) -> bytes:
    """One file of parts, each with a bookmark."""
    bound = io.BytesIO()
    named = ((name, part.result()) for name, part in parts)
    bind(bound, named, title=title, language=language)
    return bound.getvalue()


def _wall(plan: Plan, turf_ids: Sequence[str], issue: Issue) -> dict[str, Any]:
    """What the wall map's template asks for."""
    texts, packet = issue.texts, issue.packet
    title = " · ".join(filter(None, [packet["title"], texts["wall_map"]]))
    wide = WALL.width - 2 * WALL_MARGIN_MM
    sizes = (each for each in TITLE_POINTS if text_mm(title, each, bold=True) <= wide)
    points, foot = next(sizes, TITLE_POINTS[-1]), foot_lines(issue, wide)
    high = WALL.height - 2 * WALL_MARGIN_MM - TITLE_MM - 3.0 - FOOT_MM * len(foot)
    return {
        "title": title,
        "title_points": points,
        "organization": packet["organization"],
        "language": packet["language"],
        "paper": {"width": WALL.width, "height": WALL.height, "margin": WALL_MARGIN_MM},
        "svg": wall_map(plan, turf_ids, wide, high),
        "alt": texts["wall_map_alt"],
        "wide": wide,
        "foot": foot,
    }


def sign_out_row(turf: Slice, job: Job, issue: Issue) -> dict[str, str]:
    """What the launch table says of a list, its number apart."""
    row = turf.turf
    return {
        "turf": job.name,
        "doors": f"{len(turf.doors):,}",
        "voters": f"{sum(len(door.people) for door in turf.doors):,}" if issue.names else "",
        "minutes": minutes_words(row, issue.texts),
        "effort": issue.texts.get(f"effort_{row['effort']}", row["effort"]),
        "staging": row["staging"],
        "crew": str(row["crew"] or ""),
        "rank": str(row["rank"] or ""),
        "start": begin_of(turf, job),
    }


def _number(job: Job) -> dict[str, str]:
    number = list_number(job.serial)
    return {"list": spaced(number), "bars": svg.bar_code(number, *NUMBER_BARS)}


def _codes(issue: Issue) -> list[dict[str, str]]:
    """What can be scanned after a line: what happened there, and how the voter leans."""
    texts, results = issue.texts, RESULTS if issue.names else (LEFT,)
    codes = [_code(f"R{code}", texts[f"result_{code}"]) for code in results]
    if issue.names:
        codes += [_code(f"S{code}", texts[f"support_{code}"]) for code in SUPPORT]
    return codes


def _code(code: str, words: str) -> dict[str, str]:
    return {"code": code[1:], "words": words, "bars": svg.bar_code(code, 0.4, 12.0)}
