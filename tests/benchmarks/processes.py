"""How long a command takes and how much memory it and all its child processes hold."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

EVERY_S = 0.1
"""How often memory is looked at: Linux keeps no peak of several processes together."""
SHARE = 0.02
"""The most of the time that looking takes: large processes are looked at less often."""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and the most that all processes of a command held at a time, in MB."""

    seconds: float
    peak_mb: float


def measured(command: list[str], log: Path) -> Cost:
    """Run a command to its end; what it prints goes to `log`. RuntimeError where it fails."""
    start, peak = time.perf_counter(), 0
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                began = time.perf_counter()
                peak = max(peak, tree_kb(process.pid))
                time.sleep(max(EVERY_S, (time.perf_counter() - began) / SHARE))
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        message = f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text()}"
        raise RuntimeError(message)
    return Cost(time.perf_counter() - start, peak / 1024)


def tree_kb(process: int) -> int:
    """
    Memory of a process and all below it, in kB.

    Proportional set sizes: what several of them share counts once.
    """
    total, todo = 0, [process]
    while todo:
        folder = Path("/proc") / str(todo.pop())
        try:
            for task in (folder / "task").iterdir():
                todo += map(int, (task / "children").read_text().split())
            for line in (folder / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except (OSError, ProcessLookupError):  # it ended meanwhile
            continue
    return total
