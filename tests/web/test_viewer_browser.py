"""
An organizer's and a field lead's day in a real browser, and every page as axe sees it.

No other host is asked for anything, no script complains, and no page breaks its own policy.
"""

import re
import threading
from contextlib import contextmanager
from importlib.resources import files

import pandas as pd
import pytest
import waitress
from playwright.sync_api import expect
from sqlalchemy import select

from web.accounts import add_account
from web.db import open_database, transaction
from web.jobs.worker import Worker
from web.library import publish
from web.models import Account, Event, PublishedPlan
from web.settings import local_settings
from web.viewer import create_viewer

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
TITLE = "Fall {{7*7}} <img src=x onerror=alert(1)>"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH = """
    document.addEventListener("securitypolicyviolation", (event) =>
        window.complain(`${event.violatedDirective} ${event.blockedURI}`));
"""
CHECK = """async (levels) => {
    const { violations } = await axe.run(
        document, { runOnly: levels, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
}"""


class Viewer:
    """A viewer of two organizations on this machine; the first has one plan."""

    def __init__(self, state, plan_folder):
        self.server = waitress.create_server(lambda *_: [], host="127.0.0.1", port=0)
        settings = local_settings(state, self.server.effective_port)
        self.engine = open_database(settings.database, state)
        with transaction(self.engine) as session:
            for name, role in (("ada", "administrator"), ("olga", "organizer")):
                add_account(session, "Neighbors", name, role, PASSWORD)
            add_account(session, "Neighbors", "fred", "field lead", PASSWORD)
            add_account(session, "Others", "eve", "organizer", PASSWORD)
            self.plan = publish(session, state, plan_folder, "Neighbors", TITLE)
        self.server.application = create_viewer(settings, self.engine)
        self.worker = Worker(self.engine, state)
        self.address = f"http://127.0.0.1:{self.server.effective_port}"
        self.base = f"{self.address}/plans/{self.plan}"
        threading.Thread(target=self.server.run, daemon=True).start()

    def events(self, action):
        with transaction(self.engine) as session:
            return len(list(session.scalars(select(Event.id).where(Event.action == action))))


@pytest.fixture(scope="module")
def viewer(plan_folder, tmp_path_factory):
    made = Viewer(tmp_path_factory.mktemp("viewer"), plan_folder)
    yield made
    made.server.close()
    made.engine.dispose()


@contextmanager
def browsing(chromium, viewer, size, name="", **options):
    """A page that may reach the viewer alone; complaints and foreign requests fail the test."""
    context = chromium.new_context(viewport=size, reduced_motion="reduce", **options)
    foreign, complaints = [], []
    context.expose_binding("complain", lambda _, text: complaints.append(text))
    context.add_init_script(WATCH)
    other = re.compile(rf"^(?!{re.escape(viewer.address)}/|data:)")
    context.route(other, lambda route: (foreign.append(route.request.url), route.abort()))
    page = context.new_page()
    page.on("console", lambda said: complaints.extend([said.text] if said.type == "error" else []))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    if name:
        log_in(page, viewer, name)
    yield page
    assert foreign == []
    assert complaints == []
    context.close()


def log_in(page, viewer, name):
    page.goto(f"{viewer.address}/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{viewer.address}/")


def ready(page):
    page.wait_for_selector("body[data-ready=true]", timeout=20_000)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_field_leads_morning(chromium, viewer, size, plan):
    with browsing(chromium, viewer, size, "fred") as page:
        assert page.locator("tbody th").inner_text() == TITLE
        page.click("tbody td a")
        ready(page)
        names = page.locator("#all-turfs .name").all_text_contents()
        assert names == plan.turfs["turf_id"].tolist()
        page.fill("#query", "B2")
        expect(page.locator("#found .name")).to_have_text(["B2"])
        page.keyboard.press("Enter")
        expect(page.locator("#turf-id")).to_have_text("Turf B2")
        assert re.search(r"/map#turf=B2&at=[\d.]+/38\.\d+/-121\.\d+$", page.url)
        page.click("text=Page of this turf")
        ready(page)
        own = plan.doors[plan.doors["turf_id"] == "B2"]
        assert page.locator(".doors tbody tr").count() == len(own)
        assert page.locator(".mark").count() == own["stop"].nunique()
        assert "Secret" not in page.content()
        page.click("button:has-text('Show names')")
        page.wait_for_selector("text=Hide names")
        assert "Secretlast" in page.content()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]
        page.click("text=Log out")
        page.wait_for_url(re.compile("/login$"))
        page.go_back()
        assert "Secret" not in page.content()


