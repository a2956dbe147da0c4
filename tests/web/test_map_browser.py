"""The map in a browser: opened from disk, and nothing but the file is ever asked for."""

import itertools
import re
from contextlib import contextmanager
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from turfcutter.render.map import render_map

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

CENTRE = """turf => {
    const {map, data} = turfcutterMap;
    const place = map.unproject(L.point(data.turfs.middle.x[turf], data.turfs.middle.y[turf]), 0);
    const at = map.latLngToContainerPoint(place);
    const box = map.getContainer().getBoundingClientRect();
    return [box.x + at.x, box.y + at.y];
}"""
PIXELS = """([pane, red, green, blue]) => {
    const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
        if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) count++;
    }
    return count;
}"""
PICTURE = "document.querySelector('.leaflet-drawing-pane canvas').toDataURL()"
ROUTE = ["choice", 0x14, 0x57, 0xA8]


def _error(message) -> list[str]:
    return [message.text] if message.type == "error" else []


@pytest.fixture
def opened(chromium, tmp_path):
    """Open a page's text from disk, offline: what it asks for and complains of fails the test."""

    @contextmanager
    def open_page(html, size=DESKTOP, **options):
        path = tmp_path / "map.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(
            viewport=size, offline=True, reduced_motion="reduce", **options
        )
        page = context.new_page()
        requests, complaints = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.extend(_error(message)))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready=true]", timeout=20_000)
        yield page
        assert requests == [path.as_uri()]
        assert complaints == []
        context.close()

    return open_page


@pytest.fixture(scope="module")
def plan(plans):
    return plans.block_plan(units=("1", "2", "10", ""))


@pytest.fixture(scope="module")
def html(plan):
    return render_map(plan)


def _rows(page) -> list[tuple[str, str, str, str]]:
    """Stop, address, count of doors and units as the panel shows them."""
    return [tuple(row) for row in page.locator("#turf-doors .row").evaluate_all(TEXTS, PARTS)]


PARTS = [".stop", ".name", ".aside", ".units"]
TEXTS = """(rows, parts) => rows.map((row) =>
    parts.map((part) => row.querySelector(part)?.textContent ?? ""))"""


def _expected_rows(plan, turf_id: str) -> list[tuple[str, str, str, str]]:
    doors = plan.doors[plan.doors["turf_id"] == turf_id]
    rows = []
    pairs = zip(doors["stop"], doors["address"], doors["unit"], strict=True)
    for (stop, address), group in itertools.groupby(pairs, key=lambda row: row[:2]):
        units = [unit for _, _, unit in group]
        count = f"{len(units)} doors" if len(units) > 1 else ""
        named = [unit or "no unit" for unit in units] if any(units) else []
        rows.append((str(stop), address, count, ", ".join(named)))
    return rows


def test_click_shows_exactly_the_doors_of_that_turf_in_order(opened, html, plan):
    with opened(html) as page:
        for turf, turf_id in [(4, "B2"), (0, "A1")]:
            page.mouse.click(*page.evaluate(CENTRE, turf))
            assert page.locator("#turf-id").text_content() == f"Turf {turf_id}"
            assert _rows(page) == _expected_rows(plan, turf_id)
            page.keyboard.press("Escape")
            page.evaluate("turfcutterMap.map.setZoom(16.5, {animate: false})")
        assert page.locator("#turf").is_hidden()


def test_panel_tells_facts_and_start_of_a_turf(opened, html, plan):
    with opened(html) as page:
        page.click("#all-turfs button:has-text('B2')")
        facts = page.locator("#turf-facts li").all_text_contents()
        voters = plan.turfs.set_index("turf_id").loc["B2", "voters"]
        told = ["6 doors", f"{voters} voters", "16 min (9\N{EN DASH}22)", "180 m", "easy walk"]
        assert facts == [*told, "precinct 0102"]
        assert page.locator("#turf-start").text_content() == "Start: 1 Street, south-west corner"


