"""
The table: turfcutter and its peers, judged by the referee.

    python tests/benchmarks/run.py
    python tests/benchmarks/run.py --places davis,sf --peers kmeans,metis --labels old.csv

`--labels` takes the cut of any other program: CSV with `door` (row number, from 0) and `turf`,
and `order` where it has an order of its own; then one place only.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import peers
import places
import referee
from cutter import Run, measured, turfcutter_labels

METHODS = ("kmeans", "kmeans-constrained", "metis", "turfcutter", "pyvrp")
"""In the order of the table; PyVRP's loops start where ours do."""
HEAD = (
    "place|method|turfs|doors per turf|in band|walk m/door|of KMeans|own order of best|misplaced|"
    "split block sides|barrier turfs|doors left out|seconds|peak MB"
)


def peer_labels(place: places.Place, method: str, starts: np.ndarray, folder: Path) -> Run:
    """Labels of one of `peers.METHODS`, run in a process of its own."""
    net = referee.net_of(place)
    pairs, pair_m = referee.door_graph(net)
    everything = np.arange(len(net.xy) if method == "pyvrp" else 0)
    metres = referee.distances(net, everything)
    doors, labels, log = folder / "doors.npz", folder / "labels.npy", folder / "log.txt"
    np.savez(doors, xy=net.xy, pairs=pairs, pair_m=pair_m, metres=metres, starts=starts)
    script = Path(__file__).parent / "peers.py"
    _, peak_mb = measured([sys.executable, str(script), method, str(doors), str(labels)], log)
    return Run(np.load(labels), None, float(log.read_text().split()[-1]), peak_mb)


def first_doors(run: Run, xy: np.ndarray) -> np.ndarray:
    """Where the walk of each turf starts: its first door, or its middle one without an order."""
    starts = []
    for turf in sorted(set(run.labels.tolist()) - {""}):
        doors = np.flatnonzero(run.labels == turf)
        middle = np.hypot(*(xy[doors] - xy[doors].mean(axis=0)).T)
        starts.append(doors[np.argmin(middle if run.order is None else run.order[doors])])
    return np.array(starts)


def given_labels(path: Path, count: int) -> Run:
    """Labels from a CSV file."""
    table = pd.read_csv(path, dtype={"turf": str}).set_index("door").reindex(range(count))
    order = table["order"].to_numpy() if "order" in table else None
    return Run(table["turf"].to_numpy(dtype=object), order, float("nan"), float("nan"))


def row(place: places.Place, method: str, run: Run, kmeans: Run) -> str:
    """
    One line of the table.

    K-means is walked on the doors that the method kept, so leaving out far ones gains nothing.
    """
    f = referee.judge(place, run.labels, run.order)
    kept = referee.codes(run.labels) >= 0
    turf = referee.codes(np.where(kept, kmeans.labels, -1))
    kmeans_m = referee.walks(referee.net_of(place), turf)[:, 0].sum() / kept.sum()
    cells = [
        place.name,
        method,
        f"{f['turfs']}",
        f"{f['doors_min']}-{f['doors_max']}",
        f"{f['in_band']:.0%}",
        f"{f['walk_m']:.2f}",
        f"{f['walk_m'] / kmeans_m:.3f}",
        "" if np.isnan(f["own_ratio"]) else f"{f['own_ratio']:.3f}",
        f"{f['misplaced']:.2%}",
        f"{f['split_sides']:.1%}",
        f"{f['barrier_turfs']}",
        f"{f['unassigned']}",
        "" if np.isnan(run.seconds) else f"{run.seconds:.1f}",
        "" if np.isnan(run.peak_mb) else f"{run.peak_mb:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def table(place: places.Place, methods: list[str], labels: Path | None) -> None:
    """Print the lines of one place; k-means comes first, the others are compared with it."""
    kmeans, starts = None, np.empty(0, dtype=int)
    for method in ["kmeans", *(m for m in METHODS if m in methods and m != "kmeans")]:
        try:
            with tempfile.TemporaryDirectory() as folder:
                if method == "turfcutter":
                    run = turfcutter_labels(place, Path(folder))
                else:
                    run = peer_labels(place, method, starts, Path(folder))
        except RuntimeError as fault:  # the rest of the table is still worth having
            print(f"| {place.name} | {method} | failed |", flush=True)  # noqa: T201
            print(fault, file=sys.stderr)  # noqa: T201
            continue
        if method in {"kmeans", "turfcutter"}:
            starts = first_doors(run, referee.net_of(place).xy)
        kmeans = kmeans or run
        print(row(place, method, run, kmeans), flush=True)  # noqa: T201
    if labels:
        run = given_labels(labels, len(place.doors))
        print(row(place, labels.stem, run, kmeans), flush=True)  # noqa: T201


def main() -> None:
    """Print the table that the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument(
        "--places",
        default="davis,sf",
        help=f"of {', '.join(places.PLACES)}, or the folder of a generated county",
    )
    parser.add_argument(
        "--peers", default="kmeans,metis", help=f"of {', '.join(peers.METHODS)}; PyVRP takes 240 s"
    )
    parser.add_argument("--labels", type=Path, help="CSV door,turf[,order] of another cutter")
    parser.add_argument("--no-turfcutter", action="store_true", help="peers only")
    options = parser.parse_args()
    methods = options.peers.split(",") + ([] if options.no_turfcutter else ["turfcutter"])
    print("|", HEAD.replace("|", " | "), "|")  # noqa: T201
    print("|" + "---|" * (HEAD.count("|") + 1), flush=True)  # noqa: T201
    for name in options.places.split(","):
        table(places.named(name), methods, options.labels)


if __name__ == "__main__":
    main()
