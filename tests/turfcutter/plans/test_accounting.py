from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import GeodataError
from turfcutter.plans.accounting import INVARIANTS, ROWS, check_plan

ROW, VOTER, DOOR, ORDER, TOTAL, WALK, GROUND, LEG, OUTLINE = INVARIANTS


@pytest.fixture(scope="module")
def plan(plans):
    return plans.whole_plan()


def changed(plan, table, column, row, value):
    """The plan with one cell of one table changed."""
    copy = getattr(plan, table).copy()
    copy.loc[row, column] = value
    return replace(plan, **{table: copy})


def counted(plan, **counts):
    return replace(plan, about={**plan.about, "counts": {**plan.about["counts"], **counts}})


def swapped(table, one, other):
    order = list(range(len(table)))
    order[one], order[other] = order[other], order[one]
    return table.iloc[order]


def refusal(plan):
    with pytest.raises(GeodataError) as caught:
        check_plan(plan)
    assert caught.value.code == "INVARIANT"
    assert caught.value.exit_code == 1
    return caught.value.sentence


def test_a_good_plan(plan):
    check_plan(plan)


def test_a_good_plan_with_another_index_and_other_kinds_of_columns(plan):
    doors = plan.doors.set_index(pd.Index(np.arange(len(plan.doors)) + 9))
    doors = doors.astype({"turf_id": "category", "stop": "int16", "door_id": object})
    turfs = plan.turfs.set_index(pd.Index(plan.turfs["turf_id"], name="id"))
    check_plan(replace(plan, doors=doors, turfs=turfs))


def test_a_plan_without_exceptions(plan):
    rows = plan.about["counts"]["rows"] - len(plan.exceptions)
    check_plan(counted(replace(plan, exceptions=plan.exceptions.iloc[:0]), exceptions=0, rows=rows))


@pytest.mark.parametrize("name", ROWS)
def test_a_row_too_many_or_no_count(plan, name):
    count = plan.about["counts"][name]
    assert ROW in refusal(counted(plan, **{name: count + 1}))
    counts = {key: value for key, value in plan.about["counts"].items() if key != name}
    assert f"does not count {name}" in refusal(replace(plan, about={"counts": counts}))


def test_counts_add_up_but_not_with_the_tables(plan):
    counts = plan.about["counts"]
    moved = {"exceptions": counts["exceptions"] + 1, "in_turfs": counts["in_turfs"] - 1}
    assert "in_turfs is counted as 71, its table has 72 rows" in refusal(counted(plan, **moved))
    moved = {"exceptions": counts["exceptions"] + 1, "outside": counts["outside"] - 1}
    assert "exceptions is counted as 5" in refusal(counted(plan, **moved))


def test_voters_left_uncut_are_counted_apart(plan):
    counts = plan.about["counts"]
    left = changed(plan, "exceptions", "reason", 1, "R-not_chosen")
    assert "exceptions is counted as 4, its table has 3 rows" in refusal(left)
    check_plan(counted(left, exceptions=counts["exceptions"] - 1, uncut=1))


def test_voters_twice(plan):
    sentence = refusal(changed(plan, "voters", "voter_id", 8, "VOTERID3"))
    assert VOTER in sentence
    assert f"a voter of door {plan.voters['door_id'][3]} is in it twice" in sentence
    assert "VOTERID" not in sentence
    sentence = refusal(changed(plan, "voters", "voter_id", 8, "00E2"))
    assert f"a voter of door {plan.voters['door_id'][8]} is in it twice" in sentence
    sentence = refusal(changed(plan, "exceptions", "voter_id", 0, "00E2"))
    assert "an exception is in it twice" in sentence
    assert "E2" not in sentence


def test_an_unknown_reason(plan):
    sentence = refusal(changed(plan, "exceptions", "reason", 2, "R-moon"))
    assert VOTER in sentence
    assert "unknown reason 'R-moon'" in sentence


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "said"),
    [
        ("turfs", "turf_id", 1, "A1", "turf A1 is in it twice"),
        ("doors", "door_id", 7, "dA10", "door dA10 is in it twice"),
        ("doors", "turf_id", 7, "Z9", "door dA21 is in no known turf"),
        ("doors", "turf_id", slice(6, 11), "A1", "turf A2 has no doors"),
        ("voters", "door_id", 4, "dZ9", "a voter's door dZ9 is not in it"),
        ("voters", "turf_id", 0, "B1", "a voter of door dA10 is in another turf than the door"),
    ],
)
def test_doors_and_turfs(plan, table, column, row, value, said):
    sentence = refusal(changed(plan, table, column, row, value))
    assert DOOR in sentence
    assert said in sentence


