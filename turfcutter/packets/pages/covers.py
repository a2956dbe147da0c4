"""The cover of a packet: figures, where to go, what to say."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import segno

from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.maps.overview import overview_map
from turfcutter.packets.turfs.slices import Person, Slice

OVERVIEW_MM: Final = (100.0, 92.0)
LONGEST: Final = 24
"""Letters of a word that has room on any line of the cover."""


def cover_of(turf: Slice, job: Job, issue: Issue) -> dict[str, Any]:
    """What stands on it; ready for JSON."""
    texts, row = issue.texts, turf.turf
    people = [person for door in turf.doors for person in door.people]
    figures = [(texts["doors"], f"{len(turf.doors)}")]
    if issue.names:
        figures.append((texts["voters"], f"{len(people)}"))
    else:
        figures.append((texts["to_leave"], texts["pieces_count"].format(count=len(turf.doors))))
    figures.append((texts["time"], minutes_words(row, texts)))
    if not _one_stop(turf):
        figures.append((texts["distance"], f"{row['walk_m'] / 1000:.1f} km"))
    if row["effort"]:
        figures.append((texts["effort"], texts.get(f"effort_{row['effort']}", row["effort"])))
    figures.append((texts["precinct"], row["precinct"] or texts["several"]))
    notes = _languages(people, texts) if issue.names else []
    overview, alt = overview_map(turf, *OVERVIEW_MM, texts)
    scripts = issue.packet["script"]
    return {
        "title": _breakable(issue.packet["title"]),
        "organization": _breakable(issue.packet["organization"]),
        "figures": [{"name": name, "value": value} for name, value in figures],
        "places": [
            {"name": name, "value": _breakable(value)} for name, value in _places(turf, job, texts)
        ],
        "notes": [{"name": name, "value": value} for name, value in notes],
        "order": _order(turf, job, issue),
        "overview": overview,
        "alt": alt,
        "qr": _qr(issue.packet["link"], job.turf_id, texts),
        "scripts": [
            {
                "title": f"{texts['script']}: {language}",
                "passages": _breakable(words).strip().split("\n\n"),
            }
            for language, words in scripts.items()
        ],
    }


def _breakable(words: str) -> str:
    """Text whose longest words may be broken, so that none runs over the edge."""
    return re.sub(rf"\S{{{LONGEST}}}(?=\S)", "\\g<0>\u200b", words)


def _one_stop(turf: Slice) -> bool:
    """Whether a turf is one building: there is no walk, and its address is where to begin."""
    return len({door.stop for door in turf.doors}) == 1


def _order(turf: Slice, job: Job, issue: Issue) -> str:
    """How the walk runs."""
    if _one_stop(turf):
        return ""
    texts = issue.texts
    walk = texts["order_loop" if issue.end == "start" else "order_anywhere"]
    if job.half:
        first, last = turf.doors[0].stop, turf.doors[-1].stop
        walk = texts["order_half"].format(first=first, last=last)
    return f"{walk} {texts['order_street' if turf.by_street else 'order_short']}"


def _places(turf: Slice, job: Job, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where to meet, with whom one rides, where to begin."""
    places, row = [], turf.turf
    if row["staging"]:
        places.append((texts["staging"], row["staging"]))
    if row["drive_minutes"] > 0:
        minutes = max(round(row["drive_minutes"]), 1)
        places.append((texts["drive"], texts["drive_minutes"].format(minutes=minutes)))
    if row["crew"]:
        places.append((texts["crew"], f"{row['crew']}"))
    if row["drop_off"]:
        places.append((texts["drop_off"], row["drop_off"]))
    if row["rank"]:
        places.append((texts["rank"], texts["rank_is"].format(rank=row["rank"])))
    return [*places, (texts["begin"], begin_of(turf, job))]


def begin_of(turf: Slice, job: Job) -> str:
    """Where a list is begun, in words."""
    start: str = turf.turf["start"]
    at_door = _one_stop(turf) or job.half == 2 or not start
    return (turf.doors[0].address if at_door else start) or start


def end_of_list(turf: Slice, issue: Issue) -> str:
    """What stands below the last line, with the way back where the walk has one."""
    texts, loop = issue.texts, issue.end == "start" and not _one_stop(turf)
    start = turf.turf["start"] if loop else ""
    back = texts["go_back"].format(start=start) if start else ""
    return f"{texts['end_of_list']} {back}".strip()


def _languages(people: Sequence[Person], texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """How many voters speak what."""
    spoken: dict[str, int] = {}
    for person in people:
        if person.language:
            spoken[person.language] = spoken.get(person.language, 0) + 1
    ordered = sorted(spoken.items(), key=lambda pair: (-pair[1], pair[0]))
    words = ", ".join(f"{language} {count}" for language, count in ordered)
    return [(f"{texts['languages']} ({texts['languages_from']})", words)] if words else []


def minutes_words(row: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """A turf's minutes in words, rounded to five; a range where the plan has one."""
    low, high = (max(5 * round(row[name] / 5), 5) for name in ("minutes_low", "minutes_high"))
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
