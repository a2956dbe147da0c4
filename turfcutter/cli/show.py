"""What a run says in the terminal: a line a step, and a closing table or one JSON document."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from turfcutter.model import Plan

SHOWN, WIDE = 5, 50
"""How many regions that cannot be in band are named, and with how many letters."""
TABLE = ".parquet"
"""How files end that are counted, not named: nobody opens them by hand."""
WHOLE_FROM = 10
"""Ends of ranges are told without tenths from here on."""

COUNTS = {
    "unreadable": "unreadable",
    "repeated": "repeated",
    "conflicting": "same id, different voters",
    "suppressed": "suppressed",
    "status": "deceased, moved, cancelled or inactive",
    "outside": "not in the chosen universe",
    "voted": "at doors where everybody has voted",
    "exceptions": "in no turf, see exceptions.csv",
    "uncut": "left uncut, see uncut.csv",
    "in_turfs": "in turfs",
}
"""Counts that add up to the rows read -> what they mean, in the order of the closing table."""


def plain(text: str) -> str:
    """Text without control characters: a file's content must not steer the terminal."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


class Steps:
    """
    Progress in a terminal: a line for each step when it ends, with its seconds.

    Where the stream is a terminal, the running step and its latest detail are shown too.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.step = self.detail = ""
        self.began = time.perf_counter()

    def __call__(self, step: str, detail: str = "") -> None:
        """Note that `step` is going on; a new name ends the step before."""
        if step != self.step:
            self.close()
            self.step, self.began = step, time.perf_counter()
        self.detail = detail or self.detail
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{plain(self._line())}")
            self.stream.flush()

    def close(self) -> None:
        """End the step that is going on."""
        if self.step:
            start = "\r\x1b[K" if self.stream.isatty() else ""
            seconds = time.perf_counter() - self.began
            self.stream.write(f"{start}{plain(self._line()):<64} {seconds:6.1f} s\n")
            self.stream.flush()
        self.step = self.detail = ""

    def _line(self) -> str:
        return f"{self.step}: {self.detail}" if self.detail else self.step


def summary(plan: Plan, out: Path) -> dict[str, Any]:
    """
    What is said about a finished run, ready for JSON.

    Returns
    -------
    summary
        ``out`` and ``files`` (where the results are), ``counts``, ``turfs`` (how many, ranges
        of doors and minutes, metres walked a door, share in band, crews; with staging places how
        many, the drive there and voters an hour with it), ``scorecard``, ``notes``.
    """
    turfs, count, card = plan.turfs, len(plan.turfs), plan.about["scorecard"]
    figures: dict[str, Any] = {"turfs": count}
    if count:
        figures |= {
            "doors_low": int(turfs["doors"].min()),
            "doors_high": int(turfs["doors"].max()),
            "minutes_low": round(float(turfs["minutes"].min()), 1),
            "minutes_high": round(float(turfs["minutes"].max()), 1),
            "quiet_low": round(float(turfs["minutes_low"].mean())),
            "quiet_high": round(float(turfs["minutes_high"].mean())),
            "walk_m_per_door": round(card["walk_m_per_door"], 1),
            "in_band_share": card["in_band"],
            "crews": int(turfs["crew"].max()),
        }
        if (turfs["staging"] != "").any():
            drive = turfs["drive_minutes"]
            hours = float((turfs["minutes"] + 2 * drive).sum()) / 60
            figures |= {
                "places": int(turfs["staging"].nunique()),
                "drive_low": round(float(drive.min()), 1),
                "drive_high": round(float(drive.max()), 1),
                "voters_an_hour": round(float(turfs["voters"].sum()) / hours, 1),
            }
    return {
        "out": str(out),
        "files": sorted(path.name for path in out.iterdir()),
        "counts": plan.about["counts"],
        "turfs": figures,
        "scorecard": plan.about["scorecard"],
        "notes": plan.about["notes"],
    }


def as_json(result: dict[str, Any]) -> str:
    """The summary as one JSON document."""
    from turfcutter.plans.plan import plain_json

    return json.dumps(plain_json(result), indent=2, ensure_ascii=False)


def as_text(result: dict[str, Any]) -> str:
    """The summary as the closing table."""
    return plain("\n".join(_lines(result)))


def _lines(result: dict[str, Any]) -> Iterator[str]:
    counts, turfs = result["counts"], result["turfs"]
    yield f"{counts['rows']:>11,}  voters read"
    for name, meaning in COUNTS.items():
        if counts[name] or name in ("exceptions", "in_turfs"):
            said = meaning if counts[name] else meaning.partition(",")[0]
            yield f"{counts[name]:>11,}    {said}"
    yield ""
    yield f"{counts['doors']:>11,}  doors at {counts['stops']:,} stops"
    yield f"{counts['turfs']:>11,}  turfs"
    if turfs["turfs"]:
        doors, minutes = (_range(turfs, name) for name in ("doors", "minutes"))
        yield f"{doors:>11}  doors a turf"
        yield f"{minutes:>11}  minutes a turf"
        yield f"{_range(turfs, 'quiet'):>11}  minutes for the mean turf on quiet and on busy days"
        yield f"{turfs['walk_m_per_door']:>11}  metres walked a door"
        yield f"{turfs['in_band_share']:>11.0%}  of the turfs are of the wanted size"
        yield from _cannot(result["scorecard"])
        yield from _sent(turfs)
    if result["notes"]:
        yield ""
    for note in result["notes"]:
        yield f"Note: {note['sentence']}"
    made = [name for name in result["files"] if not name.endswith(TABLE)]
    tables = len(result["files"]) - len(made)
    yield f"\nResults are in {result['out']}: {', '.join(made)}" + (
        f", and the plan's {tables} tables (.parquet)" if tables else ""
    )
    yield f"To print them: turfcutter packets {result['out']} --out FOLDER"


def _sent(turfs: dict[str, Any]) -> Iterator[str]:
    """Where canvassers set out from, and in which crews."""
    if "places" in turfs:
        places = "staging place" if turfs["places"] == 1 else "staging places"
        yield f"{turfs['places']:>11,}  {places} used"
        yield f"{_range(turfs, 'drive'):>11}  minutes of driving from there to the start"
        yield f"{turfs['voters_an_hour']:>11}  voters an hour, the drive there and back counted"
    if turfs["crews"]:
        yield f"{turfs['crews']:>11,}  crews, each with its drop-off point"


def _cannot(card: dict[str, Any]) -> Iterator[str]:
    """Regions that no turfs of the wanted size can share out."""
    cannot = card["cannot"]
    if not cannot:
        return
    if card["in_band_where_possible"] is not None:
        yield f"{card['in_band_where_possible']:>11.0%}  where their region can be divided so"
    yield f"{len(cannot):>11,}  of {card['regions']:,} regions cannot be divided so:"
    for region in cannot[:SHOWN]:
        place = f"at {region['building']}" if region["building"] else _area(region)
        place = place if len(place) <= WIDE else f"{place[:WIDE]}…"
        doors = "door" if region["doors"] == 1 else "doors"
        yield f"{region['doors']:>11,}    {doors} {place}"
    if len(cannot) > SHOWN:
        yield f"{'':>11}    and {len(cannot) - SHOWN:,} more, see cannot in plan.json"


def _area(region: dict[str, Any]) -> str:
    precinct = region["precinct"]
    return f"in precinct {precinct}" if precinct else f"in region {region['region']}"


def _range(turfs: dict[str, Any], name: str) -> str:
    ends = (turfs[f"{name}_{end}"] for end in ("low", "high"))
    low, high = (f"{value:.0f}" if value >= WHOLE_FROM else f"{value:g}" for value in ends)
    return low if low == high else f"{low} to {high}"