def test_a_link_to_turf_and_place_of_the_map_opens_them(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "fred") as page:
        page.goto(f"{viewer.base}/map#turf=A2&at=17/38.5433/-121.7481")
        ready(page)
        expect(page.locator("#turf-id")).to_have_text("Turf A2")
        assert page.evaluate("turfcutterMap.map.getZoom()") == 17
        page.evaluate("turfcutterMap.map.setZoom(16, {animate: false})")
        assert "turf=A2&at=16/38.543" in page.url


def test_doors_are_asked_for_where_one_looks_close_up(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "fred") as page:
        page.goto(f"{viewer.base}/map#at=11/38.5433/-121.7481")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        ready(page)
        page.wait_for_timeout(300)
        before = [url for url in asked if "/parts/" in url]
        page.evaluate("turfcutterMap.map.setView([38.5433, -121.7481], 12, {animate: false})")
        asked.clear()
        with page.expect_response(re.compile(r"/parts/0\.json$")) if not before else _nothing():
            page.evaluate("turfcutterMap.map.setView([38.5433, -121.7481], 17, {animate: false})")
        page.evaluate("turfcutterMap.map.setView([38.5433, -121.7481], 16, {animate: false})")
        assert len([url for url in [*before, *asked] if "/parts/" in url]) == 1


@contextmanager
def _nothing():
    yield


def chosen(page):
    """Numbers of the stop that is pointed out in the list, and on the map."""
    rows = page.locator(".doors tr.on").evaluate_all("rows => rows.map(row => row.dataset.stop)")
    return set(rows), page.locator(".mark.on").all_text_contents()


def test_a_stop_chosen_in_the_list_is_chosen_on_the_map_and_back(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "fred") as page:
        page.goto(f"{viewer.base}/turfs/A1")
        ready(page)
        page.click(".doors tr[data-stop='2'] th")
        assert chosen(page) == ({"2"}, ["2"])
        page.locator(".mark", has_text=re.compile("^3$")).click()
        assert chosen(page) == ({"3"}, ["3"])


def test_a_browsers_own_print_of_a_turf_is_its_list_alone(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "fred") as page:
        page.goto(f"{viewer.base}/turfs/A1")
        ready(page)
        page.emulate_media(media="print")
        for hidden in ("nav", "footer", ".board", ".buttons button"):
            assert not page.locator(hidden).first.is_visible(), hidden
        assert page.locator(".doors .stop").first.is_visible()
        list_px, paper_px = page.evaluate(
            "[document.querySelector('.doors').offsetWidth, document.body.offsetWidth]"
        )
        assert list_px == paper_px
        page.emulate_media(media="screen")
        assert page.locator(".board").is_visible()


def test_stops_are_chosen_with_the_keyboard_alone(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "fred") as page:
        page.goto(f"{viewer.base}/turfs/A1")
        ready(page)
        page.focus(".doors tr[data-stop='1'] button")
        page.keyboard.press("Enter")
        assert chosen(page) == ({"1"}, ["1"])
        page.keyboard.press("ArrowDown")
        assert chosen(page) == ({"2"}, ["2"])
        assert page.evaluate("document.activeElement.textContent") == "2"
        page.focus("#map_plan")
        for _ in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.classList.contains('mark')"):
                break
        assert page.evaluate("document.activeElement.textContent") == "2"
        page.keyboard.press("ArrowRight")
        assert chosen(page) == ({"3"}, ["3"])
        assert page.evaluate("document.activeElement.textContent") == "3"
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert label.startswith("Stop 3, ")


