"""
What is in a county's files: read, repaired, set aside and why, found without cutting.

Places are those of precincts, streets and doors in bulk.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geodata.crs import CALIFORNIA
from geodata.errors import InputError
from geodata.geocoding import METHODS, Gazetteer, counts_of
from geodata.notes import Note, counted
from geodata.precincts.precinctcodes import known_codes
from geodata.schema import Precincts, Streets
from geodata.streets.connection import pieces_of
from geodata.voters.votertable import Universe, VoterTable, choose
from turfcutter.checks.faults import find_faults, outlines_of, without_streets
from turfcutter.checks.report import Part, Report
from turfcutter.doors.doors import Gathered, gather_doors
from turfcutter.doors.flags import flag_doors
from turfcutter.doors.placing import place_doors, place_stops
from turfcutter.doors.turnout import leave_voted
from turfcutter.inputs import Inputs
from turfcutter.inputs.known import Known
from turfcutter.params import InputParams, Params
from turfcutter.streets.network import build_network

DROPPED: Final[dict[str, str]] = {
    "NULL_GEOMETRY": "without_outline",
    "NO_KEY": "without_code",
    "NO_AREA": "without_area",
}
"""Notes on precincts -> count of the polygons that were set aside for it."""


def look(
    params: Params,
    precincts: Precincts | None,
    streets: Streets | None,
    voters: VoterTable | None,
    gazetteer: Gazetteer | None,
    known: Known,
    refused: Mapping[str, InputError],
) -> Report:
    """
    The report on what could be read.

    Parameters
    ----------
    params
        As for a cut.
    precincts, streets, voters
        What was read; None where it was not named or is rejected.
    gazetteer
        Where the addresses of the place are; None where nothing tells.
    known
        What is known beside the voter file.
    refused
        Name of an input -> why it is rejected.
    """
    files = {name: getattr(params.inputs, name) for name in ("precincts", "streets", "voters")}
    names = {name: path.name if path else "" for name, path in files.items()}
    names["addresses"] = ", ".join(path.name for path in params.inputs.addresses)
    found: dict[str, Part] = {
        name: Part(name, names.get(name, ""), refused=fault) for name, fault in refused.items()
    }
    if precincts:
        found["precincts"] = check_precincts(precincts, params.inputs, names["precincts"])
    if streets:
        found["streets"] = check_streets(streets, precincts, names["streets"])
    if gazetteer and params.inputs.addresses:
        found["addresses"] = check_addresses(gazetteer, names["addresses"])
    codes, gathered = pd.DataFrame({"code": [], "voters": []}), None
    if voters:
        try:
            found["voters"], gathered = _voters(
                params, precincts, streets, voters, gazetteer, known, names["voters"]
            )
        except InputError as fault:
            found["voters"] = Part("voters", names["voters"], refused=fault)
        if precincts and gathered:
            codes = unmatched_codes(gathered, precincts)
    order = ("precincts", "streets", "addresses", "voters", "beside")
    return Report(
        tuple(found[name] for name in order if name in found),
        codes,
        find_faults(precincts, streets, gathered),
        outlines_of(precincts, streets),
    )


def _voters(
    params: Params,
    precincts: Precincts | None,
    streets: Streets | None,
    table: VoterTable,
    gazetteer: Gazetteer | None,
    known: Known,
    file: str,
) -> tuple[Part, Gathered]:
    """The part on voters, whose doors are placed as far as the other inputs allow."""
    chosen = params.voters
    universe = choose(
        table,
        where=chosen.where,
        keep=chosen.keep,
        as_of=params.as_of,
        ballots=known.ballots,
        ballots_by=chosen.returned_id,
    )
    crs = job_crs(precincts, streets)
    bounds = tuple(precincts.table.total_bounds) if precincts else None
    gathered = gather_doors(universe.table, params.cut.prefix, crs, gazetteer, bounds)
    notes = (*known.notes, *gathered.notes)
    gathered, voted = leave_voted(gathered)
    universe = replace(universe, voted=voted)
    gathered, told = flag_doors(gathered, known.flags, params.suppress.flags)
    notes = (*notes, *told)
    try:
        if precincts and (streets or len(gathered.doors)):
            gathered, placed = place_doors(gathered, precincts)
            notes = (*notes, *placed)
        if precincts and streets and len(gathered.doors):
            inputs = Inputs(precincts, streets, table, {}, {})
            cut = replace(params.cut, within=("precinct",), prefer=("none",))
            gathered = place_stops(gathered, cut, inputs, build_network(streets))[1]
    except InputError as fault:
        part = check_voters(table, universe, gathered, notes, file)
        return replace(part, refused=fault), gathered
    return check_voters(table, universe, gathered, notes, file), gathered


def job_crs(precincts: Precincts | None, streets: Streets | None) -> CRS:
    """The job's metric coordinate system: that of the precincts or streets, or of the state."""
    layer = precincts.table if precincts else streets.barriers if streets else None
    return CALIFORNIA if layer is None else CRS(layer.crs)


