"""
Other people's methods as functions from doors to labels.

Each gets the `Doors` of a place and makes as many turfs as `turfs` says.
`python peers.py METHOD DOORS.npz LABELS.npy` runs one in a process of its own and prints the
seconds it took.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
import pymetis
import pyvrp
from k_means_constrained import KMeansConstrained
from pyvrp.stop import MaxRuntime
from sklearn.cluster import KMeans

TARGET = 50
TOLERANCE = 0.1
VRP_SECONDS = 240


def turfs(n: int) -> int:
    """How many turfs every method makes of `n` doors."""
    return max(1, round(n / TARGET))


@dataclass
class Doors:
    """
    What the methods may know of `n` doors.

    Parameters
    ----------
    xy
        Metres, (n, 2).
    pairs, pair_m
        Neighbouring doors, (m, 2), each pair once, and their distance on foot in metres, (m,).
    metres
        Distances on foot between all doors, (n, n); empty where no method asked for them.
    starts
        Doors at which loops start, one a turf; empty where no method asked for them.
    """

    xy: np.ndarray
    pairs: np.ndarray
    pair_m: np.ndarray
    metres: np.ndarray
    starts: np.ndarray


def kmeans(doors: Doors) -> np.ndarray:
    """scikit-learn's k-means: straight lines, no band."""
    return KMeans(turfs(len(doors.xy)), n_init=1, random_state=0).fit_predict(doors.xy)


def kmeans_constrained(doors: Doors) -> np.ndarray:
    """K-means with the band as least and greatest size, by minimum-cost flow: minutes."""
    n, k = len(doors.xy), turfs(len(doors.xy))
    low, high = round(TARGET * (1 - TOLERANCE)), round(TARGET * (1 + TOLERANCE))
    low, high = min(low, n // k), max(high, -(-n // k))
    model = KMeansConstrained(k, size_min=low, size_max=high, n_init=1, random_state=0)
    return model.fit_predict(doors.xy)


def metis(doors: Doors) -> np.ndarray:
    """METIS, recursive bisection of the graph of neighbouring doors; short edges weigh more."""
    weight = np.rint(10_000 / (doors.pair_m + 10)).astype(int)
    both = np.r_[doors.pairs, doors.pairs[:, ::-1]]
    order = np.lexsort((both[:, 1], both[:, 0]))
    starts = np.r_[0, np.bincount(both[:, 0], minlength=len(doors.xy)).cumsum()]
    graph = pymetis.CSRAdjacency(starts.tolist(), both[order, 1].tolist())
    weights = np.tile(weight, 2)[order].tolist()
    options = pymetis.Options(seed=0)
    cut = pymetis.part_graph(
        turfs(len(doors.xy)), graph, eweights=weights, recursive=True, options=options
    )
    return np.array(cut.vertex_part)


def vrp(doors: Doors) -> np.ndarray:
    """PyVRP: one loop a turf from its given start, as short as `VRP_SECONDS` allow; no floor."""
    n, count = len(doors.xy), len(doors.starts)
    places = [pyvrp.Location(x, y) for x, y in doors.xy]
    clients = [pyvrp.Client(door, delivery=[1]) for door in range(n)]
    depots = [pyvrp.Depot(int(door)) for door in doors.starts]
    most = [round(TARGET * (1 + TOLERANCE))]
    walkers = [pyvrp.VehicleType(1, most, start_depot=t, end_depot=t) for t in range(count)]
    decimetres = np.rint(doors.metres * 10).astype(np.int64)
    nothing = np.zeros_like(decimetres)
    data = pyvrp.ProblemData(places, clients, depots, walkers, [decimetres], [nothing])
    found = pyvrp.solve(data, MaxRuntime(VRP_SECONDS), seed=0, collect_stats=False)
    labels = np.full(n, -1)
    for route in found.best.routes():
        for step in route.schedule():
            if step.is_client():
                labels[step.idx] = route.vehicle_type()
    return labels


METHODS = {
    "kmeans": kmeans,
    "kmeans-constrained": kmeans_constrained,
    "metis": metis,
    "pyvrp": vrp,
}


def main(method: str, stored: str, labels: str) -> None:
    """Run one method on stored doors, store its labels, print its seconds."""
    doors = Doors(**np.load(stored))
    start = time.perf_counter()
    found = METHODS[method](doors)
    print(time.perf_counter() - start)  # noqa: T201
    np.save(labels, found)


if __name__ == "__main__":
    main(*sys.argv[1:])
