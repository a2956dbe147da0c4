"""
Proof that a plan is whole: every row, voter and door is accounted for, and all tables agree.

It is run on every plan before anything is written; a fault found here is the program's own.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.crs import project
from geodata.errors import GeodataError
from geodata.schema import NOT_CHOSEN, REASONS
from turfcutter.model import Plan
from turfcutter.streets.barriers import CROSSING_M, barred, way_off, ways_across
from turfcutter.walks.effort import DRIVE

ROWS: Final = (
    "unreadable",
    "repeated",
    "conflicting",
    "suppressed",
    "status",
    "outside",
    "voted",
    "exceptions",
    "uncut",
    "in_turfs",
)
"""Counts of a plan that add up to ``rows``, the rows read."""

DROPPED: Final = "dropped"
"""Count of voters at doors that a relaunch dropped; plans that dropped none do not have it."""

SUM_M: Final = 0.01
"""How much the legs of a walk may differ from its length."""
CLOSED_M: Final = 0.01
"""How far apart the ends of a closed walk may lie."""
STOP_M: Final = 10.0
"""How far from its stop on the middle of the street a leg may end: walks keep to the sidewalk."""
OUTLINE_M: Final = 2.0
"""How far outside its turf's outline a door may lie."""

Faults = Iterator[str]
"""What is wrong, the first offender named by its turf or door, never by a voter's id or name."""


def check_plan(plan: Plan) -> None:
    """
    Stop where a plan breaks one of its `INVARIANTS`.

    Parameters
    ----------
    plan
        The plan, with the columns of `PLAN_TABLES`.

    Raises
    ------
    GeodataError
        INVARIANT: the sentence names the first invariant that is broken, and by which turf or
        door.
    """
    for invariant, faults in INVARIANTS.items():
        for fault in faults(plan):
            message = (
                f"The plan breaks the rule that {invariant}: {fault}; this is a fault of"
                " turfcutter, so please report it."
            )
            raise GeodataError("INVARIANT", message)


def in_no_turf(reason: pd.Series) -> dict[str, int]:
    """Counts of eligible voters in no turf by their reasons: exceptions, and those left uncut."""
    uncut = int((reason == NOT_CHOSEN).sum())
    return {"exceptions": len(reason) - uncut, "uncut": uncut}


def _rows(plan: Plan) -> Faults:
    counts: dict[str, Any] = plan.about.get("counts", {})
    absent = [name for name in ("rows", *ROWS) if name not in counts]
    if absent:
        yield f"the plan does not count {', '.join(absent)}"
        return
    parts = sum(counts[name] for name in ROWS) + counts.get(DROPPED, 0)
    if parts != counts["rows"]:
        yield f"{counts['rows']} rows were read, {parts} are accounted for"
    held = {"in_turfs": len(plan.voters)} | in_no_turf(plan.exceptions["reason"])
    for name, rows in held.items():
        if counts[name] != rows:
            yield f"{name} is counted as {counts[name]}, its table has {rows} rows"


def _voters(plan: Plan) -> Faults:
    voters, exceptions = plan.voters, plan.exceptions
    ids = pd.concat([voters["voter_id"], exceptions["voter_id"]], ignore_index=True)
    twice = ids.duplicated(keep=False).to_numpy()
    yield from _first(twice[: len(voters)], voters["door_id"], "a voter of door {} is in it twice")
    if twice.any():
        yield "an exception is in it twice"
    unknown = ~exceptions["reason"].isin(list(REASONS))
    yield from _first(unknown, exceptions["reason"], "an exception has the unknown reason {!r}")


def _doors(plan: Plan) -> Faults:
    turfs, doors, voters = plan.turfs["turf_id"], plan.doors, plan.voters
    ids = doors["door_id"]
    yield from _first(turfs.duplicated(), turfs, "turf {} is in it twice")
    yield from _first(ids.duplicated(), ids, "door {} is in it twice")
    yield from _first(_unknown(doors["turf_id"], turfs), ids, "door {} is in no known turf")
    yield from _first(_unknown(turfs, doors["turf_id"]), turfs, "turf {} has no doors")
    homes = voters["door_id"]
    place = pd.Index(ids).get_indexer(homes)
    yield from _first(place < 0, homes, "a voter's door {} is not in it")
    elsewhere = doors["turf_id"].to_numpy()[place] != voters["turf_id"].to_numpy()
    yield from _first(elsewhere, homes, "a voter of door {} is in another turf than the door")