def test_chosen_turfs_come_best_first_with_place_and_crew(opened, plan):
    sent = {"staging": "Main {{7*7}} <b>Library", "drive_minutes": 3.4, "drop_off": "A & B"}
    turfs = plan.turfs.assign(**sent, rank=[4, 6, 2, 1, 3, 5], crew=[1, 1, 2, 2, 3, 3])
    with opened(render_map(replace(plan, turfs=turfs))) as page:
        names = page.locator("#all-turfs .name").all_text_contents()
        assert names == turfs.sort_values("rank")["turf_id"].tolist()
        page.locator("#all-turfs .row").first.click()
        facts = page.locator("#turf-facts li").all_text_contents()
        assert facts[0] == "rank 1"
        assert facts[-2:] == [
            "from Main {{7*7}} <b>Library, 3 min by car",
            "crew 2, let out at A & B",
        ]


def test_route_is_drawn_for_the_chosen_turf_only(opened, html):
    with opened(html) as page:
        assert page.evaluate(PIXELS, ROUTE) == 0
        page.click("#all-turfs button:has-text('A2')")
        assert page.evaluate(PIXELS, ROUTE) > 500
        page.click("#turf .back")
        assert page.evaluate(PIXELS, ROUTE) == 0


def test_pointing_at_a_turf_tells_its_facts(opened, html, plan):
    with opened(html) as page:
        x, y = page.evaluate(CENTRE, 5)
        page.mouse.move(x - 20, y)
        page.mouse.move(x, y)
        voters = plan.turfs.loc[5, "voters"]
        text = f"B36 doors · {voters} voters · 16 min (9\N{EN DASH}22) · 180 m · easy walk"
        assert page.locator("#hover").text_content() == text
        page.mouse.move(5, 5)
        assert page.locator("#hover").is_hidden()


def test_a_stop_clicked_on_the_map_is_marked_in_the_list(opened, html):
    with opened(html) as page:
        page.click("#all-turfs button:has-text('A1')")
        place = page.evaluate("""() => {
            const {map, stopsOf} = turfcutterMap;
            const stop = stopsOf(0)[2];
            const at = map.latLngToContainerPoint(map.unproject(L.point(stop.x, stop.y), 0));
            const box = map.getContainer().getBoundingClientRect();
            return [box.x + at.x, box.y + at.y];
        }""")
        page.mouse.click(*place)
        assert page.locator("#turf-doors .row.on .stop").all_text_contents() == ["3"]
        assert page.locator("#turf-id").text_content() == "Turf A1"


def test_search_finds_turfs_streets_and_addresses(opened, html, plan):
    with opened(html) as page:
        page.fill("#query", "b3")
        assert page.locator("#found .name").all_text_contents() == ["B3"]
        page.press("#query", "Enter")
        assert page.locator("#turf-id").text_content() == "Turf B3"

        page.fill("#query", "1 str")
        page.click("#found button:has-text('1 Street')")
        assert page.locator("#street-name").text_content() == "1 Street"
        assert page.locator("#street-turfs .name").all_text_contents() == ["B1", "B2", "B3"]
        page.click("#street-turfs button:has-text('B2')")
        assert page.locator("#turf-id").text_content() == "Turf B2"

        page.fill("#query", "street")
        # 0 and 1 Street have doors, 2 Street has none
        assert page.locator("#found .name").all_text_contents() == [
            "0 Street",
            "1 Street",
            "2 Street",
        ]
        page.fill("#query", "2 street")
        page.press("#query", "Enter")
        note = page.locator("#street-note").text_content()
        assert note == "No turf has doors on this street"

        address = plan.doors.loc[plan.doors["turf_id"] == "A3"].iloc[0]
        page.fill("#query", address["address"].lower())
        assert page.locator("#found .aside").first.text_content() == "A3"
        page.press("#query", "Enter")
        assert page.locator("#turf-id").text_content() == "Turf A3"
        chosen = page.locator("#turf-doors .row.on .stop").all_text_contents()
        assert chosen == [str(address["stop"])]

        page.fill("#query", "nowhere")
        assert page.locator("#found").text_content() == "No turf, street or address of this name"


