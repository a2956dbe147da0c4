"""
How long a batch takes and how much memory it holds, by the number of voters and of workers.

    python tests/benchmarks/batch.py                  a state of 12 counties, 1.6 million voters
    python tests/benchmarks/batch.py --voters 20000 --counties 3

Of an invented state, kept in the machine's temporary folder, first a county is done, then a few on
one worker and on two, then all on two: from their files to plans, lists, GeoPackages and maps;
packets apart. Every run begins with nothing kept. Memory is that of all processes together, what
they share counted once; seconds of CPU do not change with what else the machine does.

What was measured of the same program is not measured again unless `--anew` asks for it, so that a
table that was broken off is gone on with. No run begins after `--minutes`.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from growth import generated
from processes import measured

START = [sys.executable, "-c", "from turfcutter.cli.main import main; main()", "batch"]
HEAD = (
    *("voters", "counties", "workers", "seconds", "told before", "voters a second"),
    *("CPU, ms a voter", "peak MB", "told before", "turfs"),
)


@dataclass(frozen=True)
class Run:
    """What a batch of some counties cost, all its processes together, and what a dry run told."""

    voters: int
    counties: int
    workers: int
    seconds: float
    cpu_s: float
    peak_mb: float
    turfs: int
    told_s: float
    told_mb: float

    @property
    def pace(self) -> float:
        """Voters a second."""
        return self.voters / self.seconds

    @property
    def line(self) -> str:
        """Its line of the table."""
        cells = (
            *(f"{self.voters:,}", self.counties, self.workers),
            *(f"{self.seconds:.0f}", f"{self.told_s:.0f}", f"{self.pace:,.0f}"),
            f"{1000 * self.cpu_s / self.voters:.2f}",
            *(f"{self.peak_mb:,.0f}", f"{self.told_mb:,.0f}", f"{self.turfs:,}"),
        )
        return f"| {' | '.join(map(str, cells))} |"


def state_of(voters: int, counties: int) -> Path:
    """The state file of invented counties."""
    folder = generated(voters, counties)
    subprocess.run([*START, "init", str(folder), "--force"], check=True, capture_output=True)
    return folder / "STATE.toml"


def run(state: Path, counties: Sequence[str], workers: int, *options: str) -> Run:
    """Do some counties of a state."""
    with tempfile.TemporaryDirectory() as folder:
        out, log = Path(folder) / "out", Path(folder) / "log"
        places = ["--out", str(out), "--workspace", f"{folder}/workspace", "--quiet"]
        wanted = ["--counties", ",".join(counties), "--workers", str(workers), *options]
        command = [*START, str(state), *places, *wanted]
        dry = subprocess.run([*command, "--dry-run", "--json"], check=True, capture_output=True)
        estimate = json.loads(dry.stdout.splitlines()[-1])
        before = cpu_s()
        cost = measured(command, log)
        used = cpu_s() - before
        told = [json.loads(path.read_bytes()) for path in out.glob("counties/*/county.json")]
    voters, turfs = (
        sum(county["counts"]["rows"] for county in told),
        sum(county["figures"]["turfs"] for county in told),
    )
    foretold = 60 * estimate["minutes"], estimate["memory_mb"]
    return Run(voters, len(told), workers, cost.seconds, used, cost.peak_mb, turfs, *foretold)


def cpu_s() -> float:
    """Seconds of CPU of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def parts_of(state: Path) -> list[tuple[tuple[str, ...], int]]:
    """Counties and workers of each run: a county, a few like it on one and on two, all."""
    sizes = {path.parent.name: path.stat().st_size for path in state.parent.glob("*/voters.csv")}
    names = tuple(sorted(sizes, key=sizes.__getitem__, reverse=True))
    half = len(names) // 2
    some = names[max(half - 2, 0) : half + 2]
    return [*dict.fromkeys([(some[1:2], 1), (some, 1), (some, 2), (names, 2)])]


def runs(options: argparse.Namespace) -> list[Run]:
    """Do what was not measured before; each line is printed at once."""
    from turfcutter.batch.kept import code_version  # noqa: PLC0415 - quick help

    began, state = time.monotonic(), state_of(options.voters, options.counties)
    notes = state.parent.with_name(f"{state.parent.name}.runs.json")
    known = json.loads(notes.read_text()) if notes.exists() and not options.anew else {}
    more = ("--scheduler", options.scheduler) if options.scheduler else ()
    found = []
    for counties, workers in parts_of(state):
        name = " ".join([code_version(), *counties, str(workers), *more])
        if name not in known:
            if time.monotonic() - began > 60 * options.minutes:
                print(f"left: {len(counties)} counties on {workers}", flush=True)  # noqa: T201
                continue
            known[name] = asdict(run(state, counties, workers, *more))
            notes.write_text(json.dumps(known))
        found.append(Run(**known[name]))
        print(found[-1].line, flush=True)  # noqa: T201
    return found


def compared(found: list[Run]) -> str:
    """What the table says of growth: runs of as many workers, and runs of as many counties."""
    lines = []
    for first, second in pairwise(found):
        share = second.pace / first.pace
        if first.workers == second.workers:
            of = f"{first.voters:,} to {second.voters:,} on {first.workers}"
            lines.append(f"voters a second, {of}: {share:.2f}")
        elif first.counties == second.counties:
            lines.append(f"{second.workers} workers against {first.workers}: {share:.2f}")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--voters", type=int, default=1_600_000)
    parser.add_argument("--counties", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=25, help="after which no run begins")
    parser.add_argument("--anew", action="store_true", help="measure all again")
    parser.add_argument("--scheduler", default="", help="as of turfcutter batch")
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)  # noqa: T201
    print(compared(runs(parser.parse_args())))  # noqa: T201


if __name__ == "__main__":
    main()
