"""Columns of files of addresses and centrelines: what they are called, what they say."""

from collections.abc import Mapping, Sequence
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.columns.layouts import PLAIN, squeeze
from geodata.layers.polygons import printed

PARTS: Final[Mapping[str, str]] = {
    "number": "Number HouseNumber HouseNum HouseNo AddressNumber AddrNumber StreetNumber StreetNo "
    "AddNumber AddrNum AddrHN StNum",
    "letter": "NumberSuffix AddressNumberSuffix AddNumSuf AddrNumSuffix HouseSuffix",
    "fraction": "HouseFraction HouseFractionNumber StreetNoHalf Fraction",
    "ahead": "PreDirection PreDir PreDirAbbr StPreDir StreetDirPrefix StreetPrefix Prefix StDir",
    "street": "Street StreetName StName AddrStreet FullStreetName FullName FullStreet RoadName "
    "Name",
    "suffix": "StreetType StType StPosTyp PostType StreetSuffix StSuffix Suffix",
    "behind": "PostDirection PostDir PostDirAbbr StPosDir StreetDirSuffix",
}
"""Part of an address -> names of its column, the best first; the order is that of an address."""
FULL_STREET: Final = frozenset(map(squeeze, ("FullStreetName", "FullName", "FullStreet")))
"""Street columns that hold direction and suffix too."""
TOWN: Final[Mapping[str, str]] = {
    "unit": PLAIN["unit"] + " AddrUnit UnitName SubAddress",
    "city": PLAIN["city"] + " PostComm PostalCommunity IncMuni Municipality AddrCity Community",
    "zip": PLAIN["zip"] + " PostCode PostalCode ZipCode5 AddrPostcode",
}


def first_of(names: str, known: Mapping[str, object]) -> str:
    """The first of some spellings that is known, as names are compared."""
    return next((one for one in map(squeeze, names.split()) if one in known), "")


def joined(parts: Sequence["pd.Series[str]"]) -> "pd.Series[str]":
    """Cells beside each other, single blanks between them."""
    text = parts[0]
    for part in parts[1:]:
        text = text + " " + part
    return text.str.split().str.join(" ")


def column_text(layer: gpd.GeoDataFrame, column: str) -> "pd.Series[str]":
    """
    A column as text without blanks around; whole numbers lose a decimal point, as in ZIPs.

    `column` is a name as `first_of` gives it; where that is blank, all cells are.
    """
    names = {squeeze(str(name)): name for name in reversed(list(layer.columns))}
    if not column:
        return pd.Series("", index=layer.index, dtype="str")
    text = printed(layer[names[column]])
    plain: pd.Series[str] = text.str.replace(r"^(\d+)\.0$", r"\1", regex=True).astype("str")
    return plain
