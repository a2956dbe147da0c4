"""Regions as units: what their key depends on, parcels, damage."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.batch.kept import keep, look_up
from turfcutter.batch.regions import (
    Parcelled,
    cut_parcel,
    forget_others,
    keeping,
    region_key,
    sharing,
)
from turfcutter.cutting import Goal
from turfcutter.kernels import _toy
from turfcutter.plans.turfs import RegionJob, in_threads
from turfcutter.streets.distances import terminal_reach

GOAL = Goal(50, 45, 55, 0)


@pytest.fixture(scope="module")
def jobs():
    """Two halves of a small town as regions of one county."""
    network, _, site, terminals = _toy()
    reach = terminal_reach(network, terminals, 1)
    left = np.flatnonzero(site.xy[:, 0] < np.median(site.xy[:, 0]))
    right = np.setdiff1d(np.arange(len(site.xy)), left)

    def part(rows):
        own = {name: getattr(site, name)[rows] for name in ("xy", "block", "doors", "load", "soft")}
        return replace(site, ends=site.ends.take(rows), **own)

    return [
        RegionJob(part(rows), reach, GOAL, 0, f"r{n}", 1) for n, rows in enumerate((left, right))
    ]


def same(one, other):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for a, b in zip(one, other, strict=True)
        for name in ("stop", "first", "doors", "turf", "place")
    )


def test_regions_by_themselves_are_cut_alike(jobs, tmp_path):
    """Cut from its own terminals alone, kept, found again: always what `cut` makes."""
    plain, used = [*in_threads(1)(jobs)], set()
    assert same(plain, [*keeping(tmp_path, "v", used)(jobs)])
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.cut")}
    assert {*written} == used
    assert len(written) == 2
    assert same(plain, [*keeping(tmp_path, "v", used)(jobs)])
    assert written == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.cut")}


def test_parcels_bring_every_region(jobs, tmp_path):
    with pytest.raises(Parcelled) as packed:
        sharing(tmp_path, "v", set())(jobs)
    assert sum(cut_parcel(path, tmp_path, "v") for path in packed.value.parcels) == 2
    assert same([*in_threads(1)(jobs)], [*sharing(tmp_path, "v", set())(jobs)])


def test_nobody_keeps_what_nobody_needs(jobs, tmp_path):
    """Parcels of a run that was killed, halves, and cuts of another program go; the rest stays."""
    with pytest.raises(Parcelled):
        sharing(tmp_path, "v", set())(jobs)
    [*keeping(tmp_path, "earlier", set())(jobs)]
    (tmp_path / ".half.1@host.0123456789abcdef.partial.cut").touch()
    used = set()
    plain = [*keeping(tmp_path, "v", used)(jobs)]
    assert len([*tmp_path.iterdir()]) == 6
    forget_others(tmp_path, used)
    assert {*tmp_path.iterdir()} == used
    assert same(plain, [*keeping(tmp_path, "v", set())(jobs)])


def test_a_damaged_parcel_is_no_parcel(jobs, tmp_path):
    with pytest.raises(Parcelled) as packed:
        sharing(tmp_path, "v", set())(jobs)
    path = packed.value.parcels[0]
    path.write_bytes(path.read_bytes()[:-1])
    assert cut_parcel(path, tmp_path, "v") == 0
    with pytest.raises(Parcelled):
        sharing(tmp_path, "v", set())(jobs)


def test_keys_tell_what_matters(jobs):
    job = jobs[0].alone()
    key = region_key(job, "v")
    site = job.site
    others = [
        (job, "w"),
        (replace(job, seed=1), "v"),
        (replace(job, patience=2), "v"),
        (replace(job, name="other"), "v"),
        (replace(job, goal=replace(GOAL, target=51)), "v"),
        (replace(job, site=replace(site, doors=site.doors + 1)), "v"),
        (replace(job, site=replace(site, soft=site.soft + 1)), "v"),
        (replace(job, reach=replace(job.reach, distance=job.reach.distance + 1)), "v"),
    ]
    keys = [region_key(*other) for other in others]
    assert len({key, *keys}) == len(others) + 1


@settings(max_examples=40)
@given(st.data())
def test_any_flipped_bit_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("kept") / "one.cut"
    keep(path, {"a": np.arange(5), "b": np.array("name")})
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    torn = data.draw(st.booleans())
    changed = whole[:at] if torn else whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    path.write_bytes(changed)
    assert look_up(path) is None
    path.write_bytes(whole)
    assert look_up(path)["a"].tolist() == [0, 1, 2, 3, 4]