def _order(plan: Plan) -> Faults:
    doors, homes = plan.doors, plan.voters["door_id"]
    turf, stop = doors["turf_id"], doors["stop"]
    starts = (turf != turf.shift()).to_numpy()
    begun = turf[starts]
    yield from _first(begun.duplicated(), begun, "the doors of turf {} do not follow each other")
    number = doors.groupby("turf_id", sort=False).cumcount() + 1
    yield from _first(doors["order"] != number, doors["door_id"], "door {} has the wrong number")
    step = np.where(starts, stop == 1, stop.diff().isin([0, 1]))
    yield from _first(~step, doors["door_id"], "the stop of door {} does not follow the one before")
    back = np.diff(pd.Index(doors["door_id"]).get_indexer(homes), prepend=0) < 0
    yield from _first(back, homes, "the voters of door {} come too late")


def _totals(plan: Plan) -> Faults:
    turfs, doors = plan.turfs, plan.doors
    per_turf = doors.groupby("turf_id", sort=False)
    found = {
        "doors": per_turf.size(),
        "stops": per_turf["stop"].nunique(),
        "voters": plan.voters.groupby("turf_id", sort=False).size(),
    }
    for name, sizes in found.items():
        wrong = turfs[name].to_numpy() != turfs["turf_id"].map(sizes).fillna(0).to_numpy()
        yield from _first(wrong, turfs["turf_id"], f"turf {{}} has another number of {name}")
    at_door = doors["door_id"].map(plan.voters.groupby("door_id", sort=False).size()).fillna(0)
    wrong = doors["voters"].to_numpy() != at_door.to_numpy()
    yield from _first(wrong, doors["door_id"], "door {} has another number of voters")
    held = {"turfs": len(turfs), "doors": len(doors), "stops": int(turfs["stops"].sum())}
    for name, count in held.items():
        if plan.about["counts"].get(name) != count:
            yield f"the plan holds {count} {name} but counts {plan.about['counts'].get(name)}"


def _ground(plan: Plan) -> Faults:
    turf, edge = plan.doors["turf_id"], plan.doors["edge"].to_numpy()
    lost = (edge < 0) | (edge >= len(plan.streets))
    yield from _first(lost, plan.doors["door_id"], "door {} stands on no street of the plan")
    part = plan.streets["component"].to_numpy()[np.where(lost, 0, edge)]
    same = (turf == turf.shift()).to_numpy()
    apart = same & np.r_[False, part[1:] != part[:-1]]
    yield from _first(apart, turf, "no way on foot connects the stops of turf {}")
    across = same & (plan.doors["zone"].diff() != 0).to_numpy()
    yield from _first(across, turf, "turf {} lies on both sides of a hard line")
    if not plan.about.get("edit"):
        yield from _sides(plan, np.where(lost, 0, edge))


def _sides(plan: Plan, edge: NDArray[np.int64]) -> Faults:
    """What was cut keeps to one side of barriers; hands that mend it are judged as they do so."""
    ids, driven = plan.turfs["turf_id"], (plan.turfs["kind"] == DRIVE).to_numpy()
    turf = pd.Index(ids).get_indexer(plan.doors["turf_id"]).astype(np.int64)
    turf = np.where(driven[turf], -1, turf)
    cell = plan.streets["cell"].to_numpy(np.int64)[edge]
    if not len(barred(turf, cell, np.full(len(turf), np.inf))):
        return
    ways = ways_across(plan.streets, plan.streets.geometry.to_numpy())
    spots = np.stack(project(plan.doors["lon"], plan.doors["lat"], plan.turfs.crs), axis=1)
    apart = np.isin(
        np.arange(len(ids)), barred(turf, cell, way_off(spots, ways, CROSSING_M + OUTLINE_M))
    )
    yield from _first(apart, ids, "turf {} lies on both sides of a barrier, far from a way across")


def _legs(plan: Plan) -> Faults:
    legs, turf = plan.legs, plan.legs["turf_id"]
    first = ~turf.duplicated().to_numpy()
    number = legs.groupby("turf_id", sort=False).cumcount() + 1
    yield from _first(legs["leg"] != number, turf, "the legs of turf {} do not follow each other")
    lines = legs.geometry.to_numpy()
    begins, ends = (shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1))
    step = np.r_[[[0, 0]], begins[1:] - ends[:-1]]
    apart = ~first & ~(np.hypot(*step.T) <= CLOSED_M)
    yield from _first(apart, turf, "a leg of turf {} does not begin where the one before ends")
    yield from _stops_in_turn(plan, shapely.get_point(lines, -1))
    total = legs.groupby("turf_id", sort=False)["walk_m"].sum().reindex(plan.walks["turf_id"])
    wrong = ~(np.abs(total.to_numpy() - plan.walks["walk_m"].to_numpy()) <= SUM_M)
    yield from _first(wrong, plan.walks["turf_id"], "the legs of turf {} are not its walk")


