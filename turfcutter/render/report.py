"""
The page of `turfcutter check`: one file of plain HTML with a drawn map, no script, no other host.

Text from files is escaped and stands in elements only; colours and numbers are our own.
"""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.notes import counted
from geodata.schema import REASONS
from turfcutter.checks.report import Part, Report, told

MEANINGS: Final[dict[str, str]] = {
    "REPAIRED": "outline repaired",
    "AREA_CHANGED": "repair changes the area by more than 0.1 %",
    "OVERLAPS": "precincts overlap",
    "GAPS": "gap between precincts",
    "NO_STREETS": "precinct without any street",
    "PIECES": "streets not connected with the others",
    **REASONS,
}
"""Kind of a problem -> what the legend says."""
COLOURS: Final = ("#b3261e", "#1457a8", "#8a5a00", "#6a3d9a", "#00695c", "#ad1457", "#455a64")
TITLES: Final = {
    "precincts": "Precincts",
    "streets": "Streets",
    "addresses": "Addresses",
    "voters": "Voters",
    "beside": "Beside them",
}
VERDICTS: Final = {
    0: ("good", "These files are fit for cutting."),
    2: ("bad", "Something here cannot be used as it is."),
    3: ("fair", "The files can be used, but more rows than usual are set aside."),
}
WIDTH: Final = 860
"""Width of the map in its own units; lines are drawn within half a unit of the truth."""
SMALL: Final = 5.0
"""A problem smaller than this, in units of the map, gets a ring around it."""
MOST_CODES: Final = 200

STYLE: Final = """
* { box-sizing: border-box; }
body { margin: 0; color: #2b313c; background: #f3f1ec;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 58rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin: 0 0 .6rem; font-size: 1.5rem; }
h2 { margin: 0; font-size: 1.15rem; overflow-wrap: anywhere; }
h2 small { color: #646b78; font-weight: normal; }
section { background: #fdfdfb; border: 1px solid #dcdad4; border-radius: 8px; margin: 0 0 1rem;
  padding: 1rem 1.2rem; }
.verdict { padding: .5rem 1rem; border-radius: 8px; margin: 0 0 1rem; font-weight: 600; }
.good { background: #dff0e0; } .bad { background: #fbe3e1; } .fair { background: #fdf0d0; }
.refused { background: #fbe3e1; border-radius: 6px; padding: .5rem .8rem; margin: .6rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .6rem 0; }
dt { color: #646b78; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: .6rem 0; }
td, th { padding: .1rem .8rem .1rem 0; text-align: left; font-weight: normal; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
tr.all td { border-bottom: 1px solid #dcdad4; font-weight: 600; }
code { font-size: 13px; color: #646b78; }
svg { display: block; width: 100%; height: auto; background: #fff; border: 1px solid #dcdad4; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.ground { fill: #f3f1ec; stroke: #a9a59c; stroke-width: .5; }
.ring { fill: none; stroke-width: 1.5; }
@media print { body { background: #fff; } section { break-inside: avoid; } }
"""


def render_report(report: Report) -> str:
    """The page as text; the same report gives the same text."""
    kinds = {kind: k for k, kind in enumerate(sorted(set(report.problems["kind"])))}
    style = STYLE + "".join(
        f".k{k} {{ fill: {colour}; stroke: {colour}; background: {colour}; }}\n"
        for k, colour in enumerate(_colours(len(kinds)))
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"
    body = "\n".join(_body(report, kinds))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<title>What is in the files</title><link rel="icon" href="data:,">\n'
        f"<style>{style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def problem_map(report: Report) -> tuple[str, list[dict[str, Any]]]:
    """
    The map of the problems by itself, for a page that has its own styles.

    Returns
    -------
    svg, kinds
        The drawing, empty where there is nothing to draw: classes `ground`, and ``k0``, ``k1`` …
        of `COLOURS`; and for each of these `kind`, `says` and `count`.
    """
    kinds = {kind: k % len(COLOURS) for k, kind in enumerate(sorted(set(report.problems["kind"])))}
    counts = report.problems["kind"].value_counts()
    legend = [
        {"kind": kind, "k": k, "says": MEANINGS.get(kind, ""), "count": int(counts[kind])}
        for kind, k in kinds.items()
    ]
    return (_map(report, kinds) if len(report.outlines) else ""), legend


def _colours(count: int) -> list[str]:
    return [COLOURS[k % len(COLOURS)] for k in range(count)]


def _body(report: Report, kinds: dict[str, int]) -> Iterator[str]:
    look, verdict = VERDICTS[report.exit_code]
    yield "<h1>What is in the files</h1>"
    yield f'<p class="verdict {look}">{verdict}</p>'
    for part in report.parts:
        yield from _part(part)
    if len(report.codes):
        yield from _codes(report.codes)
    if len(report.outlines):
        yield "<section><h2>Where</h2>"
        yield _map(report, kinds)
        yield from _legend(report.problems, kinds)
        yield "</section>"


def _part(part: Part) -> Iterator[str]:
    yield f"<section><h2>{TITLES[part.name]} <small>{escape(part.file)}</small></h2>"
    if part.refused:
        sentence = escape(part.refused.sentence)
        yield f'<p class="refused">{sentence}<br><code>{part.refused.code}</code></p>'
    if part.facts:
        facts = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in part.facts.items())
        yield f"<dl>{facts}</dl>"
    if part.counts:
        yield "<table>"
        for place, (name, count) in enumerate(part.counts.items()):
            row = ' class="all"' if place == 0 else ""
            yield f'<tr{row}><td class="n">{count:,}</td><td>{escape(told(name))}</td></tr>'
        yield "</table>"
    if part.notes:
        yield "<table>"
        for note in part.notes:
            code, said = escape(note.code), escape(note.sentence)
            yield f"<tr><td>{said} <code>{code}</code></td></tr>"
        yield "</table>"
    yield "</section>"


