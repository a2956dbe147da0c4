"""
Walks: for each turf a walk from a place one can name, leg by leg, and back unless asked otherwise.

The order of the stops is given; here their walk is measured exactly, told where to start, drawn
and put into words: which street, which side, which turn.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from turfcutter.arrays import Flags, Floats, Ints, Longs
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network
from turfcutter.streets.routes import find_hops, sides
from turfcutter.streets.traces import STEP_DM, headings, trace
from turfcutter.walks.starts import find_starts

_STRAIGHT: Final = np.pi / 4
_BACK: Final = np.pi * 5 / 6


@dataclass(frozen=True)
class Walks:
    """
    The walks of all turfs.

    Parameters
    ----------
    turfs
        One row a turf: `turf`, `walk_m`, of which `steps_m` on steps and `bare_m` along streets
        without a sidewalk, `minutes`, `start` (words), `start_x`, `start_y` (metres), `geometry`
        (LineString).
    rank
        1-based number of each stop in its turf's walk, shape (n_stops,).
    legs
        One row a leg: `turf` and the columns of `PLAN_TABLES["legs"]` except `turf_id`.
    """

    turfs: pd.DataFrame
    rank: Ints
    legs: pd.DataFrame


def walk_turfs(
    turf: npt.ArrayLike,
    place: npt.ArrayLike,
    frontage: Frontage,
    parity: npt.ArrayLike,
    network: Network,
    speed_mps: float | Floats,
    *,
    closed: bool = True,
) -> Walks:
    """
    Measure, start and describe the walk of each turf.

    A walk starts at a junction of two named streets that it passes anyway, see
    `turfcutter.walks.starts`; without one, at a stop.

    Parameters
    ----------
    turf, place
        Turf of each stop and its place in the turf's closed walk, shape (n_stops,).
    frontage
        Where the stops meet the street; each has an edge.
    parity
        ``even``, ``odd`` or empty, as each stop's numbers tell, shape (n_stops,).
    network
        The streets.
    speed_mps
        Speed, metres a second, of all turfs or of each.
    closed
        Whether walks come back to their start; else they end at their last stop.

    Raises
    ------
    GeodataError
        INVARIANT where the stops of a turf are not connected on foot.
    """
    names, rank, starts, moves = _begun(turf, place, frontage, network, closed=closed)
    points, sizes = trace(moves, network)
    at = starts[["x", "y"]].to_numpy()
    at = np.where(np.isnan(at), points[_firsts(moves, sizes)], at)
    moves["votes"] = _votes(moves, frontage, np.asarray(parity, object), network)
    legs, leg = _legs(moves, network)
    lines, walks = _lines(points, np.repeat(leg, sizes), legs["turf"].to_numpy(), at, closed=closed)
    legs = legs.assign(turf=names[legs["turf"]], geometry=lines)
    turfs = _lengths(moves, network).assign(turf=names)
    turfs["minutes"] = np.round(_cost_m(moves, network) / (60 * speed_mps), 2)
    turfs["start"] = starts["words"].to_numpy()
    turfs["start_x"], turfs["start_y"] = at.T
    return Walks(turfs.assign(geometry=walks), rank, legs)


def open_metres(
    turf: npt.ArrayLike, place: npt.ArrayLike, frontage: Frontage, network: Network
) -> Floats:
    """Metres of the walk of each turf that ends at its last stop; parameters as of `walk_turfs`."""
    *_, moves = _begun(turf, place, frontage, network, closed=False)
    turfs = len(np.unique(np.asarray(turf)))
    return np.bincount(moves["turf"], moves["dm"], turfs) / 10


def _begun(
    turf: npt.ArrayLike,
    place: npt.ArrayLike,
    frontage: Frontage,
    network: Network,
    *,
    closed: bool,
) -> tuple[Longs, npt.NDArray[np.int32], pd.DataFrame, pd.DataFrame]:
    """Turfs, rank of each stop, starts, and moves from the start on."""
    label = np.asarray(turf, np.int64)
    order = np.lexsort((np.asarray(place, np.int64), label))
    names, first, size = np.unique(label[order], return_index=True, return_counts=True)
    code = np.repeat(np.arange(len(names)), size)
    here = np.arange(len(order)) - first[code]
    goal = order[first[code] + (here + 1) % size[code]]
    hops = find_hops(order, goal, frontage, network)
    moves = hops.moves.assign(turf=code[hops.moves["hop"]])
    starts = find_starts(moves, order, code, frontage, network, closed=closed)
    lead = here[starts["hop"]] + starts["junction"].to_numpy(np.int64)
    rank = np.empty(len(order), np.int32)
    rank[order] = (here - lead[code]) % size[code] + 1
    moves["stop"] = rank[goal][moves["hop"]]
    moves = _rotated(moves, starts, order, frontage, network)
    moves = moves if closed else moves[moves["stop"] > 0].reset_index(drop=True)
    return names, rank, starts, moves


def _lengths(moves: pd.DataFrame, network: Network) -> pd.DataFrame:
    """True metres of each turf: `walk_m`, and of these `steps_m` and `bare_m`."""
    turf, edge, dm = (moves[name].to_numpy(np.int64) for name in ("turf", "edge", "dm"))
    along = ~moves["cross"].to_numpy(bool)
    steps = (network.edges["kind"] == "steps").to_numpy()[edge] & along
    bare = network.edges["bare"].to_numpy()[edge] * along
    share = {"walk_m": np.ones(len(dm)), "steps_m": steps, "bare_m": bare}
    # Whole decimetres: sums must not depend on their order.
    return pd.DataFrame(
        {
            n: np.bincount(turf, np.rint(dm * part)).astype(np.int64) / 10
            for n, part in share.items()
        }
    )


def _cost_m(moves: pd.DataFrame, network: Network) -> Floats:
    """Metres on level ground that each turf's walk takes as long as."""
    edges = network.edges.iloc[moves["edge"].to_numpy()]
    length, cost = (edges[name].to_numpy(np.int64) for name in ("length_dm", "cost_dm"))
    ends = (moves[name].to_numpy() * cost // length for name in ("from_dm", "to_dm"))
    along = np.abs(np.subtract(*ends))
    total = np.bincount(moves["turf"], np.where(moves["cross"], moves["dm"], along))
    return total.astype(np.int64) / 10


def _firsts(moves: pd.DataFrame, sizes: Longs) -> Longs:
    """First point of each turf among the points of all moves."""
    new = ~moves["turf"].duplicated().to_numpy()
    firsts: Longs = (np.cumsum(sizes) - sizes)[new]
    return firsts


def _rotated(
    moves: pd.DataFrame, starts: pd.DataFrame, order: Longs, frontage: Frontage, network: Network
) -> pd.DataFrame:
    """Moves from each turf's start on; those after its last stop lead to stop 0."""
    row = starts["row"].to_numpy()[moves["turf"]]
    early = np.arange(len(moves)) < row
    same = moves["hop"].to_numpy() == starts["hop"].to_numpy()[moves["turf"]]
    junction = starts["junction"].to_numpy()[moves["turf"]]
    home = np.where(junction, early & same, moves["stop"] == 1)
    moves = moves.assign(stop=np.where(home, 0, moves["stop"]), early=early.astype(np.int64))
    doors = starts[~starts["junction"]]
    stop = order[doors["hop"]]
    along = frontage.along_dm[stop].astype(np.int64)
    setting_out = pd.DataFrame(
        {"turf": doors["turf"], "hop": doors["hop"], "corner": -1, "edge": frontage.edge[stop]}
    ).assign(side=sides(frontage, network)[stop], from_dm=along, to_dm=along)
    setting_out = setting_out.assign(dm=0, cross=False, stop=1, early=-1)
    moves = pd.concat([setting_out, moves], ignore_index=True) if len(doors) else moves
    moves = moves.sort_values(["turf", "early"], kind="stable").reset_index(drop=True)
    # What takes no step is left out, unless nothing else leads to that stop.
    moves["idle"] = moves["dm"] == 0
    moves["any"] = moves.groupby(["turf", "stop"])["dm"].transform("max") > 0
    spare = moves["idle"] & (moves["any"] | moves.duplicated(["turf", "stop"]))
    return moves[~spare].reset_index(drop=True)


def _votes(
    moves: pd.DataFrame, frontage: Frontage, parity: npt.NDArray[Any], network: Network
) -> Longs:
    """How many more stops with even than with odd numbers stand on each move's face."""
    value = (parity == "even").astype(np.int64) - (parity == "odd")
    face = 2 * frontage.edge.astype(np.int64) + sides(frontage, network)
    votes = np.bincount(face, value, 2 * len(network.edges)).astype(np.int64)
    mine: Longs = votes[2 * moves["edge"].to_numpy() + moves["side"].to_numpy()]
    return mine


def _legs(moves: pd.DataFrame, network: Network) -> tuple[pd.DataFrame, Longs]:
    """Legs without geometry, `turf` as a position, and the leg of each move."""
    street = network.edges["name"].to_numpy(object)[moves["edge"]]
    sided = network.edges["crossing_dm"].to_numpy()[moves["edge"]] > 0
    backward = (moves["to_dm"] < moves["from_dm"]).to_numpy()
    hand = np.where(sided & ~moves["cross"], moves["side"].to_numpy() ^ backward, 0)
    angle = _angles(moves, network)
    same = np.r_[False, street[1:] == street[:-1]]
    for column in (moves["turf"], moves["stop"], moves["cross"], hand):
        values = np.asarray(column)
        same[1:] &= values[1:] == values[:-1]
    # A street may wind and keep its name; what has none ends where it turns.
    same &= np.abs(angle) < np.where(street == "", _STRAIGHT, _BACK)
    same |= _slanting(moves)
    leg = np.cumsum(~same) - 1
    heads = ~same
    legs = moves.loc[heads, ["turf", "stop", "cross"]].reset_index(drop=True)
    legs["leg"] = legs.groupby("turf").cumcount() + 1
    legs["street"] = street[heads]
    votes = np.sign(np.bincount(leg, moves["votes"], len(legs))).astype(np.int64)
    legs["side"] = np.array(["", "even", "odd"], object)[np.where(legs["cross"], 0, votes)]
    legs["turn"] = _turns(angle[heads], legs)
    legs["walk_m"] = np.bincount(leg, moves["dm"], len(legs)).astype(np.int64) / 10
    return legs[["turf", "leg", "stop", "street", "side", "turn", "walk_m"]], leg


def _slanting(moves: pd.DataFrame) -> Flags:
    """Steps along a street just crossed, on the way to the same stop: it was crossed aslant."""
    cross = moves["cross"].to_numpy(bool)
    step: Flags = ~cross & (moves["dm"].to_numpy() < STEP_DM) & np.r_[False, cross[:-1]]
    for column in ("turf", "stop", "edge"):
        values = moves[column].to_numpy()
        step[1:] &= values[1:] == values[:-1]
    return step


def _angles(moves: pd.DataFrame, network: Network) -> Floats:
    """Turn each move begins with, radians, left positive; 0 where a walk starts."""
    out, arrive = headings(moves, network)
    before = pd.Series(arrive).groupby(moves["turf"].to_numpy()).ffill().groupby(moves["turf"])
    angle = out - before.shift().to_numpy()
    return np.nan_to_num((angle + np.pi) % (2 * np.pi) - np.pi)


def _turns(angle: Floats, legs: pd.DataFrame) -> npt.NDArray[Any]:
    """Word for the turn each leg begins with."""
    sharp = np.abs(angle)
    return np.select(
        [legs["cross"], legs["leg"] == 1, sharp < _STRAIGHT, sharp >= _BACK, angle > 0],
        ["cross", "start", "straight", "back", "left"],
        "right",
    ).astype(object)


def _lines(
    points: Floats, leg: Longs, turf: Longs, at: Floats, *, closed: bool
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Lines of the legs, each from where the one before ended, and of the walks."""
    ends = np.flatnonzero(np.r_[np.diff(turf[leg]) != 0, True])
    begins = np.r_[0, ends[:-1] + 1]
    # Where a turf ends the next begins: what closes the one goes before what opens the other.
    ends = ends if closed else ends[:0]
    spots = np.concatenate([ends + 1, begins])
    points = np.insert(points, spots, np.concatenate([at[: len(ends)], at]), axis=0)
    leg = np.insert(leg, spots, np.concatenate([leg[ends], leg[begins]]))
    walks = _distinct_lines(points, turf[leg])
    heads = np.flatnonzero(np.r_[False, (leg[1:] != leg[:-1]) & (np.diff(turf[leg]) == 0)])
    points = np.insert(points, heads, points[heads - 1], axis=0)
    leg = np.insert(leg, heads, leg[heads])
    return _distinct_lines(points, leg), walks


def _distinct_lines(points: Floats, index: Longs) -> npt.NDArray[Any]:
    """Lines through the points of equal index, without repeats; one spot alone is given twice."""
    new = np.r_[True, index[1:] != index[:-1]]
    keep = new | np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
    alone = np.bincount(index, keep)[index] == 1
    keep |= alone & np.r_[new[1:], True]
    lines: npt.NDArray[Any] = shapely.linestrings(points[keep], indices=index[keep])
    return lines
