"""Edits of a plan: what each of them does, what takes it back, and what holds after any of them."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geodata.crs import project
from geodata.errors import GeodataError, InputError
from turfcutter import editing
from turfcutter.editing.continuity import check_edit
from turfcutter.editing.versions import cut_params
from turfcutter.plans.accounting import check_plan
from turfcutter.plans.layout import draw, layout_of
from turfcutter.plans.plan import read_plan, write_plan
from turfcutter.render.layers import overview
from turfcutter.render.parts import split


@pytest.fixture(scope="module")
def folder(small_cut):
    return small_cut("none")


@pytest.fixture(scope="module")
def plan(folder):
    """About a dozen turfs that may be merged as one likes."""
    return read_plan(folder)


@pytest.fixture(scope="module")
def lined(small_cut):
    """A plan whose turfs keep to the western or the eastern half."""
    return read_plan(small_cut("halves.gpkg.half"))


def table_of(plan, name):
    table = pd.DataFrame(getattr(plan, name)).copy()
    if "geometry" in table:
        table["geometry"] = shapely.to_wkb(table["geometry"].to_numpy())
    return table


def assert_same(one, other, *, but=()):
    """All tables that follow from doors in turfs are the same."""
    for name in ("turfs", "doors", "voters", "walks", "legs", "exceptions"):
        tables = [
            table_of(each, name).drop(columns=list(but), errors="ignore") for each in (one, other)
        ]
        assert_frame_equal(*tables, check_dtype=False, check_exact=True)


def membership(plan):
    """Turf of each door."""
    return plan.doors.set_index("door_id")["turf_id"].sort_index()


def neighbours(plan):
    """Two unlocked turfs whose outlines are nearest to each other."""
    turfs = plan.turfs[~plan.turfs["locked"]]
    far = shapely.distance(turfs.geometry.to_numpy()[:, None], turfs.geometry.to_numpy())
    far[np.tril_indices(len(far))] = np.inf
    one, other = np.unravel_index(far.argmin(), far.shape)
    return [turfs["turf_id"].iloc[one], turfs["turf_id"].iloc[other]]


def doors_of(plan, turf_id):
    return plan.doors.loc[plan.doors["turf_id"] == turf_id, "door_id"].tolist()


def sizes(plan):
    return plan.turfs.set_index("turf_id")["doors"].to_dict()


def test_a_plan_drawn_again_from_its_folder_is_the_same(plan, lined):
    for each in (plan, lined):
        drawing = draw(layout_of(each), cut_params(each))
        assert_same(each, replace(each, **vars(drawing)))


def test_an_edited_plan_drawn_again_is_the_same(plan, tmp_path):
    edited = editing.merge(plan, neighbours(plan))
    write_plan(edited, tmp_path)
    again = read_plan(tmp_path)
    assert_same(edited, again)
    assert_same(again, replace(again, **vars(draw(layout_of(again), cut_params(again)))))


def test_merging(plan):
    one, other = neighbours(plan)
    merged = editing.merge(plan, [other, one])
    assert other in sizes(merged), "the first keeps its id"
    assert one not in sizes(merged)
    assert sizes(merged)[other] == sizes(plan)[one] + sizes(plan)[other]
    assert {**sizes(plan), one: 0, other: 0} == {**sizes(merged), one: 0, other: 0}
    assert merged.about["retired"] == [one]
    walk = merged.turfs.set_index("turf_id")["walk_m"]
    assert walk[other] < 1.3 * plan.turfs.set_index("turf_id").loc[[one, other], "walk_m"].sum()


def test_the_plan_before_is_not_changed(plan, folder):
    editing.merge(plan, neighbours(plan))
    editing.lock(plan, neighbours(plan))
    assert_same(plan, read_plan(folder))
    assert plan.about == read_plan(folder).about


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_splitting(plan, parts):
    turf = plan.turfs.sort_values("doors")["turf_id"].iloc[-1]
    edited = editing.split(plan, turf, parts)
    born = [*edited.turfs["turf_id"][~edited.turfs["turf_id"].isin(plan.turfs["turf_id"])]]
    assert len(born) == parts - 1
    count = [sizes(edited)[name] for name in (turf, *born)]
    assert sum(count) == sizes(plan)[turf]
    assert max(count) - min(count) <= 0.25 * max(count) + 1
    assert count[0] == max(count), "the largest keeps the id"


@pytest.mark.parametrize("left_whole", [0, 1, 4])
def test_splitting_into_almost_as_many_turfs_as_doors(plan, left_whole):
    """Bands of one or two doors fit several numbers of turfs; it is the one asked for."""
    turf = plan.turfs.sort_values("doors")["turf_id"].iloc[0]
    parts = int(sizes(plan)[turf]) - left_whole
    edited = editing.split(plan, turf, parts)
    born = {*edited.turfs["turf_id"]} - {*plan.turfs["turf_id"]}
    count = [sizes(edited)[name] for name in (turf, *born)]
    assert len(count) == parts
    assert max(count) <= 2


def test_an_id_never_means_two_turfs(plan):
    turf = plan.turfs["turf_id"].iloc[0]
    first = editing.split(plan, turf, 2)
    born = {*first.turfs["turf_id"]} - {*plan.turfs["turf_id"]}
    again = editing.split(editing.merge(first, [turf, *born]), turf, 2)
    assert born.isdisjoint(again.turfs["turf_id"])
    assert len(again.turfs) == len(first.turfs)


def test_moving_there_and_back(plan):
    one, other = neighbours(plan)
    some = doors_of(plan, one)[:3]
    there = editing.move(plan, some, other)
    assert (membership(there)[some] == other).all()
    assert_frame_equal(
        membership(there).drop(some).to_frame(), membership(plan).drop(some).to_frame()
    )
    back = editing.move(there, some, one)
    assert membership(back).equals(membership(plan))


def test_moving_into_a_new_turf(plan):
    one = plan.turfs["turf_id"].iloc[0]
    some = doors_of(plan, one)[:4]
    edited = editing.move(plan, some, editing.NEW)
    (born,) = {*edited.turfs["turf_id"]} - {*plan.turfs["turf_id"]}
    assert sorted(doors_of(edited, born)) == sorted(some)


def test_a_turf_whose_last_door_goes_is_no_more(plan):
    one, other = neighbours(plan)
    edited = editing.move(plan, doors_of(plan, one), other)
    assert one not in sizes(edited)
    assert edited.about["retired"] == [one]


def test_redrawing_gives_a_turf_the_doors_inside_and_no_others(plan):
    one, _ = neighbours(plan)
    west, south, east, north = plan.turfs.geometry[plan.turfs["turf_id"] == one].iloc[0].bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    edited = editing.redraw(plan, half, one)
    x, y = project(plan.doors["lon"], plan.doors["lat"], plan.turfs.crs)
    inside = plan.doors["door_id"][shapely.intersects_xy(half, x, y)]
    assert sorted(doors_of(edited, one)) == sorted(inside)
    assert 0 < len(inside) != sizes(plan)[one]


def test_recutting_with_another_target(plan):
    pair = neighbours(plan)
    both = sum(sizes(plan)[name] for name in pair)
    edited = editing.recut(plan, pair, {"target": both / 4, "tolerance": 0.3})
    assert len(edited.turfs) == len(plan.turfs) + 2
    assert set(pair) <= set(sizes(edited)), "old ids stay"
    assert edited.about["edit"]["target"] == both / 4
    others = membership(plan)[~membership(plan).isin(pair)]
    assert membership(edited)[others.index].equals(others)


EDITS = {
    "merge": lambda plan: editing.merge(plan, neighbours(plan)),
    "split": lambda plan: editing.split(plan, neighbours(plan)[0], 2),
    "move": lambda plan: editing.move(plan, doors_of(plan, neighbours(plan)[0])[:2], "new"),
    "recut": lambda plan: editing.recut(plan, neighbours(plan), {"target": 12}),
    "lock": lambda plan: editing.lock(plan, neighbours(plan)),
}


@pytest.mark.parametrize("verb", ["split", "recut", "lock"])
def test_undoing_gives_the_same_tables_and_undoing_twice_does_it_again(plan, verb):
    edited = EDITS[verb](plan)
    back = editing.undo(edited)
    assert_same(back, plan)
    again = editing.undo(back)
    assert_same(again, edited)
    assert back.about["edit"]["verb"] in ("undo", "unlock")


def test_undoing_brings_back_the_order_of_a_turf_that_kept_its_doors(plan):
    """A turf cut anew by itself may keep all its doors and walk them otherwise."""
    for turf in plan.turfs["turf_id"]:
        edited = editing.recut(plan, [turf], {"seed": 1})
        if len(edited.turfs) == len(plan.turfs) and not edited.doors.equals(plan.doors):
            break
    else:
        pytest.fail("every turf is walked as before; choose another seed")
    assert membership(edited).equals(membership(plan))
    back = editing.undo(edited)
    assert_same(back, plan)
    assert_same(editing.undo(back), edited)


def test_a_cut_cannot_be_undone(plan):
    with pytest.raises(InputError, match="PARAMETER: The plan is no edit"):
        editing.undo(plan)


def test_locked_turfs_refuse_every_edit(plan):
    one, other = neighbours(plan)
    locked = editing.lock(plan, [one])
    assert locked.turfs.set_index("turf_id")["locked"][one]
    some = doors_of(plan, one)[:1]
    outline = locked.turfs.geometry[locked.turfs["turf_id"] == one].iloc[0]
    for edit in (
        lambda: editing.merge(locked, [one, other]),
        lambda: editing.split(locked, one, 2),
        lambda: editing.move(locked, some, other),
        lambda: editing.move(locked, doors_of(plan, other)[:1], one),
        lambda: editing.redraw(locked, outline, other),
        lambda: editing.recut(locked, [one, other]),
    ):
        with pytest.raises(InputError, match=f"LOCKED: {one} is locked; unlock it first") as fault:
            edit()
        assert fault.value.sentence.count(". ") == 0
    freed = editing.unlock(locked, [one])
    assert_same(freed, plan)


def test_hard_lines_are_districts_of_the_map(lined):
    districts = lined.base[lined.base["kind"] == "district"]
    assert sorted(districts["name"]) == ["E", "W"]
    told = overview(lined, split(lined), None)["districts"]
    assert sorted(told["name"]["words"]) == ["E", "W"]


def test_edits_tell_how_many_turfs_cross_soft_lines(plan):
    one, other = neighbours(plan)
    params = plan.about["params"]
    params = {**params, "cut": {**params["cut"], "prefer": ["districts.gpkg.name"]}}
    stale = {"code": "LINES_CROSSED", "sentence": "Of the cut.", "count": 9}
    soft = (plan.doors["turf_id"] == other).astype("int64")
    parted = replace(
        plan,
        about={**plan.about, "params": params, "notes": [*plan.about["notes"], stale]},
        doors=plan.doors.assign(soft=soft),
    )
    merged = editing.merge(parted, [one, other])
    for edited, crossed in ((merged, 1), (editing.undo(merged), 0)):
        told = {note["code"]: note["count"] for note in edited.about["notes"]}
        assert told["LINES_CROSSED"] == crossed
        assert len(edited.about["notes"]) == len(plan.about["notes"]) + 1


def test_turfs_keep_within_hard_lines(lined):
    zones = lined.doors.groupby("turf_id")["zone"].first()
    assert len({*zones}) > 1
    one, other = zones.drop_duplicates().index[:2]
    with pytest.raises(InputError, match=f"CROSSES: Between the doors of {one} would lie a line"):
        editing.merge(lined, [one, other])
    with pytest.raises(InputError, match="CROSSES"):
        editing.move(lined, doors_of(lined, other)[:1], one)


def bow_tie(plan):
    """An outline whose edges cross in the middle of the plan."""
    west, south, east, north = plan.turfs.total_bounds
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


def test_a_turf_of_one_door_cannot_be_split(plan):
    alone = editing.move(plan, doors_of(plan, "T001")[:1], editing.NEW)
    (born,) = {*alone.turfs["turf_id"]} - {*plan.turfs["turf_id"]}
    with pytest.raises(InputError, match=f"{born} has 1 door; it cannot be split"):
        editing.split(alone, born, 2)


def test_nobody_added_changes_nothing(plan):
    same = editing.add(plan, newcomers(plan).iloc[:0])
    assert_same(same, plan)
    assert same.about["counts"] == plan.about["counts"]


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda plan: editing.merge(plan, ["T001", "T999"]), "T999 is no turf of this plan"),
        (lambda plan: editing.merge(plan, ["T001", "T001"]), "two turfs or more"),
        (lambda plan: editing.split(plan, "T001", 1), "split it into 2 to"),
        (lambda plan: editing.split(plan, "T001", 9999), "split it into 2 to"),
        (lambda plan: editing.move(plan, ["nobody"], "T001"), "nobody is no door of this plan"),
        (lambda plan: editing.move(plan, ["a", "b"], "T001"), "a, b are no doors of this plan"),
        (lambda plan: editing.move(plan, [], "T001"), "No door is named"),
        (lambda plan: editing.move(plan, [""], "T001"), ": '' is no door of this plan"),
        (lambda plan: editing.merge(plan, ["T001", " "]), ": ' ' is no turf of this plan"),
        (lambda plan: editing.redraw(plan, bow_tie(plan), "T001"), "or its edges cross"),
        (
            lambda plan: editing.redraw(plan, bow_tie(plan).exterior, "T001"),
            "The outline is no area",
        ),
        (lambda plan: editing.redraw(plan, shapely.box(0, 0, 1, 1), "new"), "No door lies inside"),
        (lambda plan: editing.recut(plan, ["T001"], {"target": -3.0}), "target is -3.0"),
        (lambda plan: editing.recut(plan, []), "No turf is named"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(plan, edit, says):
    with pytest.raises(InputError, match=says) as fault:
        edit(plan)
    assert fault.value.code == "PARAMETER"


def attempts(plan, share, seed=1):
    """Results of visits to a share of the doors."""
    rng = np.random.default_rng(seed)
    door_id = plan.doors["door_id"][rng.random(len(plan.doors)) < share]
    return pd.DataFrame(
        {"door_id": door_id, "outcome": rng.choice(["talked", "out"], len(door_id))}
    )


def test_relaunching_drops_by_rule_and_folds_stubs(plan):
    locked = plan.turfs["turf_id"].iloc[2]
    before = editing.lock(plan, [locked])
    found = attempts(plan, 0.9)
    after = editing.relaunch(before, found, {"talked"}, stub_doors=15)
    done = {*found.loc[found["outcome"] == "talked", "door_id"]} - {*doors_of(plan, locked)}
    assert {*plan.doors["door_id"]} - {*after.doors["door_id"]} == done
    assert doors_of(after, locked) == doors_of(plan, locked), "locked ones are walked as they were"
    assert {*after.turfs["turf_id"]} < {*plan.turfs["turf_id"]}
    cells = after.streets["cell"].to_numpy()[after.doors["edge"]]
    small = [name for name, size in sizes(after).items() if size < 15 and name != locked]
    for name in small:
        own = (after.doors["turf_id"] == name).to_numpy(bool)
        free = (after.doors["turf_id"] != locked).to_numpy(bool) & ~own
        assert {*cells[own]}.isdisjoint(cells[free]), "only barriers keep a stub from folding"
    assert len(small) < (plan.turfs["doors"] * 0.55 < 15).sum()
    assert after.about["counts"]["dropped"] == len(plan.voters) - len(after.voters) > 0
    with pytest.raises(InputError, match="NO_VOTERS"):
        editing.relaunch(plan, plan.doors[["door_id"]].assign(outcome="talked"), {"talked"})


def test_churn_tells_turfs_doors_and_metres_but_no_voter(plan):
    one, other = neighbours(plan)
    some = doors_of(plan, one)[:3]
    edited = editing.move(plan, some, other)
    told = editing.churn(plan, edited)
    assert sorted(turf["turf_id"] for turf in told["turfs"]) == sorted([one, other])
    assert sorted(told["doors"], key=str) == sorted(
        ({"door_id": door, "from": one, "to": other} for door in some), key=str
    )
    living = plan.doors.set_index("door_id").loc[some, "voters"].sum()
    assert (told["doors_moved"], told["voters_moved"]) == (3, living)
    figures = {turf["turf_id"]: turf["doors"] for turf in told["turfs"]}
    assert figures[one] == [sizes(plan)[one], sizes(plan)[one] - 3]
    assert told["walk_m"][0] == pytest.approx(plan.turfs["walk_m"].sum(), abs=0.1)
    text = json.dumps(told)
    names = {*plan.voters["voter_id"], *plan.voters["last_name"]}
    assert not [name for name in names if len(name) > 3 and f'"{name}"' in text]
    assert editing.churn(plan, plan)["turfs"] == []


def voters_of(plan):
    return sorted([*plan.voters["voter_id"], *plan.exceptions["voter_id"]])


@st.composite
def edits(draw):
    """A verb, and numbers that stand for turfs, doors and parts."""
    verb = draw(st.sampled_from(["merge", "split", "move", "recut", "lock", "undo"]))
    return verb, draw(st.lists(st.integers(0, 999), min_size=3, max_size=5))


def applied(plan, verb, numbers):
    """The plan after an edit; the plan itself where the edit is refused."""
    free = plan.turfs.loc[~plan.turfs["locked"], "turf_id"].tolist()
    turfs = [free[number % len(free)] for number in numbers]
    doors = [plan.doors["door_id"].iloc[number % len(plan.doors)] for number in numbers[1:]]
    verbs = {
        "merge": lambda: editing.merge(plan, turfs[:2]),
        "split": lambda: editing.split(plan, turfs[0], 2 + numbers[0] % 3),
        "move": lambda: editing.move(
            plan, doors, [*free, editing.NEW][numbers[0] % (1 + len(free))]
        ),
        "recut": lambda: editing.recut(plan, turfs),
        "lock": lambda: editing.lock(plan, turfs[:1]),
        "undo": lambda: editing.undo(plan),
    }
    try:
        return verbs[verb]()
    except InputError:
        return plan


def check_sequence(plan, sequence):
    """Voters stay, locked turfs stay, ids mean one turf, and each plan keeps every invariant."""
    now, ever = plan, {*plan.turfs["turf_id"]}
    for verb, numbers in sequence:
        after = applied(now, verb, numbers)
        check_plan(after)
        assert voters_of(after) == voters_of(plan)
        for name in now.turfs.loc[now.turfs["locked"], "turf_id"]:
            assert doors_of(after, name) == doors_of(now, name)
        ever |= {*after.turfs["turf_id"]}
        assert {*after.turfs["turf_id"], *after.about["retired"]} == ever
        assert {*after.turfs["turf_id"]}.isdisjoint(after.about["retired"])
        now = after


@settings(max_examples=4, deadline=None)
@given(st.lists(edits(), min_size=3, max_size=4))
def test_any_sequence_of_edits(plan, sequence):
    check_sequence(plan, sequence)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(edits(), min_size=5, max_size=12))
def test_any_long_sequence_of_edits(plan, sequence):
    check_sequence(plan, sequence)


def test_a_wrong_edit_is_stopped(plan):
    one, other = neighbours(plan)
    edited = editing.merge(plan, [one, other])
    wrong = replace(edited, voters=edited.voters.iloc[1:])
    with pytest.raises(GeodataError, match=r"INVARIANT.*edits lose and invent no voter"):
        check_edit(plan, wrong)
    forgotten = replace(edited, about={**edited.about, "retired": []})
    with pytest.raises(GeodataError, match=f"INVARIANT.*turf {other} is forgotten"):
        check_edit(plan, forgotten)
    with pytest.raises(GeodataError, match=r"INVARIANT.*edits leave locked turfs alone"):
        check_edit(editing.lock(plan, [one]), edited)


def newcomers(plan):
    """Three voters: one at a door of the plan, one next door, one without a place."""
    door = plan.doors[plan.doors["unit"] == ""].iloc[[5, 5, 5]].reset_index(drop=True)
    number = door["address"].str.extract(r"^(\d+)(.*)$")
    table = pd.DataFrame(
        {
            "voter_id": ["NEW1", "NEW2", "NEW3"],
            "address": [
                door["address"][0],
                f"{int(number[0][1]) + 1000}{number[1][1]}",
                "1 Nowhere",
            ],
            "lat": [door["lat"][0], door["lat"][1] + 0.00005, np.nan],
            "lon": [door["lon"][0], door["lon"][1], np.nan],
        }
    )
    for name in ("unit", "phone", "first_name", "last_name", "age", "language"):
        table[name] = ""
    return table.assign(city=door["city"], zip=door["zip"], precinct=door["precinct"])


def test_adding_voters_at_doors_of_the_plan_and_next_door(plan):
    table = newcomers(plan)
    edited = editing.add(plan, table)
    (born,) = {*edited.doors["door_id"]} - {*plan.doors["door_id"]}
    at = edited.voters.set_index("voter_id")["door_id"]
    assert at["NEW2"] == born
    assert at["NEW1"] in {*plan.doors["door_id"]}
    turf = membership(edited)
    assert turf[born] == turf[at["NEW1"]]
    assert turf.drop(born).equals(membership(plan))
    assert "NEW3" in {*edited.exceptions["voter_id"]}
    counts = edited.about["counts"]
    assert counts["rows"] == plan.about["counts"]["rows"] + 3
    assert counts["doors"] == plan.about["counts"]["doors"] + 1
    again = editing.relaunch(
        edited, pd.DataFrame({"door_id": [born], "outcome": "out"}), {"out"}, stub_doors=0
    )
    assert membership(again).equals(membership(plan)), "relaunching without it takes it out again"
    with pytest.raises(InputError, match="PARAMETER: 3 voters are there already"):
        editing.add(edited, table)
    with pytest.raises(InputError, match="LOCKED"):
        editing.add(editing.lock(plan, [turf[born]]), table)


def test_a_newcomer_of_another_precinct_is_no_wrong_vintage(plan):
    """One new door whose code is another precinct's says nothing about the plan's map."""
    table = newcomers(plan).iloc[[1]]
    beside = plan.precincts.assign(precinct="999")
    beside = beside.set_geometry(beside.translate(0, 20_000))
    two = replace(plan, precincts=pd.concat([plan.precincts, beside], ignore_index=True))
    edited = editing.add(two, table.assign(precinct="999"))
    (born,) = {*edited.doors["door_id"]} - {*plan.doors["door_id"]}
    home = edited.doors.set_index("door_id")["precinct"]
    assert home[born] == table["precinct"].item(), "the map decides"


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"address": ""}, "R-no_address"), ({"lat": 37.9, "lon": -120.5}, "R-off_network")],
)
def test_newcomers_whom_no_turf_can_have_are_set_aside(plan, change, reason):
    edited = editing.add(plan, newcomers(plan).iloc[[1]].assign(**change))
    told = edited.exceptions.set_index("voter_id")
    assert told.loc["NEW2", "reason"] == reason
    assert_same(edited, replace(plan, exceptions=edited.exceptions))


COMING_AND_GOING = {
    "add": lambda plan: editing.add(plan, newcomers(plan)),
    "relaunch": lambda plan: editing.relaunch(plan, attempts(plan, 0.9), {"talked"}),
}


@pytest.mark.parametrize("verb", COMING_AND_GOING)
def test_who_came_or_went_is_undone_with_the_plan_before(plan, verb):
    before = editing.lock(plan, [plan.turfs["turf_id"].iloc[2]])
    edited = COMING_AND_GOING[verb](before)
    back = editing.undo(edited, before)
    assert_same(back, before)
    assert back.about["counts"] == before.about["counts"]
    gone = {*edited.turfs["turf_id"]} - {*before.turfs["turf_id"]}
    assert gone <= {*back.about["retired"]}
    again = editing.undo(back, edited)
    assert_same(again, edited)
    assert again.about["counts"] == edited.about["counts"]
    for each in (edited, back):
        with pytest.raises(InputError, match=f"PARAMETER: Doors or voters .* with '{verb}'; name"):
            editing.undo(each)


def test_a_turf_of_newcomers_goes_with_them(plan):
    shut = editing.lock(plan, plan.turfs["turf_id"])
    edited = editing.add(shut, newcomers(plan).iloc[[1]])
    (turf,) = {*edited.turfs["turf_id"]} - {*plan.turfs["turf_id"]}
    back = editing.undo(edited, shut)
    assert_same(back, shut)
    assert back.about["retired"] == [turf]
    assert_same(editing.undo(back, edited), edited)


def test_a_night_is_not_undone(plan):
    night = replace(plan, about={**plan.about, "edit": {"verb": "night"}})
    with pytest.raises(InputError, match="PARAMETER: The verb 'night' cannot be undone"):
        editing.undo(night, plan)


def test_new_doors_go_to_unlocked_turfs_only(plan):
    table = newcomers(plan).iloc[[1]]
    home = editing.add(plan, table)
    (born,) = {*home.doors["door_id"]} - {*plan.doors["door_id"]}
    locked = editing.lock(plan, [membership(home)[born]])
    assert membership(editing.add(locked, table))[born] != membership(home)[born]
    everything = editing.lock(plan, plan.turfs["turf_id"])
    (turf,) = {*editing.add(everything, table).turfs["turf_id"]} - {*plan.turfs["turf_id"]}
    assert turf not in plan.about["retired"]


@pytest.mark.slow
def test_san_francisco_drawn_again_from_its_folder_is_the_same(turfcutter, shared_data, tmp_path):
    place = shared_data / "sf-central"
    addresses = place / "eas_addresses_with_units.csv.gz"
    turfcutter("sample-voters", "--addresses", addresses, "--out", tmp_path / "voters.csv")
    words = ("--precincts", place / "SF_DOE_Precincts_20120702_EPSG2227.zip")
    words += (
        "--streets",
        place / "sf_central_20260204.osm.pbf",
        "--voters",
        tmp_path / "voters.csv",
    )
    words += ("--workspace", tmp_path / "workspace", "--out", tmp_path / "cut", "--quiet")
    done = turfcutter("cut", *words)
    assert (done.returncode, done.stderr) == (0, "")
    plan = read_plan(tmp_path / "cut")
    assert_same(plan, replace(plan, **vars(draw(layout_of(plan), cut_params(plan)))))
    largest = plan.turfs.sort_values("doors")["turf_id"].iloc[-1]
    back = editing.undo(editing.split(plan, largest, 3))
    assert_same(back, plan, but=["colour"])
