"""Figures of cuts of towns so small that the right answer can be seen."""

from dataclasses import asdict

import numpy as np
import pytest
import shapely

from turfcutter.scores import scoring
from turfcutter.scores.ground import barred_turfs, misplaced, split_sides, survey
from turfcutter.streets.barriers import ways_across
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network

LONG = ("Long St", "residential", [(0, 0), (500, 0), (1000, 0)])
ROW = [(50 + 20 * k, 9) for k in range(40)]
BAND = {"by": "doors", "band": (18.0, 22.0)}


def ground_of(streets, spots, *, minutes=1.5, speed_mps=1.0):
    network = build_network(streets)
    xy = np.array(spots, float)
    front = find_frontage(xy, [""] * len(xy), network, list(network.edges["name"]), 150.0)
    assert (front.edge >= 0).all()
    here = np.full(len(xy), minutes)
    return survey(front, xy, here, network, speed_mps=speed_mps, workers=2)


@pytest.fixture
def row(town):
    """Forty doors along one side of a street, 20 m apart."""
    return ground_of(town(LONG), ROW)


def test_there_and_back_along_a_street(row):
    score = scoring.judge(row, np.arange(40) // 20, np.arange(40), **BAND)
    assert asdict(score) == {
        "turfs": 2,
        "doors": 40,
        "left_out": 0,
        "doors_low": 20,
        "doors_high": 20,
        "minutes_low": pytest.approx(30 + 2 * 19 * 20 / 60, abs=0.06),
        "minutes_high": pytest.approx(30 + 2 * 19 * 20 / 60, abs=0.06),
        "in_band": 1.0,
        "walk_m_per_door": pytest.approx(2 * 2 * 19 * 20 / 40),
        "order_ratio": pytest.approx(1),
        "misplaced": 0.0,
        "split_sides": 1.0,
        "barrier_turfs": 0,
        "hours": pytest.approx((60 + 4 * 19 * 20 / 60) / 60),
    }


def test_a_bad_order_is_told_from_a_bad_cut(row):
    one = np.zeros(40)
    shuffled = np.argsort([(17 * k) % 40 for k in range(40)])
    bad, none = (scoring.judge(row, one, order, **BAND) for order in (shuffled, None))
    assert bad.order_ratio > 5
    assert np.isnan(none.order_ratio)
    assert bad.walk_m_per_door == pytest.approx(none.walk_m_per_door) == pytest.approx(39)


def test_doors_in_no_turf_are_counted_not_walked(row):
    labels = np.array(["a"] * 20 + ["b"] * 17 + [None, "", float("nan")], object)
    score = scoring.judge(row, labels, **BAND)
    assert (score.turfs, score.doors, score.left_out, score.in_band) == (2, 37, 3, 0.5)
    assert score.walk_m_per_door == pytest.approx(2 * 20 * (19 + 16) / 37)


def test_nobody_in_any_turf_is_no_cut(row):
    with pytest.raises(ValueError, match="no door"):
        scoring.judge(row, [-1] * 40, **BAND)


def test_names_of_turfs_do_not_matter(row):
    names = np.array(["z", "m", "a"], object)
    first, second = (
        asdict(scoring.judge(row, labels, **BAND))
        for labels in (np.arange(40) % 3, names[np.arange(40) % 3])
    )
    assert repr(first) == repr(second)


def test_a_band_in_minutes(row):
    minutes = 30 + 2 * 19 * 20 / 60
    labels = np.arange(40) // 20
    near, far = (
        scoring.judge(row, labels, by="minutes", band=(low, low + 1)).in_band
        for low in (minutes - 0.5, minutes + 0.5)
    )
    assert (near, far) == (1.0, 0.0)


def test_a_door_among_strangers(row):
    halves = np.arange(40) // 20
    assert not misplaced(row, halves).any()
    halves[5] = 1  # its four neighbours are of the other turf; theirs are mostly not
    assert np.flatnonzero(misplaced(row, halves)).tolist() == [5]
    assert misplaced(row, np.arange(40)).all()


def test_doors_of_a_building_are_each_others_nearest(town):
    """Sixty flats cut in the middle: nobody is among strangers, whatever lives next door."""
    ground = ground_of(town(LONG), [(500, 9)] * 60 + [(480, 9), (520, 9)])
    turf = np.repeat([0, 1, 2, 3], [30, 30, 1, 1])
    assert np.flatnonzero(misplaced(ground, turf)).tolist() == [60, 61]


def test_a_place_of_one_door(town):
    score = scoring.judge(ground_of(town(LONG), [(500, 9)]), [7], [1], by="doors", band=(1, 1))
    assert (score.turfs, score.walk_m_per_door, score.misplaced) == (1, 0, 0)
    assert np.isnan(score.order_ratio)


def freeway(town, underpass_x):
    """Two streets on both sides of a freeway, joined at one place."""
    x = underpass_x
    streets = town(
        ("North St", "residential", [(0, 50), (x, 50), (2000, 50)]),
        ("South St", "residential", [(0, -50), (x, -50), (2000, -50)]),
        ("Under St", "tertiary", [(x, 50), (x, -50)]),
        barriers=[shapely.LineString([(-500, 0), (2500, 0)])],
    )
    return ground_of(streets, [(40, 60), (60, 60), (40, -60), (60, -60)])


def test_turfs_on_both_sides_of_a_freeway(town):
    across, along = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    far, near = freeway(town, 1500), freeway(town, 120)
    assert ways_across(far.network.edges, far.network.lines).tolist() == [[1500, 0]]
    assert barred_turfs(far, across).tolist() == [0, 1]
    assert barred_turfs(far, along).tolist() == []
    assert barred_turfs(near, across).tolist() == []
    score = scoring.judge(far, across, by="doors", band=(2, 2))
    assert score.barrier_turfs == 2
    # round by the underpass and back, over both streets, out of reach of tables of distances
    assert score.walk_m_per_door == pytest.approx(2 * (3020 + 20 + 2980 + 20) / 4)


def test_streets_that_do_not_meet_are_walked_one_by_one(town):
    """Nobody can walk between islands: each is walked for itself, and the turf is counted."""
    other = ("Far St", "residential", [(0, 400), (1000, 400)])
    ground = ground_of(town(LONG, other), [(100, 9), (200, 9), (100, 409), (200, 409)])
    score = scoring.judge(ground, [0, 0, 0, 0], by="doors", band=(4, 4))
    assert score.barrier_turfs == 1
    assert score.walk_m_per_door == pytest.approx(4 * 100 / 4)


def test_split_block_sides_are_counted_with_doors_in_turfs_only(town):
    cross = ("Cross St", "residential", [(500, 0), (500, 300)])
    ground = ground_of(town(LONG, cross), [(100, 9), (200, 9), (600, 9), (700, 9), (300, -9)])
    assert split_sides(ground, np.array([0, 0, 0, 0, 1])) == (0, 2)
    assert split_sides(ground, np.array([0, 1, 0, 0, 1])) == (1, 2)
    assert split_sides(ground, np.array([0, -1, 0, 1, 1])) == (1, 1)


def test_other_cuts_and_kmeans_stand_beside_the_plan(row):
    good, bad = np.arange(40) // 20, np.arange(40) % 2
    table = scoring.compare(row, {"plan": (good, np.arange(40)), "old": (bad, None)}, **BAND)
    assert table["cut"].tolist() == ["plan", "old", "k-means"]
    plan, old, kmeans = table.to_dict("records")
    assert kmeans["turfs"] == plan["turfs"] == 2
    assert kmeans["of_kmeans"] == 1
    assert plan["of_kmeans"] == pytest.approx(plan["walk_m_per_door"] / kmeans["walk_m_per_door"])
    assert plan["hours_saved"] == 0
    walked_more = 2 * 2 * 38 * 20 - 2 * 2 * 19 * 20
    assert old["hours_saved"] == pytest.approx(walked_more / 3600)


def test_hours_are_compared_door_by_door(row):
    """A cut that leaves doors out has not saved the time at them."""
    good = np.arange(40) // 20
    table = scoring.compare(
        row, {"plan": (good, None), "half": (np.where(good, 1, -1), None)}, **BAND
    )
    assert table["hours_saved"].iloc[1] == pytest.approx(0)


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_and_row_order_change_nothing(town, workers):
    rng = np.random.default_rng(3)
    streets = town(LONG, ("Cross St", "residential", [(500, 0), (500, 300)]))
    spots = np.column_stack([rng.uniform(0, 1000, 90), rng.choice([-9, 9], 90)])
    labels, order = rng.integers(0, 4, 90), rng.permutation(90)
    first = scoring.judge(ground_of(streets, spots), labels, order, **BAND)
    rows = rng.permutation(90)
    again = scoring.judge(
        ground_of(streets, spots[rows]), labels[rows], order[rows], **BAND, workers=workers
    )
    for name, value in asdict(first).items():
        assert getattr(again, name) == pytest.approx(value), name