def test_walking_order(plan):
    doors, voters = plan.doors, plan.voters
    apart = replace(plan, doors=swapped(doors, 5, 6))
    assert "the doors of turf A1 do not follow each other" in refusal(apart)
    exchanged = replace(plan, doors=swapped(doors, 0, 1))
    assert "door dA11 has the wrong number" in refusal(exchanged)
    late = replace(plan, voters=swapped(voters, 0, 1))
    assert "the voters of door dA10 come too late" in refusal(late)
    assert all(ORDER in refusal(bad) for bad in (apart, exchanged, late))


@pytest.mark.parametrize(("row", "stop"), [(0, 0), (0, 2), (1, 3), (6, 4), (35, 2), (3, 4)])
def test_stops_have_a_gap_or_go_back(plan, row, stop):
    sentence = refusal(changed(plan, "doors", "stop", row, stop))
    assert ORDER in sentence
    assert "the stop of door" in sentence


@pytest.mark.parametrize("name", ["doors", "stops", "voters"])
def test_a_turf_says_another_number(plan, name):
    sentence = refusal(changed(plan, "turfs", name, 2, 99))
    assert TOTAL in sentence
    assert f"turf A3 has another number of {name}" in sentence


def test_a_door_says_another_number_of_voters(plan):
    sentence = refusal(changed(plan, "doors", "voters", 2, 99))
    assert TOTAL in sentence
    assert "door dA12 has another number of voters" in sentence


@pytest.mark.parametrize("name", ["turfs", "doors", "stops"])
def test_the_plan_says_another_number(plan, name):
    sentence = refusal(counted(plan, **{name: 99}))
    assert TOTAL in sentence
    assert f"{name} but counts 99" in sentence


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([0, 1, 2, 3, 4, 5, 2], "turf A3 has two walks"),
        ([0, 1, 2, 3, 5], "turf B2 has no walk"),
    ],
)
def test_number_of_walks(plan, rows, said):
    sentence = refusal(replace(plan, walks=plan.walks.iloc[rows]))
    assert WALK in sentence
    assert said in sentence


def test_walks_and_legs_of_unknown_turfs(plan):
    more = pd.concat([plan.walks, plan.walks.iloc[:1].assign(turf_id="Z9")])
    assert "a walk is of the unknown turf Z9" in refusal(replace(plan, walks=more))
    assert "a leg is of the unknown turf Z9" in refusal(changed(plan, "legs", "turf_id", 3, "Z9"))


@pytest.mark.parametrize(
    "line",
    [
        None,
        shapely.LineString(),
        shapely.Point(1, 1),
        shapely.LineString([(0, 0), (9, 9), (0, 0.02)]),
        shapely.MultiLineString([[(0, 0), (9, 9)], [(9, 9), (0, 0)]]),
    ],
    ids=str,
)
def test_walks_that_are_no_closed_line(plan, line):
    walks = plan.walks.copy()
    shapes = walks.geometry.to_numpy().copy()
    shapes[4] = line
    walks.geometry = shapes
    sentence = refusal(replace(plan, walks=walks.set_crs(plan.turfs.crs, allow_override=True)))
    assert WALK in sentence
    assert "the walk of turf B2 is no closed line" in sentence


def ending_anywhere(plan, line):
    """The plan with turf B2's walk along a line, and walks that need not come back."""
    walks = plan.walks.copy()
    shapes = walks.geometry.to_numpy().copy()
    shapes[4] = line
    walks.geometry = shapes
    params = {**plan.about["params"], "cut": {"end": "anywhere"}}
    walks = walks.set_crs(plan.turfs.crs, allow_override=True)
    return replace(plan, walks=walks, about={**plan.about, "params": params})


def test_walks_that_end_anywhere_are_lines_all_the_same(plan):
    check_plan(ending_anywhere(plan, shapely.LineString([(0, 0), (9, 9)])))
    sentence = refusal(ending_anywhere(plan, shapely.LineString()))
    assert "the walk of turf B2 is no line" in sentence


def test_rows_dropped_by_a_relaunch_are_counted(plan):
    fewer = counted(plan, dropped=5)
    assert ROW in refusal(fewer)
    check_plan(counted(fewer, rows=plan.about["counts"]["rows"] + 5))


def test_legs_that_do_not_lead_on(plan):
    first = int((plan.legs["turf_id"] == "A2").to_numpy().argmax())
    missing = replace(plan, legs=plan.legs.drop(index=first))
    assert "the legs of turf A2 do not follow each other" in refusal(missing)
    shapes = plan.legs.geometry.to_numpy().copy()
    moved = np.array([0.1, 0.0])
    shapes[first + 1] = shapely.transform(shapes[first + 1], lambda points: points + moved)
    apart = replace(plan, legs=plan.legs.set_geometry(shapes, crs=plan.legs.crs))
    assert "a leg of turf A2 does not begin where the one before ends" in refusal(apart)
    longer = changed(plan, "legs", "walk_m", first, plan.legs["walk_m"][first] + 1)
    assert "the legs of turf A2 are not its walk" in refusal(longer)
    assert all(LEG in refusal(bad) for bad in (missing, apart, longer))