@pytest.fixture(scope="module")
def everything(plan):
    """A plan with all that a map shows: districts, a staging place, an address in no turf."""
    west, south, east, north = plan.turfs.total_bounds
    middle = (west + east) / 2
    shapes = [shapely.box(west, south, middle, north), shapely.Point(middle, north - 20)]
    more = {"kind": ["district", "staging"], "name": ["{{7*7}} <b>W", "Main <b>Library"]}
    more = gpd.GeoDataFrame(more, geometry=shapes, crs=plan.base.crs)
    base = gpd.GeoDataFrame(pd.concat([plan.base, more], ignore_index=True), crs=plan.base.crs)
    door = plan.doors.iloc[3]
    left = {"voter_id": ["E1"], "address": ["9 Far <b>Road"], "reason": ["R-off_network"]}
    left |= {"detail": ["212 m from any street."], "lon": [door["lon"]], "lat": [door["lat"]]}
    return render_map(replace(plan, base=base, exceptions=pd.DataFrame(left)))


LAYERS = {
    **dict.fromkeys(("turfs", "base", "names", "buildings", "doors", "precincts"), True),
    "districts": True,
    "staging": True,
    "routes": False,
    "left": False,
}
"""Layer -> whether it is shown at first."""


def test_each_layer_can_be_switched_on_and_off(opened, everything):
    with opened(everything) as page:
        page.click("#layers summary")
        whole = page.evaluate(PICTURE)
        for layer, shown in LAYERS.items():
            box = page.locator(f"#layers input[name={layer}]")
            assert box.is_checked() == shown, layer
            box.click()
            assert page.evaluate(PICTURE) != whole, layer
            box.click()
            assert page.evaluate(PICTURE) == whole, layer


def test_layers_that_a_plan_has_not_are_neither_offered_nor_explained(opened, html, everything):
    unseen = "all => all.filter(each => each.hidden).map(each => each.dataset.layer)"
    with opened(html) as page:
        page.click("#layers summary")
        names = page.locator("#layers input").evaluate_all("all => all.map(each => each.name)")
        assert {*names} == LAYERS.keys() - {"districts", "staging"}
        explained = page.locator("#legend [data-layer]")
        assert {*explained.evaluate_all(unseen)} == {"districts", "staging"}
    with opened(everything) as page:
        assert page.locator("#legend [data-layer]").evaluate_all(unseen) == []


@pytest.mark.parametrize("by", ["mouse", "finger"])
def test_an_address_in_no_turf_says_why(opened, everything, plan, by):
    with opened(everything, has_touch=by == "finger") as page:
        page.click("#layers summary")
        page.check("#layers input[name=left]")
        door = plan.doors.iloc[3]
        x, y = page.evaluate(
            """([lat, lon]) => {
                const at = turfcutterMap.map.latLngToContainerPoint([lat, lon]);
                const box = turfcutterMap.map.getContainer().getBoundingClientRect();
                return [box.x + at.x, box.y + at.y];
            }""",
            [float(door["lat"]), float(door["lon"])],
        )
        if by == "mouse":
            page.mouse.move(x - 30, y)
            page.mouse.move(x, y)
        else:
            page.touchscreen.tap(x, y)
        assert page.locator("#hover").text_content() == "9 Far <b>Road212 m from any street."


def test_hostile_texts_show_as_they_are(opened, plans):
    title = "{{7*7}} <img src=x onerror=alert(1)> ${1}"
    plan = plans.block_plan(
        columns=2,
        rows=7,
        doors=12,
        street_names=plans.HOSTILE,
        precincts=plans.HOSTILE,
        title=title,
        units=plans.HOSTILE,
    )
    with opened(render_map(plan)) as page:
        assert page.locator("#title").text_content() == title
        assert page.title() == title
        for turf, name in enumerate(plans.HOSTILE):
            turf_id = plan.turfs.loc[2 * turf, "turf_id"]
            page.click(f"#all-turfs button:has-text('{turf_id}')")
            assert _rows(page) == _expected_rows(plan, turf_id)
            assert page.locator("#turf-facts li").last.text_content() == f"precinct {name}"
            assert page.locator("#turf-start").text_content().startswith(f"Start: {name},")
            page.fill("#query", name)
            page.press("#query", "Enter")
            assert page.locator("#street-name").text_content() == name
            page.click("#street .back")
        assert page.locator("img").count() == 0


