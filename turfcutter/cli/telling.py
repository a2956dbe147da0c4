"""What a batch says: lines for people, or a line of JSON an event; and a closing table."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

import click

from geodata.notes import counted
from turfcutter.cli.show import plain

if TYPE_CHECKING:
    from pathlib import Path

    from turfcutter.batch.calls import Call
    from turfcutter.batch.report import Row


UNDONE: Final = ("failed", "left")
"""States of a county of which the reason is told, even where nothing else is."""


class Teller:
    """Says what happens: lines for people, or a line of JSON an event."""

    def __init__(self, *, quiet: bool, as_json: bool) -> None:
        self.quiet, self.as_json = quiet, as_json
        self.began = time.monotonic()
        self.last: dict[str, str] = {}

    def __call__(self, **said: object) -> None:
        """Tell an event."""
        if self.as_json:
            said["seconds"] = round(time.monotonic() - self.began, 1)
            click.echo(json.dumps(said, ensure_ascii=False))
        elif (not self.quiet or said.get("state") in UNDONE) and (line := _line(said)):
            click.echo(plain(f"{time.monotonic() - self.began:8.1f} s  {line}"), err=True)

    def step(self, call: Call, step: str, detail: str) -> None:
        """Tell the step of a county; only the first time it is heard of."""
        if self.last.get(call.county) != step:
            self.last[call.county] = step
            self(event="step", county=call.county, step=step, detail=detail)

    def table(self, rows: list[Row], out: Path) -> None:
        """Close with one line a county."""
        if self.quiet or self.as_json:
            return
        from turfcutter.batch.report import STATES

        click.echo(f"{'county':<24} {'state':<21} {'rows':>11} {'in turfs':>11} {'turfs':>7}")
        for row in rows:
            counts, figures = row.told.get("counts", {}), row.told.get("figures", {})
            click.echo(
                f"{row.name:<24} {STATES[row.state]:<21} {counts.get('rows', 0):>11,} "
                f"{counts.get('in_turfs', 0):>11,} {figures.get('turfs', 0):>7,}"
            )
        for row in rows:
            for sentence in (*(fault.sentence for fault in row.faults), row.left, *row.beyond):
                if sentence:
                    click.echo(plain(f"{row.name}: {sentence}"))
        click.echo(f"Results are in {plain(str(out))}; report.html says what came of each county.")


def _line(said: dict[str, Any]) -> str:
    """An event in words; empty for what only programs want to know."""
    match said["event"]:
        case "step":
            text = f"{said['step']} {said['detail']}".rstrip()
        case "estimate":
            memory = f"{said['memory_mb']:,} MB"
            text = f"about {said['voters']:,} voters, {said['minutes']:,} minutes, {memory}"
        case "age":
            ages = ", ".join(f"{file['file']} {file['days']:g}" for file in said["files"])
            text = f"days since its files were written: {ages}"
        case "unlocked":
            text = f"--locked names turfs that it does not have: {', '.join(said['turfs'])}"
        case "damaged":
            text = "its folder is not as it was written"
        case "packets":
            text = f"{said['lists']:,} lists printed"
        case "retry":
            text = f"{said['step']} is tried again: {said['sentence']}"
        case "county":
            text = _became(said)
        case _:
            return ""
    return f"{_whose(said)}: {text}"


def _became(said: dict[str, Any]) -> str:
    """What became of a county."""
    if said["state"] in UNDONE:
        return f"{said['state']}: {said['sentence']}"
    if "changed" not in said:
        return "done before" if said["state"] == "kept" else str(said["state"])
    return (
        f"done: {said['gone']:,} voters gone, {said['came']:,} came, "
        f"{said['moved']:,} doors moved, {said['changed']:,} turfs changed, "
        f"{said['retired']:,} retired"
    )


def _whose(said: dict[str, Any]) -> str:
    """Name of a county; of a sum, how many there are."""
    if "county" in said:
        return str(said["county"])
    counties = counted(said["counties"], "county", "counties")
    return f"{counties} on {counted(said['workers'], 'worker')}"
