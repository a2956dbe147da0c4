"""Key columns: which column of a county's layer holds the code it prints."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import geopandas as gpd

from geodata.errors import InputError
from geodata.layers.polygons import printed
from geodata.notes import counted

# Names that county files give the printed code, most telling first; letters only, lower case.
_KIND = r"(v|vote|voting|cons|consolidated|home|reg|regular|base|master|s)?"
_CORE = _KIND + r"(precincts?|precinc|votingpr|prcncts?|prec|prct|vtd|pct)"
_NAMES: Final = (
    re.compile(_CORE),
    re.compile(_CORE + r"(id|i|no|n|nu|num|number|nbr|code|cod|cd|key)"),
    re.compile(_CORE + r"(name|nam|nm|label|desc)"),
    re.compile(r"(name|label|code|key)"),
)
_LEAST_DISTINCT: Final = 0.5
_LEAST_FILLED: Final = 0.9
_MOST_ALIKE: Final = 0.05
_FEW: Final = 5


def named_column(layer: gpd.GeoDataFrame, column: str, name: str) -> str:
    """
    The column the user means: the same name, if need be in other case.

    Raises
    ------
    InputError
        COLUMN, with the columns there are and the nearest guess.
    """
    columns = [str(c) for c in layer.columns if c != "geometry"]
    if column in columns:
        return column
    same = [c for c in columns if c.lower() == column.lower()]
    if len(same) == 1:
        return same[0]
    lowered = {c.lower(): c for c in columns}
    near = get_close_matches(column.lower(), list(lowered), 1, 0.5)
    hint = f"did you mean {lowered[near[0]]}? It" if near else "it"
    shown = ", ".join(columns) or "no columns"
    raise InputError("COLUMN", f"{name} has no column {column}; {hint} has {shown}.")


def detected_column(layer: gpd.GeoDataFrame, name: str) -> str:
    """
    The column that is called like a precinct code and whose values tell the polygons apart.

    Of several the one with the more telling name is taken, then the one of the later year, as
    PREC_2019 before PREC_2017, then the one with more different values.

    Raises
    ------
    InputError
        COLUMN if there is none or two are equally likely, with the candidates.
    """
    columns = [str(c) for c in layer.columns if c != "geometry"]
    called = [c for c in columns if _rank(c, columns) < len(_NAMES)]
    usable = sorted(
        (_rank(c, columns), -_year(c), -distinct, c)
        for c in called
        if (distinct := _distinct(layer, c))
    )
    if usable and (len(usable) == 1 or usable[0][:-1] != usable[1][:-1]):
        return usable[0][-1]
    shown = [c for *_, c in usable] or called
    counts = ", ".join(f"{c} ({_different(layer, c)})" for c in shown)
    doubt = f"; {counts} in {len(layer):,} rows may or may not" if shown else ""
    message = f"{name} has no column that surely holds the precinct code{doubt}"
    listed = f"name one of {', '.join(columns)} with --precinct-column"
    listed = listed if columns else "give a layer that has columns"
    raise InputError("COLUMN", f"{message}; {listed}.")


def _different(layer: gpd.GeoDataFrame, column: str) -> str:
    """How many different values a column has, for a sentence."""
    values = printed(layer[column])
    return counted(values[values != ""].nunique(), "different value")


def _distinct(layer: gpd.GeoDataFrame, column: str) -> float:
    """Share of different values; 0 where too many are missing or alike for a key."""
    values = printed(layer[column])
    filled = values[values != ""]
    if len(filled) < max(_LEAST_FILLED * len(values), 1):
        return 0.0
    share = filled.nunique() / len(filled)
    most = filled.value_counts().max()
    telling = share >= _LEAST_DISTINCT and most <= max(_FEW, _MOST_ALIKE * len(values))
    return round(share, 2) if telling else 0.0


def _rank(column: str, columns: Iterable[str]) -> int:
    """How much a name sounds like a precinct code: 0 most, ``len(_NAMES)`` not at all."""
    lowered, name = {c.lower() for c in columns}, column.lower()
    if {"area", "perimeter"} <= lowered and re.search(r"_(i|id)?$", name):
        return len(_NAMES)  # record numbers of an ArcInfo coverage: PRECINCT_, PRECINCT_ID
    letters = re.sub(r"[^a-z]", "", name)
    known = (rank for rank, pattern in enumerate(_NAMES) if pattern.fullmatch(letters))
    return next(known, len(_NAMES))


def _year(column: str) -> int:
    """Year in a column name, 2016 for PREC_2016 and pct16; 0 if there is none."""
    digits = re.search(r"(?<!\d)(?:20)?(\d\d)(?!\d)", column)
    return 2000 + int(digits[1]) if digits else 0
