"""Continuity: what holds between a plan and its next version, whatever the edit was."""

from collections.abc import Callable
from typing import Final

from geodata.errors import GeodataError
from turfcutter.model import Plan
from turfcutter.plans.accounting import Faults


def check_edit(before: Plan, after: Plan) -> None:
    """
    Stop where an edit breaks one of the `EDIT_INVARIANTS`.

    Parameters
    ----------
    before, after
        The plan that was edited, and its next version.

    Raises
    ------
    GeodataError
        INVARIANT, as `check_plan`.
    """
    for invariant, faults in EDIT_INVARIANTS.items():
        for fault in faults(before, after):
            message = (
                f"The edit breaks the rule that {invariant}: {fault}; this is a fault of"
                " turfcutter, so please report it."
            )
            raise GeodataError("INVARIANT", message)


def _same_voters(before: Plan, after: Plan) -> Faults:
    was, now = (
        {*plan.voters["voter_id"], *plan.exceptions["voter_id"]} for plan in (before, after)
    )
    verb = after.about["edit"].get("verb")
    lost = set() if verb == "relaunch" else was - now
    strange = set() if verb == "add" else now - was
    if lost or strange:
        yield f"{len(lost)} voters are lost, {len(strange)} came from nowhere"


def _same_locked(before: Plan, after: Plan) -> Faults:
    locked = before.turfs.loc[before.turfs["locked"].to_numpy(bool), "turf_id"]
    columns = ["order", "turf_id", "door_id", "stop"]
    was, now = (
        plan.doors.loc[plan.doors["turf_id"].isin(locked), columns].to_numpy(object).tolist()
        for plan in (before, after)
    )
    if was != now:
        lost = {row[1] for row in was if row not in now} | {row[1] for row in now if row not in was}
        yield f"turf {min(lost, default=locked.iloc[0])} is not as it was"


def _new_ids(before: Plan, after: Plan) -> Faults:
    known = {*before.about["retired"], *before.turfs["turf_id"]}
    gone = known - {*after.turfs["turf_id"]} - {*after.about["retired"]}
    if gone:
        yield f"turf {min(gone)} is forgotten"
    again = {*after.turfs["turf_id"]} & {*before.about["retired"]}
    if again and after.about["edit"].get("verb") != "undo":
        yield f"turf {min(again)} was another turf once"


EDIT_INVARIANTS: Final[dict[str, Callable[[Plan, Plan], Faults]]] = {
    "edits lose and invent no voter": _same_voters,
    "edits leave locked turfs alone": _same_locked,
    "no id ever means two turfs": _new_ids,
}
"""What holds between a plan and its next version -> how it is checked."""
