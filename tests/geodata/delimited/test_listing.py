from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.addresses.doorflags import FLAGS, read_flags
from geodata.delimited.listing import read_listing
from geodata.errors import InputError


def test_only_columns_that_are_asked_for_are_read(tmp_path):
    path = tmp_path / "l.csv"
    path.write_text("Who, Street Address ,notes\n1, 5 Main ,secret\n")
    listed = read_listing(path, {"address": "address StreetAddress", "city": "city"}, ["address"])
    assert listed.to_dict("records") == [{"address": "5 Main", "city": "", "line": 2}]


def test_a_list_without_names_shows_nobody(tmp_path):
    path = tmp_path / "l.csv"
    path.write_text("00012,5 Main,Lee\n00013,7 Main,Orr\n")
    with pytest.raises(InputError) as caught:
        read_listing(path, {"address": "address"}, ["address"])
    assert caught.value.code == "HEADER"
    assert "Main" not in caught.value.sentence


def test_flags_expire_and_begin(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(
        "address,flag,date,expires\n1 Elm,dog,2026-01-01,2026-06-01\n2 Elm,gate,,\n"
        "3 Elm,locked; Bad Dog,05/01/2026,12/31/2026\n4 Elm,unsafe,2026-09-01,\n5 Elm,,,\n"
    )

    def flags(day):
        table, counts = read_flags(path, day)
        assert counts.pop("rows") == sum(counts.values()) == 5
        assert (counts["without_flag"], counts["flagged"]) == (1, table["address"].nunique())
        return sorted(f"{a[0]} {f}" for a, f in table[["address", "flag"]].to_numpy().tolist())

    assert flags(date(2026, 6, 1)) == ["1 dog", "2 gate", "3 dog", "3 locked"]
    assert flags(date(2026, 6, 2)) == ["2 gate", "3 dog", "3 locked"]
    assert flags(date(2027, 1, 1)) == ["2 gate", "4 unsafe"]
    assert flags(None) == ["1 dog", "2 gate", "3 dog", "3 locked", "4 unsafe"]


@settings(max_examples=40)
@given(st.text(alphabet=st.characters(categories=["L", "N", "Z", "P"]), max_size=20))
def test_a_flag_is_a_known_word_or_refused(tmp_path_factory, text):
    cell = text.replace('"', "")
    path = tmp_path_factory.mktemp("flags") / "f.csv"
    path.write_text(f'address,flag\n1 Elm,"{cell}"\n', encoding="utf-8")
    squeezed = "".join(filter(str.isalpha, cell)).upper()
    known = {word for words in FLAGS.values() for word in words.split()}
    if not cell.strip() or squeezed in known:
        assert set(read_flags(path, None)[0]["flag"]) <= set(FLAGS)
    elif not {";", "/"} & set(cell):
        with pytest.raises(InputError, match=r"FLAGS: f\.csv: line 2 has a flag"):
            read_flags(path, None)


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_is_its_own_word(tmp_path, flag):
    path = tmp_path / "f.csv"
    path.write_text(f"address,flag\n1 Elm,{flag.upper()}\n")
    assert read_flags(path, None)[0]["flag"].tolist() == [flag]
