"""
How cutting grows: seconds from read files to turfs with their order, and memory, by size.

    python tests/benchmarks/growth.py              counties of 10,000 and 100,000 doors
    python tests/benchmarks/growth.py --long       one of 900,000 doors, and twelve counties with
                                                   1.6 million voters, one after the other

The counties are invented by `turfcutter sample` and kept in the machine's temporary folder.
"Again" is the same cut once more in the same process: nothing is left to compile or to load. Growth
is that of CPU a door, which other work on the machine does not change.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from processes import measured

SIZES = {18_000: 3, 180_000: 2}
LONG_SIZES = {1_600_000: 1}
"""Voters -> how often the same process cuts; about 1.7 voters live behind a door."""
STATE = 1_600_000, 12
HEAD = (
    "place|doors|cut + order, s|again, s|its CPU, s|CPU, µs a door|growth|files to turfs, s|peak MB"
)


@dataclass(frozen=True)
class Growth:
    """Figures of one county: seconds of the same cut, done again and again, and those of CPU."""

    doors: int
    cuts: list[float]
    cpu_s: list[float]
    seconds: float
    peak_mb: float


def generated(voters: int, counties: int = 1) -> Path:
    """Folder of an invented county, or of several; made where it is not there."""
    home = Path(tempfile.gettempdir()) / "turfcutter-benchmarks"
    name = f"county-{voters}" if counties == 1 else f"state-{voters}-{counties}"
    if not (home / name).is_dir():
        home.mkdir(exist_ok=True)
        command = [sys.executable, "-c", "from turfcutter.cli.main import main; main()", "sample"]
        command += ["--voters", str(voters), "--counties", str(counties), "--out", str(home / name)]
        measured(command, home / f"{name}.log")
    return home / name


def grown(county: Path, repeats: int) -> Growth:
    """Cut a county in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        cost = measured(
            [sys.executable, __file__, "--one", str(county), str(repeats), f"{folder}/kept"], log
        )
        told = json.loads(log.read_text().splitlines()[-1])
    return Growth(told["doors"], told["cuts"], told["cpu_s"], cost.seconds, cost.peak_mb)


class Cut(Exception):  # noqa: N818 - no fault: it ends a job when the turfs are there
    """The turfs are cut; what a job does after that is not asked for."""


def one(county: Path, repeats: int, workspace: Path) -> dict[str, object]:
    """Read a county, cut it as often as asked, and tell the seconds of each cut."""
    from geodata.storage.store import Store  # noqa: PLC0415 - only where the cutter itself runs
    from turfcutter.inputs import read_inputs  # noqa: PLC0415
    from turfcutter.model import silent  # noqa: PLC0415
    from turfcutter.params import Params  # noqa: PLC0415
    from turfcutter.plans.planning import make_plan  # noqa: PLC0415

    files = {"precincts": "precincts.zip", "voters": "voters.csv", "streets": "streets.osm.pbf"}
    given = {("inputs", name): county / file for name, file in files.items()}
    params = Params().replace({**given, ("cut", "within"): ("none",)})
    inputs = read_inputs(params, Store(workspace), silent)
    cuts, cpu_s, doors = [], [], 0
    for _ in range(repeats):
        steps: dict[str, tuple[float, float]] = {}

        def watch(step: str, detail: str = "", steps: dict = steps) -> None:
            nonlocal doors
            if "cutting" in steps and step != "cutting":
                raise Cut
            steps.setdefault(step, (time.perf_counter(), time.process_time()))
            if step == "doors" and detail:
                doors = int(detail.split(maxsplit=1)[0].replace(",", ""))

        try:
            make_plan(params, inputs, workers=os.cpu_count() or 1, progress=watch)
        except Cut:
            cuts.append(time.perf_counter() - steps["cutting"][0])
            cpu_s.append(time.process_time() - steps["cutting"][1])
    return {"doors": doors, "cuts": cuts, "cpu_s": cpu_s}


def cells(name: str, found: Growth, smallest: Growth) -> str:
    """One line of the table."""
    each, least = (1e6 * growth.cpu_s[-1] / growth.doors for growth in (found, smallest))
    parts = [
        name,
        f"{found.doors:,}",
        f"{found.cuts[0]:.1f}",
        f"{found.cuts[-1]:.1f}" if len(found.cuts) > 1 else "",
        f"{found.cpu_s[-1]:.1f}",
        f"{each:.0f}",
        f"{each / least - 1:+.0%}",
        f"{found.seconds:.0f}",
        f"{found.peak_mb:.0f}",
    ]
    return f"| {' | '.join(parts)} |"


def state() -> Growth:
    """All counties of a state, one after the other."""
    folder = generated(*STATE)
    parts = [grown(county, 1) for county in sorted(folder.iterdir()) if county.is_dir()]
    return Growth(
        sum(part.doors for part in parts),
        [sum(part.cuts[0] for part in parts)],
        [sum(part.cpu_s[0] for part in parts)],
        sum(part.seconds for part in parts),
        max(part.peak_mb for part in parts),
    )


def table(*, long: bool) -> None:
    """Print the table."""
    print("\n|", HEAD.replace("|", " | "), "|")  # noqa: T201
    print("|" + "---|" * (HEAD.count("|") + 1), flush=True)  # noqa: T201
    smallest = None
    for voters, repeats in (SIZES | LONG_SIZES if long else SIZES).items():
        found = grown(generated(voters), repeats)
        smallest = smallest or found
        print(cells(f"{voters:,} voters", found, smallest), flush=True)  # noqa: T201
    if long:
        name = "{:,} voters in {} counties".format(*STATE)
        print(cells(name, state(), smallest), flush=True)  # noqa: T201


def main() -> None:
    """Print the table, or run one county."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--long", action="store_true", help="900,000 doors and a state, too")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        county, repeats, workspace = options.one
        print(json.dumps(one(Path(county), int(repeats), Path(workspace))))  # noqa: T201
    else:
        table(long=options.long)


if __name__ == "__main__":
    main()
