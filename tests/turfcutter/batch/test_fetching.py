"""Inputs named by URL: fetched once, again when they change, erased by forget; what is refused."""

import importlib.util
import shutil

import fsspec
import pytest

from geodata.errors import InputError
from geodata.storage.store import Store
from turfcutter.batch.book import Book
from turfcutter.batch.fetching import FETCHED, fetch
from turfcutter.batch.order import Order
from turfcutter.batch.places import check_places
from turfcutter.batch.running import jobs_to_do, run_batch
from turfcutter.batch.state import State, load_state


@pytest.fixture
def workspace(first_run, tmp_path):
    """Where inputs are read already and regions cut."""
    return shutil.copytree(first_run / "workspace", tmp_path / "workspace")


@pytest.fixture
def far_away(small_state):
    """The files of two counties in a place of no folder."""
    place = fsspec.filesystem("memory")
    place.put(f"{small_state.parent}/", "/far/", recursive=True)
    yield place
    place.rm("/far", recursive=True)


@pytest.fixture
def remote_state(small_state, tmp_path):
    """A state file that names one county's files there, the other's by a path and a file's URL."""
    home = small_state.parent
    text = small_state.read_text()
    for name in ("precincts.zip", "voters.csv", "streets.osm.pbf"):
        text = text.replace(f'"alpha/{name}"', f'"memory://far/alpha/{name}"')
    text = text.replace('"beta/voters.csv"', f'"file://{home}/beta/voters.csv"')
    text = text.replace('= "beta/', f'= "{home}/beta/')
    (tmp_path / "STATE.toml").write_text(text)
    return tmp_path / "STATE.toml"


@pytest.fixture
def order(request, remote_state, workspace, tmp_path):
    request.getfixturevalue("far_away")

    def make(**more):
        state = load_state(remote_state, workspace=workspace)
        return Order(state, tuple(state.counties), tmp_path / "out", workspace, **more)

    return make


def test_the_same_plans_from_elsewhere(
    order, here, far_away, first_run, workspace, digests, tmp_path
):
    """Byte for byte; again nothing is fetched, and what is damaged or has changed there is."""
    rows = run_batch(order(), here(), lambda **_: None)
    assert [row.faults for row in rows] == [(), ()]
    assert digests(tmp_path / "out") == digests(first_run / "out")
    fetched = [path for path in (workspace / FETCHED).rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in fetched} == {0o600}
    places = sorted(path for path in fetched if not path.name.startswith("."))
    assert len(places) == 4
    was = {path: path.stat().st_ino for path in places}
    places[0].write_bytes(places[0].read_bytes()[:-1] + b"?")
    engine = here()
    run_batch(order(), engine, lambda **_: None)
    assert engine.done == []
    assert [path for path in places if path.stat().st_ino != was[path]] == [places[0]]
    content = far_away.cat_file("/far/alpha/voters.csv")
    far_away.pipe_file("/far/alpha/voters.csv", content[: content.rstrip().rfind(b"\n") + 1])
    assert [job.name for job in jobs_to_do(order(), Book(), lambda **_: None)] == ["alpha"]
    Store(workspace).forget()
    assert not workspace.exists()


def test_what_is_not_there_is_of_one_county(order, here, far_away):
    far_away.rm("/far/alpha/streets.osm.pbf")
    rows = run_batch(order(), here(), lambda **_: None)
    assert [row.state for row in rows] == ["failed", "done"]
    assert "streets.osm.pbf of memory:// cannot be fetched" in rows[0].faults[0].sentence


def test_a_dry_run_fetches_nothing(order, workspace):
    book = Book()
    assert jobs_to_do(order(dry=True), book, lambda **_: None) == []
    assert "is fetched by the first run" in book.faults["alpha"][0].sentence
    assert not (workspace / FETCHED).exists()


@pytest.mark.parametrize("protocol", ["s3", "nowhere"])
def test_a_library_that_is_missing_is_named(protocol, tmp_path):
    if protocol == "s3" and importlib.util.find_spec("s3fs"):
        pytest.skip("s3fs is installed")
    with pytest.raises(InputError, match="library that is not installed") as told:
        fetch(tmp_path / "voters.csv", f"{protocol}://key:secret@place/voters.csv", tmp_path)
    assert "secret" not in told.value.sentence
    assert ("s3fs" in told.value.sentence) == (protocol == "s3")


@pytest.mark.parametrize("protocol", ["http", "ftp"])
def test_nothing_travels_in_the_open(protocol, tmp_path):
    path = tmp_path / "STATE.toml"
    path.write_text(f'[counties.yolo.inputs]\nvoters = "{protocol}://place/voters.csv"\n')
    with pytest.raises(InputError, match="in the open"):
        load_state(path)


def test_files_elsewhere_must_be_in_the_united_states(tmp_path):
    path = tmp_path / "STATE.toml"
    text = '[counties.yolo.inputs]\nreturned = ["s3://bucket/b.csv", "a.csv"]\n'
    path.write_text(text)
    state = load_state(path, workspace=tmp_path)
    assert [*state.remote.values()] == ["s3://bucket/b.csv"]
    assert state.counties["yolo"].inputs.returned == (*state.remote, tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"storage_in = 'US-CA'"):
        check_places(state, "", [])
    path.write_text(text + "[batch]\nstorage_in = 'US'\n")
    check_places(load_state(path), "", [])
    check_places(State({}), "", [])
