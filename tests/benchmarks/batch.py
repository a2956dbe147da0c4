"""
How long a batch takes and how much memory it holds, by the number of voters and of workers.

    python tests/benchmarks/batch.py                            12 counties, 1.6 million voters
    python tests/benchmarks/batch.py --voters 20000 --counties 3

Invented counties, kept in the machine's temporary folder, are done from their files to plans,
lists, GeoPackages and maps; packets apart. Every run begins with nothing kept. Memory is that of
all processes together, what they share counted once; seconds of CPU do not change with what else
the machine does.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from growth import generated
from processes import Cost, measured

START = [sys.executable, "-c", "from turfcutter.cli.main import main; main()", "batch"]
SMALL = 100_000
"""Voters of the batch with which the large one is compared."""
HEAD = (
    *("voters", "counties", "workers", "seconds", "voters a second", "CPU, ms a voter"),
    *("peak MB", "turfs"),
)


def state_of(voters: int, counties: int) -> Path:
    """The state file of invented counties."""
    folder = generated(voters, counties)
    subprocess.run([*START, "init", str(folder), "--force"], check=True, capture_output=True)
    return folder / "STATE.toml"


def run(state: Path, *options: object) -> tuple[Cost, float, int]:
    """What a batch costs, seconds of CPU of all its processes, and how many turfs it made."""
    before = cpu_s()
    with tempfile.TemporaryDirectory() as folder:
        out, log = Path(folder) / "out", Path(folder) / "log"
        places = ["--out", str(out), "--workspace", f"{folder}/workspace", "--quiet"]
        cost = measured([*START, str(state), *places, *map(str, options)], log)
        told = [json.loads(path.read_bytes()) for path in out.glob("counties/*/county.json")]
        return cost, cpu_s() - before, sum(county["figures"]["turfs"] for county in told)


def cpu_s() -> float:
    """Seconds of CPU of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def row(voters: int, counties: int, workers: int, *options: object) -> float:
    """Do a batch and print its line; returns voters a second."""
    cost, cpu, turfs = run(state_of(voters, counties), "--workers", workers, *options)
    pace = voters / cost.seconds
    cells = (f"{voters:,}", counties, workers, f"{cost.seconds:.0f}", f"{pace:,.0f}")
    cells = (*cells, f"{1000 * cpu / voters:.2f}", f"{cost.peak_mb:,.0f}", f"{turfs:,}")
    print(f"| {' | '.join(map(str, cells))} |", flush=True)  # noqa: T201
    return pace


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--voters", type=int, default=1_600_000)
    parser.add_argument("--counties", type=int, default=12)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--scheduler", default="", help="as of turfcutter batch")
    options = parser.parse_args()
    more = ("--scheduler", options.scheduler) if options.scheduler else ()
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)  # noqa: T201
    most = max(options.workers)
    small = min(SMALL, options.voters // 4)
    first = row(small, options.counties, most, *more)
    paces = {n: row(options.voters, options.counties, n, *more) for n in options.workers}
    print(f"\nvoters a second, {options.voters:,} to {small:,}: {paces[most] / first:.2f}")  # noqa: T201
    for workers in options.workers[1:]:
        gain = paces[workers] / paces[options.workers[0]]
        print(f"{workers} workers against {options.workers[0]}: {gain:.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
