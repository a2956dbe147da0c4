"""What is asked for: what all packets of a printing say, and which lists are printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from turfcutter.packets.press.metrics import printable
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

    def __post_init__(self) -> None:
        """Keep the packet's words in a form that can be printed."""
        said = {name: _printable(value) for name, value in self.packet.items()}
        object.__setattr__(self, "packet", said)
        object.__setattr__(self, "issued", printable(self.issued))

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


def _printable(value: Any) -> Any:  # noqa: ANN401 - a parameter of any kind
    """A parameter with its words fit to be printed; only scripts have several lines."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {
            printable(key): "\n".join(map(printable, words.split("\n")))
            for key, words in value.items()
        }
    if isinstance(value, list | tuple):
        return [printable(words) for words in value]
    return value
