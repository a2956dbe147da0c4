import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.addresses.dwellings import dwelling_faults
from geodata.schema import REASONS


def reason(address, unit=""):
    return dwelling_faults(pd.DataFrame({"address": [address], "unit": [unit]}))[0][0]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("P O Box 7", "R-po_box"),
        ("General Delivery", "R-po_box"),
        ("Navigation Center 1925 Evans Ave", "R-shelter"),
        ("150 Otis St (Shelter)", "R-shelter"),
        ("123 Main St, Salvation Army", "R-shelter"),
        ("45 Main St PMB 7", "R-service_address"),
        ("Bldg 5, City Hall", "R-service_address"),
        ("c/o Registrar of Voters", "R-service_address"),
        ("2nd & D St, Davis", "R-described_place"),
        ("1st St and E St #4", "R-described_place"),
        ("Main St / 5th St", "R-described_place"),
        ("NW corner Main and Oak", "R-described_place"),
        ("0 Under Bridge", "R-described_place"),
        ("Transient", "R-described_place"),
        ("5 Mission St", ""),
        ("1 Rescue Mission Rd", ""),
        ("100 Shelter Cove Ln", ""),
        ("12 & 14 Main St", ""),
        ("12-14 Main St", ""),
        ("100 Corner Ln", ""),
        ("123 Court House Pl", ""),
        ("One Market St", ""),
        ("#5 Oak St", ""),
        ("Box Canyon Rd", ""),
        ("12 1/2 Oak St", ""),
        ("N/A", ""),
        ("", ""),
    ],
)
def test_addresses_that_are_no_door(address, expected):
    assert reason(address) == expected


def test_the_unit_tells_too():
    assert reason("12 Main St", "PMB 9") == "R-service_address"
    assert reason("12 Main St", "Apt 9") == ""


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_gets_a_reason_that_is_known_and_a_sentence_with_it(address, unit):
    told, detail = dwelling_faults(pd.DataFrame({"address": [address] * 2, "unit": [unit] * 2}))
    assert told[0] == told[1]
    assert told[0] == "" or told[0] in REASONS
    assert bool(told[0]) == bool(detail[0])


def test_no_real_address_is_taken_for_such(shared_data):
    real = pd.read_csv(
        shared_data / "san-jose" / "sanjose_addresses.csv.gz",
        usecols=["housenumber", "street", "unit"],
        dtype=str,
        keep_default_na=False,
        nrows=60_000,
    )
    told = dwelling_faults(real.assign(address=real["housenumber"] + " " + real["street"]))[0]
    assert set(told) == {""}
