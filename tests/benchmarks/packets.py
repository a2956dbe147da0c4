"""
What printing costs: seconds and kilobytes a packet, and memory of all processes, at two sizes.

    .venv/bin/python tests/benchmarks/packets.py [--packets 10000] [--plan PLAN]

Prints a tenth of the packets, then all of them, by `turfcutter packets` with two processes, into
the machine's temporary folder. Without a plan the generated county of 1.6 million voters, or for up
to 2,000 packets that of 180,000, is cut first and kept there. CPU seconds are those of all
processes: other work on the machine changes them less than the clock.
"""

import argparse
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean

from growth import generated
from processes import measured

from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.pages.contents import packet_contents, packet_pdf
from turfcutter.packets.turfs.slices import slice_plan
from turfcutter.packets.turfs.supply import Rows
from turfcutter.params import Params, to_dict
from turfcutter.plans.plan import read_plan

COMMAND = [sys.executable, "-c", "from turfcutter.cli.main import main; main()"]
HOME = Path(tempfile.gettempdir()) / "turfcutter-benchmarks"
SMALL, LARGE = 180_000, 1_600_000
ALONE = 40
"""Packets that are made in this process, one by one, to see where the time goes."""


def planned(packets):
    """A plan of as many turfs, cut where it is not there."""
    voters = SMALL if packets <= 2_000 else LARGE
    county, plan = generated(voters), HOME / f"plan-{voters}"
    if not (plan / "plan.json").exists():
        files = {"precincts": "precincts.zip", "voters": "voters.csv", "streets": "streets.osm.pbf"}
        words = [word for name, file in files.items() for word in (f"--{name}", str(county / file))]
        words += ["--within", "none", "--workspace", str(HOME / "workspace")]
        measured([*COMMAND, "cut", *words, "--out", str(plan)], HOME / f"plan-{voters}.log")
    return plan


def whole(plan, turf_ids):
    """Print some turfs as a user does: seconds, CPU seconds, peak memory, bytes of packets."""
    out = HOME / "packets"
    shutil.rmtree(out, ignore_errors=True)
    words = [*COMMAND, "packets", str(plan), "--out", str(out), "--workers", "2", "--quiet"]
    words += ["--serial", "1000000", "--issued", "now"]
    words += [word for turf_id in turf_ids for word in ("--turf", turf_id)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = measured(words, HOME / "packets.log")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = sum(path.stat().st_size for path in (out / "packets").iterdir())
    shutil.rmtree(out)
    return cost.seconds, cpu_s, cost.peak_mb, size


def alone(plan):
    """Make some packets here, one by one: CPU seconds to draw and to set, kilobytes."""
    read, issue, rows = read_plan(plan), Issue(to_dict(Params())["packet"]), []
    turf_ids = read.turfs["turf_id"].tolist()[: ALONE + 1]
    for turf in slice_plan(Rows(read).part(turf_ids), turf_ids):
        began = time.process_time()
        made = packet_contents(turf, Job(turf.turf["turf_id"], 1_000_000), issue)
        drawn = time.process_time()
        pdf = packet_pdf(made)
        done = time.process_time()
        rows.append((len(turf.doors), len(made.lines), drawn - began, done - drawn, len(pdf)))
    # the first one reads the typefaces
    doors, lines, drawing, setting, size = (mean(column) for column in zip(*rows[1:], strict=True))
    told = f"{len(rows) - 1} alone: {doors:.0f} doors and {lines:.0f} lines, {size / 1000:.0f} kB"
    biggest = max(row[4] for row in rows) / 1000
    return f"{told}, {biggest:.0f} kB the largest; {drawing:.3f} s to draw, {setting:.3f} s to set"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=10_000)
    parser.add_argument("--plan", type=Path)
    given = parser.parse_args()
    HOME.mkdir(exist_ok=True)
    plan = given.plan or planned(given.packets)
    print(alone(plan))  # noqa: T201
    turf_ids = read_plan(plan).turfs["turf_id"].tolist()[: given.packets]
    print("| packets | seconds | a second | CPU s a packet | kB a packet | peak MB |")  # noqa: T201
    for count in (len(turf_ids) // 10, len(turf_ids)):
        seconds, cpu_s, peak_mb, size = whole(plan, turf_ids[:count])
        cells = [f"{count:,}", f"{seconds:.0f}", f"{count / seconds:.1f}", f"{cpu_s / count:.3f}"]
        cells += [f"{size / count / 1000:.0f}", f"{peak_mb:.0f}"]
        print(f"| {' | '.join(cells)} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
