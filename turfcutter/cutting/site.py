"""What a region asks of the cut, and what the cut answers."""

from dataclasses import dataclass
from typing import Final

from turfcutter.arrays import Floats, Longs
from turfcutter.streets.distances import Ends

SLACK: Final = 0.05
"""Share of the target that whole block sides and buildings are worth where no band can be kept."""


@dataclass(frozen=True)
class Goal:
    """
    What a turf should hold, in whole units of load.

    Parameters
    ----------
    target, low, high
        Wished, least and most load.
    pace
        Load of walking one decimetre; 0 where only doors count.
    """

    target: int
    low: int
    high: int
    pace: int


@dataclass(frozen=True)
class Site:
    """
    The stops of one region, in an order that does not depend on the input's.

    Parameters
    ----------
    ends
        Their ends, see `turfcutter.streets.distances`.
    xy
        Where they meet the street, metres, shape (n_stops, 2).
    block
        Number of the block side of each, shape (n_stops,).
    doors
        Number of doors of each, shape (n_stops,).
    load
        Load of each door, stop by stop, in the order of units, shape (n_doors,).
    soft
        Polygon of each stop of which turfs rather do not cross the lines, shape (n_stops,).
    """

    ends: Ends
    xy: Floats
    block: Longs
    doors: Longs
    load: Longs
    soft: Longs


@dataclass(frozen=True)
class Cut:
    """
    Turfs of one region.

    Parameters
    ----------
    stop, first, doors, turf, place
        Pieces: the stop each belongs to, its first door within the stop, its number of doors, its
        turf and its place in the turf's closed walk. Only a building that had to be divided has
        several pieces.
    """

    stop: Longs
    first: Longs
    doors: Longs
    turf: Longs
    place: Longs


def goal_for(total: int, goal: Goal) -> Goal:
    """
    The band a region of `total` doors can keep.

    The wished band where some number of turfs fits it, else an even share, give or take `SLACK`,
    of the number of turfs that makes the worst deviation from the target smallest.
    """
    least, most = -(-total // goal.high), total // goal.low
    if least <= most:
        return goal
    around = {max(1, total // goal.target), total // goal.target + 1}

    def worst(turfs: int) -> tuple[int, int]:
        low, high = total // turfs, -(-total // turfs)
        return max(abs(low - goal.target), abs(high - goal.target)), turfs

    turfs = min(around, key=worst)
    slack = round(SLACK * goal.target) if turfs > 1 else 0
    low, high = max(1, total // turfs - slack), -(-total // turfs) + slack
    return Goal(goal.target, low, high, goal.pace)
