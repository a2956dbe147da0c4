"""
The table: turfcutter and its peers, judged by the referee.

    python tests/benchmarks/run.py                      the places, each with every method
    python tests/benchmarks/run.py --places sf --peers kmeans,metis --labels old.csv
    python tests/benchmarks/run.py --spread 6           irregular counties, invented
    python tests/benchmarks/run.py --everything         all of these, and growth.py

`--labels` takes the cut of any other program: CSV with `door` (row number, from 0) and `turf`,
and `order` where it has an order of its own; then one place only. Seconds are those of the cut
alone, whole seconds those from files to files; memory is that of all processes together.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import growth
import numpy as np
import pandas as pd
import peers
import places
import referee
from cutter import Run, turfcutter_labels
from growth import generated
from processes import measured

METHODS = ("kmeans", "kmeans-constrained", "metis", "turfcutter", "pyvrp")
"""In the order of the table; PyVRP's loops start where ours do."""
VRP_DOORS = 3_000
"""PyVRP needs the distances between all doors: it is left out of places of more."""
PLACES = "davis,davis-thin,sf,sf-thin,sf-units,river,davis-1600,sf-1600"
HEAD = (
    "place|method|turfs|doors per turf|in band|walk m/door|of KMeans|own order of best|misplaced|"
    "split block sides|barrier turfs|doors left out|seconds|whole s|peak MB"
)
SPREAD_VOTERS = 20_000
"""Voters of a county of the spread, on average."""
SPREAD = 6
SPREAD_HEAD = "method|figure|least|median|most"


def peer_labels(place: places.Place, method: str, starts: np.ndarray, folder: Path) -> Run:
    """Labels of one of `peers.METHODS`, run in a process of its own."""
    net = referee.net_of(place)
    pairs, pair_m = referee.door_graph(net)
    everything = np.arange(len(net.xy) if method == "pyvrp" else 0)
    metres = referee.distances(net, everything)
    doors, labels, log = folder / "doors.npz", folder / "labels.npy", folder / "log.txt"
    np.savez(doors, xy=net.xy, pairs=pairs, pair_m=pair_m, metres=metres, starts=starts)
    script = Path(__file__).parent / "peers.py"
    cost = measured([sys.executable, str(script), method, str(doors), str(labels)], log)
    seconds = float(log.read_text().split()[-1])
    return Run(np.load(labels), None, seconds, float("nan"), cost.peak_mb)


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
    return Run(table["turf"].to_numpy(dtype=object), order, *[float("nan")] * 3)


def figures(place: places.Place, run: Run, kmeans: Run) -> dict:
    """
    What the referee says of a run, and `of_kmeans`.

    K-means is walked on the doors that the method kept, so leaving out far ones gains nothing.
    """
    told = referee.judge(place, run.labels, run.order)
    kept = referee.codes(run.labels) >= 0
    turf = referee.codes(np.where(kept, kmeans.labels, -1))
    kmeans_m = referee.walks(referee.net_of(place), turf)[:, 0].sum() / kept.sum()
    return {**told, "of_kmeans": told["walk_m"] / kmeans_m}


def row(place: places.Place, method: str, run: Run, f: dict) -> str:
    """One line of the table."""
    cells = [
        place.name,
        method,
        f"{f['turfs']}",
        f"{f['doors_min']}-{f['doors_max']}",
        f"{f['in_band']:.0%}",
        f"{f['walk_m']:.2f}",
        f"{f['of_kmeans']:.3f}",
        "" if np.isnan(f["own_ratio"]) else f"{f['own_ratio']:.3f}",
        f"{f['misplaced']:.2%}",
        f"{f['split_sides']:.1%}",
        f"{f['barrier_turfs']}",
        f"{f['unassigned']}",
        "" if np.isnan(run.seconds) else f"{run.seconds:.1f}",
        "" if np.isnan(run.whole_s) else f"{run.whole_s:.0f}",
        "" if np.isnan(run.peak_mb) else f"{run.peak_mb:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def judged(place: places.Place, methods: list[str], labels: Path | None) -> dict[str, dict]:
    """
    Print the lines of one place, and return the figures of each method.

    K-means comes first, the others are compared with it.
    """
    kmeans, starts, found = None, np.empty(0, dtype=int), {}
    for method in ["kmeans", *(m for m in METHODS if m in methods and m != "kmeans")]:
        if method == "pyvrp" and len(place.doors) > VRP_DOORS:
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                if method == "turfcutter":
                    run = turfcutter_labels(place, Path(folder))
                else:
                    run = peer_labels(place, method, starts, Path(folder))
        except RuntimeError as fault:  # the rest of the table is still worth having
            say(f"| {place.name} | {method} | failed |")
            print(fault, file=sys.stderr)  # noqa: T201
            continue
        if method in {"kmeans", "turfcutter"}:
            starts = first_doors(run, referee.net_of(place).xy)
        kmeans = kmeans or run
        found[method] = figures(place, run, kmeans)
        say(row(place, method, run, found[method]))
    if labels:
        run = given_labels(labels, len(place.doors))
        say(row(place, labels.stem, run, figures(place, run, kmeans)))
    return found


def spread(counties: int, methods: list[str]) -> None:
    """Print the figures of several irregular counties, and between what they lie."""
    found: dict[str, list[dict]] = {}
    folder = generated(SPREAD_VOTERS * counties, counties)
    for county in sorted(path for path in folder.glob("*") if path.is_dir()):
        for method, told in judged(places.county(str(county)), methods, None).items():
            found.setdefault(method, []).append(told)
    head(SPREAD_HEAD)
    for method, told in found.items():
        for name in (
            "of_kmeans",
            "in_band",
            "misplaced",
            "split_sides",
            "own_ratio",
            "barrier_turfs",
        ):
            low, middle, high = np.quantile([figure[name] for figure in told], [0, 0.5, 1])
            say(f"| {method} | {name} | {low:.3f} | {middle:.3f} | {high:.3f} |")


def head(names: str) -> None:
    """Print the head of a table."""
    say(f"\n| {names.replace('|', ' | ')} |")
    say("|" + "---|" * (names.count("|") + 1))


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """Print the tables that the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument(
        "--places",
        default=PLACES,
        help=f"of {', '.join(places.PLACES)}, or the folder of a generated county",
    )
    parser.add_argument(
        "--peers",
        default=",".join(peers.METHODS),
        help=f"of {', '.join(peers.METHODS)}; k-means-constrained takes minutes, PyVRP 240 s a "
        f"place (of up to {VRP_DOORS} doors)",
    )
    parser.add_argument("--labels", type=Path, help="CSV door,turf[,order] of another cutter")
    parser.add_argument("--no-turfcutter", action="store_true", help="peers only")
    parser.add_argument(
        "--spread", type=int, default=0, help="this many counties instead of places"
    )
    parser.add_argument("--everything", action="store_true", help="places, spread and growth")
    options = parser.parse_args()
    methods = options.peers.split(",") + ([] if options.no_turfcutter else ["turfcutter"])
    head(HEAD)
    if options.everything or not options.spread:
        for name in options.places.split(","):
            judged(places.named(name), methods, options.labels)
    if options.everything or options.spread:
        spread(
            options.spread or SPREAD, [m for m in methods if m in {"kmeans", "metis", "turfcutter"}]
        )
    if options.everything:
        growth.table(long=False)


if __name__ == "__main__":
    main()
