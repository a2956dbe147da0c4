"""
Starts: where the walk of each turf begins, at a place one can name.

A walk that comes back may begin anywhere on its way: it does where the greatest streets meet. One
that ends anywhere leaves out a stretch of its closed walk: the longest that ends at a named corner.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata.addresses.streetnames import normal_street
from geodata.geocoding.names import reading
from turfcutter.arrays import Floats, Longs
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network

NO_STREET: Final = "at the first door"
NEAR_M: Final = 300.0
"""A corner this near tells where on a street a walk begins that passes none."""
STRAIGHT: Final = 0.87
"""Cosine of the angle by which a road that goes straight on may turn: 30 degrees."""

Words = npt.NDArray[np.object_]


def find_starts(
    moves: pd.DataFrame,
    order: Longs,
    turf: Longs,
    frontage: Frontage,
    network: Network,
    *,
    closed: bool,
) -> pd.DataFrame:
    """
    Where walks begin.

    Parameters
    ----------
    moves
        Moves of the closed walks as in `turfcutter.streets.routes.Hops`, with `turf`, hop by hop.
    order, turf
        Stop that each hop sets out from, and its turf, 0-based and ascending; shape (n_hops,).
    frontage
        Of the stops.
    network
        The streets.
    closed
        Whether walks come back to their start.

    Returns
    -------
    starts
        One row a turf: `row` of its first move, its `hop`, `junction` (bool: a named corner, else
        the stop that the hop sets out from), `words`, `x`, `y` (metres, NaN at a stop).
    """
    junctions = named_junctions(network)
    corners = _passed(moves, junctions, network)
    if closed:
        # Of several passings the last: a walk that is told again from its start keeps it.
        keys = {"major": False, "minor": False, "corner": True, "row": False}
    else:
        keys = {"spared": False, "major": False, "minor": False, "corner": True, "row": False}
    corners = corners.sort_values(["turf", *keys], ascending=[True, *keys.values()])
    corners = corners.drop_duplicates("turf")
    other = np.setdiff1d(turf, corners["turf"])
    doors = _at_doors(moves, other, junctions, order, turf, frontage, network, closed=closed)
    both = pd.concat([corners.assign(junction=True), doors.assign(junction=False)])
    columns = ["turf", "row", "hop", "junction", "words", "x", "y"]
    return both[columns].sort_values("turf").reset_index(drop=True)


def named_junctions(network: Network) -> pd.DataFrame:
    """Junctions where streets of two names meet: `words`, `major`, `minor`, `x`, `y` by node."""
    ends = _named_ends(network)
    keys = ["node", "crossing_dm", "name"]
    ends = ends.sort_values(keys, ascending=[True, False, True])
    ends["pieces"] = ends.groupby(["node", "root"])["name"].transform("size")
    ends = ends.drop_duplicates(["node", "root"])
    major = ends.drop_duplicates("node")
    found = ends.drop(major.index).join(major.set_index("node").add_suffix("_one"), on="node")
    # Where a road changes its name it makes no corner with itself, if another one crosses.
    straight = found["x"] * found["x_one"] + found["y"] * found["y_one"] < -STRAIGHT
    found["ahead"] = straight & (found["pieces"] == 1) & (found["pieces_one"] == 1)
    keys = ["node", "ahead", "crossing_dm", "name"]
    found = found.sort_values(keys, ascending=[True, True, False, True])
    found = found.drop_duplicates("node").set_index("node")
    found["words"] = found["name_one"] + " & " + found["name"]
    found = found.rename(columns={"crossing_dm_one": "major", "crossing_dm": "minor"})
    where = np.empty((int(network.edges[["u", "v"]].to_numpy().max(initial=0)) + 1, 2))
    where[_corner_nodes(network)] = network.corner_xy
    found["x"], found["y"] = where[found.index.to_numpy(np.int64)].T
    return found[["words", "major", "minor", "x", "y"]]


def _named_ends(network: Network) -> pd.DataFrame:
    """
    Both ends of every street with a name.

    Returns
    -------
    ends
        `name`, `root` (North and South Central Avenue are one street: nobody finds the corner of
        the two), `crossing_dm`, `node`, and `x`, `y` of the way out of the node, of length 1.
    """
    edges = network.edges[["name", "crossing_dm"]].assign(name=network.edges["name"].astype(str))
    edges["root"] = edges["name"].map({name: _root(name) for name in edges["name"].unique()})
    sides = []
    for end, here, there in (("u", 0, 1), ("v", -1, -2)):
        way = shapely.get_coordinates(shapely.get_point(network.lines, there))
        way -= shapely.get_coordinates(shapely.get_point(network.lines, here))
        way /= np.maximum(np.hypot(*way.T), 1e-9)[:, None]
        sides.append(edges.assign(node=network.edges[end], x=way[:, 0], y=way[:, 1]))
    both = pd.concat(sides, ignore_index=True)
    return both[both["name"] != ""]


def _root(name: str) -> str:
    """A street's name without its directions."""
    read = reading(normal_street(name))
    return f"{read.core} {read.suffix}"


