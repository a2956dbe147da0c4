"""
Everything that geodata and turfcutter raise on purpose.

GeodataError
├── InputError (also a ValueError)  the input is rejected, nothing was written   exit 2
├── BusyError                       somebody else is writing here                exit 4
└── SpaceError (also an OSError)    no space is left on the device               exit 5

Each carries a code word from `CODES` and one sentence: what is wrong, where, what to do.
"""

from typing import Final

CODES: Final[dict[str, str]] = {
    "NO_FILE": "the file or folder does not exist, or may not be read",
    "TYPE": "the file is not of a kind that is read here",
    "ARCHIVE": "the zip archive is unsafe, or holds nothing to read",
    "AMBIGUOUS_LAYER": "the file holds several layers and none was named",
    "NO_CRS": "the layer does not say which coordinate system it uses",
    "CRS_MISMATCH": "two inputs do not lie in the same place",
    "MISPLACED": "the coordinate system puts the precincts into the wrong place",
    "COORD_RANGE": "coordinates are outside what their coordinate system allows",
    "SWAPPED": "latitude and longitude are exchanged",
    "EMPTY": "the file or layer holds no rows that can be used",
    "COLUMN": "a named or needed column is missing",
    "HEADER": "the first line is no header, or the delimiter is wrong",
    "ENCODING": "the text is not in an encoding that can be told",
    "NO_SHX": "the shapefile lacks its .shx part",
    "NO_ATTRIBUTES": "the shapefile lacks its .dbf part",
    "TRUNCATED": "the file ends too early",
    "DAMAGED": "the file is not as it was written",
    "REPAIRS": "mending a precinct's outline changes its area; look, then accept it",
    "NO_OUTLINE": "a precinct that voters live in has no outline",
    "CROSSWALK": "the table of precinct codes contradicts itself",
    "OUTSIDE": "voters lie outside all precincts",
    "VANISHED": "too many voters of the older file are not in the newest",
    "BALLOTS": "a file of returned ballots cannot be understood",
    "FLAGS": "a file of door flags cannot be understood",
    "HISTORY": "a file of vote history cannot be understood",
    "VINTAGE": "voter file and precinct map disagree too often: a wrong vintage",
    "NOT_CONNECTED": "the streets are fragments, not a network",
    "OFF_STREETS": "the streets do not cover the doors",
    "NO_VOTERS": "no voter is left to walk to",
    "WHERE": "the --where expression cannot be understood",
    "PARAMETER": "a parameter is unknown or out of its range",
    "OUTPUT": "the output folder cannot be used",
    "WORKSPACE": "the workspace folder cannot be used",
    "ONLINE": "a download that was asked for did not succeed",
    "BUSY": "another run holds the lock",
    "NO_SPACE": "the disk is full",
    "SUPPRESSED": "a voter who must be on no list would be printed",
    "CLOSED": "the printed list was closed, and can be keyed in no more",
    "LOCKED": "an edit would change a locked turf",
    "CROSSES": "an edit would make a turf reach across what no turf may cross",
    "INVARIANT": "turfcutter found its own result wrong and stopped",
}


class GeodataError(Exception):
    """
    Root of all errors raised on purpose.

    Parameters
    ----------
    code
        A key of `CODES`.
    sentence
        What is wrong, where, and what to do about it; ends with a full stop.
    """

    exit_code = 1

    def __init__(self, code: str, sentence: str) -> None:
        if code not in CODES:
            raise KeyError(code)
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        """The code word and the sentence."""
        return f"{self.code}: {self.sentence}"


class InputError(GeodataError, ValueError):
    """The input is rejected; nothing was written."""

    exit_code = 2


class BusyError(GeodataError):
    """Somebody else is working on the same thing."""

    exit_code = 4


class SpaceError(GeodataError, OSError):
    """The disk is full; what was there before is intact."""

    exit_code = 5
