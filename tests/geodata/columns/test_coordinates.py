import duckdb
import pyarrow as pa
import pytest

from geodata.columns.coordinates import check_coordinates, degrees_sql
from geodata.errors import InputError

HERE = ("37.775", "-122.418")


@pytest.fixture
def engine():
    with duckdb.connect() as engine:
        yield engine


def register(engine, pairs):
    lat, lon = zip(*pairs, strict=True)
    engine.register("voters", pa.table({"lat": lat, "lon": lon}))


@pytest.mark.parametrize(
    ("lat", "lon", "usable"),
    [
        (*HERE, True),
        (" 37.775 ", "-122.418\t", True),
        ("", "", False),
        ("0", "0", False),
        ("0.0009", "-0.001", False),
        ("0.0011", "0", True),
        ("NaN", "-122", False),
        ("inf", "-122", False),
        ("37.775", "", False),
        ("37,775", "-122,418", False),
        ("91", "0", False),
        ("90", "180", True),
        ("37", "-180.5", False),
        ("37°", "-122", False),
    ],
)
def test_usable_pairs(engine, lat, lon, usable):
    register(engine, [(lat, lon)])
    found = engine.execute(degrees_sql("voters")).fetchall()[0]
    assert found == ((float(lat), float(lon)) if usable else (None, None))


def test_unusable_pairs_are_counted(engine):
    register(engine, [HERE] * 9 + [("", ""), ("0", "0"), ("x", "1"), ("91", "0"), ("37", "-181")])
    exchanged, notes = check_coordinates(engine, "voters", "v.csv", swap=True)
    assert not exchanged
    assert [(note.code, note.count) for note in notes] == [("COORDINATES", 5)]


@pytest.mark.parametrize(
    ("good", "swapped", "refused"), [(0, 1, True), (1, 19, True), (2, 18, False), (20, 0, False)]
)
def test_exchanged_coordinates(engine, good, swapped, refused):
    register(engine, [HERE] * good + [HERE[::-1]] * swapped + [("", "")] * 5)
    if refused:
        with pytest.raises(InputError, match="with --swap"):
            check_coordinates(engine, "voters", "v.csv")
        exchanged, notes = check_coordinates(engine, "voters", "v.csv", swap=True)
        assert exchanged
        told = {note.code: note.count for note in notes}
        assert told == {"EXCHANGED": swapped, "COORDINATES": 5 + good}
    elif swapped > good:
        with pytest.raises(InputError) as caught:
            check_coordinates(engine, "voters", "v.csv")
        assert caught.value.code == "COORD_RANGE"
    else:
        assert [note.count for note in check_coordinates(engine, "voters", "v.csv")[1]] == [5]


def test_exchanged_coordinates_within_ninety_degrees(engine):
    register(engine, [("-80.19", "25.76")] * 10)  # Miami
    with pytest.raises(InputError) as caught:
        check_coordinates(engine, "voters", "v.csv")
    assert caught.value.code == "SWAPPED"


def test_state_plane_feet_are_named(engine):
    register(engine, [("2111000.25", "6010000.5")] * 3 + [HERE])
    with pytest.raises(InputError, match="feet or metres") as caught:
        check_coordinates(engine, "voters", "v.csv")
    assert caught.value.code == "COORD_RANGE"
    assert "3 of 4 coordinates" in caught.value.sentence
    assert "up to 6,010,000" in caught.value.sentence
