"""
The corpus: small broken files, made by code, and the answer each must get.

A case is one row of a table: how the file is made, how it is given to `turfcutter check`, and the
code word and piece of sentence that must come back. An empty code word means that the file is
read; then the words must be among what the report says. Makers get an empty folder and return the
file to name. Add a table to a module ``test_<what>.py`` beside this one:

    CASES = [
        Case("no-prj", made(square_shapefile, drop=".prj"), "NO_CRS", "--crs"),
    ]

    @pytest.mark.parametrize("case", CASES, ids=name_of)
    def test_case(judged, case):
        judged(case)
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Maker = Callable[[Path], Path]


@dataclass(frozen=True)
class Case:
    """
    A file and the answer it must get.

    Parameters
    ----------
    name
        What is wrong, in a few words with dashes.
    make
        Writes the file into a folder and returns its path.
    code
        Code word of the rejection; empty where the file is read.
    says
        Piece of the sentence, or of the report where the file is read.
    option
        How the file is named on the command line; None where `words` does it.
    words
        Further words of the command; ``{folder}`` stands for the folder of the case.
    exit
        Exit code; by default 2 for a rejection and 0 else.
    """

    name: str
    make: Maker
    code: str
    says: str
    option: str | None = "--precincts"
    words: tuple[str, ...] = ()
    exit: int | None = None

    @property
    def exit_code(self) -> int:
        """The exit code that is expected."""
        if self.exit is not None:
            return self.exit
        return 2 if self.code else 0


def name_of(case: Case) -> str:
    """Name of a case for pytest."""
    return case.name


def made(function: Callable[..., Path], *args: object, **kwargs: object) -> Maker:
    """A maker that calls a function with the folder and further arguments."""
    return lambda folder: function(folder, *args, **kwargs)


def content(name: str, data: bytes | str) -> Maker:
    """A maker of a file with this content."""

    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write
