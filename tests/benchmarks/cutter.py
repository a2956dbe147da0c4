"""turfcutter as a method: its own command on a place's files, read back as labels and order."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from places import Place


@dataclass
class Run:
    """Labels (and order) of a method, with what they cost."""

    labels: np.ndarray
    order: np.ndarray | None
    seconds: float
    peak_mb: float


COMMAND = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from turfcutter.cli.main import main
main()
"""

# Memory is asked of a small process in between: a child that starts from a big one counts as big.
BETWEEN = """
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "w"), stderr=subprocess.STDOUT)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, time.perf_counter() - start, used.ru_maxrss / 1024)
"""


def measured(command: list[str], log: Path) -> tuple[float, float]:
    """Run a command; its seconds by the clock and the most memory a process of it held, in MB."""
    between = [sys.executable, "-c", BETWEEN, str(log), *command]
    told = subprocess.run(between, check=True, capture_output=True, text=True).stdout.split()
    if told[0] != "0":
        message = f"{' '.join(command)} ended with {told[0]}:\n{log.read_text()}"
        raise RuntimeError(message)
    return float(told[1]), float(told[2])


def turfcutter_labels(place: Place, folder: Path, options: tuple[str, ...] = ()) -> Run:
    """
    Cut a place with the real command: one voter a door, no hard lines, target 50.

    Parameters
    ----------
    place
        Doors, streets and precincts.
    folder
        Where voters and results are written; must be empty.
    options
        Further options of `turfcutter cut`.

    Returns
    -------
    Run
        Turf of each door (empty text where it is an exception), its rank within the walk list,
        the seconds of the whole command (reading and writing included), and its memory.
    """
    voters, out = folder / "voters.csv", folder / "out"
    write_voters(place, voters)
    command = [sys.executable, "-c", COMMAND, "cut"]
    command += ["--precincts", str(place.precincts), "--voters", str(voters)]
    command += ["--streets", str(place.osm), "--out", str(out)]
    command += ["--within", "none", "--target", "50", *options]
    command += ["--workspace", str(folder / "workspace")]  # nothing is kept from earlier runs
    seconds, peak_mb = measured(command, folder / "log.txt")
    labels, order = read_back(out / "walklist.csv", len(place.doors))
    return Run(labels, order, seconds, peak_mb)


def write_voters(place: Place, path: Path) -> None:
    """One invented voter a door; the voter's id is the door's row."""
    table = place.doors[["address", "unit", "city", "zip", "lat", "lon"]]
    ids = [str(row) for row in range(len(table))]
    table.assign(voter_id=ids, first_name="A", last_name="B").to_csv(path, index=False)


def read_back(walklist: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Turf and walking rank of each door, from the walk list's rows."""
    table = pd.read_csv(walklist, dtype=str, keep_default_na=False)
    rows = table["voter_id"].astype(int).to_numpy()
    labels, order = np.full(count, "", dtype=object), np.zeros(count, dtype=int)
    labels[rows] = table["turf_id"]
    order[rows] = np.arange(len(table))
    return labels, order
