"""Files of an organization: what may be one, who reaches it, and that it goes again."""

import errno
import gzip
import io
import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.errors import InputError, SpaceError
from web import uploads
from web.db import transaction
from web.models import Account, Event, Upload

GOOD = {
    "voters.csv": b"voter_id,address\n1,2 Elm St\n",
    "utf16.txt": "voter_id\n".encode("utf-16"),
    "voters.csv.gz": gzip.compress(b"voter_id\n"),
    "precincts.zip": b"PK\x03\x04rest",
    "areas.gpkg": b"SQLite format 3\x00rest",
    "areas.geojson": b'{"type": "FeatureCollection"}',
    "streets.osm.pbf": b"\x00\x00\x00\x0e\x0a\x09OSMHeader\x18",
}
BAD = {
    "run.sh": b"#!/bin/sh",
    "page.html": b"<script>",
    "noending": b"text",
    "voters.csv": b"PK\x03\x04really a zip",
    "precincts.zip": b"voter_id,address",
    "streets.pbf": b"text",
    "areas.gpkg": b"{}",
    "empty.csv": b"",
}


@pytest.fixture
def own(office, tmp_path):
    """The viewer with a state folder of the test's own."""
    office.app.config["STATE"] = tmp_path / "state"
    (tmp_path / "state").mkdir()
    return office


def token_of(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]


def send(client, name, content):
    files = {"csrf_token": token_of(client), "file": (io.BytesIO(content), name)}
    return client.post("/files", data=files)


@pytest.mark.parametrize("name", GOOD)
def test_files_of_known_kinds_are_kept_for_their_organization_alone(own, name):
    client, state = own.client("olga"), own.app.config["STATE"]
    assert send(client, name, GOOD[name]).status_code == 303
    (kept,) = own.rows(select(Upload))
    path = uploads.path_of(state, SimpleNamespace(**vars(kept)))
    assert path.read_bytes() == GOOD[name]
    made = [path, *path.parents][: path.parts.__len__() - state.parts.__len__()]
    assert {each.stat().st_mode & 0o077 for each in made} == {0}
    assert name in client.get("/files").text
    assert name not in own.client("solga").get("/files").text
    assert own.client("solga").post(f"/files/{kept.id}/delete").status_code in (400, 404)
    assert [path for path in (state / "uploads").iterdir() if path.is_file()] == []


@pytest.mark.parametrize("name", BAD)
def test_others_are_refused_and_nothing_is_left(own, name):
    answer = send(own.client("olga"), name, BAD[name])
    assert answer.status_code == 400
    assert name in answer.text
    assert own.rows(select(Upload)) == []
    assert not [path for path in (own.app.config["STATE"] / "uploads").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\x\\Voters.CSV", "Voters.csv"),
        ("{{7*7}}<b>.csv", "__7_7___b_.csv"),
        ("a\nb.csv", "a_b.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
        ("...csv", "csv"),
    ],
)
def test_names_are_plain(sent, kept):
    assert uploads.safe_name(sent) == kept


def test_deleting_erases_the_file_and_what_was_read_from_it(own):
    client, state = own.client("olga"), own.app.config["STATE"]
    send(client, "voters.csv", GOOD["voters.csv"])
    (kept,) = own.rows(select(Upload))
    (olga,) = own.rows(select(Account).where(Account.name == "olga"))
    workspace = uploads.workspace(state, olga.organization_id)
    workspace.mkdir(parents=True)
    (workspace / "voters.parquet").write_bytes(b"voters")
    client.post(f"/files/{kept.id}/delete", data={"csrf_token": token_of(client)})
    assert own.rows(select(Upload)) == []
    assert not [path for path in state.rglob("*") if path.is_file()]
    told = {event.action for event in own.rows(select(Event))}
    assert {"file uploaded", "file deleted"} <= told


def test_only_those_who_may_cut_can_send_much(own):
    """Others are stopped before more than a form's worth is read."""
    much = b"x,y\n" * 100_000
    for name in ("", "fred"):
        client = own.client(name)
        token = re.search(r'value="([^"]+)"', client.get("/login").text)[1]
        files = {"csrf_token": token, "file": (io.BytesIO(much), "a.csv")}
        assert client.post("/files", data=files).status_code == 413
    assert send(own.client("olga"), "a.csv", much).status_code == 303
    olga = own.client("olga")
    answer = olga.post("/people", data={"csrf_token": token_of(olga), "name": "x" * 100_000})
    assert answer.status_code == 413


