"""The report page of a batch: a line a county, what failed, a map; no script, no other host."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from geodata.notes import counted
from turfcutter.batch.calls import Fault

STATES: Final[dict[str, str]] = {
    "done": "done",
    "kept": "done before",
    "look": "done, look at it",
    "failed": "failed",
    "left": "left for the next run",
    "open": "not begun",
}
"""State of a county -> what the page says."""
WIDTH: Final = 300.0
"""Width of a picture in its own units."""

STYLE: Final = """
* { box-sizing: border-box; }
body { margin: 0; color: #2b313c; background: #f3f1ec;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin: 0 0 .6rem; font-size: 1.5rem; } h2 { margin: 0 0 .4rem; font-size: 1.15rem; }
section { background: #fdfdfb; border: 1px solid #dcdad4; border-radius: 8px; margin: 0 0 1rem;
  padding: 1rem 1.2rem; overflow-x: auto; }
.verdict { padding: .5rem 1rem; border-radius: 8px; margin: 0 0 1rem; font-weight: 600; }
.good { background: #dff0e0; } .bad { background: #fbe3e1; } .wait { background: #faeed3; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
th, td { padding: .25rem .9rem .25rem 0; text-align: left; font-weight: normal;
  vertical-align: top; border-bottom: 1px solid #eceae4; }
th { color: #646b78; } .n { text-align: right; font-variant-numeric: tabular-nums; }
tfoot td { font-weight: 600; border-bottom: 0; }
.failed { color: #b3261e; font-weight: 600; } .look, .left { color: #8a5a00; font-weight: 600; }
p.fault { margin: .3rem 0; } a { color: #1457a8; } code { font-size: 13px; color: #646b78; }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
figure { margin: 0; text-align: center; } figcaption { font-size: 15px; }
svg { display: block; width: 100%; height: 15rem; background: #fff; }
.t { fill: #bcd3e6; stroke: #1457a8; stroke-width: .3; }
@media print { body { background: #fff; } section { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Row:
    """
    A county in the report.

    Parameters
    ----------
    name
        Of the state file.
    state
        One of `STATES`.
    told
        What its `county.json` says, where it is done.
    faults
        Why it failed.
    beyond
        Sentences on what is to be looked at.
    left
        Why it is left for the next run.
    page
        Of what is in its files, where there is one.
    """

    name: str
    state: str
    told: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    beyond: tuple[str, ...] = ()
    left: str = ""
    page: str = ""


def render_report(rows: Sequence[Row], index: gpd.GeoDataFrame) -> str:
    """The page as text; the same counties give the same text."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"
    body = "\n".join(_body(rows, index))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<title>Counties of a batch</title><link rel="icon" href="data:,">\n'
        f"<style>{STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def _body(rows: Sequence[Row], index: gpd.GeoDataFrame) -> Iterator[str]:
    yield "<h1>Counties of a batch</h1>"
    yield from _verdicts(rows)
    if any(row.faults or row.left or row.beyond for row in rows):
        yield "<section><h2>To look at</h2>"
        for row in rows:
            yield from _sentences(row)
        yield "</section>"
    yield from _table(rows)
    if len(index):
        yield '<section><h2>Turfs</h2><div class="maps">'
        yield from _maps(index)
        yield "</div></section>"


def _verdicts(rows: Sequence[Row]) -> Iterator[str]:
    """What the page says first: who failed, who was left; else how many are done."""
    bad = [escape(row.name) for row in rows if row.faults]
    left = [escape(row.name) for row in rows if row.left]
    done = sum(row.state in ("done", "kept") for row in rows)
    for style, names, what in (("bad", bad, "failed"), ("wait", left, STATES["left"])):
        if names:
            said = f"{len(names)} of {counted(len(rows), 'county', 'counties')} {what}"
            yield f'<p class="verdict {style}">{said}: {", ".join(names)}.</p>'
    if done and not bad and not left:
        said = f"All {done} counties are" if done == len(rows) else f"{done} of {len(rows)} are"
        yield f'<p class="verdict good">{said if len(rows) > 1 else "The county is"} done.</p>'


def _sentences(row: Row) -> Iterator[str]:
    """What is to be said of a county, a paragraph each."""
    name = escape(row.name)
    for fault in row.faults:
        code = f"<code>{escape(fault.code)}</code>"
        yield f'<p class="fault">{name}: {escape(fault.sentence)} {code}</p>'
    for sentence in (row.left, *row.beyond):
        if sentence:
            yield f'<p class="fault">{name}: {escape(sentence)}</p>'
    if row.page:
        page = f'<a href="{escape(row.page)}">What is in the files of {name}</a>'
        yield f'<p class="fault">{page}</p>'


def _table(rows: Sequence[Row]) -> Iterator[str]:
    heads = ("rows read", "in turfs", "doors", "turfs", "of the wanted size", "metres a door")
    yield "<section><h2>Counties</h2><table><thead><tr><th>county</th><th>state</th>"
    yield "".join(f'<th class="n">{head}</th>' for head in heads) + "</tr></thead><tbody>"
    sums = [0, 0, 0, 0]
    for row in rows:
        state = "look" if row.beyond and row.state in ("done", "kept") else row.state
        state = "done" if state == "kept" else state  # the page does not depend on which run did it
        yield f'<tr><td>{escape(row.name)}</td><td class="{state}">{STATES[state]}</td>'
        cells = [""] * len(heads)
        if row.told:
            counts, figures = row.told["counts"], row.told["figures"]
            found = [counts["rows"], counts["in_turfs"], figures["doors"], figures["turfs"]]
            sums = [total + one for total, one in zip(sums, found, strict=True)]
            band, walk = figures["in_band"], figures["walk_m_per_door"]
            cells = [f"{one:,}" for one in found]
            cells += ["" if band is None else f"{band:.0%}", f"{walk:.1f}" if walk else ""]
        yield "".join(f'<td class="n">{cell}</td>' for cell in cells) + "</tr>"
    yield "</tbody><tfoot><tr><td>all</td><td></td>"
    yield "".join(f'<td class="n">{total:,}</td>' for total in sums)
    yield "<td></td><td></td></tr></tfoot></table></section>"


def _maps(index: gpd.GeoDataFrame) -> Iterator[str]:
    """A picture of each county's turfs, each to its own scale."""
    for name, turfs in index.groupby("county", sort=False):
        yield f"<figure>{_picture(turfs)}<figcaption>{escape(str(name))}</figcaption></figure>"


def _picture(turfs: gpd.GeoDataFrame) -> str:
    west, south, east, north = turfs.total_bounds
    squeeze = np.cos(np.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, north - south, 1e-9)
    wide, high = (east - west) * squeeze * scale, (north - south) * scale
    shapes = shapely.get_parts(shapely.simplify(turfs.geometry.to_numpy(), 0.4 / scale))
    rings = [shapely.get_coordinates(part.exterior) for part in shapes if not part.is_empty]
    paths = "".join(
        "M" + _points(((ring - [west, north]) * [squeeze * scale, -scale]).round(1)) + "Z"
        for ring in rings
    )
    return (
        f'<svg viewBox="-2 -2 {wide + 4:.0f} {high + 4:.0f}" role="img">'
        f'<path class="t" d="{paths}"/></svg>'
    )


def _points(xy: np.ndarray) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in xy.tolist())
