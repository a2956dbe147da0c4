"""Latitudes and longitudes as voter files have them: which are usable, and what to refuse."""

from typing import Final

import duckdb

from geodata.errors import InputError
from geodata.notes import Note, counted

ZERO: Final = 0.001
"""Degrees: so near to 0, 0 a geocoder has failed."""
MOST_SWAPPED: Final = 0.95
MOST_WILD: Final = 0.5
MOST_METRES: Final = 1e8
"""No map's feet or metres are more."""

_LAT, _LON = (
    f"(CASE WHEN isfinite(TRY_CAST({name} AS DOUBLE)) THEN TRY_CAST({name} AS DOUBLE) END)"
    for name in ("lat", "lon")
)
_GIVEN: Final = f"lat IS NOT NULL AND lon IS NOT NULL AND greatest(abs(lat), abs(lon)) > {ZERO}"
_WILD: Final = "abs(lat) > 90 OR abs(lon) > 180"
# only sensible when exchanged: no such latitude, or in the United States when exchanged only
_SWAPPED: Final = (
    "(abs(lat) > 90 AND abs(lat) <= 180 AND abs(lon) <= 90)"
    " OR (lat BETWEEN -180 AND -60 AND lon BETWEEN 15 AND 72)"
)


def degrees_sql(table: str) -> str:
    """SQL of `table` with `lat` and `lon` as numbers, NULL where they are not usable."""
    usable = f"{_GIVEN} AND NOT ({_WILD})"
    return (
        f"SELECT * REPLACE (CASE WHEN {usable} THEN lat END AS lat,"
        f" CASE WHEN {usable} THEN lon END AS lon)"
        f" FROM (SELECT * REPLACE ({_LAT} AS lat, {_LON} AS lon) FROM {table})"
    )


def exchanged_sql(table: str) -> str:
    """SQL of `table` with `lat` and `lon` exchanged."""
    return f"(SELECT * REPLACE (lon AS lat, lat AS lon) FROM {table})"


def check_coordinates(
    engine: duckdb.DuckDBPyConnection, table: str, file: str, *, swap: bool = False
) -> tuple[bool, tuple[Note, ...]]:
    """
    Look whether the coordinates of a table of voters are degrees, latitude as `lat`.

    Parameters
    ----------
    engine, table
        Where the voters are.
    file
        What messages call it.
    swap
        Whether they may stand the wrong way round.

    Returns
    -------
    exchanged, notes
        Whether they do; how many voters have none that can be used.

    Raises
    ------
    InputError
        SWAPPED or COORD_RANGE.
    """
    given, swapped, wild, rows, largest = engine.execute(
        f"SELECT count(*) FILTER ({_GIVEN}), count(*) FILTER ({_GIVEN} AND ({_SWAPPED})),"
        f" count(*) FILTER ({_GIVEN} AND ({_WILD})), count(*),"
        " max(greatest(abs(lat), abs(lon)))"
        f" FROM (SELECT {_LAT} AS lat, {_LON} AS lon FROM {table})"
    ).fetchall()[0]
    if given and swapped >= MOST_SWAPPED * given and swap:
        _, notes = check_coordinates(engine, exchanged_sql(table), file)
        sentence = f"Latitude and longitude of {counted(swapped, 'row')} were exchanged."
        return True, (Note("EXCHANGED", sentence, swapped), *notes)
    if given and swapped >= MOST_SWAPPED * given:
        message = (
            f"{file}: latitude and longitude are exchanged in {swapped:,} of {given:,} rows; "
            "take them the other way round with --swap."
        )
        raise InputError("SWAPPED", message)
    if given and wild > MOST_WILD * given:
        look = (
            f"(up to {largest:,.0f}); they look like feet or metres, such as State Plane "
            "(EPSG:2225 to 2230): convert them to longitude and latitude."
            if largest < MOST_METRES
            else f"(up to {largest:.3g}) nor feet or metres; give longitude and latitude, or leave "
            "them blank: addresses then place the voters."
        )
        message = f"{file}: {wild:,} of {given:,} coordinates are no degrees {look}"
        raise InputError("COORD_RANGE", message)
    unusable = rows - given + wild
    if not unusable:
        return False, ()
    who = counted(unusable, "voter has", "voters have")
    sentence = f"{who} no usable coordinates (blank, 0, or no degrees)."
    return False, (Note("COORDINATES", sentence, unusable),)
