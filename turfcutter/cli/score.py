"""``turfcutter score``: what a cut costs, beside another cut of the same doors and k-means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import click

from geodata.errors import InputError
from turfcutter.cli import show
from turfcutter.cli.options import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

KINDS: Final = (".csv", ".json")


@click.command("score")
@click.argument("plan", type=FILE)
@click.option(
    "--labels",
    type=FILE,
    multiple=True,
    metavar="CSV",
    help="Another cut of these doors: turf, and door_id, address (unit, zip) or lon, lat; order or "
    "stop where it has one. May be repeated.",
)
@click.option("--out", type=FILE, help="File to write the figures to (.csv or .json).")
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    default=0,
    help="Threads; 0 is one for each core. The result is the same.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, not a table.")
def score(
    plan: Path, labels: tuple[Path, ...], out: Path | None, workers: int, *, as_json: bool
) -> None:
    """
    Judge a plan beside k-means and cuts made elsewhere.

    PLAN is the folder that `turfcutter cut` wrote. All cuts have the same doors, streets and closed
    walks, each as short as can be found: an organizer sees what the old cut cost.
    """
    if out is not None:
        _check_out(out)
    from turfcutter.plans.plan import read_plan
    from turfcutter.scores.oldcuts import read_old_cut
    from turfcutter.scores.scoring import on_foot, score_plan

    judged = on_foot(read_plan(plan))
    old = {path.name: read_old_cut(path, judged.doors, judged.turfs.crs) for path in labels}
    if len(old) < len(labels):
        raise InputError("PARAMETER", "--labels names two files of one name; rename one of them.")
    cuts = {name: (cut.turf, cut.order) for name, cut in old.items()}
    table = score_plan(judged, cuts, workers=workers or os.cpu_count() or 1).round(4)
    result = show.as_json({"plan": str(plan), "scores": table.to_dict("records")})
    if out is not None:
        _write(table, result, out)
    click.echo(result if as_json else show.plain("\n".join(_lines(table))))


def _check_out(out: Path) -> None:
    if out.suffix.lower() not in KINDS:
        raise InputError("OUTPUT", f"{out} is neither .csv nor .json; name such a file with --out.")
    if out.exists():
        raise InputError("OUTPUT", f"{out} exists; name another file with --out.")
    if not out.resolve().parent.is_dir():
        raise InputError("OUTPUT", f"{out.parent} is no folder; name a file in one that is there.")


def _write(table: pd.DataFrame, result: str, out: Path) -> None:
    from geodata.storage.tables import write_csv
    from turfcutter.plans.plan import write_private

    if out.suffix.lower() == ".csv":
        write_csv(table, out)
    else:
        write_private(out, result + "\n")


def _lines(table: pd.DataFrame) -> Iterator[str]:
    """The figures, one column a cut."""
    rows: list[tuple[str, list[str]]] = [("", [_short(name) for name in table["cut"]])]
    for meaning, form in FIGURES:
        rows.append((meaning, [form(row) for row in table.to_dict("records")]))
    wide = max(len(meaning) for meaning, _ in rows)
    for meaning, cells in rows:
        yield f"{meaning:<{wide}}" + "".join(f"{cell:>{WIDTH}}" for cell in cells)


WIDTH: Final = 14
"""Characters of a column."""


def _short(name: str) -> str:
    return name if len(name) < WIDTH else name[: WIDTH - 2] + "…"


def _range(row: dict[str, Any], name: str) -> str:
    low, high = (f"{row[f'{name}_{end}']:.0f}" for end in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def _ratio(value: float) -> str:
    return "" if value != value else f"{value:.2f}"  # noqa: PLR0124 - not a number


FIGURES: Final[tuple[tuple[str, Any], ...]] = (
    ("turfs", lambda row: f"{row['turfs']:,}"),
    ("doors in them", lambda row: f"{row['doors']:,}"),
    ("doors in no turf", lambda row: f"{row['left_out']:,}"),
    ("doors a turf", lambda row: _range(row, "doors")),
    ("minutes a turf", lambda row: _range(row, "minutes")),
    ("turfs of the wanted size", lambda row: f"{row['in_band']:.0%}"),
    ("closed walk, metres a door", lambda row: f"{row['walk_m_per_door']:.1f}"),
    ("  as a share of k-means", lambda row: _ratio(row["of_kmeans"])),
    ("  own order, as a multiple of it", lambda row: _ratio(row["order_ratio"])),
    ("doors among other turfs' doors", lambda row: f"{row['misplaced']:.1%}"),
    ("block sides split between turfs", lambda row: f"{row['split_sides']:.1%}"),
    ("turfs across a barrier", lambda row: f"{row['barrier_turfs']:,}"),
    ("volunteers' hours", lambda row: f"{row['hours']:,.1f}"),
    ("  hours that the plan saves", lambda row: f"{row['hours_saved']:,.1f}"),
)
"""Meaning of a line of the table -> how it is written."""
