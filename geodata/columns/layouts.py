"""
Layouts of voter files: which column is which standard column.

A *recipe* names the columns of the file that make a standard column: its *parts*, joined by
single blanks; a part with a leading ``+`` is joined without a blank, and a part with a leading
``|`` stands in where all before it are blank. Names are compared by letters and digits only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Layout:
    """
    A kind of voter file, recognised by its header.

    Parameters
    ----------
    title
        What it is called in notes.
    signature
        Columns that together occur in no other layout.
    recipes
        Standard column -> its recipe, as in the module's description. Columns that carry a plain
        name (`PLAIN`) need none.
    """

    title: str
    signature: str
    recipes: Mapping[str, str]


LAYOUTS: Final = (
    Layout(
        "California Secretary of State extract",
        "RegistrantID EmsVoterId AddressNumber StreetName",
        {
            "voter_id": "EmsVoterId",
            "birth_date": "DOB",
            "party": "PartyCode",
            "phone": "Phone1Area Phone1Exchange Phone1NumberPart",
            "address": "AddressNumber +AddressNumberSuffix HouseFractionNumber StreetDirPrefix "
            "StreetName StreetType StreetDirSuffix |NonStandardAddress",
            "unit": "UnitType UnitNumber",
            "status": "Status |VoterStatusReasonCodeDesc",
            "precinct": "PrecinctId |PrecinctNumber |Precinct",
        },
    ),
    Layout(
        "California county export (DIMS)",
        "lVoterUniqueID szNameLast szStreetName sHouseNum",
        {
            "voter_id": "lVoterUniqueID",
            "first_name": "szNameFirst",
            "last_name": "szNameLast",
            "birth_date": "dtBirthDate",
            "gender": "sGender",
            "party": "szPartyName",
            "language": "szLanguageName",
            "phone": "szPhone",
            "status": "sStatusCode |szStatusReasonDesc",
            "address": "sHouseNum sPreDir szStreetName sStreetSuffix sPostDir |szSitusAddress",
            "unit": "sUnitAbbr sUnitNum",
            "city": "szSitusCity",
            "zip": "sSitusZip",
            "precinct": "sPrecinctID |szPrecinctName",
        },
    ),
    Layout(
        "Contra Costa County voter file",
        "RegistrationNumber VoterID ResidenceCity UnitAbbr",
        {
            "voter_id": "VoterID",
            "party": "PartyAbbr |PartyName",
            "status": "StatusReason",
            "phone": "PhoneNumber",
            "address": "HouseNumber PreDirection StreetName StreetSuffix PostDirection",
            "unit": "UnitAbbr UnitNumber",
            "city": "ResidenceCity",
            "zip": "ResidenceZipCode",
            "precinct": "PrecinctID |PrecinctName",
        },
    ),
    Layout(
        "VAN export",
        "VoterFileVANID",
        {
            "voter_id": "VoterFileVANID",
            "gender": "Sex",
            "phone": "PreferredPhone |CellPhone |HomePhone",
            "address": "StreetNo StreetNoHalf StreetPrefix StreetName StreetType StreetSuffix "
            "|Address",
            "unit": "AptType AptNo",
            "zip": "Zip5",
        },
    ),
    Layout(
        "PDI export",
        "PDIID",
        {
            "voter_id": "PDIID",
            "first_name": "VoterFirstName |FirstName",
            "last_name": "VoterLastName |LastName",
        },
    ),
)

PLAIN: Final[Mapping[str, str]] = {
    "voter_id": "VoterID Voter_Number VoterNum CountyVoterID VUID VANID PDIID",
    "first_name": "FirstName First GivenName FName",
    "last_name": "LastName Last Surname LName",
    "birth_date": "BirthDate DateOfBirth DOB Birthday",
    "age": "Age",
    "gender": "Gender Sex",
    "party": "Party PartyCode PartyAbbr PartyName",
    "language": "Language PreferredLanguage LanguageName Lang",
    "phone": "Phone PhoneNumber PreferredPhone HomePhone CellPhone Telephone",
    "status": "Status VoterStatus StatusCode",
    "address": "Address StreetAddress ResidenceAddress ResidentialAddress SitusAddress Address1 "
    "AddressLine1 FullAddress",
    "unit": "Unit UnitNumber UnitNum Apartment Apt AptNo AptNumber Suite Space Address2 "
    "AddressLine2",
    "city": "City ResidenceCity ResidentialCity Town",
    "zip": "Zip ZipCode Zip5 Postcode PostalCode ResidenceZip ResidenceZipCode",
    "lat": "Lat Latitude Y GeoLat",
    "lon": "Lon Lng Long Longitude X GeoLon GeoLong",
    "precinct": "Precinct PrecinctID PrecinctCode PrecinctNumber PctID",
}
"""Standard column -> names by which it is recognised in any file, the best first."""

PLAIN_PARTS: Final = (
    "HouseNumber HouseNum HouseNo StreetNumber StreetNo AddressNumber",
    "HouseFraction HouseFractionNumber StreetNoHalf",
    "PreDirection PreDir StreetPrefix StreetDirPrefix",
    "StreetName Street",
    "StreetType",
    "StreetSuffix",
    "PostDirection PostDir StreetDirSuffix",
)
"""Names of the parts of an address in files of no known layout, in order; the first is needed."""


_SECRET_PART: Final = re.compile(
    "soc(ial)?sec|drivers?lic|drvr?s?lic|(state|sos)voterid|registrantid"
)
_SECRET_NAME: Final = re.compile(
    "(last4)?ssn(no|num|number)?(last)?4?"
    "|state(wide)?(file|registrant|registration)?id(no|num|number)?"
    "|(ca|cal|calif|california)(voter)?id(no|num|number)?"
    "|(ca|c)?dl(n|no|num|number|id)?"
    "|(dmv|sos)(id|no|num|number)"
    "|licen[cs]e(id|no|num|number)?"
)
_WORDS: Final = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def squeeze(name: str) -> str:
    """A column name as names are compared: its letters and digits, lower case."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def is_secret(name: str) -> bool:
    """Whether a column holds state identifiers, licence or social security numbers."""
    squeezed = squeeze(name)
    return bool(
        _SECRET_PART.search(squeezed)
        or _SECRET_NAME.fullmatch(squeezed)
        or "ssn" in (word.lower() for word in _WORDS.findall(name))
    )
