"""Turfs: every region of a job cut, and the result numbered as one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from turfcutter.arrays import Longs
from turfcutter.cutting import Cut, Goal, Site, cut_region, goal_for, patience_of
from turfcutter.cutting.regions import find_regions, numbered, ranked
from turfcutter.cutting.softlines import keep_lines
from turfcutter.doors.buildings import CLASSES, Words, by_floor, own_sites
from turfcutter.doors.placing import Stops
from turfcutter.model import Progress
from turfcutter.params import CutParams
from turfcutter.streets.distances import Reach
from turfcutter.streets.footing import Footing, alone
from turfcutter.walks.effort import DRIVE, DRIVE_MPS, at_door

KINDS: Final = ("walk", "apartments", "dorm", "mobile_home", DRIVE)
"""Kinds of turf: doors along streets, buildings of one class, doors one drives to."""

HOP_MS: Final = 30_000
"""Walking a door takes in town, until the walks are known."""
OPEN_SHARE: Final = 0.8
"""A walk that ends anywhere against the closed one: 0.77 in suburbs, 0.86 in dense streets."""

_MS: Final = 60_000
"""Loads of minutes are counted in milliseconds."""
_MARGIN: Final = 0.01
"""Share of the target that turfs by minutes keep from the edges of the band."""
_OPEN_MARGIN: Final = 0.04
"""The same for walks that end anywhere."""


@dataclass(frozen=True)
class RegionJob:
    """
    A region to cut: what `turfcutter.cutting.cut_region` is given, but for threads.

    All regions share one `reach`; each is cut `alone`.
    """

    site: Site
    reach: Reach
    goal: Goal
    seed: int
    name: str
    patience: int

    def alone(self) -> "RegionJob":
        """The job with the terminals of its region only, see `turfcutter.streets.footing`."""
        ends, reach = alone(self.site.ends, self.reach)
        return replace(self, site=replace(self.site, ends=ends), reach=reach)


Cutter = Callable[[Sequence[RegionJob]], Iterable[Cut]]
"""Cuts regions, each by itself; the cuts come in the order of the jobs."""


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
    kind
        Of each region, one of `KINDS`.
    """

    stop: Longs
    first: Longs
    doors: Longs
    turf: Longs
    place: Longs
    region: Longs
    zone: Longs
    kind: Words


def cut_turfs(
    stops: Stops, footing: Footing, cut: CutParams, *, cutter: Cutter, progress: Progress
) -> Turfs:
    """Cut each region of a job; what cuts them does not change the result."""
    doors = stops.doors.assign(load=_loads(stops, cut))
    opens = np.flatnonzero(np.r_[True, np.diff(doors["stop"]) != 0])
    table = doors.iloc[opens][["zone", "soft", "site", "building", "door_id", "drive"]]
    table = table.reset_index(drop=True).assign(
        doors=np.bincount(doors["stop"]),
        load=np.add.reduceat(doors["load"].to_numpy(), opens),
        first=opens,
    )
    region, kind = _regions(table, footing, cut)
    members = [np.flatnonzero(region == number) for number in range(int(region.max()) + 1)]
    names = _names(region, table["door_id"].to_numpy(str))
    kinds = kind[[rows[0] for rows in members]]
    patience = patience_of(len(table))

    def one(number: int) -> Cut | RegionJob:
        rows = members[number]
        goal = _drive_goal(cut) if kinds[number] == DRIVE else goal_of(cut)
        inside = np.concatenate(
            [np.arange(at, at + n) for at, n in table.loc[rows, ["first", "doors"]].to_numpy()]
        )
        load = doors["load"].to_numpy()[inside]
        if len(rows) == 1 and kinds[number] in CLASSES:
            return _building(doors["level"].to_numpy(np.int64)[inside], load, goal)
        count, soft = (table[name].to_numpy(np.int64)[rows] for name in ("doors", "soft"))
        here = footing.take(rows)
        site = Site(here.ends, here.xy, here.block, count, load, soft)
        wished = goal_for(int(count.sum()), goal) if cut.by == "doors" else goal
        return RegionJob(site, footing.reach, wished, cut.seed, names[number], patience)

    wanted = [one(number) for number in range(len(members))]
    found = iter(cutter([item for item in wanted if isinstance(item, RegionJob)]))
    cuts: list[Cut] = []
    for item in wanted:
        cuts.append(next(found) if isinstance(item, RegionJob) else item)
        progress("cutting", f"{len(cuts):,} of {len(members):,} regions")
    zone = np.array([table["zone"][rows[0]] for rows in members])
    return _joined(cuts, members, zone, kinds)


