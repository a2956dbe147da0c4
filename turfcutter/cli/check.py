"""``turfcutter check``: what is in a county's files, without cutting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geodata.errors import InputError
from geodata.notes import counted
from turfcutter.cli import show
from turfcutter.cli.limits import TOO_MANY_SET_ASIDE, Limit, limit_option, too_many
from turfcutter.cli.options import (
    FILE,
    SectionedCommand,
    chosen_params,
    parameter_options,
    workspace_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from turfcutter.checks.report import Part, Report

SHOWN = 12
"""So many unmatched precinct codes are listed in the terminal."""

PAGES = (".html", ".htm")
"""How a page's name ends: a slip of the hand must not write one over a voter file."""


@click.command(cls=SectionedCommand)
@parameter_options
@click.option("--config", type=FILE, help="TOML file of parameters; options here override it.")
@click.option("--html", type=FILE, help="Write the report as a page with a map, one file.")
@workspace_option
@limit_option
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--json", is_flag=True, help="One JSON document instead of a page of text.")
@click.pass_context
def check(
    ctx: click.Context,
    /,
    config: Path | None,
    html: Path | None,
    workspace: Path,
    limit: Limit | None,
    *,
    quiet: bool,
    json: bool,
    **given: object,
) -> None:
    """
    Look at precincts, voters and streets without cutting.

    Says what was read, repaired and set aside, and why. Any of them may be left out.
    """
    params = chosen_params(config, given)
    inputs = params.inputs
    named = inputs.precincts or inputs.voters or inputs.streets or inputs.addresses
    if not (named or inputs.download):
        message = "No file is named; give --precincts, --voters, --streets or --addresses."
        raise InputError("PARAMETER", message)
    if html and html.suffix.lower() not in PAGES:
        raise InputError("OUTPUT", f"{html} is no page; name one that ends in .html with --html.")
    from turfcutter.checks.surveying import run_check
    from turfcutter.model import silent

    steps = show.Steps()
    try:
        report = run_check(params, workspace=workspace, progress=silent if quiet else steps)
    finally:
        steps.close()
    told = "" if report.refused else too_many(report.counts, limit)
    code = report.exit_code if report.refused else TOO_MANY_SET_ASIDE if told else 0
    if html:
        write_page(report, html)
    if json:
        click.echo(show.as_json(summary(report) | {"exit_code": code}))
    elif not quiet:
        click.echo(show.plain("\n".join(_lines(report, told))))
    for part in report.parts:
        if part.refused:
            click.echo(show.plain(f"turfcutter: {part.refused}"), err=True)
    if told:
        click.echo(told, err=True)
    ctx.exit(code)


def write_page(report: Report, path: Path) -> None:
    """
    Write the report as a page, readable by its owner only.

    Raises
    ------
    InputError
        OUTPUT: the file cannot be written.
    """
    from turfcutter.plans.plan import write_private
    from turfcutter.render.report import render_report

    page = render_report(report)
    try:
        write_private(path, page)
    except OSError as fault:
        message = f"{path} cannot be written ({fault.strerror}); name another file with --html."
        raise InputError("OUTPUT", message) from None


def summary(report: Report) -> dict[str, Any]:
    """The report ready for JSON, without geometry."""
    return {
        "exit_code": report.exit_code,
        "parts": [
            {
                "input": part.name,
                "file": part.file,
                "facts": dict(part.facts),
                "counts": dict(part.counts),
                "notes": [note.told() for note in part.notes],
                "refused": {"code": part.refused.code, "sentence": part.refused.sentence}
                if part.refused
                else None,
            }
            for part in report.parts
        ],
        "beyond_limits": report.beyond_limits,
        "unmatched_codes": report.codes.to_dict("records"),
        "problems": report.problems["kind"].value_counts().sort_index().to_dict(),
    }


def _lines(report: Report, told: str) -> Iterator[str]:
    for part in report.parts:
        yield f"{part.name.upper()}  {part.file}"
        yield from _part_lines(part)
        yield ""
    if len(report.codes):
        total = int(report.codes["voters"].sum())
        who = counted(total, "voter has", "voters have")
        yield f"{who} a code that no precinct bears ({len(report.codes):,} different):"
        shown = report.codes.head(SHOWN)
        yield from (f"{n:>11,}    {code}" for code, n in shown.itertuples(index=False))
        yield ""
    refused = "Not usable as it is: see the sentences above."
    yield refused if report.refused else told or "Fit for cutting."


def _part_lines(part: Part) -> Iterator[str]:
    from turfcutter.checks.report import told

    for label, value in part.facts.items():
        yield f"    {label}: {value}"
    for place, (name, count) in enumerate(part.counts.items()):
        yield f"{count:>11,}  {'  ' * bool(place)}{told(name)}"
    for note in part.notes:
        where = f" ({note.where})" if note.code == "UNREADABLE" else ""
        yield f"    {note.code}: {note.sentence.removesuffix('.')}{where}."
    if part.refused:
        yield f"    REJECTED  {part.refused}"
