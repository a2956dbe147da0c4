"""
From cleaned inputs to a plan: the composer of the algorithms, without files.

voters → doors → stops → frontages → regions → turfs → walks → the plan's tables.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from geodata.errors import InputError
from geodata.notes import Note, counted
from geodata.voters.voterfile import Universe, choose
from turfcutter.doors.doors import Gathered, gather_doors
from turfcutter.doors.flags import flag_doors
from turfcutter.doors.placing import leave_far, place_doors, place_stops
from turfcutter.doors.turnout import leave_voted
from turfcutter.inputs import Inputs
from turfcutter.model import Plan, Progress
from turfcutter.params import Params
from turfcutter.plans.assembly import assemble
from turfcutter.plans.dispatch import find_dispatch, look_around, pick_turfs, sent
from turfcutter.plans.sides import part_sides
from turfcutter.plans.turfs import Cutter, cut_turfs, in_threads
from turfcutter.streets.footing import find_footing
from turfcutter.streets.network import build_network
from turfcutter.walks.ordering import open_places

OWN_COLUMNS: Final = frozenset(
    ("turf_id", "stop", "door_id", "door", "located", "grade", "reason", "detail")
)
"""Columns that voters get on the way to the walk list; the file's own of these names do not fit."""


def make_plan(
    params: Params,
    inputs: Inputs,
    *,
    workers: int,
    progress: Progress,
    cutter: Cutter | None = None,
    ready: Callable[[], None] = lambda: None,
) -> Plan:
    """
    Cut a universe into turfs.

    Parameters
    ----------
    params
        What to cut; see `turfcutter.params`.
    inputs
        Cleaned inputs.
    workers
        Threads; no influence on the result.
    progress
        Told each step.
    cutter
        What cuts the regions, if not threads of this process.
    ready
        Called before the first compiled loop.

    Raises
    ------
    InputError
        NO_VOTERS, OUTSIDE, VINTAGE, OFF_STREETS, WHERE, COLUMN or PARAMETER.
    """
    dispatch = find_dispatch(params.cut, inputs.places, inputs.streets, inputs.crs)
    progress("doors")
    found = find_doors(params, inputs)
    params, universe, gathered, notes = found.params, found.universe, found.gathered, found.notes
    progress("doors", f"{len(gathered.doors):,} doors")
    progress("network")
    network = build_network(inputs.streets)
    progress("network", f"{len(network.edges):,} pieces of street")
    progress("stops")
    stops, gathered = place_stops(gathered, params.cut, inputs, network)
    if dispatch and params.cut.turfs:
        stops, gathered = look_around(dispatch, stops, gathered, network, params.cut)
    ready()
    footing = find_footing(stops.frontage, network, workers)
    stops, gathered, footing = leave_far(stops, gathered, footing, params.cut)
    progress("stops", f"{len(stops.frontage.edge):,} stops")
    progress("cutting")
    cutter = cutter or in_threads(workers)
    turfs = cut_turfs(stops, footing, params.cut, cutter=cutter, progress=progress)
    turfs = part_sides(turfs, stops, footing.cell, network)
    if params.cut.end == "anywhere":
        place = open_places(turfs, footing, stops.frontage, network, params.cut.seed, workers)
        turfs = replace(turfs, place=place)
    progress("walks")
    if dispatch and params.cut.turfs:
        stops, gathered, turfs = pick_turfs(dispatch, stops, gathered, turfs, network, params.cut)
    plan = assemble(params, inputs, universe, gathered, stops, turfs, network, notes)
    plan = sent(plan, dispatch, network, params.cut)
    progress("walks", f"{len(plan.turfs):,} turfs")
    return plan


@dataclass(frozen=True)
class Found:
    """
    The universe at its doors, before any street is known.

    Parameters
    ----------
    params
        The parameters, with what is kept of returned ballots.
    universe, gathered
        Voters, and their doors in precincts.
    notes
        What was found odd.
    """

    params: Params
    universe: Universe
    gathered: Gathered
    notes: list[Note]


def find_doors(params: Params, inputs: Inputs) -> Found:
    """
    The voters to walk to and their doors; doors where everybody has voted are left out.

    Raises
    ------
    InputError
        As `make_plan`.
    """
    if inputs.known.ballots is not None:
        params = params.overlaid({("voters", "keep"): ("ballot",)})
    universe = _universe(params, inputs)
    gathered = _gathered(universe, params, inputs)
    notes = [*inputs.known.notes, *gathered.notes]
    gathered, voted = leave_voted(gathered)
    if voted == len(universe.table):
        message = f"No voter is left to walk to: all {voted:,} of the universe have voted."
        raise InputError("NO_VOTERS", message)
    universe = replace(universe, voted=voted)
    gathered, told = flag_doors(gathered, inputs.known.flags, params.suppress.flags)
    gathered, placed = _in_precincts(gathered, params, inputs)
    notes += [*told, *placed]
    return Found(params, universe, gathered, notes)


def _gathered(universe: Universe, params: Params, inputs: Inputs) -> Gathered:
    return gather_doors(
        universe.table,
        params.cut.prefix,
        inputs.crs,
        inputs.gazetteer,
        tuple(inputs.precincts.table.total_bounds),
    )


def _in_precincts(
    gathered: Gathered, params: Params, inputs: Inputs
) -> tuple[Gathered, list[Note]]:
    """
    Doors in their precincts.

    One door of ten with a wrong code makes no wrong map: where too many of a universe disagree,
    the whole file is asked.
    """
    try:
        return place_doors(gathered, inputs.precincts)
    except InputError as fault:
        if fault.code != "VINTAGE":
            raise
    everybody = choose(inputs.voters, as_of=params.as_of)
    place_doors(_gathered(everybody, params, inputs), inputs.precincts)
    return place_doors(gathered, inputs.precincts, few=True)


def _universe(params: Params, inputs: Inputs) -> Universe:
    """The voters to walk to; none is an error."""
    voters = params.voters
    if taken := [name for name in voters.keep if name in OWN_COLUMNS]:
        message = f"--keep names {taken[0]}, which is what turfcutter calls a column of its own"
        raise InputError("COLUMN", f"{message}; give it another name in the voter file.")
    chosen = choose(
        inputs.voters,
        where=voters.where,
        keep=voters.keep,
        as_of=params.as_of,
        ballots=inputs.known.ballots,
        ballots_by=voters.returned_id,
    )
    if not len(chosen.table):
        why = f"--where {voters.where!r} fits none of them" if voters.where else "all are set aside"
        loaded = inputs.voters.counts["rows"]
        message = f"No voter is left to walk to: the file has {counted(loaded, 'row')}, and {why}."
        raise InputError("NO_VOTERS", message)
    return chosen
