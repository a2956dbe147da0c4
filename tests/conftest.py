"""What every test may use: the real data beside the project, and no network."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn
from unittest import mock

import pytest
from hypothesis import settings

# No test is timed: a busy machine makes no program wrong.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

REQUIRE_ALL = os.environ.get("TURFCUTTER_REQUIRE_ALL") == "1"
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
LONG = (
    *("test_end_to_end", "test_edit", "test_viewer_browser", "test_map_browser", "test_cuts"),
    *("test_running", "test_editing", "test_addresses_broken", "test_printing", "test_worker"),
    *("test_plans", "test_login", "test_same_bytes", "test_pages", "test_splits", "test_shares"),
    *("test_choosing_end_to_end", "test_nightly", "test_fetching"),
)
"""Files that take longest: begun first, so that no worker waits long for another's last one."""
COMPILE = "from turfcutter.kernels import compiling_ahead\nwith compiling_ahead() as wait: wait()"
COMPILING = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where all tests run, inner loops are compiled once, while the workers collect."""
    config = session.config
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if everything and not hasattr(config, "workerinput"):
        config.stash[COMPILING] = subprocess.Popen([sys.executable, "-c", COMPILE])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any) -> None:
    """Tests begin when that is done: each worker would compile for itself."""
    if COMPILING in node.config.stash:
        node.config.stash[COMPILING].wait()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Long files come first, and tests may reach what their marks tell.

    Those marked `browser` or `loopback` may reach this machine; all others reach nothing.
    """
    rank = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONG)))
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


def _missing(reason: str) -> NoReturn:
    if REQUIRE_ALL:
        pytest.fail(f"{reason} (TURFCUTTER_REQUIRE_ALL is set)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def missing() -> Callable[[str], NoReturn]:
    """Call with a reason: skips, or fails where TURFCUTTER_REQUIRE_ALL=1 asks for every part."""
    return _missing


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real places, `../shared/data` beside the project; its README says what is in it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        _missing("the folder of real data, ../shared/data, is not here")
    return folder


@pytest.fixture(scope="session")
def turfcutter() -> Callable[..., subprocess.CompletedProcess[str]]:
    """
    The command as a user runs it, in a process of its own.

    Takes its words, and environment variables by name; nothing it prints is lost.
    """
    start = "from turfcutter.cli.main import main; main(prog_name='turfcutter')"

    def run(*words: object, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", start, *map(str, words)],
            cwd=Path(__file__).parents[1],
            env={**os.environ, **settings},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def here() -> Callable[..., subprocess.CompletedProcess[str]]:
    """The same command in this process, which is quicker: for all that is not about processes."""
    from click.testing import CliRunner  # noqa: PLC0415 - of no use to most tests

    from turfcutter.cli.main import main  # noqa: PLC0415

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        # What commands set for their processes would reach all tests that follow in this one.
        with mock.patch.dict(os.environ):
            done = CliRunner().invoke(main, [*map(str, words)], prog_name="turfcutter")
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def plans() -> ModuleType:
    """The module `plans.py` of this folder: plans made by hand."""
    spec = importlib.util.spec_from_file_location(
        "hand_made_plans", Path(__file__).with_name("plans.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def small_cut(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """
    Cuts a small sample county into turfs of 20 doors, within lines such as ``none``.

    ``halves.gpkg.half`` is the western and eastern half of it. Returns the folder of the plan, to
    be read only.
    """
    import geopandas as gpd  # noqa: PLC0415 - of no use to most tests
    import shapely  # noqa: PLC0415

    from turfcutter.params import CutParams, InputParams, Params  # noqa: PLC0415
    from turfcutter.sample import make_county  # noqa: PLC0415
    from turfcutter.workflow import run_cut  # noqa: PLC0415

    base = tmp_path_factory.mktemp("small")
    county = make_county(base / "county", voters=400, seed=11)
    files = {name: getattr(county, name) for name in ("precincts", "voters", "streets")}
    west, south, east, north = gpd.read_file(county.precincts).to_crs(4326).total_bounds
    middle = (west + east) / 2
    boxes = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    halves = gpd.GeoDataFrame({"half": ["W", "E"]}, geometry=boxes, crs=4326)
    halves.to_file(base / "halves.gpkg", driver="GPKG")

    def cut(within: str) -> Path:
        folder = base / within.partition(".")[0]
        if not folder.exists():
            lines = within if within == "none" else str(base / within)
            params = Params(InputParams(**files), cut=CutParams(target=20, within=(lines,)))
            run_cut(params, folder, workspace=base / "workspace")
        return folder

    return cut


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright."""
    binary = Path("/usr/bin/chromium")
    if not binary.exists():
        _missing("Chromium is not installed (apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=flags)
        yield browser
        browser.close()
