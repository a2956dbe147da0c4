"""The scorecard of turfs whose figures a reader can add up."""

import geopandas as gpd
import pytest

from turfcutter.measures import scorecard
from turfcutter.params import CutParams


def turfs(*rows):
    """Turfs of (doors, minutes, walk_m); ten minutes less on quiet days, twenty more on busy ones."""
    table = gpd.GeoDataFrame(rows, columns=["doors", "minutes", "walk_m"])
    grade = ["hard" if walk_m >= 1000 else "easy" for walk_m in table["walk_m"]]
    low, high = table["minutes"] - 10, table["minutes"] + 20
    return table.assign(minutes_low=low, minutes_high=high, effort=grade)


def test_figures_by_doors():
    """45 and 55 are the ends of the band and in it; 40 and 60 miss the target by a fifth."""
    table = turfs((45, 100.0, 900.0), (55, 120.5, 1100.0), (60, 130.0, 1000.0), (40, 90.0, 500.0))
    assert scorecard(table, CutParams()) == {
        "walk_m_per_door": 17.5,
        "doors": [40, 60],
        "minutes": [90.0, 130.0],
        "minutes_quiet": 100.1,
        "minutes_busy": 130.1,
        "effort": {"easy": 2, "fair": 0, "hard": 2},
        "in_band": 0.5,
        "off_target": 0.2,
    }


def test_figures_by_minutes():
    table = turfs((45, 108.0, 900.0), (55, 132.0, 1100.0), (60, 133.0, 1000.0))
    found = scorecard(table, CutParams(by="minutes"))
    assert found["in_band"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["off_target"] == pytest.approx(13 / 120, abs=1e-4)


def test_a_band_whose_end_is_no_binary_fraction_holds_its_end():
    """0.1 x 70 is 7.000000000000001 to a computer; 63 and 77 doors are in band all the same."""
    found = scorecard(turfs((63, 1.0, 1.0), (77, 1.0, 1.0)), CutParams(target=70))
    assert found["in_band"] == 1.0
