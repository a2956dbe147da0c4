"""A field lead's morning in a real browser: nothing is asked of any other host."""

import re
import threading
from contextlib import contextmanager

import pytest
import waitress

from web.accounts import add_account
from web.db import open_database, transaction
from web.library import publish
from web.settings import local_settings
from web.viewer import create_viewer

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(plan_folder, tmp_path_factory):
    """A viewer of one organization with one plan, on this machine."""
    state = tmp_path_factory.mktemp("viewer")
    server = waitress.create_server(lambda *_: [], host="127.0.0.1", port=0)
    settings = local_settings(state, server.effective_port)
    engine = open_database(settings.database, state)
    with transaction(engine) as session:
        add_account(session, "Neighbors", "fred", "field lead", PASSWORD)
        publish(
            session, state, plan_folder, "Neighbors", "Fall {{7*7}} <img src=x onerror=alert(1)>"
        )
    server.application = create_viewer(settings, engine)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)
    engine.dispose()


@contextmanager
def browsing(chromium, address, size):
    """A page that may reach the viewer alone; complaints and foreign requests fail the test."""
    context = chromium.new_context(viewport=size, reduced_motion="reduce")
    page = context.new_page()
    foreign, complaints = [], []
    page.on(
        "request",
        lambda request: (
            foreign.append(request.url) if not request.url.startswith((address, "data:")) else None
        ),
    )
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    yield page
    assert foreign == []
    assert complaints == []
    context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_login_to_the_names_of_a_turf(chromium, address, size, plan):
    with browsing(chromium, address, size) as page:
        page.fill("#name", "fred")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
        title = page.locator("tbody th").inner_text()
        assert title == "Fall {{7*7}} <img src=x onerror=alert(1)>"
        page.click("tbody td a")
        page.wait_for_selector("body[data-ready=true]", timeout=20_000)
        assert (
            page.locator("#all-turfs .name").all_text_contents() == plan.turfs["turf_id"].tolist()
        )
        page.fill("#query", "B2")
        page.keyboard.press("Enter")
        assert page.locator("#turf-id").inner_text() == "Turf B2"
        assert page.url.endswith("/map#B2")
        doors = int(plan.turfs.set_index("turf_id").loc["B2", "doors"])
        page.click("text=Open the page of this turf")
        assert page.locator(".doors tbody tr").count() == doors
        assert "Secret" not in page.content()
        page.click("button:has-text('Show names')")
        page.wait_for_selector("text=Hide names")
        assert "Secretlast" in page.content()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]
        page.click("text=Map and route")
        page.wait_for_selector("body[data-ready=true]", timeout=20_000)
        assert page.locator("#turf-id").inner_text() == "Turf B2"
        page.click("#home")
        page.wait_for_url(re.compile(r"/turfs/B2$"))
        page.click("text=Log out")
        page.wait_for_url(re.compile("/login$"))
        page.go_back()
        assert "Secret" not in page.content()


def test_a_link_to_a_turf_of_the_map_opens_that_turf(chromium, address):
    with browsing(chromium, address, DESKTOP) as page:
        page.fill("#name", "fred")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
        link = page.locator("tbody td a").get_attribute("href")
        page.goto(f"{address}{link}#A2")
        page.wait_for_selector("body[data-ready=true]", timeout=20_000)
        assert page.locator("#turf-id").inner_text() == "Turf A2"
