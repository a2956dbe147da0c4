"""What the columns of one voter file are: standard, further, or never to be read."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from geodata.columns.layouts import LAYOUTS, PLAIN, PLAIN_PARTS, Layout, is_secret, squeeze
from geodata.errors import InputError
from geodata.schema import VOTER_COLUMNS

NEEDED: Final = ("voter_id", "address")
RESERVED: Final = frozenset({"and", "or", "not", "in", "is", "like", "null", "row"})
"""Words that no column of a voter table is called by, because they mean something elsewhere."""
_DATA_LIKE: Final = re.compile(r"[-+]?\d[\d.,]*")


@dataclass(frozen=True)
class Part:
    """One column of the file within a recipe: its position, and what stands before it."""

    position: int
    joint: str


@dataclass(frozen=True)
class Columns:
    """
    What the columns of one file are.

    Parameters
    ----------
    title
        Layout that was recognised, or empty.
    recipes
        Standard column -> parts; only what the file has, in the order of `VOTER_COLUMNS`.
    others
        Own name (lower case, ``[a-z0-9_]``, unique) -> position of every further column.
    secret
        Names of the columns that are never read: state identifiers, licences, social security.
    """

    title: str
    recipes: Mapping[str, tuple[Part, ...]]
    others: Mapping[str, int]
    secret: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the voter table."""
        return (*self.recipes, *self.others)

    @property
    def positions(self) -> set[int]:
        """Positions of the columns that must be read."""
        parts = {part.position for recipe in self.recipes.values() for part in recipe}
        return parts | set(self.others.values())


def recognise(header: Sequence[str], explicit: Mapping[str, str], file: str) -> Columns:
    """
    Tell what the columns of a voter file are.

    Parameters
    ----------
    header
        Column names of the file.
    explicit
        Standard column -> column of the file, or several joined by ``+`` such as
        ``house_no + street``; a standard column stands for the one that the header tells, so that
        ``lat = lon`` and ``lon = lat`` exchange the two. Wins over what the header tells.
    file
        Name of the file for messages.

    Raises
    ------
    InputError
        COLUMN: a needed column is missing, a named one is unknown or must not be read. What
        `refuse_data` raises.
    """
    secret = {position for position, name in enumerate(header) if is_secret(name)}
    layout, told = told_by(header)
    try:
        recipes = told | _explicit(header, explicit, secret, file)
        _need(recipes, header, secret, file)
    except InputError:
        refuse_data(header, file)
        raise
    used = {part.position for recipe in recipes.values() for part in _main(recipe)}
    others = [place for place in range(len(header)) if place not in used | secret]
    return Columns(
        title=layout.title if layout else "",
        recipes={name: recipes[name] for name in VOTER_COLUMNS if name in recipes},
        others=_own_names(header, others),
        secret=tuple(header[position] for position in sorted(secret)),
    )


def told_by(header: Sequence[str]) -> tuple[Layout | None, dict[str, tuple[Part, ...]]]:
    """The layout of a header where it is known, and the standard columns that it tells."""
    squeezed = [squeeze(name) for name in header]
    places: dict[str, int] = {}
    for position, name in enumerate(squeezed):
        if not is_secret(header[position]):
            places.setdefault(name, position)
    layout = _layout(set(squeezed))
    recipes = {}
    for standard in VOTER_COLUMNS:
        known = layout.recipes.get(standard, "") if layout else ""
        if found := _found(known, places) or _plain(standard, places):
            recipes[standard] = found
    return layout, recipes


def refuse_data(header: Sequence[str], file: str) -> None:
    """
    Refuse a first line that is a row: what it says may be about a voter, and is not repeated.

    Raises
    ------
    InputError
        HEADER: a column is named like a number. Days are names that elections have.
    """
    if any(_DATA_LIKE.fullmatch(name) for name in header):
        message = (
            f"{file}: the first line looks like a voter, not like column names ({len(header)} "
            "columns); put a line with the names above it."
        )
        raise InputError("HEADER", message)


def voter_id_position(header: Sequence[str]) -> int | None:
    """Position of the column that holds voter ids, by the names of all layouts."""
    places = {squeeze(name): position for position, name in reversed(list(enumerate(header)))}
    specs = [layout.recipes["voter_id"] for layout in LAYOUTS] + [PLAIN["voter_id"]]
    for name in " ".join(specs).split():
        if squeeze(name) in places:
            return places[squeeze(name)]
    return None


