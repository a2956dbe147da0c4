"""A plan is split among organizations: each gets its turfs, and nobody else's voters."""

import re

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import select

from turfcutter.plans.accounting import check_plan
from turfcutter.plans.plan import read_plan
from web.jobs import queue
from web.models import Event, Job, Organization, PublishedPlan, Upload


def token_of(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]


@pytest.fixture
def areas(office, plan, tmp_path):
    """The id of a layer: the first column of blocks is the South's, the second nobody's here."""
    west, south, east, north = plan.turfs.total_bounds
    step = (east - west) / 3
    boxes = [
        shapely.box(west + step * n - (n == 0) * 50, south - 50, west + step * (n + 1), north + 50)
        for n in range(2)
    ]
    layer = gpd.GeoDataFrame({"who": [" south ", "Nobody"]}, geometry=boxes, crs=plan.turfs.crs)
    layer.to_crs(4326).to_file(tmp_path / "areas.geojson", driver="GeoJSON")
    client = office.client("ada")
    with (tmp_path / "areas.geojson").open("rb") as file:
        form = {"csrf_token": token_of(client), "file": (file, "areas.geojson")}
        assert client.post("/files", data=form).status_code == 303
    (upload,) = office.rows(select(Upload).order_by(Upload.at.desc()).limit(1))
    return upload.id


def split(office, areas, column="who"):
    client = office.client("ada")
    form = {"csrf_token": token_of(client), "areas": areas, "column": column}
    answer = client.post(f"/plans/{office.plans['North']}/split", data=form)
    assert answer.status_code == 303, answer.text
    office.work()
    (job,) = office.rows(select(Job).where(Job.id == answer.location.rpartition("/")[2]))
    return job


def test_each_organization_gets_its_turfs_and_nothing_else(request, office, plan, areas):
    """On SQLite in a process of the job's own, which is the same on PostgreSQL."""
    if office.engine.dialect.name == "postgresql":
        request.getfixturevalue("jobs_here")
    job = split(office, areas)
    assert job.state == queue.DONE, job.sentence
    client = office.client("ada")
    page = client.get(f"/jobs/{job.id}").text
    assert "no organization here is called so" in page
    assert "In no area; stays with you alone" in page
    known = {row.id for row in office.rows(select(PublishedPlan))}
    assert len(known) == 2
    for name in ("olga", "fred", "sada"):
        other = office.client(name)
        token = token_of(other)
        refused = other.post(f"/jobs/{job.id}/give", data={"csrf_token": token})
        assert refused.status_code == 404
        assert other.get(f"/plans/{office.plans['North']}/split").status_code == 404
    given = client.post(f"/jobs/{job.id}/give", data={"csrf_token": token_of(client)})
    assert given.status_code == 303
    (new,) = [row for row in office.rows(select(PublishedPlan)) if row.id not in known]
    (south,) = office.rows(select(Organization).where(Organization.name == "South"))
    assert new.organization_id == south.id
    part = read_plan(office.settings.state / "plans" / new.id)
    check_plan(part)
    assert part.turfs["turf_id"].tolist() == ["A1", "B1"]
    theirs = plan.voters["turf_id"].isin(["A1", "B1"])
    assert set(part.voters["voter_id"]) == set(plan.voters.loc[theirs, "voter_id"])
    folder = office.settings.state / "plans" / new.id
    text = b"".join(
        path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".json")
    )
    others = plan.voters.loc[~theirs, "voter_id"]
    assert not [each for each in others if re.search(rb"\b%s\b" % each.encode(), text)]
    assert office.client("sfred").get(f"/plans/{new.id}").status_code == 200
    assert office.client("ada").get(f"/plans/{new.id}").status_code == 404
    told = {(event.action, event.organization_id) for event in office.rows(select(Event))}
    assert ("plan received", south.id) in told
    assert "plan given" in {action for action, _ in told}
    again = client.post(f"/jobs/{job.id}/give", data={"csrf_token": token_of(client)})
    assert again.status_code == 400
    assert len(office.rows(select(PublishedPlan))) == 3


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
def test_a_column_that_is_not_there_is_one_sentence(office, areas):
    job = split(office, areas, "owner")
    assert (job.state, job.code) == (queue.FAILED, "COLUMN")
    assert "areas.geojson" in job.sentence
    assert str(office.settings.state) not in job.sentence
