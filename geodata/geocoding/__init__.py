"""
Geocoding without the internet: voters' addresses looked up in files of the place.

`source` reads files of addresses and `blocks` of centrelines, `gazetteer` keeps them by street and
number, made `sites` of; `lookup` and `ranges` find the place of a number on a street, by `names`.
`match` asks them for what is written, then for streets that may be `meant` and for `variants` of
the whole address; `locating` weighs the result against the coordinates that a voter file has
itself. An address that fits several places is refused, with all of them.
"""

from geodata.geocoding.gazetteer import (
    METHODS,
    VERSION,
    Gazetteer,
    build_gazetteer,
    load_gazetteer,
    save_gazetteer,
)
from geodata.geocoding.locating import Located, counts_of, locate
from geodata.geocoding.source import AddressSource, read_points, read_source, street_ranges

__all__ = [
    "METHODS",
    "VERSION",
    "AddressSource",
    "Gazetteer",
    "Located",
    "build_gazetteer",
    "counts_of",
    "load_gazetteer",
    "locate",
    "read_points",
    "read_source",
    "save_gazetteer",
    "street_ranges",
]
