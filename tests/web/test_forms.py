"""The form of a cut has every declared parameter, and reads what was written into it."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from geodata.errors import InputError
from turfcutter.declaring import kind_of
from turfcutter.paramfile import params_from
from turfcutter.params import Params, declarations
from web import forms


def names():
    return [f"{table}.{item.name}" if table else item.name for table, item in declarations()]


def test_every_declared_parameter_has_one_field_or_a_reason():
    shown = [entry.name for _, _, entries in forms.sections({}) for entry in entries]
    assert sorted([*shown, *forms.LEFT_OUT]) == sorted(names())
    assert {*forms.FIRST_LABELS} <= {*shown}


def test_a_blank_form_is_the_default():
    blank = MultiDict([(name, "") for name in names()])
    assert forms.read(blank) == {}
    assert params_from({}, forms.ROOT) == Params()


FILLED = {
    "inputs.precincts": ["1a"],
    "inputs.history": ["2b", "3c"],
    "inputs.accept_repairs": ["yes"],
    "voters.columns": ["voter_id = VUID\r\nage=Age"],
    "voters.keep": ["party\r\nward\r\n"],
    "cut.target": ["40"],
    "cut.tolerance": ["0.2"],
    "cut.within": ["precinct\na.gpkg.ward"],
    "cut.kind": ["gotv"],
    "packet.expires": ["2026-11-04"],
    "as_of": ["2026-11-03"],
}


def test_what_is_filled_in_is_read_and_shown_again():
    document = forms.read(MultiDict([(name, text) for name in FILLED for text in FILLED[name]]))
    assert document == {
        "inputs": {"precincts": "1a", "history": ["2b", "3c"], "accept_repairs": True},
        "voters": {"columns": {"voter_id": "VUID", "age": "Age"}, "keep": ["party", "ward"]},
        "cut": {
            "target": 40.0,
            "tolerance": 0.2,
            "within": ["precinct", "a.gpkg.ward"],
            "kind": "gotv",
        },
        "packet": {"expires": "2026-11-04"},
        "as_of": "2026-11-03",
    }
    shown = {entry.name: entry for _, _, entries in forms.sections(document) for entry in entries}
    again = MultiDict()
    for name, entry in shown.items():
        values = entry.value if isinstance(entry.value, list) else [entry.value]
        for value in values:
            if value not in ("", False):
                again.add(name, "yes" if value is True else str(value))
    assert forms.read(again) == document
    params = params_from(forms.with_days(document), forms.ROOT)
    assert params.as_of == date(2026, 11, 3)
    assert params.cut.size == 40


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cut.target", "many"),
        ("cut.turfs", "4.5"),
        ("as_of", "Saturday"),
        ("voters.columns", "voter_id"),
    ],
)
def test_what_cannot_be_read_is_named(name, text):
    with pytest.raises(InputError) as fault:
        forms.read(MultiDict([(name, text)]))
    assert repr(text) in fault.value.sentence


@pytest.mark.parametrize(
    ("words", "understood"),
    [
        ("40 people Saturday at the library", {"turfs": 40, "near": "library"}),
        ("12 volunteers from St. Mary's.", {"turfs": 12, "near": "St. Mary's"}),
        ("near -121.74,38.55", {"near": "-121.74,38.55"}),
        ("all of them", {}),
    ],
)
def test_a_sentence_says_how_many_and_where(words, understood):
    assert forms.read(MultiDict({"words": words})).get("cut", {}) == understood


def test_fields_win_over_the_sentence():
    form = MultiDict({"words": "40 people at the library", "cut.turfs": "30"})
    assert forms.read(form)["cut"] == {"turfs": 30, "near": "library"}


def test_every_kind_of_parameter_can_be_read():
    assert {kind_of(item) for _, item in declarations()} <= forms.READERS.keys()


def test_sentences_name_fields_and_not_options(office):
    with office.app.test_request_context():
        said = forms.plainly("No file is named for --voters; --no-such stays.")
    assert said == "No file is named for “Voters”; --no-such stays."
