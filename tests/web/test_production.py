"""The server that the README describes, put up from its own texts, backed up and put up again."""

import http.cookiejar
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.loopback]

HOME = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
SHELL = """
events {{}}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fast; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {ours}
}}
"""


def block(kind):
    """The README's only block of a kind that is about a server."""
    text = (HOME / "README.md").read_text(encoding="utf-8").partition("## On a server")[2]
    return re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)[1]


def command(start):
    """A command of the README, by how its line begins."""
    text = (HOME / "README.md").read_text(encoding="utf-8").partition("## On a server")[2]
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return re.sub(r"su \w+( -s /bin/sh)? -c '([^']*)'", r"\2", line)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running(words, log, **environment):
    with log.open("wb") as said:
        process = subprocess.Popen(
            words, stdout=said, stderr=said, cwd=HOME, env={**os.environ, **environment}
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


class Visitor:
    """A browser that trusts our certificate."""

    def __init__(self, address, certificate):
        self.address = address
        trust = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=certificate))
        self.cookies = http.cookiejar.CookieJar()
        keep = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trust, keep)

    def ask(self, path, form=None):
        """Final address, headers and body of a page, or of what answers a form."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(  # noqa: S310 - our own address
            self.address + path, data, {"Referer": f"{self.address}/"}
        )
        try:
            with self.opener.open(request, timeout=60) as answer:
                return urllib.parse.urlsplit(answer.url).path, answer.headers, answer.read()
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, fault.headers, fault.read()

    def submit(self, page, path, **form):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask(page)[2].decode())[1]
        return self.ask(path, {"csrf_token": token, **form})

    def until(self, path, pattern):
        """What a page says at last."""
        for _ in range(240):
            _, _, body = self.ask(path)
            if found := re.search(pattern, body.decode()):
                return found[0]
            time.sleep(0.5)
        pytest.fail(f"{path} never said {pattern}: {body.decode()[-2000:]}")


class Machine:
    """A folder in which nginx, gunicorn and the worker run as the README has them."""

    def __init__(self, folder, database, state):
        self.folder, self.database, self.state = folder, database, state
        self.front, self.back, self.plain = free_port(), free_port(), free_port()
        self.address = f"https://localhost:{self.front}"
        folder.mkdir()
        self.certificate, key = folder / "cert.pem", folder / "key.pem"
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        made = ["-keyout", key, "-out", self.certificate, "-days", "2"]
        words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made, *subject]
        subprocess.run(words, check=True, capture_output=True)
        self._configure(key)

    def _configure(self, key):
        ours = block("nginx")
        for old, new in (
            ("listen 443 ssl", f"listen 127.0.0.1:{self.front} ssl"),
            ("listen 80", f"listen 127.0.0.1:{self.plain}"),
            ("127.0.0.1:8000", f"127.0.0.1:{self.back}"),
            ("/etc/letsencrypt/live/turf.example.org/fullchain.pem", str(self.certificate)),
            ("/etc/letsencrypt/live/turf.example.org/privkey.pem", str(key)),
            ("/var/log/nginx", str(self.folder)),
            ("turf.example.org", "localhost"),
        ):
            assert old in ours, old
            ours = ours.replace(old, new)
        user = "user root;" if os.geteuid() == 0 else ""
        pid = f"pid {self.folder}/pid; error_log {self.folder}/start.log;"
        text = f"{user} {pid} {SHELL.format(folder=self.folder, ours=ours)}"
        (self.folder / "nginx.conf").write_text(text)

    def environment(self):
        return {
            "TURFCUTTER_SECRET": os.urandom(32).hex(),
            "TURFCUTTER_ORIGIN": self.address,
            "TURFCUTTER_STATE": str(self.state),
            "TURFCUTTER_DATABASE": self.database,
        }

    @contextmanager
    def on(self):
        """nginx, gunicorn and the worker; gives a visitor when pages answer."""
        start = re.search(r"^ExecStart=/opt/turfcutter/bin/(.*)$", block("ini"), re.MULTILINE)[1]
        start = start.replace("127.0.0.1:8000", f"127.0.0.1:{self.back}")
        web = ["/bin/sh", "-c", f"exec {BIN}/{start.replace('(', '(').strip()}"]
        work = [BIN / "turfcutter", "work"]
        front = [NGINX, "-c", self.folder / "nginx.conf", "-p", self.folder, "-g", "daemon off;"]
        environment = self.environment()
        with (
            running(web, self.folder / "web.log", **environment) as pages,
            running(work, self.folder / "work.log", **environment),
            running(front, self.folder / "front.log"),
        ):
            visitor = Visitor(self.address, self.certificate)
            for _ in range(240):
                assert pages.poll() is None, (self.folder / "web.log").read_text()
                try:
                    if visitor.ask("/login")[0] == "/login":
                        break
                except OSError:  # nginx is not there yet
                    pass
                time.sleep(0.5)
            yield visitor


def test_the_configuration_of_nginx_is_whole(tmp_path, missing):
    if not NGINX:
        missing("nginx is not installed (apt-get install nginx-light)")
    machine = Machine(tmp_path / "machine", "", tmp_path)
    words = [NGINX, "-t", "-c", machine.folder / "nginx.conf", "-p", machine.folder]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_the_unit_is_one_that_systemd_takes(tmp_path, missing):
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        missing("systemd is not installed")
    unit = tmp_path / "turfcutter.service"
    start = block("ini").replace("/opt/turfcutter/bin/gunicorn", f"{BIN}/gunicorn")
    unit.write_text(start.replace("EnvironmentFile=/etc/turfcutter.env\n", ""))
    done = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert ours == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_is_put_up_backed_up_and_put_up_again(office, database, tmp_path, missing):
    """Log in by https, print a list, back up, restore elsewhere, log in there, same list."""
    if not NGINX:
        missing("nginx is not installed (apt-get install nginx-light)")
    state = tmp_path / "state"
    shutil.copytree(office.settings.state, state)
    name, host = re.search(r"@/(\w+)\?host=(.*)$", database[1]).groups()
    plan = office.plans["North"]
    first = Machine(tmp_path / "first", database[1], state)
    with first.on() as fred:
        path, _, _ = fred.submit("/login", "/login", name="fred", password=PASSWORD)
        assert path == "/"
        assert [cookie.name for cookie in fred.cookies] == ["__Host-turfcutter"]
        job, _, _ = fred.submit(f"/plans/{plan}/turfs/A1", f"/plans/{plan}/turfs/A1/print")
        printing = fred.until(job, rf"/plans/{plan}/printings/\w+")
        _, headers, packet = fred.ask(f"{printing}/packet.pdf")
        assert packet.startswith(b"%PDF-")
        assert headers["Strict-Transport-Security"]
        assert headers["Cache-Control"] == "no-store"
        assert "gunicorn" not in headers["Server"]
        plain = f"http://127.0.0.1:{first.plain}/x"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
        with pytest.raises(urllib.error.HTTPError) as moved:
            opener.open(plain, timeout=10)
        with moved.value as answer:
            assert (answer.code, answer.headers["Location"]) == (301, "https://localhost/x")
        _back_up(tmp_path, state, name, host)
    log = (first.folder / "turfcutter.log").read_text()
    assert log.count("\n") > 5
    assert plan not in log
    assert "http" not in log
    restored = _restore(tmp_path, name, host)
    second = Machine(tmp_path / "second", restored, tmp_path / "restored")
    with second.on() as fred:
        assert fred.ask("/")[0] == "/login"
        path, _, _ = fred.submit("/login", "/login", name="fred", password=PASSWORD)
        assert path == "/"
        assert fred.ask(f"{printing}/packet.pdf")[2] == packet
        job, _, _ = fred.submit(f"/plans/{plan}/turfs/A1", f"/plans/{plan}/turfs/A1/print")
        assert fred.until(job, rf"/plans/{plan}/printings/\w+") != printing


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows where one is sent instead of going there."""

    def redirect_request(self, *_given):
        return None


def _shell(line, folder, host):
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGHOST": host, "PGUSER": "turf"},
    )
    assert done.returncode == 0, done.stderr


def _back_up(folder, state, name, host):
    _shell(
        command("su turfcutter -s /bin/sh -c 'pg_dump").replace(
            "custom turfcutter", f"custom {name}"
        ),
        folder,
        host,
    )
    _shell(
        command("tar -C /var/lib/turfcutter --exclude").replace("/var/lib/turfcutter", str(state)),
        folder,
        host,
    )


def _restore(folder, name, host):
    new = f"{name}_again"
    made = command("su postgres -c 'createdb --owner turfcutter --template").replace(
        "--owner turfcutter", "--owner turf"
    )
    _shell(re.sub(r"turfcutter$", new, made), folder, host)
    _shell(
        command("su turfcutter -s /bin/sh -c 'pg_restore").replace(
            "dbname turfcutter", f"dbname {new}"
        ),
        folder,
        host,
    )
    (folder / "restored").mkdir(mode=0o700)
    _shell(
        command("tar -C /var/lib/turfcutter -xpf").replace(
            "/var/lib/turfcutter", str(folder / "restored")
        ),
        folder,
        host,
    )
    return f"postgresql://turf@/{new}?host={host}"
