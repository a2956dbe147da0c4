"""Turfs: every region of a job cut, and the result numbered as one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from turfcutter.cutting import Cut, Goal, Site, cut_region, goal_for
from turfcutter.distances import stop_ends, terminal_reach
from turfcutter.effort import at_door
from turfcutter.model import Progress
from turfcutter.network import Longs, Network
from turfcutter.params import CutParams
from turfcutter.placing import Stops
from turfcutter.regions import find_regions

_MS: Final = 60_000
"""Loads of minutes are counted in milliseconds."""
_MARGIN: Final = 0.01
"""Share of the target that turfs by minutes keep from the edges of the band."""


@dataclass(frozen=True)
class Turfs:
    """
    All turfs of a job.

    Parameters
    ----------
    stop, first, doors, turf, place
        Pieces as in `turfcutter.cutting.Cut`, stops and turfs numbered over the whole job; sorted
        by turf and place.
    region
        Region of each turf, ascending.
    zone
        Polygon of each region.
    """

    stop: Longs
    first: Longs
    doors: Longs
    turf: Longs
    place: Longs
    region: Longs
    zone: Longs


def cut_turfs(
    stops: Stops, cut: CutParams, network: Network, *, workers: int, progress: Progress
) -> Turfs:
    """Cut each region of a job; threads do not change the result."""
    stop = stops.doors["stop"].to_numpy()
    opens = np.flatnonzero(np.r_[True, np.diff(stop) != 0])
    count = np.bincount(stop)
    front = stops.frontage
    ends, terminals = stop_ends(front, network)
    reach = terminal_reach(network, terminals, workers)
    line = network.lines[front.edge]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, front.along_dm / 10))
    zone = stops.doors["zone"].to_numpy()[opens]
    soft = stops.doors["soft"].to_numpy()[opens]
    cell = network.edges["cell"].to_numpy()[front.edge].astype(np.int64)
    goal = goal_of(cut)
    region = find_regions(zone, cell, count, xy, ends, reach, _least_doors(cut))
    members = [np.flatnonzero(region == number) for number in range(int(region.max()) + 1)]
    names = _names(region, stops.doors["door_id"].to_numpy(str)[opens])
    load = _loads(stops, cut)

    def one(number: int) -> Cut:
        rows = members[number]
        inside = np.concatenate([np.arange(opens[r], opens[r] + count[r]) for r in rows])
        site = Site(ends.take(rows), xy[rows], count[rows], load[inside], soft[rows])
        wished = goal_for(int(count[rows].sum()), goal) if cut.by == "doors" else goal
        inner = workers if len(members) == 1 else 1
        return cut_region(site, reach, wished, cut.seed, names[number], inner)

    cuts: list[Cut] = []
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for done in pool.map(one, range(len(members))):
            cuts.append(done)
            progress("cutting", f"{len(cuts):,} of {len(members):,} regions")
    return _joined(cuts, members, np.array([zone[rows[0]] for rows in members]))


def goal_of(cut: CutParams) -> Goal:
    """The wished band in whole doors, or in milliseconds of work."""
    low, high = cut.band
    if cut.by == "doors":
        return Goal(round(cut.size), int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9)), 0)
    pace = round(100 / cut.speed_mps)
    # The final order shortens walks a little: the cut keeps off the edges of the band.
    margin = min(_MARGIN, cut.tolerance / 2) * cut.size
    target, low, high = (round(m * _MS) for m in (cut.size, low + margin, high - margin))
    return Goal(target, low, high, pace)


def _least_doors(cut: CutParams) -> int:
    """Doors below which a turf is too small."""
    low = cut.band[0]
    return int(low if cut.by == "doors" else max(1, low / (at_door(cut)[1] + 0.5)))


def _loads(stops: Stops, cut: CutParams) -> Longs:
    """Load of each door."""
    if cut.by == "doors":
        return np.ones(len(stops.doors), np.int64)
    load: Longs = np.rint(stops.doors["minutes"].to_numpy(np.float64) * _MS).astype(np.int64)
    return load


def _names(region: Longs, door_id: npt.NDArray[np.str_]) -> list[str]:
    """What chance in a region is seeded with: its first door, wherever its row was in the file."""
    first = np.unique(region, return_index=True)[1]
    return [str(min(door_id[region == region[at]])) for at in first]


def _joined(cuts: list[Cut], members: list[Longs], zone: Longs) -> Turfs:
    """The cuts of all regions as one table of pieces."""
    turfs = [int(cut.turf.max()) + 1 for cut in cuts]
    before = np.cumsum([0, *turfs[:-1]])
    turf = np.concatenate([cut.turf + start for cut, start in zip(cuts, before, strict=True)])
    stop = np.concatenate([rows[cut.stop] for cut, rows in zip(cuts, members, strict=True)])
    first, doors, place = (
        np.concatenate([getattr(cut, name) for cut in cuts]) for name in ("first", "doors", "place")
    )
    order = np.lexsort((place, turf))
    stop, first, doors, turf, place = (part[order] for part in (stop, first, doors, turf, place))
    return Turfs(stop, first, doors, turf, place, np.repeat(np.arange(len(cuts)), turfs), zone)
