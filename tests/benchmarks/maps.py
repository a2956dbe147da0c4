"""
The map of a large plan in headless Chromium: until it is seen, and while it is moved.

    .venv/bin/python tests/benchmarks/maps.py PLAN

PLAN is the folder of a plan; a county of 100,000 doors comes from ``turfcutter sample --voters
185000``. It is published into a folder that is gone afterwards, and served on this machine.
"""

import statistics
import sys
import tempfile
import threading
from pathlib import Path

import click
import waitress
from playwright.sync_api import Page, sync_playwright

from web.accounts import add_account
from web.db import open_database, transaction
from web.library import publish
from web.settings import local_settings
from web.viewer import create_viewer

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]
TIMES = 5
ZOOMS = (None, 13, 15, 16.5, 18)
"""None is the whole plan."""
SEEN = "() => new Promise((done) => requestAnimationFrame(() => done(performance.now())))"
WATCH = """() => {
    window.frames_ms = [];
    let last = performance.now();
    const next = (now) => {
        window.frames_ms.push(now - last);
        last = now;
        requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
}"""


def serve(plan: Path, state: Path) -> str:
    """The address of the plan's map."""
    server = waitress.create_server(lambda *_: [], host="127.0.0.1", port=0)
    settings = local_settings(state, server.effective_port)
    engine = open_database(settings.database, state)
    with transaction(engine) as session:
        add_account(session, "Neighbors", "fred", "field lead", PASSWORD)
        plan_id = publish(session, state, plan, "Neighbors", "")
    server.application = create_viewer(settings, engine)
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}/plans/{plan_id}/map"


def log_in(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#name", "fred")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def opened(page: Page, address: str) -> float:
    """Milliseconds from asking for the page to the picture of the map."""
    page.goto("about:blank")
    page.goto(address, wait_until="commit")
    page.wait_for_selector("body[data-ready=true]")
    return page.evaluate(SEEN)


def dragged(page: Page, zoom: float | None) -> list[float]:
    """Milliseconds between pictures while the map is dragged to and fro."""
    if zoom is not None:
        page.evaluate("(zoom) => turfcutterMap.map.setZoom(zoom, { animate: false })", zoom)
        page.wait_for_timeout(1500)
    page.evaluate("() => (window.frames_ms = [])")
    for step in (-8, 8):
        page.mouse.move(800, 400)
        page.mouse.down()
        for at in range(40):
            page.mouse.move(800 + step * at, 400 + step * at / 3)
        page.mouse.up()
        page.wait_for_timeout(500)
    return sorted(page.evaluate("window.frames_ms"))


def main(plan: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        address = serve(plan, Path(folder))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        log_in(page, address)
        times = [opened(page, address) for _ in range(TIMES)]
        click.echo(f"first map: {statistics.median(times):,.0f} ms (most {max(times):,.0f})")
        page.evaluate(WATCH)
        for zoom in ZOOMS:
            frames = dragged(page, zoom)
            late = frames[int(0.95 * len(frames))]
            click.echo(
                f"zoom {zoom or 'whole'}: {statistics.median(frames):.0f} ms a picture,"
                f" one in twenty {late:.0f} or more, the slowest {frames[-1]:.0f}"
            )
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