@pytest.mark.slow
def test_a_turf_is_printed_and_found_by_the_number_of_its_list(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "fred") as page:
        page.goto(f"{viewer.base}/turfs/B3")
        ready(page)
        page.click("button:has-text('Print')")
        page.wait_for_url(re.compile("/jobs/"))
        viewer.worker.work_off()
        page.reload()
        page.click("ul.files a:has-text('B3')")
        number = re.search(r"[\d ]{8,}", page.locator(".facts").inner_text())[0].strip()
        with page.expect_download() as saved:
            page.click("text=list.csv")
        assert "Secretlast" in saved.value.path().read_text()
        page.goto(f"{viewer.base}/map")
        ready(page)
        page.fill("#query", number)
        expect(page.locator("#found .aside")).to_have_text(["list of B3"])
        page.keyboard.press("Enter")
        expect(page.locator("#turf-id")).to_have_text("Turf B3")


def test_a_volunteer_gets_a_link_that_ends(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "olga") as page:
        page.goto(f"{viewer.base}/turfs/A2")
        page.click("button:has-text('Make a link')")
        link = page.locator("#link").inner_text()
        with browsing(chromium, viewer, PHONE, has_touch=True) as phone:
            phone.goto(link)
            assert "Street" not in phone.locator("main").inner_text()
            phone.click("button:has-text('Open the list')")
            phone.wait_for_selector("h1:has-text('Turf A2')")
            ready(phone)
            assert phone.locator("[data-stop]").count() > 1
            assert "Secret" not in phone.content()
            assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            page.click("text=Back to the turf")
            page.click("button:has-text('Revoke')")
            phone.on("response", lambda answer: answer.status)
            assert phone.request.get(link).status in (404, 410)
        assert viewer.events("link revoked") == 1


def test_what_is_anothers_is_not_there_and_says_what_to_do(chromium, viewer):
    with browsing(chromium, viewer, DESKTOP, "eve") as page:
        page.wait_for_selector("text=turfcutter publish PLAN")
        assert page.request.get(f"{viewer.base}/map").status == 404
        assert page.request.get(f"{viewer.base}/parts/0.json").status == 404


def paths(viewer):
    """Every page that is got by its address."""
    with transaction(viewer.engine) as session:
        fred = session.scalar(select(Account.id).where(Account.name == "fred"))
        plan = session.scalar(select(PublishedPlan.id))
    turf = f"/plans/{plan}/turfs/A1"
    own = ("", "/map", "/split")
    return [
        *("/", "/account", "/people", "/log", "/jobs", "/files", "/cut", "/confirm"),
        *(f"/plans/{plan}{each}" for each in own),
        *(turf, f"/people/{fred}/seen"),
    ]


@pytest.mark.parametrize(
    ("size", "language"),
    [pytest.param(DESKTOP, "en-US", marks=pytest.mark.slow), (PHONE, "es-MX")],
    ids=["desktop", "phone"],
)
def test_pages_are_open_to_everybody(chromium, viewer, size, language):
    """Axe finds nothing on any page, and none is wider than its screen."""
    found = {}

    def look(page, name):
        page.evaluate(AXE)
        wide = page.evaluate("document.documentElement.scrollWidth") > size["width"]
        wrong = page.evaluate(CHECK, LEVELS) + ["too wide"] * wide
        if wrong:
            found[name] = wrong

    with browsing(chromium, viewer, size, locale=language) as page:
        page.goto(f"{viewer.address}/login")
        look(page, "/login")
        log_in(page, viewer, "ada")
        for path in paths(viewer):
            page.goto(viewer.address + path)
            if path.endswith(("/map", "/turfs/A1")):
                ready(page)
            look(page, path)
        page.goto(f"{viewer.base}/turfs/A1")
        page.locator("form[action$='/names'] button").click()
        ready(page)
        look(page, "names")
        page.locator("form[action$='/shares'] button").click()
        look(page, "share")
        link = page.locator("#link").inner_text()
        page.goto(link)
        look(page, "knock")
        page.locator("main form button").first.click()
        ready(page)
        look(page, "walk")
    assert found == {}


