"""Real addresses from a delimited file, to put invented voters on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata.crs import check_lonlat
from geodata.delimited import Tally, read_header, read_tables
from geodata.errors import InputError
from geodata.layouts import PLAIN, squeeze

NUMBER: Final = "Number HouseNumber AddressNumber AddrNumber StreetNumber HouseNum StreetNo"
STREET: Final = "Street StreetName AddrStreet FullStreetName"

DOOR: Final = ["address", "unit", "city", "zip"]
"""What tells a door from others, in file order."""


def read_doors(path: Path) -> pd.DataFrame:
    """
    Read a file of addresses and keep one row for each door.

    Parameters
    ----------
    path
        Delimited text (comma, tab or pipe; plain or .gz) with an address column, or one of house
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
        What `read_header` raises; COLUMN where no address is found, COORD_RANGE for coordinates
        that are no degrees, EMPTY where no row has an address.
    """
    header = read_header(path)
    places = _places(header.names, path.name)
    tables = read_tables(path, header, set(places.values()), Tally())
    table = pa.concat_tables(list(tables)).to_pandas()
    text = {name: table[str(place)].str.strip() for name, place in places.items()}
    blank = pd.Series("", index=table.index, dtype="str")
    doors = pd.DataFrame({name: text.get(name, blank) for name in DOOR})
    if "address" not in places:
        whole = (text["number"] != "") & (text["street"] != "")
        doors["address"] = (text["number"] + " " + text["street"]).where(whole, "")
    for name in ("lon", "lat"):
        doors[name] = pd.to_numeric(text.get(name, blank), errors="coerce").astype("float64")
    check_lonlat(doors["lon"], doors["lat"], path.name)
    doors = doors[doors["address"] != ""].sort_values([*DOOR, "lon", "lat"], kind="stable")
    doors = doors.drop_duplicates(["address", "unit", "city"])
    if doors.empty:
        raise InputError("EMPTY", f"{path.name} holds no address; give another file.")
    return doors.reset_index(drop=True)


def _places(header: tuple[str, ...], file: str) -> Mapping[str, int]:
    """Standard column -> its position in the file."""
    squeezed = [squeeze(name) for name in header]
    known = {name: PLAIN[name] for name in (*DOOR, "lon", "lat")}
    known |= {"number": NUMBER, "street": STREET}
    found = {}
    for name, spellings in known.items():
        here = [squeezed.index(one) for one in map(squeeze, spellings.split()) if one in squeezed]
        if here:
            found[name] = here[0]
    if "address" not in found and not {"number", "street"} <= found.keys():
        message = (
            f"{file} has no column that is recognised as address (it has {', '.join(header)}); "
            "name one address, or name two number and street."
        )
        raise InputError("COLUMN", message)
    return found


def addresses_of(doors: pd.DataFrame) -> int:
    """How many different addresses doors have, units not counted."""
    return int(np.count_nonzero(~doors.duplicated(["address", "city"])))
