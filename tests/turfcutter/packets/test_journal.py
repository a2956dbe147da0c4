"""The folder of a printing is known as one whenever a run is killed."""

import shutil

import pytest

from turfcutter.packets.journal import JOURNAL, begun
from turfcutter.packets.printing import COMBINED, Printing, print_packets


@pytest.fixture
def plan(plans):
    """Two turfs."""
    return plans.whole_plan(2, 1, 3)


@pytest.mark.parametrize("gone", ["packets", "lists", "gpx"])
def test_a_replacement_that_is_killed_goes_on(gone, plan, packet_issue, tmp_path, monkeypatch):
    """Killed while it removes the old files."""
    out, removed = tmp_path / "out", shutil.rmtree
    print_packets(plan, Printing(packet_issue(), serial=5_000_001), out)
    other = Printing(packet_issue(), ("A1",), 6_000_001)

    def killed(path):
        if path.name == gone:
            raise KeyboardInterrupt
        removed(path)

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            print_packets(plan, other, out, force=True)
    assert begun(out) == (5_000_001, "2026-10-01 09:00")
    print_packets(plan, other, out, force=True)
    assert [path.name for path in (out / "packets").iterdir()] == ["A1.pdf"]


def test_a_printing_killed_in_its_first_moment_goes_on(plan, packet_issue, tmp_path):
    (tmp_path / f".{JOURNAL}.partial").touch()
    print_packets(plan, Printing(packet_issue(), serial=5_000_001), tmp_path)
    assert (tmp_path / COMBINED).exists()


def test_folders_are_made_again_where_a_run_was_killed_before_them(plan, packet_issue, tmp_path):
    out, printing = tmp_path / "out", Printing(packet_issue(), serial=5_000_001)
    print_packets(plan, printing, out)
    journal = (out / JOURNAL).read_bytes().splitlines(keepends=True)
    shutil.rmtree(out)
    out.mkdir()
    (out / JOURNAL).write_bytes(journal[0])
    print_packets(plan, printing, out)
    assert len(list((out / "manifests").iterdir())) == 2