@pytest.fixture(scope="module")
def city(shared_data, turfcutter, tmp_path_factory):
    """San Francisco's centre with invented voters, cut and published."""
    here, base = shared_data / "sf-central", tmp_path_factory.mktemp("city")
    addresses = here / "eas_addresses_with_units.csv.gz"
    voters = ("--voters", base / "voters.csv", "--workspace", base / "workspace")
    layers = ("--precincts", here / "SF_DOE_Precincts_20120702_EPSG2227.zip")
    layers += ("--streets", here / "sf_central_20260204.osm.pbf")
    for words in (
        ("sample-voters", "--addresses", addresses, "--out", base / "voters.csv"),
        ("cut", *layers, *voters, "--out", base / "cut"),
    ):
        done = turfcutter(*words)
        assert done.returncode == 0, done.stderr
    made = Viewer(tmp_path_factory.mktemp("viewer"), base / "cut")
    yield made, pd.read_csv(base / "cut" / "doors.csv", dtype=str)
    made.server.close()
    made.engine.dispose()


@pytest.mark.slow
def test_a_saturday_in_san_francisco(chromium, city):
    """A field lead finds, reads and prints a turf by phone; a volunteer walks it by a link."""
    viewer, doors = city
    door = doors[doors["unit"].isna()].iloc[len(doors) // 3]
    turf, stop = door["turf_id"], door["stop"]
    with browsing(chromium, viewer, PHONE, "fred", has_touch=True) as phone:
        phone.tap("tbody td a")
        ready(phone)
        phone.fill("#query", door["address"].lower())
        expect(phone.locator("#found .row").first).to_contain_text(turf)
        phone.keyboard.press("Enter")
        expect(phone.locator("#turf-id")).to_have_text(f"Turf {turf}")
        expect(phone.locator("#turf-doors .row.on .stop").first).to_have_text(stop)
        phone.tap("text=Page of this turf")
        ready(phone)
        phone.locator(f".doors tr[data-stop='{stop}'] th").first.tap()
        assert chosen(phone) == ({stop}, [stop])
        phone.tap("button:has-text('Show names')")
        phone.wait_for_selector("text=Hide names")
        assert viewer.events("names shown") == 1
        phone.tap("button:has-text('Print')")
        phone.wait_for_url(re.compile("/jobs/"))
        viewer.worker.work_off()
        phone.reload()
        phone.tap("ul.files a >> nth=0")
        packet = phone.locator("ul.files a").first.get_attribute("href")
        assert phone.request.get(viewer.address + packet).body().startswith(b"%PDF-")
    with (
        browsing(chromium, viewer, DESKTOP, "olga") as page,
        browsing(chromium, viewer, PHONE, has_touch=True) as phone,
    ):
        page.goto(f"{viewer.base}/turfs/{turf}")
        page.check("input[name=code]")
        page.click("button:has-text('Make a link')")
        phone.goto(page.locator("#link").inner_text())
        phone.fill("main form input[name=code]", page.locator("#code").inner_text())
        phone.tap("button:has-text('Open the list')")
        ready(phone)
        own = doors[doors["turf_id"] == turf]
        assert phone.locator(".mark").count() == own["stop"].nunique()
        page.click("text=Back to the turf")
        page.click("button:has-text('Revoke')")
        page.wait_for_load_state()
        answer = phone.request.get(phone.url)
        assert answer.status in (404, 410)
        assert door["address"] not in answer.text()