def in_threads(workers: int) -> Cutter:
    """A cutter that cuts several regions at a time, in threads of this process."""

    def one(job: RegionJob) -> Cut:
        own = job.alone()
        return cut_region(own.site, own.reach, job.goal, job.seed, job.name, job.patience, workers)

    def cutter(jobs: Sequence[RegionJob]) -> Iterator[Cut]:
        with ThreadPoolExecutor(max(workers, 1)) as pool:
            yield from pool.map(one, jobs)

    return cutter


def _regions(table: pd.DataFrame, footing: Footing, cut: CutParams) -> tuple[Longs, Words]:
    """Region and kind of each stop: walks, and beside them large buildings and drives."""
    zone, doors = (table[name].to_numpy(np.int64) for name in ("zone", "doors"))
    drive = table["drive"].to_numpy(bool)
    goal = goal_of(cut)
    least = {"apartments": cut.apartments, "dorm": cut.dorms, "mobile_home": cut.mobile_homes}
    own = own_sites(table, footing, least, (goal.low, goal.high))
    own = np.where(drive, -1, own)
    kind = np.where(drive, DRIVE, np.where(own >= 0, table["building"], "walk")).astype(object)
    order = np.array([KINDS.index(name) for name in kind.tolist()])
    part = np.where(drive, footing.component, own)
    walk = np.flatnonzero(kind == "walk")
    if len(walk):
        near = footing.take(walk)
        found = find_regions(zone[walk], doors[walk], near, _least_doors(cut))
        soft, load = (table[name].to_numpy(np.int64)[walk] for name in ("soft", "load"))
        load = load + (0 if cut.by == "doors" else HOP_MS * doors[walk])
        part[walk] = keep_lines(found, soft, load, near, partial(_fits, goal))
    return ranked(numbered(order, zone, part), doors, zone, order), kind


def _fits(goal: Goal, load: int) -> bool:
    """Whether some number of turfs in band holds a load."""
    return -(-load // goal.high) <= load // goal.low


def _building(level: Longs, load: Longs, goal: Goal) -> Cut:
    """The turfs of one building, by floor and unit; every one of them has to get in."""
    entry = int(load[0] - load.min()) if goal.pace else 0
    first = by_floor(load, level, goal, entry)
    turf = np.arange(len(first))
    size = np.diff(np.r_[first, len(load)])
    return Cut(np.zeros(len(first), np.int64), first, size, turf, np.zeros(len(first), np.int64))


def goal_of(cut: CutParams) -> Goal:
    """The wished band in whole doors, or in milliseconds of work."""
    low, high = cut.band
    if cut.by == "doors":
        return Goal(round(cut.size), int(np.ceil(low - 1e-9)), int(np.floor(high + 1e-9)), 0)
    # The search counts closed walks. What they become after it is shorter by a little, or, open,
    # by more in one turf than in another: the cut keeps off the edges of the band.
    share, margin = (1.0, _MARGIN) if cut.end == "start" else (OPEN_SHARE, _OPEN_MARGIN)
    pace = round(share * 100 / cut.speed_mps)
    margin = min(margin, cut.tolerance / 2) * cut.size
    target, low, high = (round(m * _MS) for m in (cut.size, low + margin, high - margin))
    return Goal(target, low, high, pace)


def _drive_goal(cut: CutParams) -> Goal:
    """The same wish where the way from stop to stop is driven."""
    goal = goal_of(cut)
    return replace(goal, pace=round(goal.pace * cut.speed_mps / DRIVE_MPS))


def _least_doors(cut: CutParams) -> int:
    """Doors below which a turf is too small."""
    low = cut.band[0]
    return int(low if cut.by == "doors" else max(1, low / (at_door(cut)[1] + HOP_MS / _MS)))


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


def _joined(cuts: list[Cut], members: list[Longs], zone: Longs, kind: Words) -> Turfs:
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
    region = np.repeat(np.arange(len(cuts)), turfs)
    return Turfs(stop, first, doors, turf, place, region, zone, kind)
