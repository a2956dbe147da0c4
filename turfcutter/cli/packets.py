"""``turfcutter packets``: the paper that canvassers carry."""

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from geodata.notes import counted
from turfcutter.cli import show
from turfcutter.cli.options import FILE, SectionedCommand, force_option, given_params, table_options
from turfcutter.paramfile import params_from, read_params
from turfcutter.params import Params, to_dict


def default_register() -> Path:
    """Where the user's programs keep what must outlive their caches."""
    state = os.environ.get("XDG_STATE_HOME", "")
    home = Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state"
    return home / "turfcutter" / "next-list"


@click.command(cls=SectionedCommand)
@click.argument("plan", type=FILE)
@table_options("packet")
@click.option("--out", type=FILE, required=True, help="Folder for the packets; absent or empty.")
@click.option("--config", type=FILE, help="TOML file with a [packet] table.")
@click.option("--turf", "turf_ids", multiple=True, help="Turf to print; all if none is named.")
@click.option(
    "--suppress-list",
    "suppress_lists",
    type=FILE,
    multiple=True,
    help="File of voter ids that are on no list since the cut; nothing is printed if one would be.",
)
@click.option(
    "--serial",
    type=click.IntRange(1_000_000, 9_999_999),
    help="Number of the first list, without its check digit; else the next free one.",
)
@click.option("--issued", help="When the lists are issued, as printed on them; else now.")
@click.option(
    "--register",
    type=FILE,
    default=default_register,
    show_default="~/.local/state/turfcutter/next-list",
    help="File that knows the next free list number.",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    default=0,
    help="Processes to print with; 0 is one for each core. The result is the same.",
)
@force_option
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Close with one JSON document.")
def packets(plan: Path, out: Path, config: Path | None, **given: Any) -> None:  # noqa: ANN401
    """
    Print packets for the turfs of a plan.

    PLAN is the folder that `turfcutter cut` wrote. Run again after an interruption, it goes on
    where it was. Each list has a number of its own; its manifest says which voter stands on which
    line until it is closed with `turfcutter close`.
    """
    import json as js

    from geodata.storage.store import file_digest
    from geodata.voters.suppression import suppression
    from turfcutter.model import silent
    from turfcutter.packets.issues import Issue
    from turfcutter.packets.journal import begun
    from turfcutter.packets.lists.register import reserve
    from turfcutter.packets.printing import Printing, jobs_of, print_packets
    from turfcutter.plans.plan import PLAN_JSON, read_plan

    read = read_plan(plan)
    packet = to_dict(_params(read.about, config, given))["packet"]
    cut = {**to_dict(Params())["cut"], **read.about["params"].get("cut", {})}
    suppressed = frozenset(suppression(given["suppress_lists"], ()).ids.to_pylist())
    earlier = None if given["force"] else begun(out)
    issued = given["issued"] or (
        earlier[1] if earlier else f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
    )

    def printing(serial: int) -> Printing:
        issue = Issue(packet, cut["kind"], issued, cut["end"])
        digest = file_digest(plan / PLAN_JSON)
        return Printing(issue, tuple(given["turf_ids"]), serial, digest, suppressed)

    # Each process sets its own packets: threads below it would only get into each other's way.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    serial = given["serial"] or (earlier[0] if earlier else 0)
    if not serial:
        serial = reserve(given["register"], len(jobs_of(read, printing(1_000_000))))
    steps = show.Steps()
    try:
        records = print_packets(
            read,
            printing(serial),
            out,
            workers=given["workers"] or os.cpu_count() or 1,
            force=given["force"],
            progress=silent if given["quiet"] else steps,
        )
    finally:
        steps.close()
    doors = sum(record["doors"] for record in records)
    if given["as_json"]:
        said = {"out": str(out), "lists": len(records), "doors": doors, "serial": serial}
        click.echo(js.dumps(said))
    elif not given["quiet"]:
        printed = f"{counted(len(records), 'list')} of {counted(doors, 'door')}"
        click.echo(f"In {show.plain(str(out))}: {printed}.")


def _params(about: Mapping[str, Any], config: Path | None, given: Mapping[str, Any]) -> Params:
    """`[packet]` as the plan has it, under the config file, under the options given."""
    kept = dict(about["params"]["packet"])
    if kept.get("expires"):
        kept["expires"] = date.fromisoformat(kept["expires"])
    known = {"packet": {name: value for name, value in kept.items() if value is not None}}
    params = params_from(known, Path())
    params = read_params(config, params) if config else params
    return given_params(params, given)
