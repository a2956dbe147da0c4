"""
What a batch survives: kills, full disks, flipped bytes, lost workers, wrong clocks.

    python tests/benchmarks/batch_faults.py            a campaign of some minutes
    python tests/benchmarks/batch_faults.py --kills 1000 --sizes 20 --rounds 10

Two small invented counties are done once undisturbed. Then every fault is done to the command in
processes of its own, forks of one that has read the program already (`warm`), and the same command
is run again until it ends by itself. A *loss* is a
result that differs from the undisturbed one in a byte, a ledger that does not add up, or an end
without one clear sentence. Full disks and read-only folders need root, who may mount a tmpfs.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from warm import begun, end_of, read, warm

STEPS = (
    *("precincts", "streets", "addresses", "voters", "doors", "network", "stops", "cutting"),
    *("walks", "checking", "writing"),
)
START = "from turfcutter.cli.main import main; main(prog_name='turfcutter')"
KILLS_A_RUN = 5
NO_SPACE, REJECTED = 5, 2


@dataclass
class Tally:
    """Faults done, how many runs were whole in spite of them, and what was lost."""

    trials: int = 0
    whole: int = 0
    losses: list[str] = field(default_factory=list)

    def note(self, fault: str = "", *, whole: bool = False) -> None:
        """Count a trial, and what it lost if anything."""
        self.trials += 1
        self.whole += whole
        print(f"  {self.trials} {fault}", file=sys.stderr, flush=True)  # noqa: T201
        if fault:
            self.losses.append(fault)


@dataclass(frozen=True)
class Field:
    """Where trials are done: the state file, and what came of it undisturbed."""

    home: Path
    state: Path
    digests: dict[str, str]
    seconds: float


def words(state: Path, place: Path) -> list[str]:
    """The words of a batch whose results and workspace lie in a place."""
    found = ["batch", state, "--out", place / "out", "--workspace", place / "workspace"]
    return [*map(str, found), "--workers", "2", "--json"]


def command(state: Path, place: Path) -> list[str]:
    """The command of such a batch."""
    return [sys.executable, "-c", START, *words(state, place)]


def batch(state: Path, place: Path) -> subprocess.CompletedProcess[str]:
    """A batch run to its end."""
    return subprocess.run(command(state, place), capture_output=True, text=True, check=False)


def again(ground: Field, place: Path) -> subprocess.CompletedProcess[str]:
    """The same in a fork of this process."""
    return warm(words(ground.state, place), ground.home / "log")


def digests(out: Path) -> dict[str, str]:
    """Name of each file of a batch that anybody sees -> its digest."""
    files = (path for path in out.rglob("*") if path.is_file())
    named = {str(path.relative_to(out)): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(named.items())
        if not name.startswith(".batch")
    }


def unlike(ground: Field, place: Path, ended: subprocess.CompletedProcess[str]) -> str:
    """What is wrong with a batch that ended by itself; empty where nothing is."""
    if ended.returncode:
        return f"ended with {ended.returncode}: {said_of(ended)}"
    found = digests(place / "out")
    differ = sorted({*found.items()} ^ {*ground.digests.items()})
    return f"other bytes: {differ[0][0]}" if differ else ledger_fault(ground.state, place / "out")


def said_of(ended: subprocess.CompletedProcess[str]) -> str:
    """The sentence a batch ended with, or those of counties that failed."""
    events = map(json.loads, ended.stdout.splitlines())
    failed = (event["sentence"] for event in events if event.get("state") == "failed")
    return " ".join([*failed, ended.stderr.strip()])


def ledger_fault(state: Path, out: Path) -> str:
    """What the ledger does not account for, counted again from voter files and lists."""
    with (out / "ledger.csv").open() as file:
        lines = list(csv.DictReader(file))
    for county in sorted({line["county"] for line in lines}):
        mine = [x for x in lines if x["county"] == county and x["file"] == "voters.csv"]
        counts = {line["reason"]: int(line["rows"]) for line in mine}
        with (state.parent / county / "voters.csv").open(newline="") as file:
            records = sum(1 for _ in csv.reader(file)) - 1
        with (out / "counties" / county / "walklist.csv").open(newline="") as file:
            listed = sum(1 for _ in csv.reader(file)) - 1
        rows = counts.pop("rows")
        if (rows, sum(counts.values()), counts["in_turfs"]) != (records, records, listed):
            return f"the ledger of {county} does not add up"
    return ""


@contextmanager
def place_in(home: Path) -> Iterator[Path]:
    """A folder for one run; gone afterwards."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        yield Path(folder)


