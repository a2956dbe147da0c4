"""A state of two small invented counties, and an engine that does everything right here."""

import hashlib
from collections import deque
from pathlib import Path

import pytest

from turfcutter.batch.calls import do
from turfcutter.sample import make_county


@pytest.fixture(scope="session")
def small_state(tmp_path_factory):
    """Path of a state file; to be read only."""
    home = tmp_path_factory.mktemp("state")
    tables = ["[cut]", "target = 20", 'within = "none"', ""]
    for number, name in enumerate(("alpha", "beta")):
        make_county(home / name, voters=400 - 250 * number, seed=3, shape=number)
        tables += [
            f"[counties.{name}.inputs]",
            f'precincts = "{name}/precincts.zip"',
            f'voters = "{name}/voters.csv"',
            f'streets = "{name}/streets.osm.pbf"',
            f"[counties.{name}.cut]",
            f'prefix = "{name[0].upper()}"',
        ]
    (home / "STATE.toml").write_text("\n".join(tables) + "\n")
    return home / "STATE.toml"


class Here:
    """An engine without processes."""

    def __init__(self, size=1):
        self.size = size
        self.waiting = deque()
        self.done = []

    def submit(self, call):
        self.waiting.append(call)

    def outcomes(self):
        while self.waiting:
            call = self.waiting.popleft()
            self.done.append(call)
            yield do(call)


@pytest.fixture(scope="session")
def here():
    """Makes an engine without processes."""
    return Here


@pytest.fixture(scope="session")
def digests():
    """Name of each file below a folder that anybody sees -> its digest."""

    def of(folder: Path) -> dict[str, str]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        named = {str(path.relative_to(folder)): path for path in files}
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in named.items()
            if not name.startswith(".batch")
        }

    return of


@pytest.fixture(scope="session")
def first_run(small_state, tmp_path_factory):
    """The folder and workspace of a batch that nothing disturbed; to be read only."""
    from turfcutter.batch.order import Order  # noqa: PLC0415
    from turfcutter.batch.running import run_batch  # noqa: PLC0415
    from turfcutter.batch.state import load_state  # noqa: PLC0415

    home = tmp_path_factory.mktemp("undisturbed")
    state = load_state(small_state)
    order = Order(state, tuple(state.counties), home / "out", home / "workspace")
    rows = run_batch(order, Here(), lambda **_: None)
    assert [row.faults for row in rows] == [(), ()]
    return home
