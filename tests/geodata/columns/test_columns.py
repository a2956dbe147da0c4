import json

import pytest

from geodata.columns.columns import nearest, recognise, voter_id_position
from geodata.errors import InputError
from geodata.schema import VOTER_COLUMNS


@pytest.fixture(scope="module")
def layouts(shared_data):
    path = shared_data / "voter-file-formats" / "voter_file_layouts.json"
    return {name: entry["columns"] for name, entry in json.loads(path.read_text("utf-8")).items()}


def told(header, **explicit):
    """Standard column -> its recipe as text, with the columns' own names."""
    columns = recognise(header, explicit, "voters.csv")
    return {
        name: " ".join(part.joint.strip() + header[part.position] for part in parts)
        for name, parts in columns.recipes.items()
    }


@pytest.mark.parametrize(
    ("layout", "title", "voter_id", "address", "unit", "secret"),
    [
        (
            "ca_sos_pvrdr_vrd",
            "California Secretary of State extract",
            "EmsVoterId",
            (
                "AddressNumber +AddressNumberSuffix HouseFractionNumber StreetDirPrefix "
                "StreetName StreetType StreetDirSuffix |NonStandardAddress"
            ),
            "UnitType UnitNumber",
            ("RegistrantID",),
        ),
        (
            "ca_county_dims",
            "California county export (DIMS)",
            "lVoterUniqueID",
            "sHouseNum sPreDir szStreetName sStreetSuffix sPostDir |szSitusAddress",
            "sUnitAbbr sUnitNum",
            ("szStateVoterID",),
        ),
        (
            "ca_contra_costa",
            "Contra Costa County voter file",
            "VoterID",
            "HouseNumber PreDirection StreetName StreetSuffix PostDirection",
            "UnitAbbr UnitNumber",
            (),
        ),
        (
            "van_export_a",
            "VAN export",
            "Voter File VANID",
            "StreetNo StreetNoHalf StreetPrefix StreetName StreetType StreetSuffix",
            "AptType AptNo",
            (),
        ),
        (
            "van_export_b",
            "VAN export",
            "Voter File VANID",
            "StreetNo StreetNoHalf StreetPrefix StreetName StreetType StreetSuffix",
            "AptType AptNo",
            (),
        ),
        ("pdi_canvass_detail", "PDI export", "PDI ID", "Address", None, ()),
    ],
)
def test_published_layouts(layouts, layout, title, voter_id, address, unit, secret):
    header = [*layouts[layout], "lat", "lon"]
    columns = recognise(header, {}, "voters.csv")
    recipes = told(header)
    assert columns.title == title
    assert (recipes["voter_id"], recipes["address"]) == (voter_id, address)
    assert recipes.get("unit") == unit
    assert columns.secret == secret
    assert set(recipes) >= {"first_name", "last_name"}
    assert not {header[position] for position in columns.positions} & set(secret)


def test_county_layouts_know_nearly_every_standard_column(layouts):
    for layout in ("ca_sos_pvrdr_vrd", "ca_county_dims", "ca_contra_costa"):
        recipes = told([*layouts[layout], "lat", "lon"])
        assert set(VOTER_COLUMNS) - set(recipes) <= {"age", "status"}
    assert told([*layouts["van_export_a"], "lat", "lon"])["phone"] == (
        "Preferred Phone |Cell Phone |Home Phone"
    )


def test_voter_history_is_no_voter_file(layouts):
    with pytest.raises(InputError, match="voter_id or address") as caught:
        recognise(layouts["ca_sos_pvrdr_vph"], {}, "history.txt")
    assert caught.value.code == "COLUMN"


def test_every_plain_name_is_recognised_in_any_case_and_order():
    header = [name.upper() for name in reversed(VOTER_COLUMNS)]
    columns = recognise(header, {}, "voters.csv")
    assert list(columns.recipes) == list(VOTER_COLUMNS)
    assert columns.others == {}


@pytest.mark.parametrize(("lat", "lon"), [("Latitude", "LONGITUDE"), ("y", "x"), ("LAT", "Lng")])
def test_synonyms(lat, lon):
    assert told(["VoterID", "Street_Address", lat, lon]) == {
        "voter_id": "VoterID",
        "address": "Street_Address",
        "lat": lat,
        "lon": lon,
    }


def test_an_address_from_parts_in_a_file_of_no_known_layout():
    header = ["voter_id", "lat", "lon", "street_name", "house_number", "street_type", "pre_dir"]
    assert told(header)["address"] == "house_number pre_dir street_name street_type"


def test_explicit_columns_win_and_may_be_joined():
    header = ["voter_id", "address", "lat", "lon", "HSE", "ST", "party", "Party2"]
    recipes = told(header, address="HSE + st", party="party_2")
    assert recipes["address"] == "HSE ST"
    assert recipes["party"] == "Party2"


@pytest.mark.parametrize(
    ("explicit", "words"),
    [
        ({"precinct": "Precint"}, "no column 'Precint'; did you mean 'Precinct Code'?"),
        ({"pary": "party"}, "'pary' is no standard voter column; did you mean 'party'?"),
        ({"voter_id": "SSN"}, "'SSN' holds state, licence or social security numbers"),
    ],
)
def test_wrong_explicit_columns(explicit, words):
    header = ["voter_id", "address", "lat", "lon", "Precinct Code", "SSN", "party"]
    with pytest.raises(InputError) as caught:
        recognise(header, explicit, "voters.csv")
    assert caught.value.code == "COLUMN"
    assert words in caught.value.sentence


def test_missing_columns_are_guessed_all_at_once():
    with pytest.raises(InputError) as caught:
        recognise(["Voter_IDs", "Addresss", "SSN", "lat", "lon"], {}, "voters.csv")
    sentence = caught.value.sentence
    assert "voter_id = 'Voter_IDs' and address = 'Addresss'" in sentence
    assert "SSN" not in sentence


def test_other_columns_get_safe_unique_names():
    header = ["voter_id", "address", "lat", "lon", "Vote 2020!", "vote_2020", "", "2024", "NOT"]
    header += ["Peña?", "row", "party", "Party Code"]
    columns = recognise(header, {}, "voters.csv")
    assert list(columns.others) == [
        *("vote_2020", "vote_2020_2", "column_7", "column_2024", "not_2"),
        *("pe_a", "row_2", "party_code"),
    ]


def test_a_column_beside_the_standard_one_of_its_name(layouts):
    columns = recognise([*layouts["ca_sos_pvrdr_vrd"], "lat", "lon"], {}, "voters.txt")
    assert {"precinct_2", "precinctnumber", "nonstandardaddress"} <= set(columns.others)
    assert not {"streetname", "emsvoterid", "registrantid"} & set(columns.others)


def test_nearest_name():
    assert nearest("Lattitude", ["latitude", "longitude"]) == "did you mean 'latitude'?"
    assert nearest("zzz", ["a", "b"]) == "there are a, b."


def test_voter_ids_of_a_suppression_list(layouts):
    assert voter_id_position(["name", "voter_id"]) == 1
    assert voter_id_position(layouts["ca_county_dims"]) == 0
    assert voter_id_position(layouts["pdi_canvass_detail"]) == 3
    assert voter_id_position(["name", "id"]) is None


def test_latitude_and_longitude_can_be_exchanged_whatever_they_are_called():
    header = ("VoterID", "Address", "Latitude", "GeoLon")
    found = recognise(header, {"lat": "lon", "lon": "lat"}, "v.csv")
    assert {name: found.recipes[name][0].position for name in ("lat", "lon")} == {
        "lat": 3,
        "lon": 2,
    }