def check_precincts(precincts: Precincts, inputs: InputParams, file: str) -> Part:
    """The part of the report on precincts."""
    area = shapely.area(np.asarray(precincts.table.geometry.array)).sum() / 1e6
    facts = {
        "coordinate system": precincts.source_crs,
        "column of codes": precincts.column,
        "area": f"{area:,.1f} km²",
        "county": precincts.county or inputs.county or "not told by the outlines",
    }
    counts = _without_zeros(precinct_counts(precincts))
    return Part("precincts", file, facts, counts, precincts.notes)


def precinct_counts(precincts: Precincts) -> dict[str, int]:
    """Polygons of the file, and what became of them."""
    dropped = {DROPPED[note.code]: note.count for note in precincts.notes if note.code in DROPPED}
    used = len(precincts.table)
    joined = precincts.rows - sum(dropped.values()) - used
    return {"polygons": precincts.rows, **dropped, "joined": joined, "precincts": used}


def check_streets(streets: Streets, precincts: Precincts | None, file: str) -> Part:
    """The part of the report on streets, and on precincts they do not reach."""
    pieces, notes = pieces_of(streets), list(streets.notes)
    bare = int(without_streets(precincts, streets).sum()) if precincts else 0
    if bare:
        said = counted(bare, "precinct holds", "precincts hold")
        notes.append(Note("NO_STREETS", f"{said} no street or path at all.", bare))
    facts = {
        "length": f"{pieces.length_m.sum() / 1000:,.1f} km",
        "drawn sidewalks": f"{_sidewalks_m(streets) / 1000:,.1f} km",
        "connected": f"{pieces.share:.2%} of the length; pieces: {len(pieces.length_m):,}",
        "crossings": f"{int(streets.nodes['crossing'].sum()):,}",
        "barriers": f"{len(streets.barriers):,}",
    }
    return Part("streets", file, facts, _without_zeros(street_counts(streets)), tuple(notes))


def street_counts(streets: Streets) -> dict[str, int]:
    """Streets and paths of the file, and what became of them."""
    lost = {
        note.code.lower(): note.count
        for note in streets.notes
        if note.code in ("CLOSED_PRIVATE", "CLOSED_FOOT", "DROPPED", "NO_LINE")
    }
    kept = len(streets.ways)
    return {"streets_and_paths": kept + sum(lost.values()), **lost, "walkable": kept}


def _sidewalks_m(streets: Streets) -> float:
    """Length of the sidewalks that are drawn as lines of their own."""
    drawn = (streets.ways["footway"] == "sidewalk").to_numpy()[streets.segments["way"]]
    ends = streets.segments.loc[drawn, ["u", "v"]].to_numpy(np.int64)
    xy = streets.nodes[["x", "y"]].to_numpy(np.float64)
    return float(np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T).sum())


def check_addresses(gazetteer: Gazetteer, file: str) -> Part:
    """The part of the report on files of addresses, those of OpenStreetMap beside them."""
    method = gazetteer.sites["method"].to_numpy()
    counts = {"addresses": len(method)}
    counts |= {name: int((method == place).sum()) for place, name in enumerate(METHODS[:2])}
    facts = {"streets": f"{len(gazetteer.streets):,}", "ranges": f"{len(gazetteer.ranges):,}"}
    return Part("addresses", file, facts, _without_zeros(counts))


def check_voters(
    table: VoterTable,
    universe: Universe,
    gathered: Gathered,
    notes: tuple[Note, ...],
    file: str,
) -> Part:
    """The part of the report on voters: every row of the file is counted once."""
    fates = [name for name in table.counts if name not in ("rows", "loaded")]
    counts = {name: table.counts[name] for name in ("rows", *fates)}
    counts |= {"outside": universe.outside, "voted": universe.voted}
    reasons = gathered.exceptions["reason"].value_counts().sort_index()
    counts |= {str(reason): int(count) for reason, count in reasons.items()}
    counts["placed"] = len(universe.table) - universe.voted - len(gathered.exceptions)
    facts = {"columns": f"{len(table.columns)}", "doors": f"{len(gathered.doors):,}"}
    if placed := counts_of(gathered.doors):
        by = {"file": "voter file"}
        facts["doors placed by"] = ", ".join(
            f"{by.get(name, name)}: {count:,}" for name, count in placed.items()
        )
    return Part("voters", file, facts, _without_zeros(counts), (*table.notes, *notes))


def _without_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts without those of nothing; the first and the last always stay."""
    ends = {next(iter(counts)), next(reversed(list(counts)))}
    return {name: int(n) for name, n in counts.items() if n or name in ends}


def unmatched_codes(gathered: Gathered, precincts: Precincts) -> pd.DataFrame:
    """`code`, `voters`: precinct codes of doors that no precinct bears, most voters first."""
    code = gathered.doors["code"].astype(str).str.strip()
    lost = (code != "").to_numpy() & ~known_codes(code, precincts)
    table = gathered.doors[lost].assign(code=code[lost]).groupby("code")["voters"].sum()
    return table.reset_index().sort_values(
        ["voters", "code"], ascending=[False, True], ignore_index=True
    )