def nearest(name: str, known: Collection[str]) -> str:
    """A hint for a name that is unknown: the most similar known one, or all of them."""
    forms: dict[str, str] = {}
    for candidate in known:
        forms.setdefault(squeeze(candidate), candidate)
    close = get_close_matches(squeeze(name), forms, 1)
    if close:
        return f"did you mean {forms[close[0]]!r}?"
    return f"there are {', '.join(known)}."


def _layout(squeezed: set[str]) -> Layout | None:
    for layout in LAYOUTS:
        if all(squeeze(name) in squeezed for name in layout.signature.split()):
            return layout
    return None


def _found(recipe: str, places: Mapping[str, int]) -> tuple[Part, ...]:
    """The parts of a recipe that the file has."""
    parts = []
    for spec in recipe.split():
        joint = spec[0] if spec[0] in "+|" else " "
        place = places.get(squeeze(spec))
        if place is not None:
            parts.append(Part(place, joint))
    return tuple(parts)


def _plain(standard: str, places: Mapping[str, int]) -> tuple[Part, ...]:
    """A standard column by its plain names; an address also by the names of its parts."""
    for name in PLAIN[standard].split():
        if squeeze(name) in places:
            return (Part(places[squeeze(name)], " "),)
    if standard != "address":
        return ()
    parts = [_found(names, places)[:1] for names in PLAIN_PARTS]
    return tuple(part for found in parts for part in found) if parts[0] and parts[3] else ()


def _main(recipe: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts of a recipe before its first stand-in."""
    joints = [part.joint for part in recipe]
    return recipe[: joints.index("|", 1)] if "|" in joints[1:] else recipe


def _explicit(
    header: Sequence[str], explicit: Mapping[str, str], secret: set[int], file: str
) -> dict[str, tuple[Part, ...]]:
    recipes = {}
    for standard, wanted in explicit.items():
        if standard not in VOTER_COLUMNS:
            hint = nearest(standard, VOTER_COLUMNS)
            raise InputError("COLUMN", f"{standard!r} is no standard voter column; {hint}")
        positions = [_position(name, header, file) for name in _pieces(wanted, header)]
        for position in secret.intersection(positions):
            message = (
                f"{file}: column {header[position]!r} holds state, licence or social security "
                f"numbers, which are never read; give {standard} another column."
            )
            raise InputError("COLUMN", message)
        recipes[standard] = tuple(Part(position, " ") for position in positions)
    return recipes


def _pieces(wanted: str, header: Sequence[str]) -> list[str]:
    """A column name, or several joined by ``+``."""
    return [wanted] if wanted in header else [name.strip() for name in wanted.split("+")]


def _position(name: str, header: Sequence[str], file: str) -> int:
    if name in header:
        return header.index(name)
    known = [name, *PLAIN.get(name, "").split()]  # a standard name stands for what it would find
    squeezed = [squeeze(other) for other in header]
    alike = [squeezed.index(one) for one in map(squeeze, known) if one in squeezed]
    if not alike:
        message = f"{file} has no column {name!r}; {nearest(name, header)}"
        raise InputError("COLUMN", message)
    return alike[0]


def _need(
    recipes: Mapping[str, object], header: Sequence[str], secret: set[int], file: str
) -> None:
    """Complain of the needed columns that are missing, all at once, with guesses."""
    missing = [name for name in NEEDED if name not in recipes]
    if not missing:
        return
    names = [name for place, name in enumerate(header) if name and place not in secret]
    guesses = []
    for standard in missing:
        for known in (standard, *PLAIN[standard].split()):
            forms = {squeeze(name): name for name in names}
            close = get_close_matches(squeeze(known), forms, 1, 0.7)
            if close:
                guesses.append(f"{standard} = {forms[close[0]]!r}")
                break
    hint = f"; perhaps {' and '.join(guesses)}" if guesses else ""
    raise InputError(
        "COLUMN",
        f"{file}: no column is recognised as {' or '.join(missing)}{hint}; name it with "
        f"--column {missing[0]}=NAME or under [voters.columns], which turfcutter mapping drafts. "
        f"The file has: {', '.join(names)}.",
    )


def _own_names(header: Sequence[str], positions: Sequence[int]) -> dict[str, int]:
    """Lower-case names for columns that are not standard, made unique by a number."""
    names: dict[str, int] = {}
    for position in positions:
        name = re.sub("[^a-z0-9]+", "_", header[position].lower()).strip("_")
        if not name[:1].isalpha():
            name = f"column_{name or position + 1}"
        unique, number = name, 2
        while unique in names or unique in VOTER_COLUMNS or unique in RESERVED:
            unique, number = f"{name}_{number}", number + 1
        names[unique] = position
    return names
