"""An organizer's day in a real browser: files of a city, a look, a cut, its map, its packets."""

import re
import threading
from importlib.resources import files as resources

import pytest
import waitress
from sqlalchemy import select

from web.accounts import add_account
from web.db import open_database, transaction
from web.jobs.worker import Worker
from web.models import PublishedPlan
from web.settings import local_settings
from web.viewer import create_viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
AXE = (resources("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
CHECK = """async () => {
    const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(
        document, { runOnly: levels, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
}"""
LONG_MS = 600_000
"""A busy machine cuts slowly."""


@pytest.fixture(scope="module")
def files(shared_data, tmp_path_factory, turfcutter):
    """Precincts and streets of San Francisco's centre, and invented voters."""
    here = shared_data / "sf-central"
    voters = tmp_path_factory.mktemp("voters") / "voters.csv"
    addresses = here / "eas_addresses_with_units.csv.gz"
    done = turfcutter("sample-voters", "--addresses", addresses, "--out", voters)
    assert done.returncode == 0, done.stderr
    names = ("SF_DOE_Precincts_20120702_EPSG2227.zip", "sf_central_20260204.osm.pbf")
    return [*(here / name for name in names), voters]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Address and database of a viewer of one organization, with a worker."""
    state = tmp_path_factory.mktemp("viewer")
    server = waitress.create_server(lambda *_: [], host="127.0.0.1", port=0)
    settings = local_settings(state, server.effective_port)
    engine = open_database(settings.database, state)
    with transaction(engine) as session:
        add_account(session, "Neighbors", "olga", "organizer", PASSWORD)
    server.application = create_viewer(settings, engine)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    worker = Worker(engine, state)
    worker.start()
    yield f"http://127.0.0.1:{server.effective_port}", engine
    worker.stop()
    server.close()
    thread.join(timeout=10)
    engine.dispose()


@pytest.fixture
def page(chromium, office):
    """A page of somebody logged in; no other host can be reached, no complaint is allowed."""
    address, _ = office
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    foreign, complaints = [], []
    own = re.compile(rf"^(?!{re.escape(address)}/|data:)")
    context.route(own, lambda route: (foreign.append(route.request.url), route.abort()))
    page = context.new_page()
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.goto(address)
    page.fill("#name", "olga")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    yield page
    assert foreign == []
    assert complaints == []
    context.close()


def fits(page):
    """No page is wider than a phone, and axe finds nothing on it."""
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    page.evaluate(AXE)
    assert page.evaluate(CHECK) == [], page.url
    page.set_viewport_size(DESKTOP)


def test_from_files_to_packets(page, files, office):
    address, engine = office
    page.click("text=Cut >> nth=0")
    page.click("text=Send files")
    page.set_input_files("#file", files)
    page.click("button:has-text('Send')")
    page.wait_for_selector("h2:has-text('What is here')")
    assert page.locator("tbody th").count() == len(files)
    fits(page)

    page.click("a.button:has-text('Cut turfs')")
    for name, path in zip(("precincts", "streets", "voters"), files, strict=True):
        page.select_option(f"[id='inputs.{name}']", label=path.name)
    page.fill("[id='packet.title']", "Fall")
    fits(page)
    page.click("text=Look at the files first")
    page.wait_for_selector("text=These files are fit for cutting.", timeout=LONG_MS)
    assert page.locator(".problems svg").count() == 1
    fits(page)

    page.click("text=Go on to cutting")
    assert page.input_value("[id='packet.title']") == "Fall"
    page.click("details:has-text('How turfs are cut') summary")
    page.fill("[id='cut.tolerance']", "0.2")
    page.fill("#words", "12 people near -122.4060,37.7850")
    page.click("button[value=cut]")
    page.wait_for_selector("#progress progress[value], .how-far:not(:empty)", timeout=LONG_MS)
    page.wait_for_selector("text=Turfs and printing", timeout=LONG_MS)
    with transaction(engine) as session:
        (plan,) = session.scalars(select(PublishedPlan))
        assert (plan.title, plan.turfs) == ("Fall", 12)
    fits(page)

    page.click("text=Open the map")
    page.wait_for_selector("body[data-ready=true]", timeout=60_000)
    page.fill("#query", "1")
    page.goto(address)
    page.click("text=Fall")
    assert page.locator("input[name=turf]").count() == 12
    fits(page)
    for number in range(2):
        page.locator("input[name=turf]").nth(number).check()
    page.click("text=Print the ticked turfs")
    page.wait_for_selector("text=All of it", timeout=LONG_MS)
    fits(page)
    with page.expect_download() as saved:
        page.click("text=lists.xlsx")
    assert saved.value.suggested_filename == "lists.xlsx"
    assert saved.value.path().read_bytes().startswith(b"PK")
    assert page.locator("ul.files >> nth=1 >> li").count() == 2

    page.click("text=Jobs")
    page.click("text=What Fall costs")
    page.wait_for_selector("table.scores", timeout=LONG_MS)
    fits(page)


def test_cancelling_a_cut(page, files):
    page.click("text=Cut >> nth=0")
    if page.locator("text=Send files").count():
        page.click("text=Send files")
        page.set_input_files("#file", files)
        page.click("button:has-text('Send')")
        page.wait_for_selector("h2:has-text('What is here')")
        page.click("a.button:has-text('Cut turfs')")
    for name, path in zip(("precincts", "streets", "voters"), files, strict=True):
        page.select_option(f"[id='inputs.{name}']", label=path.name)
    page.click("button[value=cut]")
    page.wait_for_selector("#progress")
    page.click("button:has-text('Cancel')")
    page.wait_for_selector("text=This was cancelled", timeout=60_000)
    page.click("text=Change something and try again")
    assert page.input_value("[id='inputs.voters']") != ""
