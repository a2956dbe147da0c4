"""What is asked for: what all packets of a printing say, and which lists are printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from turfcutter.texts import catalogue


@dataclass(frozen=True)
class Issue:
    """
    What is the same for all packets of a printing.

    Parameters
    ----------
    packet
        The plan's `[packet]` parameters as they hold for this printing.
    kind
        Kind of canvass; ``lit`` names nobody.
    issued
        When it is printed, in words; only ever printed.
    end
        Where walks end: start or anywhere.
    """

    packet: Mapping[str, Any]
    kind: str = "persuade"
    issued: str = ""
    end: str = "start"

    @property
    def texts(self) -> Mapping[str, str]:
        """The catalogue of its language."""
        return catalogue(self.packet["language"])

    @property
    def names(self) -> bool:
        """Whether voters are named."""
        return self.kind != "lit"


@dataclass(frozen=True)
class Job:
    """One list to print: a turf, or the first or second half of one."""

    turf_id: str
    serial: int
    half: int = 0

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"{self.turf_id}-{'ab'[self.half - 1]}" if self.half else self.turf_id


def owned(texts: Mapping[str, str], packet: Mapping[str, Any]) -> str:
    """Whose paper it is, for the foot of every page."""
    name = packet["organization"]
    return texts["property"].format(organization=name) if name else texts["confidential"]
