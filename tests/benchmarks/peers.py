"""
Other people's methods as functions from doors to labels.

Each gets the doors in metres (`xy`) and their eight nearest doors on foot (`near`, `far`), and
makes as many turfs as `turfs` says. `python peers.py METHOD DOORS.npz LABELS.npy` runs one in a
process of its own and prints the seconds it took.
"""

import sys
import time

import numpy as np
import pymetis
from k_means_constrained import KMeansConstrained
from scipy.spatial import Delaunay
from sklearn.cluster import KMeans

TARGET = 50
TOLERANCE = 0.1
DETOUR = 1.4  # on foot against straight line, where nobody measured


def turfs(n: int) -> int:
    """How many turfs every method makes of `n` doors."""
    return max(1, round(n / TARGET))


def kmeans(xy: np.ndarray, near: np.ndarray, far: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """scikit-learn's k-means: straight lines, no band."""
    return KMeans(turfs(len(xy)), n_init=1, random_state=0).fit_predict(xy)


def kmeans_constrained(xy: np.ndarray, near: np.ndarray, far: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """K-means with the band as least and greatest size, by minimum-cost flow: minutes."""
    k = turfs(len(xy))
    low, high = round(TARGET * (1 - TOLERANCE)), round(TARGET * (1 + TOLERANCE))
    low, high = min(low, len(xy) // k), max(high, -(-len(xy) // k))
    model = KMeansConstrained(k, size_min=low, size_max=high, n_init=1, random_state=0)
    return model.fit_predict(xy)


def metis(xy: np.ndarray, near: np.ndarray, far: np.ndarray) -> np.ndarray:
    """METIS, recursive bisection of a graph of doors: near on foot, and neighbours in the plane."""
    start = np.repeat(np.arange(len(near)), near.shape[1])[near.ravel() >= 0]
    corners = Delaunay(xy).simplices  # holds the graph together where doors are scattered
    plane = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    gaps = np.hypot(*(xy[plane[:, 0]] - xy[plane[:, 1]]).T)
    pairs = np.r_[np.column_stack([start, near[near >= 0]]), plane]
    metres = np.r_[far[near >= 0], gaps * DETOUR]
    weight = np.rint(10_000 / (metres + 10)).astype(int) + 1
    pairs, first = np.unique(np.sort(pairs, axis=1), axis=0, return_index=True)
    both = np.r_[pairs, pairs[:, ::-1]]
    order = np.lexsort((both[:, 1], both[:, 0]))
    starts = np.r_[0, np.bincount(both[:, 0], minlength=len(xy)).cumsum()]
    graph = pymetis.CSRAdjacency(starts.tolist(), both[order, 1].tolist())
    weights = np.tile(weight[first], 2)[order].tolist()
    options = pymetis.Options(seed=0)
    cut = pymetis.part_graph(
        turfs(len(xy)), graph, eweights=weights, recursive=True, options=options
    )
    return np.array(cut.vertex_part)


METHODS = {"kmeans": kmeans, "kmeans-constrained": kmeans_constrained, "metis": metis}


def main(method: str, doors: str, labels: str) -> None:
    """Run one method on stored doors, store its labels, print its seconds."""
    given = np.load(doors)
    start = time.perf_counter()
    found = METHODS[method](given["xy"], given["near"], given["far"])
    print(time.perf_counter() - start)  # noqa: T201
    np.save(labels, found)


if __name__ == "__main__":
    main(*sys.argv[1:])
