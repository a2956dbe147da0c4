"""turfcutter as a method: its own command on a place's files, read back as labels and order."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from places import Place
from processes import measured


@dataclass
class Run:
    """
    Labels (and order) of a method, with what they cost.

    Parameters
    ----------
    labels, order
        Turf of each door and rank within it, as the referee takes them.
    seconds
        Of the cut alone, from doors that were read to turfs (and their order).
    whole_s
        Of all it takes from files to files; NaN for a method that reads none.
    peak_mb
        The most memory that all its processes held at a time.
    """

    labels: np.ndarray
    order: np.ndarray | None
    seconds: float
    whole_s: float
    peak_mb: float


COMMAND = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from turfcutter.cli.main import main
main()
"""


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
        Turf of each door (empty text where it is an exception), and its rank within the walk
        list. The seconds of the cut are those that the command tells.
    """
    voters, out = folder / "voters.csv", folder / "out"
    write_voters(place, voters)
    command = [sys.executable, "-c", COMMAND, "cut"]
    command += ["--precincts", str(place.precincts), "--voters", str(voters)]
    command += ["--streets", str(place.osm), "--out", str(out)]
    command += ["--within", "none", "--target", "50"]
    # The others know no buildings: large ones are no turfs of their own here.
    command += ["--apartments", "0", "--dorms", "0", "--mobile-homes", "0", *options]
    command += ["--workspace", str(folder / "workspace")]  # nothing is kept from earlier runs
    log = folder / "log.txt"
    cost = measured(command, log)
    labels, order = read_back(out / "walklist.csv", len(place.doors))
    return Run(labels, order, step_seconds(log.read_text(), "cutting"), cost.seconds, cost.peak_mb)


def step_seconds(log: str, step: str) -> float:
    """Seconds of a step, from what the command says of its progress."""
    return float(re.search(rf"^{step}\b.* ([\d.]+) s$", log, re.MULTILINE)[1])


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
