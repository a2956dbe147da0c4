"""
Editing: pure functions from a plan to its next version, and what takes them back.

Every edit keeps all voters, the ids of turfs and the locked ones; the plan before is not changed.
"""

from turfcutter.editing.adding import add
from turfcutter.editing.churn import churn
from turfcutter.editing.locks import lock, unlock
from turfcutter.editing.membership import NEW, merge, move, redraw, split
from turfcutter.editing.recutting import recut
from turfcutter.editing.relaunching import relaunch
from turfcutter.editing.undoing import undo

__all__ = [
    "NEW",
    "add",
    "churn",
    "lock",
    "merge",
    "move",
    "recut",
    "redraw",
    "relaunch",
    "split",
    "undo",
    "unlock",
]