def test_an_organization_has_only_so_much_room(own, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_TOGETHER", 40)
    client = own.client("olga")
    assert send(client, "a.csv", b"x" * 30).status_code == 303
    assert send(client, "b.csv", b"x" * 30).status_code == 400
    with Session(own.engine, expire_on_commit=False) as session:
        account = session.scalar(select(Account).where(Account.name == "solga"))
        kept = uploads.store(
            session, own.app.config["STATE"], account, "c.csv", io.BytesIO(b"x" * 30)
        )
        assert kept.name == "c.csv"
        with pytest.raises(SpaceError):
            uploads.store(session, own.app.config["STATE"], account, "d.csv", io.BytesIO(b"x" * 30))


def test_parameters_name_only_the_organizations_own_files(own):
    state = own.app.config["STATE"]
    send(own.client("olga"), "areas.geojson", GOOD["areas.geojson"])
    (kept,) = own.rows(select(Upload))
    given = {
        "inputs": {"precincts": kept.id},
        "cut": {"within": ["precinct", "areas.geojson.ward"]},
    }
    with transaction(own.engine) as session:
        placed, names = uploads.placed(session, state, kept.organization_id, given)
        path = uploads.path_of(state, kept).resolve()
        assert placed["inputs"]["precincts"] == str(path)
        assert placed["cut"]["within"] == ["precinct", f"{path}.ward"]
        assert names == {str(path): "areas.geojson"}
        south = session.scalar(select(Account.organization_id).where(Account.name == "solga"))
        for part in ({"inputs": given["inputs"]}, {"cut": given["cut"]}):
            with pytest.raises(InputError) as fault:
                uploads.placed(session, state, south, part)
            assert fault.value.code == "NO_FILE"
        for text in ("/etc/passwd", "../areas.geojson", "/etc/hosts.ward"):
            with pytest.raises(InputError):
                uploads.placed(session, state, kept.organization_id, {"cut": {"within": [text]}})


@pytest.mark.parametrize("name", ["voters.csv", "page.html"])
def test_a_program_sends_files_under_the_same_limits(own, name, monkeypatch):
    client = own.client("olga")
    head = {"X-CSRFToken": client.get("/api/session").json["csrf"]}

    def post(sender, content, token):
        return sender.post("/api/files", data={"file": (io.BytesIO(content), name)}, headers=token)

    assert post(client, GOOD["voters.csv"], {}).status_code == 400  # no token
    answer = post(client, GOOD["voters.csv"], head)
    if name not in GOOD:
        assert (answer.status_code, own.rows(select(Upload))) == (400, [])
        return
    (kept,) = own.rows(select(Upload))
    assert (answer.status_code, answer.json["id"]) == (201, kept.id)
    assert client.post("/api/files", headers=head).status_code == 400
    fred = own.client("fred")
    other = {"X-CSRFToken": fred.get("/api/session").json["csrf"]}
    assert post(fred, GOOD["voters.csv"], other).status_code == 404
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    assert post(client, b"a," * 60_000, head).status_code == 413
    assert len(own.rows(select(Upload))) == 1
    own.pause(16 * 60)
    assert post(client, b"a,b", head).status_code == 403


@pytest.mark.parametrize("name", ["漢" * 300 + ".csv", "a." + "漢" * 300, "x" * 300 + ".geojson"])
def test_names_are_as_short_as_disks_want_them(name):
    kept = uploads.safe_name(name)
    assert len(kept) <= 100
    assert len(kept.encode()) <= 200
    assert kept[0] == name[0]
    assert name.endswith("漢") or kept.endswith(name[name.rindex(".") :])


def test_of_a_file_that_cannot_be_kept_nothing_is_left(own):
    state = own.app.config["STATE"]

    class Broken(io.BytesIO):
        """A disk that is full after the first piece."""

        def read(self, size=-1):
            if size == uploads.PIECE:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().read(size)

    with transaction(own.engine) as session:
        account = session.scalar(select(Account).where(Account.name == "olga"))
        with pytest.raises(SpaceError, match="disk is full"):
            uploads.store(session, state, account, "voters.csv", Broken(b"voter_id\n"))
    assert [path for path in state.rglob("*") if path.is_file()] == []
    assert own.rows(select(Upload)) == []
