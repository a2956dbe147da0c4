"""Looking at a county's files without cutting: each is read, by itself if need be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.errors import InputError
from geodata.notes import Counts, together
from geodata.storage.store import Store
from turfcutter.checks.advice import advice
from turfcutter.checks.checking import job_crs, look
from turfcutter.checks.report import Report
from turfcutter.inputs.known import Known, known_of
from turfcutter.inputs.sources import gazetteer_of, precincts_of, streets_of, voters_of
from turfcutter.model import Progress, silent
from turfcutter.params import Params


def run_check(params: Params, *, workspace: Path, progress: Progress = silent) -> Report:
    """
    Look at a county's files without cutting.

    Parameters
    ----------
    params
        What to read; any of precincts, streets, addresses and voters may be absent.
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
    known, beside = Known(), list[Counts]()
    if inputs.precincts:
        progress("precincts")
        with _noted("precincts", refused):
            precincts, _ = precincts_of(params, store)
            beside.append(precincts.counts)
    if inputs.streets or inputs.download:
        progress("streets")
        with _noted("streets", refused):
            streets, street_digest = streets_of(params, store, precincts)
    if inputs.voters:
        progress("voters")
        with _noted("beside", refused):
            known, _, told = known_of(params)
            beside.append(told)
        with _noted("voters", refused):
            voters = voters_of(params, store)
            beside.append(voters.beside)
    gazetteer = None
    if inputs.addresses or (voters and (precincts or streets)):
        progress("addresses")
        with _noted("addresses", refused):
            crs = job_crs(precincts, streets)
            gazetteer, _ = gazetteer_of(params, store, streets, street_digest, crs)
            beside.append(gazetteer.counts)
    progress("looking")
    report = look(params, precincts, streets, voters, gazetteer, known, refused)
    report = report.with_beside(together(*beside))
    return report.advised(lambda fault: advice(fault, params, store))


@contextmanager
def _noted(name: str, refused: dict[str, InputError]) -> Iterator[None]:
    """Keep the sentence of an input that is rejected, and go on."""
    try:
        yield
    except InputError as fault:
        refused[name] = fault
