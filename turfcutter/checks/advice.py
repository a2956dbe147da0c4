"""Where streets and voters say that misplaced precincts lie: what --crs would put them there."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from geodata.crs import unproject
from geodata.errors import InputError
from geodata.layers.surmise import systems_around
from geodata.storage.store import Store
from geodata.voters.votertable import choose
from turfcutter.arrays import Floats
from turfcutter.inputs.sources import precincts_of, streets_of, voters_of
from turfcutter.params import Params

APART: Final = frozenset({"CRS_MISMATCH", "OUTSIDE"})
"""Code words of inputs that lie apart, which may mean that the precincts are misplaced."""
MISPLACED: Final = frozenset({"NO_CRS", "COORD_RANGE", "MISPLACED"})
"""Code words that say so, where they are said of the precincts."""


@contextmanager
def advising(params: Params, store: Store) -> Iterator[None]:
    """Let a refusal for misplaced precincts end in where others say they lie."""
    try:
        yield
    except InputError as fault:
        more = advice(fault, params, store)
        if not more:
            raise
        raise InputError(fault.code, f"{fault.sentence} {more}") from None


def advice(fault: InputError, params: Params, store: Store) -> str:
    """
    One sentence to follow that of a fault; blank where nothing can be said.

    Parameters
    ----------
    fault
        Why an input is rejected, or two of them together.
    params
        Names the inputs.
    store
        Where cleaned inputs are kept.
    """
    layer = params.inputs.precincts
    if layer is None or not _of_precincts(fault, params, store):
        return ""
    with suppress(InputError):  # a layer that cannot be read at all has its own sentence
        what, lon, lat = _places(params, store)
        found = systems_around(layer, lon, lat)
        named = f"--crs {' or '.join(found)}."
        if found and f"give {named}" not in fault.sentence:  # else outlines have said it
            surer = " Give that: they tell more than outlines." if fault.code in MISPLACED else ""
            return f"{what} lie among the precincts with {named}{surer}"
    return ""


def _of_precincts(fault: InputError, params: Params, store: Store) -> bool:
    """Whether the precincts may be misplaced; other layers can have the same fault."""
    if fault.code in APART:
        return True
    if fault.code not in MISPLACED:
        return False
    try:
        precincts_of(params, store)
    except InputError as again:
        return again.code == fault.code
    return False


def _places(params: Params, store: Store) -> tuple[str, Floats, Floats]:
    """What is known to lie in the county, with its places: streets, else voters."""
    with suppress(InputError):
        streets, _ = streets_of(params, store, None)
        x, y = streets.nodes["x"].to_numpy(), streets.nodes["y"].to_numpy()
        return "The streets", *unproject(x, y, streets.barriers.crs)
    homes = choose(voters_of(params, store)).table[["lon", "lat"]].dropna()
    if homes.empty:
        raise InputError("NO_VOTERS", "No voter has coordinates.")
    return "The voters", homes["lon"].to_numpy(), homes["lat"].to_numpy()
