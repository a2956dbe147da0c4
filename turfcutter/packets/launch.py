"""
What lies on the launch table: the sign-out sheet, the wall map, bag labels, slip sheets between
packets, and the response codes for whoever keys the sheets in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from turfcutter.model import Plan
from turfcutter.packets import svg
from turfcutter.packets.covers import minutes_words
from turfcutter.packets.forms import LEFT, NUMBER_BARS, RESULTS, SUPPORT
from turfcutter.packets.issues import Issue, Job, owned
from turfcutter.packets.numbers import list_number, spaced
from turfcutter.packets.papers import PAPERS, WALL
from turfcutter.packets.slices import Door, Slice
from turfcutter.packets.typesetting import typeset
from turfcutter.packets.wallmap import wall_map

LAUNCH, WALL_MAP, SLIPS = "launch.pdf", "wall-map.pdf", "slip-sheets.pdf"
WALL_MARGIN_MM: Final = 10.0
TITLE_MM: Final = 16.0


def launch_files(
    plan: Plan, jobs: Sequence[Job], records: Sequence[Mapping[str, Any]], issue: Issue
) -> dict[str, bytes]:
    """
    Name -> content of the files for the launch table.

    Parameters
    ----------
    jobs, records
        The lists in the order they are handed out, and what each holds.
    """
    texts, packet = issue.texts, issue.packet
    lists = [{**record["row"], **_number(job)} for job, record in zip(jobs, records, strict=True)]
    paper = PAPERS[packet["paper"]]
    common = {
        "title": packet["title"] or texts["sign_out"],
        "organization": packet["organization"],
        "language": packet["language"],
        "texts": dict(texts),
        "paper": {"width": paper.width, "height": paper.height},
        "pages": texts["page_of"],
        "foot": _foot(issue),
    }
    wide, high = WALL.width - 2 * WALL_MARGIN_MM, WALL.height - 2 * WALL_MARGIN_MM - TITLE_MM
    drawing = wall_map(plan, [job.turf_id for job in jobs], wide, high)
    wall = {
        **common,
        "title": " · ".join(filter(None, [packet["title"], texts["wall_map"]])),
        "paper": {"width": WALL.width, "height": WALL.height, "margin": WALL_MARGIN_MM},
        "svg": drawing,
        "alt": texts["wall_map_alt"],
        "wide": wide,
    }
    codes = [
        _code(f"R{code}", texts[f"result_{code}"]) for code in (RESULTS if issue.names else (LEFT,))
    ]
    if issue.names:
        levels = texts["support_legend"].split("  ")
        codes += [_code(f"S{code}", level) for code, level in zip(SUPPORT, levels, strict=True)]
    return {
        LAUNCH: typeset("launch", {**common, "lists": lists, "codes": codes}),
        SLIPS: typeset("slips", {**common, "lists": lists}),
        WALL_MAP: typeset("wall", wall),
    }


def sign_out_row(turf: Slice, job: Job, doors: Sequence[Door], issue: Issue) -> dict[str, str]:
    """What the launch table says of a list, its number apart."""
    row = turf.turf
    return {
        "turf": job.name,
        "doors": f"{len(doors):,}",
        "voters": f"{sum(len(door.people) for door in doors):,}" if issue.names else "",
        "minutes": minutes_words(row, len(doors) / len(turf.doors), issue.texts),
        "effort": issue.texts.get(f"effort_{row['effort']}", row["effort"]),
        "staging": row["staging"],
        "crew": str(row["crew"] or ""),
        "rank": str(row["rank"] or ""),
        "start": row["start"],
    }


def _number(job: Job) -> dict[str, str]:
    number = list_number(job.serial)
    return {"list": spaced(number), "bars": svg.bar_code(number, *NUMBER_BARS)}


def _code(code: str, words: str) -> dict[str, str]:
    words = words.removeprefix(code[1:]).strip()
    return {"code": code[1:], "words": words, "bars": svg.bar_code(code, 0.4, 12.0)}


def _foot(issue: Issue) -> str:
    texts, packet = issue.texts, issue.packet
    own = owned(texts, packet)
    issued = issue.issued and texts["issued"].format(issued=issue.issued)
    return " · ".join(filter(None, [own, issued, texts["unreviewed"]]))
