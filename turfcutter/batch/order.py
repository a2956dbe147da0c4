"""What is to be done, where; a module that is read in no time, see `turfcutter.batch.locks`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from turfcutter.batch.state import State

COUNTIES, PACKETS = "counties", "packets"
"""Folders of a batch: results and paper."""
CHECKS: Final = "checks"
"""Folder of the batch that holds pages of what is in a county's files, where they need a look."""
HIDDEN: Final = ".batch"
"""Folder of the batch that holds what nobody but a batch needs."""
UNITS: Final = "units"
"""Folder of the workspace that holds cuts of regions."""


@dataclass(frozen=True)
class Order:
    """
    What is to be done.

    Parameters
    ----------
    state
        The state file.
    wanted
        Counties to do, all of the state file or some.
    out
        Folder of the batch.
    workspace
        Folder where cleaned inputs and cut regions are kept.
    tiles
        Tile layer for the maps, or empty.
    anew
        Whether counties that nightly runs kept up to date are cut anew, too.
    dry
        Whether it is only to be told: nothing is fetched then.
    began
        When, in words.
    """

    state: State
    wanted: tuple[str, ...]
    out: Path
    workspace: Path
    tiles: str = ""
    anew: bool = False
    dry: bool = False
    began: str = ""

    @property
    def locks(self) -> Path:
        """Folder of the locks of its counties."""
        return self.out / HIDDEN / "locks"
