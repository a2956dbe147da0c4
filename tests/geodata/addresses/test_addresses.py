import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.addresses.addresses import split_addresses
from geodata.addresses.streetnames import normal_street
from geodata.addresses.units import natural_key, normal_unit


def split(address, unit=""):
    return tuple(
        split_addresses(pd.Series([address]), pd.Series([unit])).iloc[0][
            ["number", "street", "unit"]
        ]
    )


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (("North First Street", "N. 1st St", "NORTH 01ST ST."), "N 1ST ST"),
        (("Saint Francis Blvd", "St. Francis Boulevard"), "ST FRANCIS BLVD"),
        (("TWENTY-FIRST AVE", "21st Avenue", "Twenty First Av"), "21ST AVE"),
        (("O'Farrell Street", "OFARRELL ST", "O\u2019Farrell st"), "OFARRELL ST"),
        (("Cañon Dr", "CANON DRIVE", "Can\u0303on Dr"), "CANON DR"),
        (("Main Street North", "MAIN ST N"), "MAIN ST N"),
        (("North East Fifth Avenue", "NE 5th Ave", "Northeast 5th Ave"), "NE 5TH AVE"),
        (("The Embarcadero", "EMBARCADERO"), "EMBARCADERO"),
        (("County Road 98", "COUNTY RD 98"), "COUNTY RD 98"),
        (("Highway 101", "Hwy 101"), "HWY 101"),
        (("State Highway 101", "US-101", "CA 101", "SR 101"), "HWY 101"),
        (("Co. Rd. 98A", "CR 98A", "County Road 98A"), "COUNTY RD 98A"),
        (("Sta. Clara St", "Santa Clara Street"), "SANTA CLARA ST"),
        (
            ("Avda. de las Palmas", "Avenida De Las Palmas", "AVE DE LAS PALMAS"),
            "AVE DE LAS PALMAS",
        ),
        (("El Cam. Real", "EL CAMINO REAL"), "EL CAMINO REAL"),
        (("East Saint James Street", "E. Saint James St", "E ST. JAMES ST"), "E ST JAMES ST"),
        (("Rio Robles East", "RIO ROBLES E"), "RIO ROBLES E"),
        (("N St", "N Street"), "N ST"),
        (("North St", "North Street"), "NORTH ST"),
        (("Avenue B", "AVE B"), "AVE B"),
        (("Court St",), "COURT ST"),
        (("Fortieth St", "40TH ST"), "40TH ST"),
        (("Broadway",), "BROADWAY"),
        (("", " ", "."), ""),
    ],
)
def test_spellings_of_one_street_have_one_form(names, form):
    assert {normal_street(name) for name in names} == {form}


def test_every_ordinal_is_known():
    endings = {1: "ST", 2: "ND", 3: "RD"}
    words = "First Second Third Eleventh Twelfth Thirteenth Twentieth Thirty-Third Ninety-Ninth"
    numbers = [1, 2, 3, 11, 12, 13, 20, 33, 99]
    for word, number in zip(words.split(), numbers, strict=True):
        ending = "TH" if number in (11, 12, 13) else endings.get(number % 10, "TH")
        assert normal_street(f"{word} Ave") == f"{number}{ending} AVE"


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (("APT 10A", "Apt. 10-A", "#10a", "10 A", "Unit #10A", "apt10A"), "10A"),
        (("SPC 12", "Space 12", "012", "No. 12"), "12"),
        (("PH 2", "Penthouse 2"), "PH2"),
        (("BLDG A APT 3", "Building A #3"), "BLDG A3"),
        (("4-12",), "4-12"),
        (("REAR",), "REAR"),
        (("", "apt", "#", " - "), ""),
    ],
)
def test_spellings_of_one_unit_have_one_form(texts, form):
    assert {normal_unit(text) for text in texts} == {form}


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("32A OCTAVIA ST", ("32A", "OCTAVIA ST", "")),
        ("32-A Octavia St", ("32A", "OCTAVIA ST", "")),
        ("45 1/2 MAIN ST", ("45 1/2", "MAIN ST", "")),
        ("45½ Main St", ("45 1/2", "MAIN ST", "")),
        ("12-14 Saint Peters Ln", ("12-14", "ST PETERS LN", "")),
        ("610;630 Coleman Avenue", ("610;630", "COLEMAN AVE", "")),
        ("00123 OAK AVE APT4", ("123", "OAK AVE", "4")),
        ("12 A ST", ("12", "A ST", "")),
        ("5TH ST", ("", "5TH ST", "")),
        ("100 5TH ST", ("100", "5TH ST", "")),
        ("12 MAIN ST APT 10A", ("12", "MAIN ST", "10A")),
        ("12 MAIN ST, APT. 4-B", ("12", "MAIN ST", "4B")),
        ("12 MAIN ST # 3B", ("12", "MAIN ST", "3B")),
        ("12 MAIN ST #3", ("12", "MAIN ST", "3")),
        ("12 MAIN ST. SPC 12", ("12", "MAIN ST", "12")),
        ("12 MAIN ST 4B", ("12", "MAIN ST", "4B")),
        ("12 MAIN ST, 4B", ("12", "MAIN ST", "4B")),
        ("12 BROADWAY, 95616", ("12", "BROADWAY 95616", "")),
        ("1 COUNTY ROAD 98", ("1", "COUNTY RD 98", "")),
        ("77 HIGHWAY 12", ("77", "HWY 12", "")),
        ("12 SPACE PARK DR", ("12", "SPACE PARK DR", "")),
        ("5 OLD TRAILER RD", ("5", "OLD TRAILER RD", "")),
        ("12 MAIN ST UNIT REAR", ("12", "MAIN ST", "REAR")),
        ("12 MAIN ST REAR", ("12", "MAIN ST", "REAR")),
        ("500 ELM ST PH 2", ("500", "ELM ST", "PH2")),
        ("PO BOX 12", ("", "PO BOX 12", "")),
        ("0 UNKNOWN", ("0", "UNKNOWN", "")),
        ("", ("", "", "")),
        ("12", ("12", "", "")),
    ],
)
def test_addresses_are_taken_apart(address, parts):
    assert split(address) == parts


