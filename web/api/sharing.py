"""Links to turfs as JSON."""

from typing import Any

from flask import Blueprint
from flask_login import current_user

from web import shares
from web.access import allow
from web.api import shapes
from web.api.described import CREATED, described
from web.db import db
from web.models import PublishedPlan, Share
from web.sharing import LINKS_AN_HOUR, address_of

blueprint = Blueprint("api_shares", __name__, url_prefix="/api/plans/<plan_id>")


@blueprint.get("/shares")
@allow("share")
@described(shapes.Shares)
def of_plan(plan: PublishedPlan) -> dict[str, Any]:
    """The links to turfs of a plan that work."""
    return {"shares": [_row(share) for share in shares.living(db(), plan.id)]}


@blueprint.get("/turfs/<turf_id>/shares")
@allow("share")
@described(shapes.Shares)
def of_turf(plan: PublishedPlan, turf: str) -> dict[str, Any]:
    """The links to a turf that work."""
    return {"shares": [_row(share) for share in shares.living(db(), plan.id, turf)]}


@blueprint.post("/turfs/<turf_id>/shares")
@allow("share", fresh=True, limit=LINKS_AN_HOUR)
@described(shapes.NewShare, body=shapes.ShareWish, status=CREATED)
def add(plan: PublishedPlan, turf: str, asked: shapes.ShareWish) -> dict[str, Any]:
    """A new link; its address and code are told this once."""
    wish = shares.Wish(asked.days, asked.code)
    made = shares.make(db(), plan, turf, current_user.account, wish)
    db().commit()
    return {**_row(made.share), "link": address_of(made), "code": made.code}


@blueprint.delete("/shares/<share_id>")
@allow("share")
@described(shapes.ShareRow)
def revoke(plan: PublishedPlan, share: Share) -> dict[str, Any]:  # noqa: ARG001 - in its address
    """End a link."""
    shares.revoke(db(), share, current_user.account)
    db().commit()
    return _row(share)


def _row(share: Share) -> dict[str, Any]:
    return {
        "id": share.id,
        "turf_id": share.turf_id,
        "made": share.made,
        "made_by": share.account.name,
        "expires": share.expires,
        "with_code": bool(share.code),
        "opened": share.opened,
        "open": share.open,
    }
