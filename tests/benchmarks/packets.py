"""
What printing costs: CPU seconds, kilobytes and memory for each packet of a plan.

    .venv/bin/python tests/benchmarks/packets.py PLAN [--most 100]
"""

import argparse
import os
import resource
import time
from pathlib import Path
from statistics import mean

from turfcutter.packets.contents import packet_contents
from turfcutter.packets.issues import Issue, Job
from turfcutter.packets.slices import slice_plan
from turfcutter.packets.typesetting import typeset
from turfcutter.params import Params, to_dict
from turfcutter.plans.plan import read_plan

# as the command does: a process uses one core
os.environ.setdefault("RAYON_NUM_THREADS", "1")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--most", type=int, default=100)
    given = parser.parse_args()
    plan = read_plan(given.plan)
    issue = Issue(to_dict(Params())["packet"])
    rows = []
    for turf in slice_plan(plan, plan.turfs["turf_id"].tolist()[: given.most + 1]):
        began = time.process_time()
        made = packet_contents(turf, Job(turf.turf["turf_id"], 1_000_000), issue)
        drawn = time.process_time()
        pdf = typeset("packet", made.data)
        done = time.process_time()
        rows.append(
            (len(made.doors), len(made.lines), drawn - began, done - drawn, len(pdf) / 1000)
        )
    # the first one reads the typefaces
    doors, lines, drawing, setting, size = (mean(column) for column in zip(*rows[1:], strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201
        f"{len(rows) - 1} packets of {doors:.0f} doors and {lines:.0f} lines on average",
        f"{drawing + setting:.3f} s each: {drawing:.3f} s to draw, {setting:.3f} s to set",
        f"{size:.0f} kB each, {max(row[4] for row in rows):.0f} kB the largest",
        f"{memory:.0f} MB",
        sep="\n",
    )


if __name__ == "__main__":
    main()