def test_a_unit_in_both_places():
    assert split("12 MAIN ST APT 4", "4")[2] == "4"
    assert split("12 MAIN ST BLDG 3", "Apt 4")[2] == "BLDG 3 4"
    assert split("12 MAIN ST #4", "")[2] == "4"


def test_sides_and_base():
    addresses = pd.Series(["12A Main St", "7-8 Main St", "Main St"], index=[5, 3, 9])
    parts = split_addresses(addresses, pd.Series(["", None, ""], index=[5, 3, 9]))
    assert parts.index.tolist() == [5, 3, 9]
    assert parts["parity"].tolist() == ["even", "odd", ""]
    assert parts["base"].tolist() == ["12A MAIN ST", "7-8 MAIN ST", "MAIN ST"]
    assert set(parts.dtypes.astype(str)) == {"str"}


def test_units_sort_as_people_count():
    units = ["11", "2", "10A", "", "10", "PH", "A2", "A10", "1", "2B"]
    parts = split_addresses(pd.Series(["1 A ST"] * len(units)), pd.Series(units))
    ordered = parts.sort_values("unit_order")["unit"].tolist()
    assert ordered == ["", "1", "2", "2B", "10", "10A", "11", "A2", "A10", "PH"]
    assert sorted(["b10", "B2", " b1"], key=natural_key) == [" b1", "B2", "b10"]


def test_an_empty_table():
    nothing = pd.Series([], dtype="str")
    assert split_addresses(nothing, nothing).shape == (0, 6)


@given(st.text(max_size=30), st.text(max_size=8))
def test_any_text_is_taken_apart(address, unit):
    parts = split_addresses(pd.Series([address]), pd.Series([unit])).iloc[0]
    assert parts["base"] == f"{parts['number']} {parts['street']}".strip()
    assert parts["street"] == parts["street"].strip()


@given(st.text(st.characters(max_codepoint=126), max_size=30))
def test_case_and_blanks_do_not_matter(address):
    assert split(f"  {address.lower()} ") == split(address.upper())


@pytest.fixture(scope="module")
def san_francisco(shared_data):
    path = shared_data / "sf-central" / "eas_addresses_with_units.csv.gz"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_san_francisco_keeps_every_address_and_unit_apart(san_francisco):
    parts = split_addresses(san_francisco["address"], san_francisco["unit"])
    assert parts["base"].nunique() == san_francisco["address"].nunique() == 2512
    assert len(parts[["base", "unit"]].drop_duplicates()) == 4737
    stated = san_francisco["number"] + san_francisco["number_suffix"]
    assert (parts["number"] == stated).all()


def test_units_written_into_the_address_are_found_again(san_francisco):
    table = san_francisco[["address", "unit"]].drop_duplicates()
    with_unit = table["unit"] != ""
    beside = split_addresses(table["address"], table["unit"])
    for word in (" APT ", " #", ", Unit ", " Ste. "):
        joined = table["address"] + (word + table["unit"]).where(with_unit, "")
        inside = split_addresses(joined, table["unit"].where(~with_unit, ""))
        pd.testing.assert_frame_equal(inside, beside)


def test_san_jose_merges_spellings_only(shared_data):
    path = shared_data / "san-jose" / "sanjose_addresses.csv.gz"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    parts = split_addresses(table["housenumber"] + " " + table["street"], table["unit"])
    assert (parts.loc[table["housenumber"] != "", "number"] != "").mean() > 0.9999
    streets = table["street"].groupby(parts["street"]).nunique()
    assert (streets > 1).mean() < 0.01
    spaces = table["unit"].str.fullmatch("[0-9]+")
    assert (parts.loc[spaces, "unit"] == table.loc[spaces, "unit"].str.lstrip("0")).mean() > 0.999
