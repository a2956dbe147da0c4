import errno
import os
import signal
import stat
from pathlib import Path

import pytest

from geodata.errors import BusyError, InputError, SpaceError
from geodata.storage.atomic import check_free, new_folder

WRITER = """
import sys, time
from pathlib import Path
from geodata.storage.atomic import new_folder
with new_folder(Path(sys.argv[1]), force=True) as folder:
    (folder / "plan.json").write_text("new")
    print("busy", flush=True)
    sys.stdin.read()
"""


def make(out, text="{}", *, force=False, fault=None):
    with new_folder(out, force=force) as folder:
        (folder / "plan.json").write_text(text)
        (folder / "deep").mkdir()
        (folder / "deep" / "list.csv").write_text(text)
        if fault:
            raise fault


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def writer(busy, tmp_path):
    """Another process in the middle of writing `tmp_path / "out"`."""
    with busy(WRITER, tmp_path / "out") as process:
        yield process


def test_folder_appears_when_the_block_ends(tmp_path):
    out = tmp_path / "deep" / "out"
    with new_folder(out, force=False) as folder:
        (folder / "plan.json").write_text("{}")
        assert not out.exists()
        assert folder.parent == out.parent
    assert names(out.parent) == ["out"]
    assert (out / "plan.json").read_text() == "{}"
    assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_empty_folder_is_filled(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    make(out)
    assert names(tmp_path) == ["out"]
    assert names(out) == ["deep", "plan.json"]


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_after_a_fault_nothing_is_left(tmp_path, fault):
    with pytest.raises(fault):
        make(tmp_path / "out", fault=fault)
    assert names(tmp_path) == []


def test_earlier_result_is_replaced_only_with_force(tmp_path):
    out = tmp_path / "out"
    make(out, "old")
    with pytest.raises(InputError, match="earlier result; add --force") as fault:
        make(out, "new")
    assert fault.value.code == "OUTPUT"
    assert (out / "plan.json").read_text() == "old"
    make(out, "new", force=True)
    assert (out / "plan.json").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_earlier_result_survives_a_fault(tmp_path):
    out = tmp_path / "out"
    make(out, "old")
    with pytest.raises(RuntimeError):
        make(out, "new", force=True, fault=RuntimeError)
    assert (out / "plan.json").read_text() == "old"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("force", [False, True])
def test_folder_of_somebody_else_is_never_touched(tmp_path, force):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="holds other files"):
        make(tmp_path / "out", force=force)
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


def test_file_in_the_way(tmp_path):
    (tmp_path / "out").write_text("a file")
    for out in (tmp_path / "out", tmp_path / "out" / "below"):
        with pytest.raises(InputError) as fault:
            check_free(out, force=True)
        assert fault.value.code == "OUTPUT"


def test_root_is_refused():
    with pytest.raises(InputError) as fault:
        check_free(Path("/"), force=True)
    assert fault.value.code == "OUTPUT"


def test_check_makes_nothing(tmp_path):
    check_free(tmp_path / "one" / "two", force=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_is_a_space_error(tmp_path, code):
    with pytest.raises(SpaceError) as fault, new_folder(tmp_path / "out", force=False):
        raise OSError(code, os.strerror(code))
    assert fault.value.exit_code == 5
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "words",
    [
        "IO Error: Could not write file: No space left on device",
        "Could not add feature to layer at index 9: database or disk is full",
        "Out of Memory Error: failed to offload data block; 'max_temp_directory_size' is reached",
    ],
)
def test_full_disk_told_in_words_only(tmp_path, words):
    """DuckDB and GDAL raise errors of their own that carry no number; these are their words."""
    with pytest.raises(SpaceError), new_folder(tmp_path / "out", force=False):
        raise RuntimeError(words)


def test_device_that_is_really_full(tmp_path):
    with pytest.raises(SpaceError):
        write_through(tmp_path / "out", Path("/dev/full"))
    assert names(tmp_path) == []


def write_through(out, device):
    with new_folder(out, force=False) as folder:
        (folder / "table").symlink_to(device)
        (folder / "table").write_text("rows")


def test_second_run_is_told_who_writes(tmp_path, writer):
    with pytest.raises(BusyError, match=f"process {writer.pid}") as fault:
        make(tmp_path / "out")
    assert fault.value.exit_code == 4


def test_killed_run_leaves_nothing_that_stays(tmp_path, writer):
    out = tmp_path / "out"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert not out.exists()
    assert len(names(tmp_path)) == 1
    make(out, "next")
    assert names(tmp_path) == ["out"]


def test_run_killed_between_both_renames_gives_the_old_result_back(tmp_path):
    out = tmp_path / "out"
    make(out, "old")
    out.rename(tmp_path / ".out.4000000.old")
    (tmp_path / ".out.4000000.partial").mkdir()
    check_free(out, force=True)
    assert names(tmp_path) == ["out"]
    assert (out / "plan.json").read_text() == "old"


def test_run_killed_before_its_last_deletion(tmp_path):
    out = tmp_path / "out"
    make(out, "old")
    out.rename(tmp_path / ".out.4000000.old")
    make(tmp_path / "other", "new")
    (tmp_path / "other").rename(out)
    check_free(out, force=True)
    assert names(tmp_path) == ["out"]
    assert (out / "plan.json").read_text() == "new"


def test_leftovers_of_other_folders_stay(tmp_path):
    for other in (".outer.1.partial", ".out.txt.partial", ".o.1.old", "out.1.old"):
        (tmp_path / other).mkdir()
    make(tmp_path / "out")
    assert names(tmp_path) == [
        ".o.1.old",
        ".out.txt.partial",
        ".outer.1.partial",
        "out",
        "out.1.old",
    ]


def test_a_disk_that_takes_no_files_is_told_before_any_work(tmp_path):
    """Rights do not tell of it: to root all folders are open, also those of the system's own."""
    with pytest.raises(InputError, match="OUTPUT: /proc/turfs cannot be written"):
        check_free(Path("/proc/turfs"), force=False)
    check_free(tmp_path / "turfs", force=False)
    assert names(tmp_path) == []
