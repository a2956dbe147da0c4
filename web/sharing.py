"""Making and revoking links to a turf."""

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geodata.errors import InputError
from web import shares
from web.access import allow
from web.db import db
from web.limits import Limit
from web.models import PublishedPlan, Share
from web.shares import DAYS, Made, Wish

LINKS_AN_HOUR = Limit(200, 3600, "link made")
"""Links that one account makes."""

blueprint = Blueprint("sharing", __name__)


@blueprint.post("/plans/<plan_id>/turfs/<turf_id>/shares")
@allow("share", fresh=True, limit=LINKS_AN_HOUR)
def add(plan: PublishedPlan, turf: str) -> str:
    """A new link, shown this once."""
    days = request.form.get("days", str(DAYS))
    if not days.isdecimal() or len(days) > len("30"):
        raise InputError("PARAMETER", "Give the days that a link lives as a whole number.")
    wish = Wish(int(days), bool(request.form.get("code")))
    made = shares.make(db(), plan, turf, current_user.account, wish)
    db().commit()
    link = address_of(made)
    picture = segno.make(link, error="m").svg_data_uri(border=3)
    return render_template(
        "share.html", plan=plan, turf=turf, made=made, link=link, picture=picture
    )


@blueprint.get("/plans/<plan_id>/turfs/<turf_id>/shares")
@allow("look")
def shown(plan: PublishedPlan, turf: str) -> ResponseReturnValue:
    """Where the page of a new link is loaded anew: it was shown once."""
    return redirect(url_for("plans.turf", plan_id=plan.id, turf_id=turf), 303)


@blueprint.post("/plans/<plan_id>/shares/<share_id>/revoke")
@allow("share")
def revoke(plan: PublishedPlan, share: Share) -> ResponseReturnValue:
    """End a link."""
    shares.revoke(db(), share, current_user.account)
    db().commit()
    flash("The link does not work any more.")
    return redirect(url_for("plans.turf", plan_id=plan.id, turf_id=share.turf_id), 303)


def address_of(made: Made) -> str:
    """The whole address of a new link."""
    return url_for("links.show", token=made.token, _external=True)