@pytest.mark.parametrize("stops", [(1, 3, 2), (1, 2, 2), (1, 2, 1), (2, 1, 3), (1, 2, 9)])
def test_walks_that_do_not_come_to_every_stop_in_its_turn(plan, stops):
    first = int((plan.legs["turf_id"] == "A2").to_numpy().argmax())
    told = plan.legs["stop"].copy()
    told.iloc[first : first + 3] = stops
    said = refusal(replace(plan, legs=plan.legs.assign(stop=told)))
    assert LEG in said
    assert "the walk of turf A2" in said


def test_a_leg_that_ends_elsewhere_than_its_stop(plan):
    row = int((plan.doors["turf_id"] == "A2").to_numpy().argmax())
    away = changed(plan, "doors", "along_dm", row, plan.doors["along_dm"][row] + 500)
    door = plan.doors["door_id"][row]
    assert f"the walk does not come to the stop of door {door}" in refusal(away)


def test_turfs_across_hard_lines_and_unconnected_streets(plan):
    across = changed(plan, "doors", "zone", 8, 7)
    assert "turf A2 lies on both sides of a hard line" in refusal(across)
    apart = changed(plan, "streets", "component", plan.doors["edge"][0], 3)
    doors = apart.doors.assign(
        edge=[apart.doors["edge"][0] + n % 2 for n in range(len(apart.doors))]
    )
    apart = replace(apart, doors=doors)
    assert "no way on foot connects the stops of turf A1" in refusal(apart)
    nowhere = changed(plan, "doors", "edge", 8, len(plan.streets))
    assert f"door {plan.doors['door_id'][8]} stands on no street" in refusal(nowhere)
    assert all(GROUND in refusal(bad) for bad in (across, apart, nowhere))


def test_doors_outside_their_outline(plan):
    lat = plan.doors["lat"][4]
    sentence = refusal(changed(plan, "doors", "lat", 4, lat - 15 / 111_000))
    assert OUTLINE in sentence
    assert "door dA14 lies outside" in sentence
    check_plan(changed(plan, "doors", "lat", 4, lat - 13 / 111_000))
    for nowhere in (np.nan, np.inf, 1e9):
        sentence = refusal(changed(plan, "doors", "lat", 4, nowhere))
        assert "door dA14 lies outside" in sentence


@pytest.mark.parametrize("shape", [None, shapely.Polygon()])
def test_no_outline(plan, shape):
    turfs = plan.turfs.copy()
    turfs.loc[1, "geometry"] = shape
    assert "door dA20 lies outside" in refusal(replace(plan, turfs=turfs))


def test_no_sentence_tells_a_voter(plan):
    """Names and ids of the voters, looked for in the refusals of many broken plans."""
    voters = plan.voters
    broken = [
        changed(plan, "voters", column, row, value)
        for row in (0, 5)
        for column, value in (("voter_id", "VOTERID9"), ("door_id", "dB10"), ("turf_id", "B3"))
    ]
    broken.append(replace(plan, voters=swapped(voters, 0, 20)))
    for bad in broken:
        sentence = refusal(bad)
        assert "Secret" not in sentence
        assert "VOTERID" not in sentence


def over_a_barrier(plan):
    """The plan with a door of turf A1 moved beyond a barrier, and streets that meet nowhere."""
    doors, streets = plan.doors, plan.streets
    home = doors["edge"].to_numpy()[0]
    other = (home + 1) % len(streets)
    number = np.arange(len(streets))
    streets = streets.assign(u=number, v=1000 + number, cell=(number == other).astype(int))
    edges = np.where(np.arange(len(doors)) == 1, other, home)
    return replace(plan, doors=doors.assign(edge=edges), streets=streets)


def test_a_turf_on_both_sides_of_a_barrier(plan):
    broken = over_a_barrier(plan)
    broken = replace(broken, about={**broken.about, "parent": "", "edit": {}})  # as a cut leaves it
    sentence = refusal(broken)
    assert GROUND in sentence
    assert "turf A1 lies on both sides of a barrier" in sentence
    # a way across where the two streets begin is near enough
    met = replace(broken, streets=broken.streets.assign(u=0))
    assert "barrier" not in refusal(met)


def test_hands_that_mend_a_plan_are_judged_as_they_do_so(plan):
    broken = over_a_barrier(plan)
    edited = replace(broken, about={**broken.about, "edit": {"verb": "move"}})
    assert "barrier" not in refusal(edited)
