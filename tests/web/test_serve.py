"""Results over HTTP: a real server on 127.0.0.1, started by the command."""

import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from geodata.errors import InputError
from turfcutter.exports import CURE, EXPORTS, UNCUT
from turfcutter.plans.plan import PLAN_JSON
from turfcutter.render.map import render_map
from web.library import SAVED
from web.outputs import FILES
from web.serve import serve

pytestmark = pytest.mark.loopback

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from web.serve import serve; serve()"]


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def cookie(self) -> str:
        return (self.headers["Set-Cookie"] or "").partition(";")[0]


class Server:
    """The command `serve` as a process, and plain requests to it."""

    def __init__(self, folder: Path, log: Path) -> None:
        with log.open("w") as complaints:
            self.process = subprocess.Popen(
                [*COMMAND, str(folder)],
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self.line = self.process.stdout.readline()
        found = re.search(r"http://(127\.0\.0\.1:(\d+))(/open/\S+)", self.line)
        assert found, log.read_text()
        self.host, self.port, self.link = found[1], int(found[2]), found[3]

    def ask(self, path, *, method="GET", host=None, cookie="") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", self.host if host is None else host)
            if cookie:
                connection.putheader("Cookie", cookie)
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=10)
        return rest


@pytest.fixture(scope="module")
def results(plans, tmp_path_factory):
    """A folder of results as `turfcutter cut` leaves it, with a secret beside it."""
    folder = tmp_path_factory.mktemp("job") / "turfs {{7*7}}"
    folder.mkdir()
    (folder / "map.html").write_text(render_map(plans.block_plan()), encoding="utf-8")
    for name in ("doors.csv", "walklist.csv", "exceptions.csv", "plan.json", "turfs.gpkg"):
        (folder / name).write_text(f"content of {name}\n")
    (folder / "voters.parquet").write_text("not served")
    (folder.parent / "secret.csv").write_text("secret")
    return folder


@pytest.fixture
def server(results, tmp_path):
    running = Server(results, tmp_path / "log.txt")
    yield running
    if running.process.poll() is None:
        running.stop()
    assert (tmp_path / "log.txt").read_text() == ""


@pytest.fixture(scope="module")
def opened(results, tmp_path_factory):
    """A server and the cookie of whoever opened its link."""
    running = Server(results, tmp_path_factory.mktemp("log") / "log.txt")
    yield running, running.ask(running.link).cookie
    running.stop()


def test_link_works_once(server):
    assert server.ask("/").status == 403
    assert server.ask("/open/another").status == 403
    assert server.ask(server.link, method="HEAD").status == 405
    first = server.ask(server.link)
    assert first.status == 200
    assert server.ask(server.link).status == 410
    assert server.ask(server.link, cookie=first.cookie).status == 410
    assert server.ask("/", cookie=first.cookie).status == 200


def test_without_the_cookie_there_is_one_sentence_and_nothing_else(opened):
    server, cookie = opened
    forged = cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB")
    for path in ("/", "/map", "/files/walklist.csv", "/nothing"):
        for given in ("", forged):
            answer = server.ask(path, cookie=given)
            assert answer.status == 403
            texts = re.findall(r"<p>(.*?)</p>", answer.body.decode())
            assert texts == ["This opens only with the link that `turfcutter serve` printed."]


def test_cookie_is_kept_from_scripts_and_other_sites(server):
    header = server.ask(server.link).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(header.split("; "))
    assert header.startswith(f"turfcutter-{server.port}=")
    assert "Expires" not in header


@pytest.mark.parametrize(
    "host",
    ["evil.example.org", "evil.example.org:{port}", "127.0.0.1", "localhost:1", "", "0:{port}"],
)
def test_other_host_names_are_refused(opened, host):
    server, cookie = opened
    answer = server.ask("/", cookie=cookie, host=host.format(port=server.port))
    assert answer.status == 421
    assert b"doors.csv" not in answer.body


def test_localhost_is_the_same_machine(opened):
    server, cookie = opened
    assert server.ask("/", cookie=cookie, host=f"localhost:{server.port}").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(opened, method):
    server, cookie = opened
    assert server.ask("/", method=method, cookie=cookie).status == 405


@pytest.mark.parametrize(
    "path", ["/", "/map", "/files/doors.csv", "/nothing", "/static/viewer.css"]
)
def test_every_answer_carries_the_protective_headers(opened, path):
    server, cookie = opened
    for given in (cookie, ""):
        headers = server.ask(path, cookie=given).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("frame-ancestors 'none'")
        assert "unsafe" not in policy
        assert "Server" not in headers


def test_map_is_the_file_byte_for_byte(opened, results):
    server, cookie = opened
    assert server.ask("/map", cookie=cookie).body == (results / "map.html").read_bytes()


def test_every_file_that_a_cut_writes_is_offered():
    written = {*EXPORTS, UNCUT, CURE}
    assert set(FILES) == written | {PLAN_JSON}
    assert set(SAVED) == written - {"map.html"}


def test_listed_files_can_be_downloaded(opened):
    server, cookie = opened
    page = server.ask("/", cookie=cookie).body.decode()
    assert "<h1>turfs {{7*7}}</h1>" in page
    names = re.findall(r'href="/files/([^"]+)"', page)
    assert sorted(names) == [
        "doors.csv",
        "exceptions.csv",
        "map.html",
        "plan.json",
        "turfs.gpkg",
        "walklist.csv",
    ]
    assert page.count("0.1 kB") == 5  # none of nothing
    answer = server.ask("/files/walklist.csv", cookie=cookie)
    assert answer.body == b"content of walklist.csv\n"
    assert answer.headers["Content-Disposition"] == "attachment; filename=walklist.csv"


@pytest.mark.parametrize(
    "path",
    [
        "/files/voters.parquet",
        "/files/",
        "/files/../secret.csv",
        "/files/..%2fsecret.csv",
        "/files/%2e%2e/secret.csv",
        "/files/..%5csecret.csv",
        "/files//etc/passwd",
        "/files/doors.csv%00",
        "/static/../guard.py",
        "/static/%2e%2e/guard.py",
        "/map.html",
    ],
)
def test_nothing_else_can_be_had(opened, path):
    server, cookie = opened
    assert server.ask(path, cookie=cookie).status in (308, 404)


def test_ctrl_c_ends_with_a_clean_message(server):
    assert server.stop() == "Stopped.\n"
    assert server.process.returncode == 0


def test_folder_without_a_map_and_a_taken_port_are_told(opened, results, tmp_path):
    server, _ = opened
    missing = CliRunner().invoke(serve, [str(tmp_path)])
    assert isinstance(missing.exception, InputError)
    assert "holds no map.html" in str(missing.exception)
    taken = CliRunner().invoke(serve, [str(results), "--port", str(server.port)])
    assert isinstance(taken.exception, InputError)
    assert f"port {server.port} cannot be used" in str(taken.exception)


@pytest.mark.browser
def test_browser_opens_the_link_and_the_map_without_violations(server, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " event => console.error('violation ' + event.violatedDirective + event.blockedURI))"
    )
    page.goto(f"http://{server.host}{server.link}")
    page.wait_for_url(f"http://{server.host}/")
    page.click("text=Open the map")
    page.wait_for_selector("body[data-ready=true]")
    page.click("#all-turfs button:has-text('B2')")
    assert page.locator("#turf-doors .row").count() == 3
    page.go_back()
    with page.expect_download() as download:
        page.click("text=doors.csv")
    assert Path(download.value.path()).read_text() == "content of doors.csv\n"
    assert {url.split("/")[2] for url in requests} == {server.host}
    assert complaints == []
    context.close()