def _stops_in_turn(plan: Plan, ends: NDArray[np.object_]) -> Faults:
    """Every stop of a turf is come to once, in their order, where it meets its street."""
    legs = plan.legs
    last = ~legs.duplicated(["turf_id", "stop"], keep="last").to_numpy() & (legs["stop"] > 0)
    came = legs.loc[last, ["turf_id", "stop"]].reset_index(drop=True)
    heads = plan.doors.drop_duplicates(["turf_id", "stop"])
    meant = heads[["turf_id", "stop"]].reset_index(drop=True)
    runs = (legs["stop"] != legs["stop"].shift()) | (legs["turf_id"] != legs["turf_id"].shift())
    again = legs[runs].duplicated(["turf_id", "stop"])
    yield from _first(again, legs["turf_id"][runs], "the walk of turf {} comes to a stop twice")
    both = pd.concat([came, meant], axis=1).to_numpy(object)
    other = (both[:, :2] != both[:, 2:]).any(axis=1)
    if other.any():
        # where one side is shorter its cells are no text
        turf = next(name for name in both[other][0, [2, 0]] if isinstance(name, str))
        yield f"the walk of turf {turf} does not come to its stops in their order"
        return
    lines = plan.streets.geometry.to_numpy()[heads["edge"]]
    spots = shapely.line_interpolate_point(lines, heads["along_dm"].to_numpy() / 10)
    far = ~(shapely.distance(spots, ends[last]) <= STOP_M)
    yield from _first(far, heads["door_id"], "the walk does not come to the stop of door {}")


def _walks(plan: Plan) -> Faults:
    turfs, walks, legs = plan.turfs["turf_id"], plan.walks["turf_id"], plan.legs["turf_id"]
    yield from _first(walks.duplicated(), walks, "turf {} has two walks")
    yield from _first(_unknown(turfs, walks), turfs, "turf {} has no walk")
    yield from _first(_unknown(walks, turfs), walks, "a walk is of the unknown turf {}")
    yield from _first(_unknown(legs, turfs), legs, "a leg is of the unknown turf {}")
    lines = plan.walks.geometry.to_numpy()
    # not a line, or an empty one: no ends, and a distance that is no number
    apart = shapely.distance(shapely.get_point(lines, 0), shapely.get_point(lines, -1))
    if plan.about.get("params", {}).get("cut", {}).get("end") == "anywhere":
        yield from _first(~np.isfinite(apart), walks, "the walk of turf {} is no line")
    else:
        yield from _first(~(apart <= CLOSED_M), walks, "the walk of turf {} is no closed line")


def _outlines(plan: Plan) -> Faults:
    turfs, doors = plan.turfs, plan.doors
    x, y = project(doors["lon"], doors["lat"], turfs.crs)
    spots = np.asarray(shapely.points(x, y), dtype=object)
    spots[~(np.isfinite(x) & np.isfinite(y))] = None
    shapes = turfs.geometry.to_numpy()
    # GEOS fails on distances to nothing and to nowhere; those from None are never short
    outlines = np.where(shapely.is_empty(shapes), None, shapes)
    shapely.prepare(outlines)
    own = outlines[pd.Index(turfs["turf_id"]).get_indexer(doors["turf_id"])]
    outside = ~shapely.dwithin(own, spots, OUTLINE_M)
    yield from _first(outside, doors["door_id"], "door {} lies outside")


def _unknown(values: pd.Series, known: pd.Series) -> NDArray[np.bool_]:
    """Which values are not among the known ones; `isin` takes ten times as long for texts."""
    found: NDArray[np.bool_] = pd.Index(known.unique()).get_indexer(values) < 0
    return found


def _first(bad: pd.Series | NDArray[np.bool_], names: pd.Series, text: str) -> Faults:
    """One fault, about the first row that is bad; none where all are well."""
    where = np.flatnonzero(np.asarray(bad))
    if len(where):
        yield text.format(names.iloc[where[0]])


INVARIANTS: Final[dict[str, Callable[[Plan], Faults]]] = {
    "every row read is counted once": _rows,
    "every eligible voter is in one turf or has one reason": _voters,
    "every door is in one turf, and its voters with it": _doors,
    "doors and voters come in walking order": _order,
    "all totals agree": _totals,
    "every turf has one walk": _walks,
    "turfs keep within hard lines and hang together on foot": _ground,
    "walks lead from stop to stop, each in its turn": _legs,
    "outlines contain their doors": _outlines,
}
"""What holds in every plan -> how it is checked; later checks rely on earlier ones."""
