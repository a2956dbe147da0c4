import os
import stat
import threading

import pytest

from geodata.errors import BusyError, InputError, SpaceError
from geodata.storage.store import Store, file_digest, is_workspace, key

BUILDER = """
import sys
from pathlib import Path
from geodata.storage.store import Store
def build(folder):
    (folder / "table").write_text("theirs")
    print("busy", flush=True)
    sys.stdin.read()
Store(Path(sys.argv[1])).cached("k", build)
"""


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "workspace")


def builder(text="rows"):
    """A build function that counts its calls in `calls`."""

    def build(folder):
        build.calls += 1
        (folder / "table.parquet").write_text(text)
        (folder / "more").mkdir()
        (folder / "more" / "notes.json").write_text("[]")

    build.calls = 0
    return build


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def other(busy, tmp_path):
    """Another process in the middle of building entry `k`."""
    with busy(BUILDER, tmp_path / "workspace") as process:
        yield process


def test_entry_is_built_once(store):
    build = builder()
    one, two = store.cached("k", build), store.cached("k", build)
    assert one == two
    assert build.calls == 1
    assert (one / "table.parquet").read_text() == "rows"
    assert store.notes == []


def test_only_the_owner_may_enter(store):
    place = store.cached("k", builder())
    for folder in (store.folder, place):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_open_workspace_is_closed(tmp_path):
    Store(tmp_path / "w").folder.chmod(0o755)
    assert stat.S_IMODE(Store(tmp_path / "w").folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["table.parquet", "more/notes.json", "checksums.json"])
def test_flipped_byte_is_found_and_mended(store, name):
    build = builder()
    path = store.cached("k", build) / name
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)
    assert (store.cached("k", build) / "table.parquet").read_text() == "rows"
    assert build.calls == 2
    assert [note.code for note in store.notes] == ["RECOMPUTED"]


def test_missing_and_added_files_are_found(store):
    build = builder()
    place = store.cached("k", build)
    (place / "table.parquet").unlink()
    store.cached("k", build)
    (place / "stray").write_text("")
    store.cached("k", build)
    assert build.calls == 3
    assert files(place) == ["checksums.json", "more/notes.json", "table.parquet"]


def test_failed_build_leaves_no_entry(store):
    def build(folder):
        (folder / "half").write_text("")
        raise OSError(28, os.strerror(28))

    with pytest.raises(SpaceError):
        store.cached("k", build)
    assert files(store.folder / "entries") == []
    assert files(store.cached("k", builder())) == [
        "checksums.json",
        "more/notes.json",
        "table.parquet",
    ]


def test_second_process_is_told_who_builds(store, other):
    with pytest.raises(BusyError, match=f"by process {other.pid} on "):
        store.cached("k", builder())
    assert store.cached("another", builder()).is_dir()
    with pytest.raises(BusyError):
        store.forget()
    assert is_workspace(store.folder)


def test_killed_builder_blocks_nobody(store, other):
    other.kill()
    other.wait()
    place = store.cached("k", builder())
    assert files(place) == ["checksums.json", "more/notes.json", "table.parquet"]
    assert [path.name for path in place.parent.iterdir()] == ["k"]


def test_what_a_killed_builder_left_is_erased(store, other):
    """It holds voters: the next run erases it also where that needs other entries."""
    half = store.folder / "entries" / ".k.partial"
    Store(store.folder)
    assert files(half) == ["table"]
    other.kill()
    other.wait()
    Store(store.folder)
    assert [*half.parent.iterdir()] == []


def test_two_threads_share_one_build(store):
    build, places = builder(), []
    threads = [
        threading.Thread(target=lambda: places.append(store.cached("k", build))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert build.calls == 1
    assert len(places) == 4


def test_an_entry_that_is_dropped_is_built_again(store):
    build = builder()
    place = store.cached("k", build)
    store.drop("k")
    store.drop("nobody's")
    assert not place.exists()
    assert store.cached("k", build) == place
    assert build.calls == 2
    assert store.used == {"k"}


@pytest.mark.usefixtures("other")
def test_an_entry_in_the_making_is_not_dropped(store):
    with pytest.raises(BusyError):
        store.drop("k")


def test_forget_follows_a_link_to_the_workspace(tmp_path):
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    (tmp_path / "workspace").symlink_to(elsewhere)
    store = Store(tmp_path / "workspace")
    store.cached("k", builder())
    assert store.forget() > 0
    assert [*tmp_path.iterdir()] == []


def test_forget_erases_all_and_says_how_much(store):
    store.cached("k", builder("x" * 1000))
    size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    assert store.forget() == size > 1000
    assert not store.folder.exists()


def test_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    for folder in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(InputError) as fault:
            Store(folder)
        assert fault.value.code == "WORKSPACE"
        assert not is_workspace(folder)


def test_place_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as fault:
        Store(tmp_path / "file" / "workspace")
    assert fault.value.code == "WORKSPACE"


def test_key_tells_parts_apart():
    parts = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", 1), ("abc", "1"), ({"a": "b"},), (["a"],)]
    keys = {key(*part) for part in parts}
    assert len(keys) == len(parts)
    assert all(len(one) == 64 for one in keys)


def test_key_ignores_the_order_of_a_mapping():
    assert key({"a": "1", "b": "2"}) == key({"b": "2", "a": "1"})


def test_digest_of_a_file(tmp_path):
    (tmp_path / "empty").touch()
    assert file_digest(tmp_path / "empty") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize("part", ["shp", "dbf", "prj", "shx", "cpg"])
def test_digest_of_a_shapefile_covers_its_parts(tmp_path, part):
    for name in ("shp", "dbf", "prj", "shx", "cpg"):
        (tmp_path / f"a[1].{name}").write_text(name)
    before = file_digest(tmp_path / "a[1].shp")
    (tmp_path / "a[1].txt").write_text("no part of it")
    assert file_digest(tmp_path / "a[1].shp") == before
    (tmp_path / f"a[1].{part}").write_text("changed")
    assert file_digest(tmp_path / "a[1].shp") != before


def test_parts_of_a_shapefile_in_other_capitals_are_parts_too(tmp_path):
    """Its reader takes them: what they hold must not be taken for what they held."""
    (tmp_path / "a.shp").write_text("shp")
    (tmp_path / "A.DBF").write_text("dbf")
    before = file_digest(tmp_path / "a.shp")
    (tmp_path / "A.DBF").write_text("changed")
    assert file_digest(tmp_path / "a.shp") != before


@pytest.mark.parametrize("name", ["none.csv", "none.shp", ""])
def test_digest_of_what_cannot_be_read(tmp_path, name):
    with pytest.raises(InputError) as fault:
        file_digest(tmp_path / name)
    assert fault.value.code == "NO_FILE"
