"""Plans, turfs and doors as JSON; names on demand, which the log tells."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from flask_login import current_user
from sqlalchemy import select

from web import contents, library, plans, removals
from web.access import allow
from web.api import shapes
from web.api.described import Answer, described
from web.api.openapi import document
from web.db import db
from web.models import PublishedPlan

blueprint = Blueprint("api_plans", __name__, url_prefix="/api")


@blueprint.get("/openapi.json")
@allow("look")
def openapi() -> Response:
    """The document of the API."""
    return jsonify(document(current_app))


@blueprint.get("/plans")
@allow("look")
@described(shapes.Plans)
def every() -> dict[str, Any]:
    """The plans of the organization, newest first."""
    mine = PublishedPlan.organization_id == current_user.account.organization_id
    query = select(PublishedPlan).where(mine).order_by(PublishedPlan.published.desc())
    return {"plans": list(db().scalars(query))}


@blueprint.get("/plans/<plan_id>")
@allow("look")
@described(shapes.PlanDetail)
def one(plan: PublishedPlan) -> dict[str, Any]:
    """A plan, and the files of it that may be saved."""
    row = {name: getattr(plan, name) for name in shapes.PlanRow.model_fields}
    return {**row, "files": library.files_of(plan.id)}


@blueprint.delete("/plans/<plan_id>")
@allow("govern", fresh=True)
@described(shapes.PlanRow)
def delete(plan: PublishedPlan) -> dict[str, Any]:
    """Delete a plan with its files, links and printed lists; the log stays."""
    row = {name: getattr(plan, name) for name in shapes.PlanRow.model_fields}
    removals.remove(db(), current_app.config["STATE"], plan, current_user.account)
    return row


@blueprint.get("/plans/<plan_id>/turfs")
@allow("look")
@described(shapes.Turfs)
def turfs(plan: PublishedPlan) -> dict[str, Any]:
    """The turfs of a plan."""
    return {"turfs": _turfs(plan)}


@blueprint.post("/plans/<plan_id>/find")
@allow("look")
@described(shapes.Turfs, body=shapes.Search)
def find(plan: PublishedPlan, asked: shapes.Search) -> dict[str, Any]:
    """The turfs of an address, a precinct, the number of a list, or a part of an id."""
    wanted = plans.fitting(plan, asked.find)
    return {"turfs": [turf for turf in _turfs(plan) if turf["turf_id"] in wanted]}


@blueprint.get("/plans/<plan_id>/turfs/<turf_id>")
@allow("look")
@described(shapes.TurfDetail)
def turf(plan: PublishedPlan, turf: str) -> dict[str, Any]:
    """A turf with its doors in walking order, without names."""
    figures = _only(shapes.TurfRow, contents.turfs_of(plan.id)[turf])
    near = contents.exceptions_near(plan.id, turf)
    return {
        **figures,
        "door_list": [_only(shapes.Door, door) for door in contents.doors_of(plan.id, turf)],
        "nearby": [{"address": address, "why": why} for address, why in near],
    }


@blueprint.post("/plans/<plan_id>/turfs/<turf_id>/names")
@allow("names", fresh=True, limit=plans.NAMES_AN_HOUR)
@described(shapes.Names)
def names(plan: PublishedPlan, turf: str) -> dict[str, Any]:
    """Who lives behind the doors of a turf; written into the log."""
    voters = plans.named(plan, turf)
    doors = contents.doors_of(plan.id, turf)
    named = [{**door, "names": voters.get(door["door_id"], [])} for door in doors]
    return {"door_list": [_only(shapes.DoorNames, door) for door in named]}


def _turfs(plan: PublishedPlan) -> list[dict[str, Any]]:
    return [_only(shapes.TurfRow, row) for row in contents.turfs_of(plan.id).values()]


def _only(shape: type[Answer], row: Any) -> dict[str, Any]:  # noqa: ANN401 - of a table
    """What a shape has of a row."""
    return {name: row[name] for name in shape.model_fields}
