"""
Street names as keys: which street of a place an address means.

A *reading* takes a normal form (`streetnames.normal_street`) apart into directions, core and
suffix. Blanks in a core do not count, nor do ordinal endings: ``DE ANZA`` is ``DEANZA``, ``1ST``
is ``1``. A core that no street of the place has may be a misspelling of one or two letters.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geodata.addresses.streetnames import (
    DIRECTIONS,
    SUFFIXES,
    long_suffix,
    normal_street,
    short_suffix,
)

SHORT, LONG = 3, 10
"""Cores of fewer letters are never mended; from so many letters on, two may be wrong."""

_ORDINAL: Final = re.compile("([0-9]+)[A-Z]{2,3}")
_DIGITS: Final = re.compile("[0-9]+")
_LONG_DIRECTIONS: Final = ("NORTH", "SOUTH", "EAST", "WEST")
_ORDINAL_WORDS: Final = (
    *("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH"),
    *("TENTH", "ELEVENTH", "TWELFTH", "THIRTEENTH", "FOURTEENTH", "FIFTEENTH", "SIXTEENTH"),
    *("SEVENTEENTH", "EIGHTEENTH", "NINETEENTH", "TWENTIETH"),
)
_GARBLED_SUFFIX: Final = 9
_CHUNK: Final = 512


class Reading(NamedTuple):
    """A street's name in parts: directions in order of the alphabet, core, suffix; may be empty."""

    directions: str
    core: str
    suffix: str

    def covers(self, other: "Reading") -> bool:
        """Whether the other is this one, or says more of it: a suffix, a direction."""
        return (
            self.core == other.core
            and self.suffix in ("", other.suffix)
            and self.directions in ("", other.directions)
        )


@lru_cache(1 << 16)
def reading(street: str) -> Reading:
    """The plain reading of a normal form."""
    words = street.split()
    ahead, behind = "", ""
    if len(words) > 1 and words[0] in DIRECTIONS and not (words[1] in SUFFIXES and not words[2:]):
        ahead, words = words[0], words[1:]
    if words[2:] and words[-1] in DIRECTIONS:
        behind, words = words[-1], words[:-1]
    suffix = ""
    if len(words) > 1 and words[-1] in SUFFIXES:
        suffix, words = words[-1], words[:-1]
    return Reading(" ".join(sorted(filter(None, (ahead, behind)))), _core(words), suffix)


def _core(words: Iterable[str]) -> str:
    # ST is a saint's here
    long = (word if word == "ST" else long_suffix(word) for word in words)
    return "".join(_ORDINAL.sub(r"\1", word) for word in long)


def _bare(one: Reading) -> Reading:
    """A reading whose suffix is part of the name."""
    return Reading(one.directions, one.core + long_suffix(one.suffix), "")


@lru_cache(1 << 16)
def further_readings(street: str) -> tuple[Reading, ...]:
    """
    Other readings of a normal form, for where the place does not know the plain one.

    The last word may belong to the name (``HILL VIEW`` without its AVE), or be a misspelt suffix;
    the first may be a misspelt direction or ordinal; the name may lack its last word or an article.
    """
    plain = reading(street)
    found = []
    if plain.suffix:
        found.append(_bare(plain))
    words = street.split()
    if words[1:] and not plain.suffix and len(words[-1]) < _GARBLED_SUFFIX:
        without = _bare(reading(" ".join(words[:-1])))
        meant = [] if words[-1] in SUFFIXES else _close(words[-1], SUFFIXES)
        found += [without._replace(suffix=short_suffix(near)) for near in meant]
    for at, word in enumerate(words[:-1]):
        meant = _close(word, _ORDINAL_WORDS if at else (*_LONG_DIRECTIONS, *_ORDINAL_WORDS))
        texts = (" ".join([*words[:at], near, *words[at + 1 :]]) for near in meant)
        found += [reading(normal_street(text)) for text in texts]
    if plain.core in ("ELCAMINO", "ELCAMINORL"):
        found.append(Reading(plain.directions, "ELCAMINOREAL", plain.suffix))
    return tuple(dict.fromkeys(one for one in found if one != plain))


def _close(word: str, known: Collection[str]) -> list[str]:
    """The known words a letter away."""
    if len(word) < 2:  # noqa: PLR2004 - one letter is near everything
        return []
    lengths = range(len(word) - 1, len(word) + 2)
    close = (one for one in known if len(one) in lengths)
    return sorted(one for one in close if OSA.distance(one, word, score_cutoff=1) == 1)


class Names:
    """
    The streets of a place by their readings.

    Parameters
    ----------
    readings
        Of each street, distinct; its position is the street's number.
    """

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = list(readings)
        self.number = {one: place for place, one in enumerate(self.readings)}

    @cached_property
    def by_core(self) -> dict[str, list[int]]:
        """Streets of each core."""
        found: dict[str, list[int]] = {}
        for place, one in enumerate(self.readings):
            found.setdefault(one.core, []).append(place)
        return found

    def alike(self, wanted: Reading) -> list[int]:
        """Streets of the same core that say no other suffix or direction."""
        return [
            place
            for place in self.by_core.get(wanted.core, [])
            if wanted.covers(self.readings[place]) or self.readings[place].covers(wanted)
        ]

    def misspelt(self, wanted: Sequence[Reading]) -> dict[Reading, list[int]]:
        """
        Streets whose core differs in a letter or two, and which say no other suffix or direction.

        Only streets of the least distance count. Letters may be left out, added, changed or two
        neighbours exchanged; figures are never changed.
        """
        cores = sorted({one.core for one in wanted if len(one.core) >= SHORT})
        known = sorted(self.by_core)
        near: dict[str, list[str]] = {}
        for start in range(0, len(cores), _CHUNK):
            part = cores[start : start + _CHUNK]
            distance = process.cdist(
                part, known, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8
            )
            for row, core in enumerate(part):
                near[core] = _nearest(core, known, distance[row])
        return {one: self._of_cores(one, near.get(one.core, [])) for one in wanted}

    def _of_cores(self, wanted: Reading, cores: Iterable[str]) -> list[int]:
        return [place for core in cores for place in self.alike(wanted._replace(core=core))]


def _nearest(core: str, known: Sequence[str], distance: np.ndarray) -> list[str]:
    """Known cores at the least distance within what a core of this length may have."""
    reach = 2 if len(core) >= LONG else 1
    figures = _DIGITS.findall(core)
    found = [
        (int(distance[place]), known[place])
        for place in np.flatnonzero(distance <= reach).tolist()
        if distance[place] and _DIGITS.findall(known[place]) == figures
    ]
    least = min((far for far, _ in found), default=0)
    return [one for far, one in found if far == least]
