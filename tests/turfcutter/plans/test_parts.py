"""Parts of a plan: whole plans of their own, with nobody else's voters."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from turfcutter.editing import merge
from turfcutter.model import PLAN_TABLES
from turfcutter.plans.accounting import check_plan
from turfcutter.plans.layout import layout_of
from turfcutter.plans.parts import NOWHERE, areas_of_places, areas_of_turfs, part_of
from turfcutter.plans.plan import read_plan, write_plan

WGS84 = 4326


@pytest.fixture(scope="module")
def cut(small_cut):
    """A real cut of a small county."""
    return read_plan(small_cut("none"))


@pytest.fixture(scope="module")
def halves(cut):
    """Its western and eastern turfs."""
    x = cut.turfs.geometry.centroid.x
    west = set(cut.turfs.loc[x < x.median(), "turf_id"])
    return west, set(cut.turfs["turf_id"]) - west


def test_parts_are_whole_plans_and_together_the_plan(cut, halves, tmp_path):
    middle = np.arange(len(cut.exceptions)) % 2 == 0
    parts = [part_of(cut, halves[0], middle), part_of(cut, halves[1], ~middle)]
    for number, part in enumerate(parts):
        check_plan(part)
        folder = tmp_path / str(number)
        folder.mkdir()
        write_plan(part, folder)
        check_plan(read_plan(folder))
    for name in ("turfs", "doors", "voters", "walks", "legs", "exceptions"):
        ids = PLAN_TABLES[name]
        column = "voter_id" if "voter_id" in ids else "door_id" if "door_id" in ids else "turf_id"
        both = pd.concat([getattr(part, name)[column] for part in parts])
        assert sorted(both) == sorted(getattr(cut, name)[column]), name


def test_nothing_of_the_others_is_left_in_a_part(cut, halves, tmp_path):
    part = part_of(cut, halves[0])
    write_plan(part, tmp_path)
    others = cut.voters[cut.voters["turf_id"].isin(halves[1])]
    foreign = {*others["voter_id"], *others["door_id"], *cut.exceptions["voter_id"]}
    stored = [pd.read_parquet(path) for path in sorted(tmp_path.glob("*.parquet"))]
    texts = [table.select_dtypes("str") for table in stored]  # numbers may look like ids
    cells = {cell for table in texts for name in table for cell in table[name]}
    assert foreign.isdisjoint(cells)
    assert {*part.voters["voter_id"]} <= cells
    assert part.about["counts"]["rows"] == len(part.voters)
    assert part.about["notes"] == []


def test_a_part_stands_on_the_same_streets_and_can_be_edited(cut, halves):
    part = part_of(cut, halves[0])
    before = cut.doors[cut.doors["turf_id"].isin(halves[0])].reset_index(drop=True)
    lines = [
        shapely.normalize(plan.streets.geometry.to_numpy()[doors["edge"]])
        for plan, doors in ((cut, before), (part, part.doors))
    ]
    assert shapely.equals(*lines).all()
    assert len(part.streets) < len(cut.streets)
    layout_of(part)
    first, second = sorted(halves[0])[:2]
    merged = merge(part, [first, second])
    assert len(merged.turfs) == len(part.turfs) - 1


def areas(cut, **boxes):
    return gpd.GeoDataFrame({"key": [*boxes]}, geometry=[*boxes.values()], crs=cut.turfs.crs)


def test_a_turf_belongs_to_the_area_of_most_of_its_doors(cut):
    west, south, east, north = cut.turfs.total_bounds
    middle = (west + east) / 2
    layer = areas(
        cut,
        East=shapely.box(middle, south - 99, east + 99, north + 99),
        West=shapely.box(west - 99, south - 99, middle, north + 99),
    )
    found = areas_of_turfs(cut, layer)
    side = areas_of_places(cut.doors["lon"], cut.doors["lat"], layer)
    for turf, doors in cut.doors.assign(side=side).groupby("turf_id"):
        count = doors["side"].value_counts()
        assert count[found[turf]] == count.max()
    assert {*found} == {"East", "West"}


def test_overlapping_areas_and_places_in_none(cut):
    first = cut.doors.iloc[:1]
    everywhere = shapely.box(*cut.turfs.total_bounds).buffer(500)
    layer = areas(cut, B=everywhere, A=everywhere)
    assert areas_of_places(first["lon"], first["lat"], layer).tolist() == ["A"]
    far = areas(cut, A=shapely.box(0, 0, 1, 1))
    assert set(areas_of_turfs(cut, far)) == {NOWHERE}
    blank = pd.Series([np.nan])
    assert areas_of_places(blank, blank, layer).tolist() == [NOWHERE]
