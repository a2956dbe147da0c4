"""Street names as readings, and which streets a misspelt one may mean."""

import pytest

from geodata.addresses.streetnames import normal_street
from geodata.geocoding.names import Names, Reading, further_readings, reading


def read(name):
    return reading(normal_street(name))


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (("North First Street", "N 1st St", "1ST ST N"), Reading("N", "1", "ST")),
        (("De Anza Blvd", "DEANZA BOULEVARD"), Reading("", "DEANZA", "BLVD")),
        (("Branham Lane East", "E Branham Ln"), Reading("E", "BRANHAM", "LN")),
        (("Timber Creek Dr", "TIMBER CRK DR"), Reading("", "TIMBERCREEK", "DR")),
        (("The Alameda", "ALAMEDA"), Reading("", "ALAMEDA", "")),
        (("E Street",), Reading("", "E", "ST")),
        (("Saint James St", "St. James Street"), Reading("", "STJAMES", "ST")),
        (("Santana Row",), Reading("", "SANTANA", "ROW")),
        (("",), Reading("", "", "")),
    ],
)
def test_spellings_of_one_street_have_one_reading(names, form):
    assert {read(name) for name in names} == {form}


def test_a_name_without_its_suffix_may_end_in_a_word_like_one():
    assert Reading("", "HILLVIEW", "") in further_readings(normal_street("Hill View"))


def test_a_reading_covers_those_that_say_more():
    bare, whole = Reading("", "OAK", ""), Reading("N", "OAK", "ST")
    assert bare.covers(whole)
    assert not whole.covers(bare)
    assert not Reading("", "OAK", "AVE").covers(whole)


@pytest.mark.parametrize(
    ("core", "known", "meant"),
    [
        ("MARLNI", ["MARLIN", "OAK"], ["MARLIN"]),
        ("MARVIN", ["MARLIN", "MARTIN"], ["MARLIN", "MARTIN"]),
        ("MARLIN1", ["MARLIN2"], []),
        ("OK", ["OAK"], []),
        ("SANTACLRAA", ["SANTACLARA"], ["SANTACLARA"]),
        ("SANTCALARRA", ["SANTACLARA"], ["SANTACLARA"]),
        ("ALMADN", ["ALMADENS"], []),
    ],
)
def test_only_the_nearest_names_are_meant_and_figures_never_change(core, known, meant):
    names = Names([Reading("", one, "ST") for one in known])
    wanted = Reading("", core, "ST")
    found = names.misspelt([wanted])[wanted]
    assert [names.readings[place].core for place in found] == meant
