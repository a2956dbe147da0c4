"""
What a link shows to a volunteer: the doors of one turf in walking order beside their map.

The first page shows nothing of the turf, so that a program that previews links for a chat learns
nothing; doors come after a button was pressed, and a code given where the link has one.
"""

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, validate_csrf

from web import contents, drawings, library, shares
from web.access import linked
from web.db import db
from web.limits import TooManyError
from web.maps import board_of, gzipped
from web.shares import Link

PREFIX = "/s/"
"""What the address of a link begins with."""
MOST_LINKS = 20
"""Links that one browser keeps open."""
WRONG = "This code does not fit. Ask whoever sent you the link."
LOCKED = "Too many wrong codes. Wait some minutes, then try again."

blueprint = Blueprint("links", __name__, url_prefix=f"{PREFIX}<token>")


@blueprint.get("")
@linked()
def show(link: Link) -> str:
    """The doors, or before them a button."""
    share = link.share
    if share.id not in session.get("links", []):
        return _knock(link)
    layers = url_for("links.layers", token=link.token)
    return render_template(
        "walk.html",
        share=share,
        row=contents.turfs_of(share.plan_id)[share.turf_id],
        stops=_stops(contents.doors_of(share.plan_id, share.turf_id)),
        board=board_of(share.plan_id, layers, alone=True),
    )


@blueprint.post("")
@linked()
def enter(link: Link) -> ResponseReturnValue:
    """Open the link in this browser; its form is checked here, in `_own_form`."""
    _own_form()
    code = request.form.get("code", "").replace(" ", "")
    try:
        fits = shares.fits(db(), link.share, code, request.remote_addr or "")
    except TooManyError as fault:
        return _knock(link, LOCKED), 429, {"Retry-After": str(fault.wait_s)}
    if not fits:
        return _knock(link, WRONG), 401
    session["links"] = [*session.get("links", []), link.share.id][-MOST_LINKS:]
    return redirect(url_for("links.show", token=link.token), 303)


@blueprint.get("/layers.json")
@linked(opened=True)
def layers(link: Link) -> Response:
    """What the map draws: doors, walk and streets."""
    folder = library.folder_of(link.share.plan_id)
    return gzipped(drawings.shared_layers(folder, link.share.turf_id))


def _knock(link: Link, sentence: str = "") -> str:
    """The page before the doors."""
    return render_template("knock.html", share=link.share, secret=link.token, sentence=sentence)


def _own_form() -> None:
    """
    The check of a form, without that of the Referer header.

    Browsers do not send it from these pages, whose addresses are secret.
    """
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValueError as fault:
        raise CSRFError(str(fault)) from None


def _stops(doors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number, address and units of each stop, in order; no units where all are blank."""
    grouped = groupby(doors, key=lambda door: (door["stop"], door["address"]))
    stops = []
    for (stop, address), rows in grouped:
        units = [door["unit"] for door in rows]
        stops.append({"stop": stop, "address": address, "units": units if any(units) else []})
    return stops
