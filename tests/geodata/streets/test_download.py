"""Downloads: served by a small server on this machine, and refused where there is no network."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import osmnx
import pyproj
import pytest
import shapely

from geodata.errors import InputError
from geodata.streets.download import download_streets, parse_box
from geodata.streets.streets import read_streets

UTM = pyproj.CRS("EPSG:32610")

# Main Street with a crossing in the middle, a side street, a house with an address
ANSWER = {
    "version": 0.6,
    "elements": [
        {"type": "node", "id": 1, "lat": 38.5400, "lon": -121.7500},
        {
            "type": "node",
            "id": 2,
            "lat": 38.5400,
            "lon": -121.7490,
            "tags": {"highway": "crossing"},
        },
        {"type": "node", "id": 3, "lat": 38.5400, "lon": -121.7480},
        {"type": "node", "id": 4, "lat": 38.5410, "lon": -121.7490},
        {"type": "node", "id": 5, "lat": 38.5402, "lon": -121.7488},
        {"type": "node", "id": 6, "lat": 38.5402, "lon": -121.7486},
        {"type": "node", "id": 7, "lat": 38.5403, "lon": -121.7486},
        {
            "type": "way",
            "id": 10,
            "nodes": [1, 2, 3],
            "tags": {"highway": "residential", "name": "Main Street"},
        },
        {"type": "way", "id": 11, "nodes": [2, 4], "tags": {"highway": "service", "foot": "yes"}},
        {"type": "way", "id": 12, "nodes": [5, 6, 7, 5]},
        {
            "type": "relation",
            "id": 20,
            "members": [{"type": "way", "ref": 12, "role": "outer"}],
            "tags": {
                "type": "multipolygon",
                "building": "yes",
                "addr:housenumber": "7",
                "addr:street": "Main Street",
            },
        },
    ],
}
PLACE = {
    "place_id": 1,
    "osm_type": "relation",
    "osm_id": 1,
    "boundingbox": ["38.5", "38.6", "-121.8", "-121.7"],
    "lat": "38.54",
    "lon": "-121.75",
    "display_name": "Davis",
    "class": "boundary",
    "type": "administrative",
    "importance": 0.5,
    "name": "Davis",
    "geojson": shapely.geometry.mapping(shapely.box(-121.751, 38.539, -121.747, 38.542)),
}


class Overpass(BaseHTTPRequestHandler):
    """Answers like an Overpass and a Nominatim server, and keeps the questions."""

    answer: object = ANSWER
    questions: list[str]

    def do_GET(self):
        if self.path.endswith("/status"):
            self.reply("text/plain", b"a\nb\nc\nd\n2 slots available now.\n")
        else:
            self.questions.append(self.path)
            self.reply("application/json", json.dumps([PLACE]).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.questions.append(parse_qs(body)["data"][0])
        self.reply("application/json", json.dumps(self.answer).encode())

    def reply(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Tests are quiet."""


