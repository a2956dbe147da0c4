"""Invented voters in plain columns, on doors that are given."""

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.errors import InputError
from turfcutter.sample.voters import invent_people, some_at_every_door, voter_ids

FIRST_ID = 20_000_001


def write_plain_voters(
    doors: pd.DataFrame, out: Path, *, per_door: float = 1.8, seed: int = 0
) -> int:
    """
    Invent one to three voters behind every door and write them as CSV.

    Parameters
    ----------
    doors
        `address`, `unit`, `city`, `zip` (text), `lon`, `lat` (degrees or NaN).
    out
        File to write: `voter_id`, `first_name`, `last_name`, `birth_date`, `gender`, `party`,
        `language`, `phone`, `status`, `address`, `unit`, `city`, `zip`, `lat`, `lon`; by voter_id.
    per_door
        Mean of voters behind a door, 1 to 3.
    seed
        Another seed, other people.

    Returns
    -------
    voters
        How many were written.

    Raises
    ------
    InputError
        OUTPUT where the file cannot be written.
    """
    rng = np.random.default_rng([seed, 2_003])
    people = invent_people(some_at_every_door(len(doors), per_door, rng), rng)
    home = doors.take(people.door).reset_index(drop=True)
    person = people.table
    table = pd.DataFrame(
        {
            "voter_id": voter_ids(len(home), FIRST_ID, rng),
            "first_name": person["first"],
            "last_name": person["last"],
            "birth_date": person["born"],
            **{name: person[name] for name in ("gender", "party", "language", "phone", "status")},
            **{name: home[name] for name in ("address", "unit", "city", "zip", "lat", "lon")},
        }
    ).sort_values("voter_id", kind="stable")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(out, index=False, float_format="%.6f", lineterminator="\n", encoding="utf-8")
    except OSError as fault:
        raise InputError("OUTPUT", f"{out} cannot be written: {fault.strerror}.") from None
    return len(table)
