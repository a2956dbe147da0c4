"""
How long a very large voter file takes to read, and how much memory.

    .venv/bin/python tests/benchmarks/bigfile.py --rows 10000000

writes a file of invented voters with 24 columns into a temporary folder, reads it in a process of
its own, and prints seconds and the most memory that process held. To reach: 10 million rows in
5 minutes and 2 GB.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.voterfile import read_voters

ROWS_AT_ONCE = 200_000
STREETS = np.array(
    [f"{name} {kind}" for name in ("OAK", "ELM", "1ST", "MAIN") for kind in ("ST", "AVE")]
)


def write_file(path: Path, rows: int) -> None:
    """A comma separated file of invented voters in chunks; a row is about 190 bytes."""
    rng = np.random.default_rng(0)
    for start in range(0, rows, ROWS_AT_ONCE):
        table = some_voters(start, min(ROWS_AT_ONCE, rows - start), rng)
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


def measure(path: Path, out: Path) -> None:
    """Read a file and print seconds and memory; run in a process of its own."""
    began = time.perf_counter()
    table = read_voters(path, out)
    seconds = time.perf_counter() - began
    most_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    sys.stdout.write(f"{table.counts['loaded']:,} rows: {seconds:.0f} s, {most_gb:.2f} GB\n")


def main() -> None:
    """Write, read, and clean up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--rows", type=int, default=10_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "voters.csv"
        write_file(path, rows)
        sys.stdout.write(f"{path.stat().st_size / 1e9:.2f} GB of text\n")
        sys.stdout.flush()
        run = multiprocessing.get_context("spawn").Process(
            target=measure, args=(path, Path(folder) / "read")
        )
        run.start()
        run.join()


if __name__ == "__main__":
    main()