def kept_units(place: Path) -> dict[Path, int]:
    """Cut regions that are kept, and when they were written."""
    units = place / "workspace" / "units"
    return {path: path.stat().st_mtime_ns for path in units.glob("*/*.cut")}


def kills(ground: Field, count: int, chance: random.Random) -> Tally:
    """Kill -9 at random moments, a few in each run, then let it end."""
    tally = Tally()
    while tally.trials < count:
        with place_in(ground.home) as place:
            redone = 0
            for _ in range(min(KILLS_A_RUN, count - tally.trials)):
                with begun(words(ground.state, place), ground.home / "log"):
                    time.sleep(chance.uniform(0, ground.seconds))
                units = kept_units(place)
                tally.note()
            ended = again(ground, place)
            redone = sum(kept_units(place).get(path, was) != was for path, was in units.items())
            fault = unlike(ground, place, ended) or (f"{redone} kept units redone" * bool(redone))
            tally.losses += [fault] if fault else []
    return tally


def await_step(process: int, log: Path, step: str) -> None:
    """Wait until a batch tells of a step, or ends."""
    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        said = (log / "stdout").read_text().rpartition("\n")[0].splitlines()
        if any(json.loads(line).get("step") == step for line in said):
            return
        time.sleep(0.005)


def steps(ground: Field) -> Tally:
    """Kill -9 as each step is told for the first time, one after the other."""
    tally = Tally()
    with place_in(ground.home) as place:
        for step in STEPS:
            with begun(words(ground.state, place), ground.home / "log") as process:
                await_step(process, ground.home / "log", step)
            tally.note()
        fault = unlike(ground, place, again(ground, place))
        tally.losses += [fault] if fault else []
    return tally


