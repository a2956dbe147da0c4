import dataclasses
import json
import math
from datetime import date
from pathlib import Path

import pytest

from geodata.errors import InputError
from turfcutter.declaring import KINDS, kind_of, lines_source
from turfcutter.params import (
    TABLES,
    CutParams,
    InputParams,
    PacketParams,
    Params,
    declarations,
    to_dict,
)


def test_tables_in_the_order_of_the_file():
    assert list(TABLES) == ["inputs", "voters", "suppress", "cut", "packet"]


def test_every_field_is_declared_in_full():
    for table, item in declarations():
        assert kind_of(item) in KINDS.values()
        assert item.metadata["help"].endswith((".", ")")), item.name
        low, high = item.metadata.get("low"), item.metadata.get("high")
        assert (low is None) == (high is None), f"{table}.{item.name}"


def test_default_size_depends_on_what_it_counts():
    assert CutParams().size == 50
    assert CutParams(by="minutes").size == 120
    assert CutParams(by="minutes", target=90).size == 90


def test_band():
    assert CutParams(target=40, tolerance=0.25).band == (30, 50)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("target", 0),
        ("target", math.nan),
        ("target", math.inf),
        ("by", "voters"),
        ("tolerance", 0.51),
        ("snap_m", -1),
        ("seed", -1),
        ("prefix", "yolo"),
        ("prefix", "YOLO1234"),
        ("within", ("precincts",)),
        ("within", ("districts.gpkg",)),
        ("within", "precinct"),
        ("within", ()),
        ("within", ("none", "precinct")),
        ("within", ("precinct", "precinct")),
        ("prefer", ("",)),
    ],
)
def test_values_outside_their_limits(name, value):
    with pytest.raises(InputError, match=rf"^PARAMETER: {name} is .+\.$") as fault:
        CutParams(**{name: value})
    assert fault.value.exit_code == 2


def test_limits_are_named_with_their_unit():
    with pytest.raises(InputError, match="must lie between 5 and 2000 m"):
        CutParams(snap_m=3)


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("precinct", None),
        ("none", None),
        ("districts.gpkg.DIST", (Path("districts.gpkg"), "DIST")),
        ("a/b.c/wards.geojson.gz.ward_no", (Path("a/b.c/wards.geojson.gz"), "ward_no")),
    ],
)
def test_lines_source(value, source):
    assert lines_source(value) == source
    assert CutParams(within=(value,)).within == (value,)


def test_replace_leaves_the_original_alone():
    before = Params()
    after = before.replace({("cut", "seed"): 7, ("", "as_of"): date(2026, 11, 3)})
    assert (after.cut.seed, after.as_of) == (7, date(2026, 11, 3))
    assert before == Params()
    with pytest.raises(InputError):
        before.replace({("cut", "seed"): -7})


def test_overlaid_lists_and_mappings_grow():
    """One more word of suppression never drops another."""
    params = Params().overlaid(
        {("suppress", "words"): ("SAFE AT HOME", "CONFIDENTIAL"), ("voters", "columns"): {"a": "1"}}
    )
    assert params.suppress.words == ("CONFIDENTIAL", "SAFE AT HOME")
    params = params.overlaid({("voters", "columns"): {"b": "2"}, ("cut", "seed"): 3})
    assert params.voters.columns == {"a": "1", "b": "2"}
    assert params.cut.seed == 3


def test_overlaid_lines_replace_what_was_there():
    """Asking for no lines must not keep the precincts of the default."""
    params = Params().overlaid({("cut", "within"): ("none",)})
    assert params.cut.within == ("none",)
    params = params.overlaid({("cut", "within"): ("precinct", "districts.gpkg.DIST")})
    assert params.cut.within == ("precinct", "districts.gpkg.DIST")


def test_parameters_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Params().cut.seed = 1


def test_a_plan_carries_no_places_of_files():
    """Otherwise the same job in another folder would give other bytes."""
    here, there = (
        Params(
            inputs=InputParams(precincts=home / "p.zip", voters=home / "v.csv"),
            cut=CutParams(within=("precinct", str(home / "districts.gpkg.DIST"))),
            packet=PacketParams(title="Fall"),
            as_of=date(2026, 11, 3),
        )
        for home in (Path("/home/a"), Path("/mnt/b"))
    )
    assert to_dict(here) == to_dict(there)
    carried = json.loads(json.dumps(to_dict(here)))
    assert carried == to_dict(here)
    assert carried["cut"]["within"] == ["precinct", "districts.gpkg.DIST"]
    assert carried["as_of"] == "2026-11-03"
    assert carried["packet"]["title"] == "Fall"
    assert "precincts" not in carried["inputs"]
