import pytest

from geodata.columns.layouts import LAYOUTS, PLAIN, is_secret
from geodata.schema import VOTER_COLUMNS


@pytest.mark.parametrize(
    "name",
    [
        "SSN",
        "ssn4",
        "Last4SSN",
        "ssn_last_4",
        "VoterSSN",
        "SocialSecurityNumber",
        "DL",
        "dl_number",
        "CDL_No",
        "DriversLicenseNumber",
        "driver_license",
        "sDriversLicNo",
        "ca_id",
        "StateID",
        "szStateVoterID",
        "SOSVoterID",
        "SOS_ID",
        "DMV_ID",
        "drv_lic",
        "soc_sec_no",
        "RegistrantID",
        "State_Voter_ID",
        "StateFileID",
        "license_no",
    ],
)
def test_columns_that_are_never_read(name):
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "ClassName",
        "VoterID",
        "lVoterUniqueID",
        "State",
        "Middle",
        "PrecinctID",
        "CountyID",
        "VANID",
        "IDNumber",
        "Idle",
        "sAffNumber",
        "StateSenate",
        "EmsVoterId",
        "dlrow",
    ],
)
def test_columns_that_only_look_secret(name):
    assert not is_secret(name)


def test_layouts_speak_of_standard_columns_only():
    assert set(PLAIN) == set(VOTER_COLUMNS)
    for layout in LAYOUTS:
        assert set(layout.recipes) <= set(VOTER_COLUMNS)
        assert not any(is_secret(name) for name in layout.recipes["voter_id"].split())
