"""Looking at a county's files without cutting: each is read, by itself if need be."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.crs import unproject
from geodata.errors import InputError
from geodata.store import Store
from geodata.surmise import systems_around
from geodata.votertable import VoterTable, choose
from turfcutter.checks.checking import Report, look
from turfcutter.inputs import Known, gazetteer_of, known_of, precincts_of, streets_of, voters_of
from turfcutter.model import Progress, silent
from turfcutter.params import Params

DISAGREE: Final = frozenset({"NO_CRS", "COORD_RANGE", "MISPLACED", "CRS_MISMATCH", "OUTSIDE"})
"""Code words that may mean that the precincts' coordinate system is wrong."""

Floats = npt.NDArray[np.float64]


def run_check(params: Params, *, workspace: Path, progress: Progress = silent) -> Report:
    """
    Look at a county's files without cutting.

    Parameters
    ----------
    params
        What to read; any of precincts, streets and voters may be absent.
    workspace
        Folder where cleaned inputs are kept.
    progress
        Told each step.

    Returns
    -------
    report
        Every input is looked at, also where another one is rejected.
    """
    inputs, store = params.inputs, Store(workspace)
    precincts, streets, street_digest, voters = None, None, "", None
    refused: dict[str, InputError] = {}
    known = Known()
    if inputs.precincts:
        progress("precincts")
        with _noted("precincts", refused):
            precincts, _ = precincts_of(params, store)
    if inputs.streets or inputs.download:
        progress("streets")
        with _noted("streets", refused):
            streets, street_digest = streets_of(params, store, precincts)
    if inputs.voters:
        progress("voters")
        with _noted("voters", refused):
            known, _ = known_of(params)
            voters = voters_of(params, store)
    gazetteer = None
    layer = precincts.table if precincts else streets.barriers if streets else None
    if layer is not None and (voters or inputs.addresses):
        progress("addresses")
        with _noted("addresses", refused):
            gazetteer, _ = gazetteer_of(params, store, streets, street_digest, layer.crs)
    progress("looking")
    report = look(params, precincts, streets, voters, gazetteer, known, refused)
    if inputs.precincts and DISAGREE & set(report.codes_refused):
        return _advised(report, inputs.precincts, *_places(params, store, voters))
    return report


def _places(params: Params, store: Store, voters: VoterTable | None) -> tuple[str, Floats, Floats]:
    """What is known to lie in the county, with its places: streets, else voters."""
    with suppress(InputError):
        streets, _ = streets_of(params, store, None)
        x, y = streets.nodes["x"].to_numpy(), streets.nodes["y"].to_numpy()
        return "the streets", *unproject(x, y, streets.barriers.crs)
    if voters is None:
        return "", np.empty(0), np.empty(0)
    homes = choose(voters).table[["lon", "lat"]].dropna()
    return "the voters", homes["lon"].to_numpy(), homes["lat"].to_numpy()


def _advised(report: Report, layer: Path, what: str, lon: Floats, lat: Floats) -> Report:
    """The report, its sentences on misplaced precincts ending in where others say they lie."""
    found = []
    with suppress(InputError):  # a layer that cannot be read at all has its own sentence
        found = systems_around(layer, lon, lat) if len(lon) else []
    if not found:
        return report
    return report.advised(
        DISAGREE, f"{what.capitalize()} lie among the precincts with --crs {' or '.join(found)}."
    )


@contextmanager
def _noted(name: str, refused: dict[str, InputError]) -> Iterator[None]:
    """Keep the sentence of an input that is rejected, and go on."""
    try:
        yield
    except InputError as fault:
        refused[name] = fault
