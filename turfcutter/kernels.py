"""
Compiling ahead: on its very first run the inner loops are compiled by other processes, on cores
that reading files leaves idle. Later runs find them compiled, and a mark that says so.
"""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numba
import numpy as np
import pandas as pd

from geodata.schema import Streets
from turfcutter import cutting, streets
from turfcutter.arrays import Ints
from turfcutter.compiled import kept_in
from turfcutter.cutting import Cut, Goal, Site, split
from turfcutter.cutting.chance import seeded
from turfcutter.cutting.rounds import improve
from turfcutter.cutting.tour import giant_tour, short_tour, tour_length
from turfcutter.streets.distances import nearest_stops, stop_ends, terminal_reach
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network, build_network
from turfcutter.walks.walking import walk_turfs

_SIDE = 6
_BLOCK_M = 80.0


@contextmanager
def compiling_ahead() -> Iterator[Callable[[], None]]:
    """Compile in the background; yields a function that waits until that is done."""
    processes = [
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            # -P: not what lies in the current folder, such as a checkout, but what runs here
            [sys.executable, "-P", "-m", "turfcutter.kernels", part],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for part in PARTS
        if not _mark(part).exists()
    ]

    def wait() -> None:
        for process in processes:
            process.wait()

    try:
        yield wait
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _mark(part: str) -> Path:
    """A file beside the compiled loops that is there once a part of them was compiled as it is."""
    made = [numba.__version__, np.__version__, sys.version]
    for package in (cutting, streets):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            made += [path.name, str(path.stat().st_mtime_ns), str(path.stat().st_size)]
    digest = hashlib.sha256("\0".join(made).encode()).hexdigest()[:16]
    return kept_in(tour_length) / f"{part}-{digest}.compiled"


def _compile(part: str) -> None:
    """Compile a part, then mark it as compiled and earlier marks no more."""
    PARTS[part]()
    mark = _mark(part)
    for old in mark.parent.glob(f"{part}-*.compiled"):
        old.unlink(missing_ok=True)
    mark.touch()


def _toy() -> tuple[Network, Frontage, Site, Ints]:
    """A grid of streets with three doors on each side of each block."""
    at = np.arange(_SIDE * _SIDE)
    nodes = pd.DataFrame({"node": at, "x": at % _SIDE * _BLOCK_M, "y": at // _SIDE * _BLOCK_M})
    nodes = nodes.assign(crossing=False, barrier=False)
    right, up = at[at % _SIDE < _SIDE - 1], at[at < _SIDE * (_SIDE - 1)]
    pairs = {"u": np.r_[right, up], "v": np.r_[right + 1, up + _SIDE]}
    ways = pd.DataFrame({"way": [1], "kind": ["residential"], "name": ["Toy Street"]})
    ways = ways.assign(footway="", service="", sidewalk="", incline="", bridge=False, tunnel=False)
    none = gpd.GeoDataFrame({"kind": []}, geometry=[])
    network = build_network(
        Streets(nodes, pd.DataFrame(pairs).assign(way=0), ways, none, none, none)
    )
    count = len(network.edges)
    edge = np.repeat(np.arange(count, dtype=np.int32), 6)
    along = np.tile(np.array([200, 400, 600], np.int32), 2 * count)
    side = np.tile(np.repeat(np.array([0, 1], np.int32), 3), count)
    front = Frontage(edge, side, along, np.zeros(len(edge)))
    ends, terminals = stop_ends(front, network)
    xy = network.corner_xy[network.corners[edge, side, 0]]
    ones = np.ones(len(edge), np.int64)
    site = Site(
        ends, xy, 2 * edge.astype(np.int64) + side, ones, ones, np.zeros(len(edge), np.int64)
    )
    return network, front, site, terminals


def _compile_tours() -> None:
    """Tours, splits and walks; the two parts share as little as can be."""
    network, front, site, _ = _toy()
    count = len(site.doors)
    row = np.arange(count)
    table = (100 * np.abs(row[:, None] - row)).astype(np.int32)
    near = np.argsort(table, axis=1, kind="stable")[:, 1:25].astype(np.int32)
    far = np.take_along_axis(table, near, axis=1)
    split(giant_tour(near, far, site.xy), near, far, site, Goal(50, 45, 55, 0))
    tour_length(short_tour(table, 1, seeded(0)), table)
    walk_turfs(0 * row, row, front, [""] * count, network, 1.25)


def _compile_search() -> None:
    """Distances and the search."""
    network, _, site, terminals = _toy()
    reach = terminal_reach(network, terminals, 1)
    count = len(site.doors)
    piece = np.arange(count)
    cut = Cut(piece, 0 * piece, site.doors, piece * 4 // count, piece)
    near = nearest_stops(site.ends, reach, 24)
    improve(cut, site, reach, near, Goal(count // 4, 1, count, 0), (0, "toy"), 1, 1)


PARTS = {"tours": _compile_tours, "search": _compile_search}

if __name__ == "__main__":
    _compile(sys.argv[1])