def test_everything_is_reached_by_keyboard(opened, html):
    with opened(html) as page:
        page.focus("#query")
        page.keyboard.type("A")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert page.locator("#turf-id").text_content() == "Turf A2"
        page.keyboard.press("Escape")
        assert page.locator("#all").is_visible()
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
        assert {"query", "row", "map_plan", "leaflet-control-zoom-in"} <= seen


def test_phone_has_no_sideways_scrolling(opened, plans):
    plan = plans.block_plan(title="Wide" * 60, street_names=["Boulevard" * 20])
    with opened(render_map(plan), PHONE, has_touch=True) as page:
        width = "document.documentElement.scrollWidth"
        panel = "document.getElementById('panel').scrollWidth"
        assert (page.evaluate(width), page.evaluate(panel)) == (390, 390)
        page.click("#all-turfs button:has-text('A1')")
        assert (page.evaluate(width), page.evaluate(panel)) == (390, 390)
        box = page.locator("#turf-id").bounding_box()
        assert 390 <= box["y"] <= 844 - box["height"]
        page.click("#turf .back")
        page.tap("#layers summary")
        page.tap("#layers input[name=routes]")
        page.tap("#layers summary")
        page.tap("#fold")
        assert page.locator("#map_plan").bounding_box()["height"] > 700
        page.touchscreen.tap(*page.evaluate(CENTRE, 3))
        assert page.locator("#turf-id").text_content() == "Turf B1"


def test_policy_of_the_page_stops_foreign_scripts_and_requests(chromium, html, tmp_path):
    (tmp_path / "map.html").write_text(html, encoding="utf-8")
    page = chromium.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector("body[data-ready=true]")
    ran = page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.foreign = true";
        document.body.append(script);
        return window.foreign === true;
    }""")
    assert ran is False
    fetched = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', f => String(f))")
    assert "TypeError" in fetched
    page.close()


def test_tiles_come_from_their_host_alone(chromium, plan, tmp_path):
    """With tiles the map asks their host, which answers here from memory, and credits it."""
    tiles = "http://tiles.example.org/{z}/{x}/{y}.png"
    (tmp_path / "map.html").write_text(render_map(plan, tiles=tiles), encoding="utf-8")
    context = chromium.new_context(viewport=DESKTOP)
    page = context.new_page()
    asked, complaints = [], []
    page.on("console", lambda message: complaints.extend(_error(message)))
    png = page.screenshot()

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body=png, content_type="image/png")

    page.route(re.compile("^http:"), answer)
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector(".leaflet-tile-loaded")
    assert asked
    assert all(url.startswith("http://tiles.example.org/") for url in asked)
    assert page.locator("#credit").text_content().endswith("Background tiles: tiles.example.org")
    page.click("#layers summary")
    page.uncheck("#layers input[name=tiles]")
    assert page.locator(".leaflet-tile").count() == 0
    assert complaints == []
    context.close()


@pytest.mark.parametrize(
    ("columns", "rows", "most_bytes"),
    [(20, 10, 1_200_000), pytest.param(50, 40, 12_000_000, marks=pytest.mark.slow)],
    ids=["ten", "hundred"],
)
def test_so_many_thousand_doors_are_small_and_usable(
    chromium, plans, tmp_path, columns, rows, most_bytes
):
    html = render_map(plans.big_plan(columns, rows))
    assert len(html.encode()) <= most_bytes
    (tmp_path / "map.html").write_text(html, encoding="utf-8")
    context = chromium.new_context(viewport=DESKTOP, offline=True)
    page = context.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector("body[data-ready=true]")
    page.evaluate("turfcutterMap.chooseTurf(123)")
    assert page.locator("#turf-doors .row").count() == 50
    context.close()