@pytest.fixture
def server(monkeypatch):
    """A handler class whose `questions` were asked; osmnx asks here instead of far away."""
    handler = type("Handler", (Overpass,), {"questions": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{running.server_port}"
        monkeypatch.setattr(osmnx.settings, "overpass_url", f"{address}/api")
        monkeypatch.setattr(osmnx.settings, "nominatim_url", f"{address}/")
        yield handler
        running.shutdown()
        thread.join()


@pytest.mark.loopback
def test_box_becomes_a_file_that_is_read_like_any_other(server, tmp_path):
    path = download_streets("-121.76,38.53,-121.74,38.55", tmp_path / "cache")
    assert path.name.endswith(".osm.pbf")
    streets = read_streets(path, UTM)
    assert streets.ways[["way", "kind", "name"]].to_numpy().tolist() == [
        [10, "residential", "Main Street"],
        [11, "service", ""],
    ]
    assert streets.nodes["node"].tolist() == [1, 2, 3, 4]
    assert streets.nodes["crossing"].tolist() == [False, True, False, False]
    assert streets.segments.to_numpy().tolist() == [[0, 1, 0], [1, 2, 0], [1, 3, 1]]
    assert streets.base["kind"].tolist() == ["building"]
    assert streets.addresses[["number", "street"]].to_numpy().tolist() == [["7", "Main Street"]]
    assert len(server.questions) == 1
    assert "38.550000 -121.740000" in server.questions[0]
    assert "['highway']" in server.questions[0]


@pytest.mark.loopback
def test_second_time_nothing_is_asked(server, tmp_path):
    first = download_streets("-121.76,38.53,-121.74,38.55", tmp_path)
    assert download_streets(" -121.760, 38.53 ,-121.74,38.55", tmp_path) == first
    assert len(server.questions) == 1
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


@pytest.mark.loopback
def test_large_box_is_asked_for_in_tiles(server, tmp_path):
    download_streets("-121.90,38.50,-121.70,38.60", tmp_path)
    assert len(server.questions) == 2


@pytest.mark.loopback
def test_place_is_looked_up(server, tmp_path):
    path = download_streets("Davis, California", tmp_path)
    assert len(read_streets(path, UTM).ways) == 2
    search, question = server.questions
    assert "Davis" in search
    assert "38.542000 -121.747000" in question


@pytest.mark.loopback
def test_precincts_are_asked_for_with_a_margin(server, tmp_path):
    outline = shapely.box(-121.76, 38.53, -121.74, 38.55)
    path = download_streets("precincts", tmp_path, outline=outline)
    assert len(read_streets(path, UTM).ways) == 2
    assert "38.527000 -121.737000" in server.questions[0]


@pytest.mark.loopback
def test_answer_that_breaks_off_is_not_kept(server, tmp_path):
    """Overpass reports its failures inside a good answer, as a remark."""
    server.answer = {**ANSWER, "remark": "runtime error: Query timed out"}
    with pytest.raises(InputError, match="too busy") as caught:
        download_streets("-121.76,38.53,-121.74,38.55", tmp_path)
    assert caught.value.code == "ONLINE"
    assert not list(tmp_path.iterdir())


@pytest.mark.loopback
@pytest.mark.usefixtures("server")
def test_settings_are_as_before(tmp_path):
    names = [name for name in dir(osmnx.settings) if not name.startswith("_")]
    before = {name: getattr(osmnx.settings, name) for name in names}, socket.getaddrinfo
    download_streets("-121.76,38.53,-121.74,38.55", tmp_path)
    after = {name: getattr(osmnx.settings, name) for name in names}, socket.getaddrinfo
    assert after == before


@pytest.mark.parametrize("what", ["-121.76,38.53,-121.74,38.55", "Davis, California"])
def test_without_a_network_it_fails_with_one_sentence(what, tmp_path):
    with pytest.warns(UserWarning, match="socket"), pytest.raises(InputError) as caught:
        download_streets(what, tmp_path)
    assert caught.value.code == "ONLINE"
    assert "--streets" in caught.value.sentence
    assert "\n" not in caught.value.sentence
    assert not list(tmp_path.iterdir())


def test_box_is_west_south_east_north():
    box = parse_box("-121.80, 38.52,-121.68,38.57")
    assert box is not None
    assert box.bounds == (-121.80, 38.52, -121.68, 38.57)


@pytest.mark.parametrize("name", ["Davis, California", "Davis", "Road 99, 95616, Yolo, USA"])
def test_name_of_a_place_is_no_box(name):
    assert parse_box(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "38.52,-121.80,38.57,-121.68",  # latitude first
        "-121.68,38.52,-121.80,38.57",  # east before west
        "-121.80,38.57,-121.68,38.52",  # north before south
        "-121.80,38.52,-121.68",
        "1,2,3,4,5",
    ],
)
def test_numbers_that_are_no_box_are_refused(text):
    with pytest.raises(InputError, match="west,south,east,north") as caught:
        parse_box(text)
    assert caught.value.code == "PARAMETER"


@pytest.mark.parametrize("what", ["precincts", " "])
def test_nothing_to_download_is_refused(what, tmp_path):
    with pytest.raises(InputError) as caught:
        download_streets(what, tmp_path)
    assert caught.value.code == "PARAMETER"
