"""Real addresses from a delimited file, to put invented voters on."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata.geocoding import read_points

DOOR: Final = ["address", "unit", "city", "zip"]
"""What tells a door from others, in file order."""


def read_doors(path: Path) -> pd.DataFrame:
    """
    Read a file of addresses and keep one row for each door.

    Parameters
    ----------
    path
        Delimited text (plain or .gz) with an address column, or one of house
        numbers and one of streets; unit, city, ZIP, longitude and latitude where there are any.

    Returns
    -------
    doors
        `address`, `unit`, `city`, `zip` (text), `lon`, `lat` (degrees or NaN); sorted, and the
        same whatever the order of the rows. Rows that repeat a door (address, unit and city) or
        have no address are left out.

    Raises
    ------
    InputError
        What `read_points` raises.
    """
    doors = read_points(path).sort_values([*DOOR, "lon", "lat"], kind="stable")
    return doors.drop_duplicates(["address", "unit", "city"]).reset_index(drop=True)


def addresses_of(doors: pd.DataFrame) -> int:
    """How many different addresses doors have, units not counted."""
    return int(np.count_nonzero(~doors.duplicated(["address", "city"])))