def full_disks(ground: Field, count: int) -> Tally:
    """
    A disk that is full at so many points, in two turns; each run goes on where the last was.

    A few kB are free at first, some more for each next run, half as much again as all files hold
    for the last ones of a turn; then there is space.
    """
    tally = Tally()
    step_kb = int(1024 * used_mb(ground.home / "undisturbed") / count * 3)
    for turn in range(2):
        with place_in(ground.home) as place, tmpfs(place / "disk", "size=64k") as disk:
            for number in range(count // 2):
                size_kb = step_kb * number + (turn + 1) * step_kb // 2
                mount("-o", f"remount,size={size_kb}k", disk)
                ended = again(ground, disk)
                clear = ended.returncode == NO_SPACE and len(ended.stderr.splitlines()) == 1
                clear = clear and "NO_SPACE" in ended.stderr
                done = not unlike(ground, disk, ended)
                fault = f"{size_kb} kB: {ended.returncode}: {said_of(ended)}"
                tally.note("" if clear or done else fault, whole=done)
            mount("-o", "remount,size=1g", disk)
            fault = unlike(ground, disk, again(ground, disk))
            tally.losses += [fault] if fault else []
    return tally


def used_mb(folder: Path) -> float:
    """How much the files of a folder hold."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def read_only(ground: Field) -> Tally:
    """A folder nobody may write: one sentence."""
    tally = Tally()
    with place_in(ground.home) as place, tmpfs(place / "disk", "ro") as disk:
        ended = batch(ground.state, disk)
        clear = ended.returncode == REJECTED and len(ended.stderr.strip().splitlines()) == 1
        tally.note("" if clear else f"{ended.returncode}: {ended.stderr[-200:]}")
    return tally


def flips(ground: Field, rounds: int, chance: random.Random) -> Tally:
    """A byte flipped in every file of the workspace, and in one of each county's."""
    tally = Tally()
    with place_in(ground.home) as place:
        shutil.copytree(ground.home / "undisturbed", place, dirs_exist_ok=True)
        for _ in range(rounds):
            cached = [*(place / "workspace" / "entries").rglob("*")]
            cached += [*(place / "workspace" / "units").rglob("*.cut")]
            cached = [path for path in cached if path.is_file() and path.stat().st_size]
            for path in cached:
                flip(path, chance)
            for county in sorted((place / "out" / "counties").iterdir()):
                flip(chance.choice(sorted(p for p in county.iterdir() if p.is_file())), chance)
            tally.trials += len(cached)
            tally.note(unlike(ground, place, again(ground, place)))
    return tally


def flip(path: Path, chance: random.Random) -> None:
    """Another bit in a file."""
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def workers(ground: Field, rounds: int, chance: random.Random) -> Tally:
    """A worker killed or stopped in each run; the run itself goes on to its end."""
    tally = Tally()
    for number in range(rounds):
        blow, step = (signal.SIGKILL, signal.SIGSTOP)[number % 2], chance.choice(STEPS[3:])
        log = ground.home / "log"
        with place_in(ground.home) as place, begun(words(ground.state, place), log) as process:
            await_step(process, log, step)
            os.kill(below(process)[0], blow)
            tally.note(unlike(ground, place, end_of(process, log)))
    return tally


def below(process: int) -> list[int]:
    """Worker processes of a batch."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(pid) for pid in children]


def clock(ground: Field) -> Tally:
    """Everything kept bears a time of tomorrow, as after a clock was set back."""
    tally = Tally()
    with place_in(ground.home) as place:
        shutil.copytree(ground.home / "undisturbed", place, dirs_exist_ok=True)
        shutil.rmtree(next((place / "out" / "counties").iterdir()))
        for path in place.rglob("*"):
            os.utime(path, (time.time() + 86_400, time.time() + 86_400))
        tally.note(unlike(ground, place, batch(ground.state, place)))
    return tally


@contextmanager
def tmpfs(folder: Path, options: str) -> Iterator[Path]:
    """A small file system in memory; needs root."""
    folder.mkdir()
    mount("-t", "tmpfs", "-o", options, "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607


def mount(*words: object) -> None:
    """Mount, or stop."""
    subprocess.run(["mount", *map(str, words)], check=True)  # noqa: S607


def prepared(home: Path) -> Field:
    """Two small counties, and what comes of them undisturbed."""
    from turfcutter.sample import make_county  # noqa: PLC0415 - quick help

    for number, name in enumerate(("alpha", "beta")):
        make_county(home / "state" / name, voters=300 - 100 * number, seed=3, shape=number)
    drafting = [sys.executable, "-c", START, "batch", "init", str(home / "state")]
    subprocess.run(drafting, check=True, capture_output=True)
    state, place = home / "state" / "STATE.toml", home / "undisturbed"
    state.write_text(state.read_text().replace("target = 50", 'target = 20\nwithin = "none"'))
    read()
    ended = batch(state, place)
    told = digests(place / "out")
    began = time.perf_counter()
    warm(words(state, home / "warm"), home / "log")
    ground = Field(home, state, told, time.perf_counter() - began)
    if fault := unlike(ground, place, ended):
        raise SystemExit(fault)
    return ground


def campaign(options: argparse.Namespace) -> dict[str, Tally]:
    """All faults; name -> how they went."""
    chance = random.Random(options.seed)  # noqa: S311 - moments of kills are no secrets
    with tempfile.TemporaryDirectory() as folder:
        ground = prepared(Path(folder))
        print(f"undisturbed: {ground.seconds:.1f} s, {len(ground.digests)} files", flush=True)  # noqa: T201
        root = os.geteuid() == 0
        trials: dict[str, Callable[[], Tally]] = {
            "kill -9 at each named step": lambda: steps(ground),
            "worker killed or stopped": lambda: workers(ground, options.rounds, chance),
            "byte flipped in a file": lambda: flips(ground, options.rounds, chance),
            "clock set back a day": lambda: clock(ground),
        }
        if root:
            trials["disk full"] = lambda: full_disks(ground, options.sizes)
            trials["read-only folder"] = lambda: read_only(ground)
        trials["kill -9 at a random moment"] = lambda: kills(ground, options.kills, chance)
        found = {}
        for name, trial in trials.items():
            if not re.search(options.only, name):
                continue
            found[name] = trial()
            tally = found[name]
            whole = f", {tally.whole} runs were whole" * bool(tally.whole)
            print(f"| {name}{whole} | {tally.trials} | {len(tally.losses)} |", flush=True)  # noqa: T201
            for loss in tally.losses:
                print(f"    {loss}", flush=True)  # noqa: T201
        return found


def main() -> None:
    """Print the table; end with 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--kills", type=int, default=50, help="kills at random moments")
    parser.add_argument("--sizes", type=int, default=20, help="sizes of the disk that is full")
    parser.add_argument("--rounds", type=int, default=4, help="of flipped bytes and lost workers")
    parser.add_argument("--seed", type=int, default=0, help="other moments")
    parser.add_argument("--only", default="", help="faults whose name matches this")
    print("| fault | trials | losses |\n|---|---|---|", flush=True)  # noqa: T201
    found = campaign(parser.parse_args())
    trials, losses = (
        sum(tally.trials for tally in found.values()),
        sum(len(tally.losses) for tally in found.values()),
    )
    print(f"| all | {trials} | {losses} |")  # noqa: T201
    raise SystemExit(bool(losses))


if __name__ == "__main__":
    main()
