"""Printing the list of one turf, and its files."""

import time
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from turfcutter.packets.contents import Issue
from turfcutter.packets.printing import Printing as Order
from turfcutter.packets.printing import print_packets
from turfcutter.packets.register import reserve
from turfcutter.params import Params, to_dict
from web import audit, library
from web.access import allow
from web.db import db
from web.models import Printing, PublishedPlan

blueprint = Blueprint("printings", __name__)


@blueprint.post("/plans/<plan_id>/turfs/<turf_id>/print")
@allow("names", fresh=True)
def add(plan: PublishedPlan, turf: str) -> ResponseReturnValue:
    """Print the list of a turf, with a number of its own."""
    register = current_app.config["STATE"] / "next-list"
    printing = Printing(
        plan_id=plan.id,
        account_id=current_user.account.id,
        turf_id=turf,
        serial=reserve(register, 1),
        at=int(time.time()),
    )
    db().add(printing)
    db().flush()
    _print(plan, printing)
    count = library.voters_in(plan.id, turf)
    audit.note(
        db(), "list printed", current_user.account, plan_id=plan.id, turf_id=turf, voters=count
    )
    db().commit()
    return redirect(url_for("printings.show", plan_id=plan.id, printing_id=printing.id), 303)


def _print(plan: PublishedPlan, printing: Printing) -> None:
    whole = library.whole_plan(plan.id)
    asked = to_dict(Params()) | whole.about["params"]
    packet = to_dict(Params())["packet"] | dict(whole.about["params"].get("packet", {}))
    issued = f"{datetime.fromtimestamp(printing.at, UTC):%Y-%m-%d %H:%M} UTC"
    issue = Issue(packet, asked["cut"]["kind"], issued, asked["cut"]["end"])
    order = Order(issue, (printing.turf_id,), printing.serial, plan.digest)
    folder = library.printing_folder(printing)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    print_packets(whole, order, folder)


@blueprint.get("/plans/<plan_id>/printings/<printing_id>")
@allow("names")
def show(plan: PublishedPlan, printing: Printing) -> str:
    """The files of a list."""
    files = list(library.printed_files(printing))
    return render_template("printing.html", plan=plan, printing=printing, files=files)


@blueprint.get("/plans/<plan_id>/printings/<printing_id>/<file>")
@allow("names", fresh=True)
def save(plan: PublishedPlan, printing: Printing, file: str) -> Response:
    """One file of a list, which the log tells."""
    named = file != "walk.gpx"
    voters = library.voters_in(plan.id, printing.turf_id) if named else 0
    audit.note(
        db(),
        "list saved",
        current_user.account,
        plan_id=plan.id,
        turf_id=printing.turf_id,
        detail=file,
        voters=voters,
    )
    db().commit()
    path = library.printed_files(printing)[file]
    name = f"{printing.turf_id}-{file}"
    return send_file(path, as_attachment=not file.endswith(".pdf"), download_name=name)
