"""Sheets that come back: who stands on a line, until the list is closed."""

import shutil
from copy import deepcopy
from pathlib import Path

import pytest

from geodata.errors import InputError
from turfcutter.packets.lists.manifests import close, closed, line_of, open_lists
from turfcutter.packets.lists.numbers import list_number, spaced
from turfcutter.packets.printing import Printing, print_packets
from turfcutter.plans.plan import write_plan


@pytest.fixture(scope="module")
def printed_once(plans, packet_issue, tmp_path_factory):
    """A plan of two turfs, and the folder of its printing, into which nobody writes."""
    plan = plans.whole_plan(2, 1, 6)
    out = tmp_path_factory.mktemp("two") / "out"
    print_packets(plan, Printing(packet_issue(), serial=4_000_001), out)
    return plan, out


@pytest.fixture
def two(printed_once, tmp_path):
    """Copies of the plan and of its printing."""
    plan, out = printed_once
    return deepcopy(plan), Path(shutil.copytree(out, tmp_path / "out"))


def test_every_line_tells_its_voter(two):
    plan, out = two
    assert open_lists(out) == [list_number(4_000_001), list_number(4_000_002)]
    found = []
    for number in open_lists(out):
        rows = (out / "manifests" / f"{number}.csv").read_text().splitlines()[1:]
        found += [line_of(out, row.split(",")[2]) for row in rows]
    assert sorted(row["voter_id"] for row in found) == sorted(plan.voters["voter_id"])
    door_of = dict(zip(plan.voters["voter_id"], plan.voters["door_id"], strict=True))
    assert all(row["door_id"] == door_of[row["voter_id"]] for row in found)


def test_ids_that_look_like_formulas_come_back_as_they_were(plans, packet_issue, tmp_path):
    plan = plans.whole_plan(1, 1, 1)
    plan.voters["voter_id"] = ["=1+1", "'=1+1", "007"][: len(plan.voters)]
    print_packets(plan, Printing(packet_issue(), serial=4_000_001), tmp_path / "out")
    code = "400000100019"
    assert line_of(tmp_path / "out", f"{code[:4]} {code[4:]}")["voter_id"] == "=1+1"


def test_a_closed_list_is_refused_from_then_on(two):
    _, out = two
    first, second = open_lists(out)
    assert close(out, [spaced(first)]) == [first]
    assert open_lists(out) == [second]
    assert closed(out) == [first]
    assert not (out / "manifests" / f"{first}.csv").exists()
    for again in (lambda: line_of(out, "400000100019"), lambda: close(out, [first])):
        with pytest.raises(InputError) as fault:
            again()
        assert fault.value.code == "CLOSED"
        assert spaced(first) in fault.value.sentence
    assert line_of(out, "400000200022")["list"] == second


@pytest.mark.parametrize(
    "code", ["", "40000010001", "400000100012", "40000010001X", "400000999991"]
)
def test_wrong_codes_are_refused(code, two):
    with pytest.raises(InputError) as fault:
        line_of(two[1], code)
    assert fault.value.code == "PARAMETER"


@pytest.mark.parametrize("number", ["40000016", "4000001", "50000010", ""])
def test_nothing_is_closed_where_one_number_is_wrong(number, two):
    out = two[1]
    good = open_lists(out)
    with pytest.raises(InputError):
        close(out, [good[0], number])
    assert open_lists(out) == good


def test_manifests_outlive_another_printing_into_the_same_folder(two, packet_issue):
    """A re-cut, other words on the cover: sheets printed before can still be keyed in."""
    plan, out = two
    before = line_of(out, "400000100019")
    other = Printing(packet_issue(title="Other"), ("A2",), 5_000_001)
    print_packets(plan, other, out, force=True)
    assert [path.name for path in (out / "packets").iterdir()] == ["A2.pdf"]
    assert line_of(out, "400000100019") == before
    assert len(open_lists(out)) == 3
    again = Printing(packet_issue(title="Third"), ("A2",), 4_000_002)
    with pytest.raises(InputError, match="of another printing"):
        print_packets(plan, again, out, force=True)
    assert [path.name for path in (out / "packets").iterdir()] == ["A2.pdf"]


def test_a_printing_goes_on_without_its_closed_lists(two, packet_issue):
    plan, out = two
    first, second = open_lists(out)
    printing = Printing(packet_issue(), serial=4_000_001)
    close(out, [first])
    print_packets(plan, printing, out)
    assert open_lists(out) == [second]
    (out / "packets" / "A1.pdf").unlink()
    with pytest.raises(InputError) as fault:
        print_packets(plan, printing, out)
    assert fault.value.code == "CLOSED"


def test_voters_suppressed_since_the_cut_stop_the_printing(two, packet_issue, tmp_path):
    plan, _ = two
    gone = plan.voters["voter_id"].iloc[-1]
    of_turf = plan.voters["turf_id"].iloc[-1]
    other = next(name for name in plan.turfs["turf_id"] if name != of_turf)
    out = tmp_path / "new"
    hidden = frozenset({gone, "SOMEBODY ELSE"})
    with pytest.raises(InputError) as fault:
        print_packets(plan, Printing(packet_issue(), suppressed=hidden), out)
    assert (fault.value.code, gone in fault.value.sentence) == ("SUPPRESSED", False)
    assert not out.exists()
    print_packets(plan, Printing(packet_issue(), (other,), suppressed=hidden), out)
    plan.about["params"]["suppress"] = {"words": ["CONFIDENTIAL"]}
    plan.doors.loc[plan.doors["turf_id"] == other, "unit"] = "c/o Confidential program"
    with pytest.raises(InputError, match="suppressed"):
        print_packets(plan, Printing(packet_issue(), (other,)), tmp_path / "third")


def test_the_commands(here, two, tmp_path):
    plan, out = two
    done = here("line", out, "400000100019", "400000200022")
    assert done.stdout.splitlines()[0] == "list,line,code,turf_id,stop,door_id,voter_id"
    assert [row.split(",")[0] for row in done.stdout.splitlines()[1:]] == open_lists(out)
    assert here("close", out, "--all").stdout == "2 lists are closed.\n"
    assert open_lists(out) == []
    after = here("line", out, "400000100019")
    assert (after.returncode, "CLOSED" in after.stderr) == (2, True)
    folder = tmp_path / "plan"
    folder.mkdir()
    write_plan(plan, folder)
    (tmp_path / "gone.txt").write_text(f"{plan.voters['voter_id'].iloc[0]}\n")
    words = ("packets", folder, "--out", tmp_path / "new", "--serial", 5_000_001)
    stopped = here(*words, "--suppress-list", tmp_path / "gone.txt")
    assert (stopped.returncode, "SUPPRESSED" in stopped.stderr) == (2, True)
