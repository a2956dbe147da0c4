"""What is known beside the voter file: ballots that came back, flags of doors."""

from dataclasses import dataclass, replace

import pandas as pd

from geodata.addresses.doorflags import read_flags
from geodata.notes import Counts, Note, together
from geodata.storage.store import file_digest
from geodata.voters.ballots import read_ballots, read_ids
from turfcutter.params import Params
from turfcutter.params.files import existing


@dataclass(frozen=True)
class Known:
    """
    What is known beside the voter file.

    Parameters
    ----------
    ballots
        Returned ballots as `geodata.voters.ballots.read_ballots` gives them; None where none are
        named.
    flags
        Flags of doors as `geodata.addresses.doorflags.read_flags` gives them; None where none are
        named.
    notes
        How old the files of ballots are.
    """

    ballots: pd.DataFrame | None = None
    flags: pd.DataFrame | None = None
    notes: tuple[Note, ...] = ()


def known_of(params: Params) -> tuple[Known, dict[str, str], Counts]:
    """Returned ballots and flags of doors; digests of their files; what became of the rows."""
    inputs = params.inputs
    files = [existing(path, "--returned") for path in inputs.returned]
    digests = {f"returned-{n}": file_digest(path) for n, path in enumerate(files, 1)}
    known, counts = Known(), list[Counts]()
    if files:
        ids = None
        if inputs.returned_ids:
            pairs = existing(inputs.returned_ids, "--returned-ids")
            ids, fates = read_ids(pairs)
            digests["returned-ids"] = file_digest(pairs)
            counts.append({pairs.name: fates})
        ballots, notes, told = read_ballots(files, params.as_of, ids)
        known = replace(known, ballots=ballots, notes=notes)
        counts.append(told)
    if inputs.flags:
        listed = existing(inputs.flags, "--flags")
        flags, fates = read_flags(listed, params.as_of)
        digests["flags"] = file_digest(listed)
        known = replace(known, flags=flags)
        counts.append({listed.name: fates})
    return known, digests, together(*counts)