def _corner_nodes(network: Network) -> Longs:
    """Junction of each corner."""
    node = np.empty(len(network.corner_xy), np.int64)
    for end, name in enumerate(("u", "v")):
        node[network.corners[:, :, end]] = network.edges[name].to_numpy()[:, None]
    return node


def _passed(moves: pd.DataFrame, junctions: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Named corners that walks pass, and what is `spared` of the hop where it begins there."""
    spared = moves.groupby("hop")["dm"].cumsum() - moves["dm"]
    passed = moves[["turf", "hop", "corner"]].assign(spared=spared).rename_axis("row")
    passed = passed[passed["corner"] >= 0]
    node = pd.Series(_corner_nodes(network)[passed["corner"]], passed.index, name="node")
    return passed.join(node).reset_index().merge(junctions, on="node")


def _at_doors(
    moves: pd.DataFrame,
    turfs: Longs,
    junctions: pd.DataFrame,
    order: Longs,
    turf: Longs,
    frontage: Frontage,
    network: Network,
    *,
    closed: bool,
) -> pd.DataFrame:
    """Starts at a stop: the one nearest to a named junction, or the one after the longest hop."""
    some = moves[moves["turf"].isin(turfs)].rename_axis("row").reset_index()
    some = some.drop_duplicates("hop")[["turf", "hop", "row"]]
    stop = order[some["hop"]]
    edge = frontage.edge[stop]
    street = network.edges["name"].astype(str).to_numpy(object)[edge]
    some["words"], gap = street, np.zeros(len(some), np.float64)
    if len(junctions) and len(some):
        points = _points(stop, frontage, network)
        found = cKDTree(junctions[["x", "y"]]).query(points)
        gap, corner = np.asarray(found[0], np.float64), np.asarray(found[1])
        some["words"] = _near(street, gap, junctions["words"].to_numpy(object)[corner])
    some["far"] = np.round(gap, 1) if closed else -_hops_before(moves, turf)[some["hop"]]
    some["words"] = some["words"].replace("", NO_STREET)
    some = some.sort_values(["turf", "far", "hop"]).drop_duplicates("turf")
    # Where on the sidewalk that is, the drawing will tell.
    return some.drop(columns="far").assign(x=np.nan, y=np.nan)


def _near(street: Words, gap: Floats, corner: Words) -> list[str]:
    """Streets with the cross street one comes from: ``Fulton Street near Octavia Street``."""
    words = []
    for name, far, both in zip(street.tolist(), gap.tolist(), corner.tolist(), strict=True):
        others = [other for other in both.split(" & ") if other != name]
        near = f"{name} near {' & '.join(others)}" if name else f"near {both}"
        words.append(near if far <= NEAR_M else name)
    return words


def _points(stop: Longs, frontage: Frontage, network: Network) -> Floats:
    """Where stops meet the middle of their street, metres."""
    line, along = network.lines[frontage.edge[stop]], frontage.along_dm[stop] / 10
    points: Floats = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    return points


def _hops_before(moves: pd.DataFrame, turf: Longs) -> Longs:
    """Decimetres of the hop that leads to the stop each hop sets out from."""
    long = np.bincount(moves["hop"], moves["dm"], len(turf)).astype(np.int64)
    first = np.searchsorted(turf, turf)
    last = np.searchsorted(turf, turf, side="right") - 1
    hop = np.arange(len(turf))
    before: Longs = long[np.where(hop == first, last, hop - 1)]
    return before
