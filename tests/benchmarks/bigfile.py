"""
How long a very large voter file takes to read, and how much memory.

    .venv/bin/python tests/benchmarks/bigfile.py --rows 10000000 --layout state

writes a file of invented voters, of 24 columns or in the layout of the state's extract, into a
temporary folder, reads it in a process of its own, and prints seconds, processor seconds and the
most memory that process held. To reach: 10 million rows in 5 minutes and 2 GB.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.voters.voterfile import read_voters

ROWS_AT_ONCE = 200_000
STREETS = np.array(
    [f"{name} {kind}" for name in ("OAK", "ELM", "1ST", "MAIN") for kind in ("ST", "AVE")]
)


LAYOUTS = (
    Path(__file__).resolve().parents[3] / "shared/data/voter-file-formats/voter_file_layouts.json"
)


def write_file(path: Path, rows: int, layout: str) -> None:
    """A file of invented voters in chunks; a row has about 115 bytes, of the state 240."""
    rng = np.random.default_rng(0)
    for start in range(0, rows, ROWS_AT_ONCE):
        table = some_voters(start, min(ROWS_AT_ONCE, rows - start), rng)
        if layout == "state":
            table = of_the_state(table, rng)
        table.to_csv(path, index=False, header=start == 0, mode="a" if start else "w")


def some_voters(start: int, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Rows of invented voters with ids from `start` on."""
    number = np.char.mod("%d", rng.integers(1, 9999, count)).astype(object)
    columns = {
        "voter_id": np.char.mod("%09d", np.arange(start, start + count)),
        "first_name": rng.choice(["ANA", "BO", "CLEO", "DEE"], count),
        "last_name": rng.choice(["PENA", "STONE", "FIELD", "NULL"], count),
        "birth_date": np.char.mod("%d", rng.integers(1930, 2008, count)).astype(object) + "-05-17",
        "party": rng.choice(["NPP", "DEM", "REP"], count),
        "address": number + " " + rng.choice(STREETS, count),
        "unit": rng.choice(["", "", "1", "2B"], count),
        "city": "SPRINGFIELD",
        "zip": "00501",
        "lat": np.round(37 + rng.random(count), 6),
        "lon": np.round(-122 + rng.random(count), 6),
        "precinct": np.char.mod("%04d", rng.integers(1, 2000, count)),
    }
    history = {f"E{k:02d}": rng.choice(["", "V", "A"], count) for k in range(12)}
    return pd.DataFrame(columns | history)


def of_the_state(voters: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same voters in the columns of California's extract, which has no coordinates."""
    columns = json.loads(LAYOUTS.read_text())["ca_sos_pvrdr_vrd"]["columns"]
    number, street = (voters["address"].str.split(n=1).str[part] for part in (0, 1))
    four = np.char.mod("%04d", rng.integers(0, 9999, len(voters))).astype(object)
    cells = {
        "CountyCode": "43",
        "RegistrantID": "7" + voters["voter_id"],
        "ExtractDate": "10/20/2026",
        "LastName": voters["last_name"],
        "FirstName": voters["first_name"],
        "AddressNumber": number,
        "StreetName": street.str.split().str[0],
        "StreetType": street.str.split().str[1],
        "UnitType": np.where(voters["unit"] == "", "", "APT"),
        "UnitNumber": voters["unit"],
        "City": voters["city"],
        "StateAddr": "CA",
        "Zip": "95110-" + four,
        "Phone1Area": rng.choice(["", "408"], len(voters)),
        "Phone1Exchange": "555",
        "Phone1NumberPart": four,
        "MailingAddressLine1": voters["address"],
        "MailingCity": voters["city"],
        "MailingState": "CA",
        "MailingZip5": "95110",
        "Language": "English",
        "DOB": voters["birth_date"],
        "Gender": rng.choice(["F", "M", ""], len(voters)),
        "PartyCode": voters["party"],
        "Status": "A",
        "RegistrationDate": voters["birth_date"],
        "Precinct": voters["precinct"],
        "RegistrationMethodCode": "DMV",
        "PlaceOfBirth": "CA",
        "VbmVoterType": "P",
        "EmsVoterId": voters["voter_id"],
        "PrecinctId": voters["precinct"],
        "USCongressionalDistrict": "18",
        "StateSenate": "15",
        "StateAssembly": "28",
        "Municipality": "SPRINGFIELD",
    }
    return pd.DataFrame({name: cells.get(name, "") for name in columns}, index=voters.index)


def measure(path: Path, out: Path) -> None:
    """Read a file and print seconds and memory; run in a process of its own."""
    began = time.perf_counter()
    table = read_voters(path, out)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    processors = used.ru_utime + used.ru_stime
    sys.stdout.write(
        f"{table.counts['loaded']:,} rows: {seconds:.0f} s, {processors:.0f} s of processors, "
        f"{used.ru_maxrss * 1024 / 1e9:.2f} GB\n"
    )


def main() -> None:
    """Write, read, and clean up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--layout", choices=("plain", "state"), default="plain")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voters.csv"
        write_file(path, given.rows, given.layout)
        sys.stdout.write(f"{path.stat().st_size / 1e9:.2f} GB of text\n")
        sys.stdout.flush()
        run = multiprocessing.get_context("spawn").Process(
            target=measure, args=(path, Path(folder) / "read")
        )
        run.start()
        run.join()


if __name__ == "__main__":
    main()