def _codes(codes: pd.DataFrame) -> Iterator[str]:
    """Precinct codes of the voter file that the map does not know."""
    yield "<section><h2>Precinct codes that no precinct bears</h2>"
    yield f"<p>{counted(int(codes['voters'].sum()), 'voter has', 'voters have')} such a code; their"
    yield "coordinates decide. A table of codes can be given with --crosswalk.</p><table>"
    for code, voters in codes.head(MOST_CODES).itertuples(index=False):
        yield f'<tr><td class="n">{voters:,}</td><td>{escape(str(code))}</td></tr>'
    if len(codes) > MOST_CODES:
        yield f"<tr><td></td><td>and {len(codes) - MOST_CODES:,} more</td></tr>"
    yield "</table></section>"


def _legend(problems: gpd.GeoDataFrame, kinds: dict[str, int]) -> Iterator[str]:
    if not kinds:
        yield "<p>No problem has a place.</p>"
        return
    counts = problems["kind"].value_counts()
    yield "<table>"
    for kind, k in kinds.items():
        said = f"{escape(MEANINGS.get(kind, ''))} <code>{escape(kind)}</code>"
        key = f'<span class="key k{k}"></span>'
        yield f'<tr><td class="n">{counts[kind]:,}</td><td>{key}{said}</td></tr>'
    yield "</table>"


def _map(report: Report, kinds: dict[str, int]) -> str:
    """The map as SVG; degrees become units by one scale, longitudes shortened for the latitude."""
    outlines = np.asarray(report.outlines.array, object)
    problems = np.asarray(report.problems.geometry.array, object)
    west, south, east, north = _extent(outlines, problems)
    shrink = np.cos(np.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * shrink, 1e-9)
    height = max((north - south) * scale, 1)

    def placed(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        origin, factor = np.array([west, north]), np.array([shrink * scale, -scale])
        moved = shapely.transform(shapes, lambda xy: (xy - origin) * factor)
        return np.asarray(shapely.simplify(moved, 0.5))

    ground = "".join(_path(shape, "ground", "") for shape in placed(outlines))
    drawn = [
        _path(shape, f"k{kinds[kind]}", escape(f"{MEANINGS.get(kind, kind)} {says}"))
        for shape, kind, says in zip(
            placed(problems), report.problems["kind"], report.problems["says"], strict=True
        )
    ]
    box = f"-4 -4 {WIDTH + 8} {height + 8:.0f}"
    label = 'role="img" aria-label="Map of problems"'
    return f'<svg viewBox="{box}" {label}>{ground}{"".join(drawn)}</svg>'


def _extent(outlines: NDArray[np.object_], problems: NDArray[np.object_]) -> tuple[float, ...]:
    """What the map shows: the outlines, and problems not farther off than those are wide."""
    west, south, east, north = shapely.total_bounds(outlines)
    margin = max(east - west, north - south)
    near = shapely.box(west - margin, south - margin, east + margin, north + margin)
    kept = problems[shapely.intersects(problems, near)] if len(problems) else problems
    bounds = shapely.total_bounds(np.concatenate([outlines, kept]))
    return tuple(float(value) for value in bounds)


def _path(shape: shapely.Geometry, look: str, says: str) -> str:
    """A geometry as one SVG path with a tooltip, ringed where it is too small to be seen."""
    lines, areas = [], shapely.get_dimensions(shape) == 2  # noqa: PLR2004 - polygons
    parts = shapely.get_parts(shape)
    for part in shapely.get_rings(parts) if areas else parts:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(part))
        lines.append(f"M{points}{'Z' if areas else ''}")
    title = f"<title>{says}</title>" if says else ""
    fill = "" if areas else ' fill="none"'
    opacity = ' fill-opacity="0.45"' if says else ""
    path = f'<path class="{look}"{fill}{opacity} d="{"".join(lines)}">{title}</path>'
    west, south, east, north = shapely.bounds(shape)
    if not says or not max(east - west, north - south) < SMALL:
        return path
    x, y = (west + east) / 2, (south + north) / 2
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="6" fill-opacity="0"'
    return f'{path}<circle class="{look}" {place}>{title}</circle>'
