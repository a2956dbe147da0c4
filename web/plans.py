"""Plans: the list of them, their maps, their turfs and their files."""

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from turfcutter.packets.lists.numbers import list_number
from web import audit, contents, drawings, finding, library, shares
from web.access import allow
from web.db import db
from web.limits import Limit
from web.mapfiles import LAYERS, PART
from web.maps import board_of, gzipped, map_page
from web.models import Printing, PublishedPlan
from web.outputs import FILES

blueprint = Blueprint("plans", __name__)

NAMES_AN_HOUR = Limit(300, 3600, "names shown")
FILES_AN_HOUR = Limit(200, 3600, "file saved")
"""Turfs whose names one account looks at, and files that it saves."""
MOST_ROWS = 300
"""Turfs on one page: a county's would take long to load."""
LONGEST = 100
"""Letters of a text that is looked for."""
LIST_DIGITS = 8
"""Digits of the number of a list, its check digit included."""


@blueprint.get("/")
@allow("look")
def index() -> str:
    """The plans of the organization, newest first."""
    mine = PublishedPlan.organization_id == current_user.account.organization_id
    query = select(PublishedPlan).where(mine).order_by(PublishedPlan.published.desc())
    return render_template("plans.html", plans=list(db().scalars(query)))


@blueprint.get("/plans/<plan_id>")
@allow("look")
def show(plan: PublishedPlan) -> str:
    """One plan: its turfs, and its files for those who may save them."""
    return _plan_page(plan, "")


@blueprint.post("/plans/<plan_id>/find")
@allow("look")
def find(plan: PublishedPlan) -> str:
    """The turfs that fit a text; it may be somebody's address, so it is in no link and no log."""
    return _plan_page(plan, request.form.get("find", "").strip())


@blueprint.get("/plans/<plan_id>/find")
@allow("look")
def found(plan: PublishedPlan) -> ResponseReturnValue:
    """Where a page of findings is loaded anew."""
    return redirect(url_for("plans.show", plan_id=plan.id), 303)


def _plan_page(plan: PublishedPlan, wanted: str) -> str:
    turfs = list(contents.turfs_of(plan.id).values())
    if wanted:
        fits = fitting(plan, wanted)
        turfs = [row for row in turfs if row["turf_id"] in fits]
    files = library.files_of(plan.id)
    mine = PublishedPlan.organization_id == plan.organization_id
    query = select(PublishedPlan).where(mine, PublishedPlan.id != plan.id)
    others = list(db().scalars(query.order_by(PublishedPlan.published.desc())))
    common = {
        "plan": plan,
        "turfs": turfs[:MOST_ROWS],
        "found": len(turfs),
        "files": files,
        "wanted": wanted,
    }
    return render_template("plan.html", **common, others=others)


@blueprint.get("/plans/<plan_id>/map")
@allow("look")
def show_map(plan: PublishedPlan) -> str:
    """The map of a plan; what it draws comes as JSON."""
    home = url_for("plans.show", plan_id=plan.id)
    layers = url_for("plans.layers", plan_id=plan.id)
    return map_page(plan.id, layers, home, plan.title, f"{home}/turfs/")


@blueprint.get("/plans/<plan_id>/layers.json")
@allow("look")
def layers(plan: PublishedPlan) -> Response:
    """Everything that the map of a plan draws; no voter is named in it."""
    return gzipped(library.folder_of(plan.id) / LAYERS)


@blueprint.get("/plans/<plan_id>/parts/<part>.json")
@allow("look")
def part(plan: PublishedPlan, part: str) -> Response:
    """A part of the map, close up."""
    return gzipped(library.folder_of(plan.id) / PART.format(part))


@blueprint.post("/plans/<plan_id>/found.json")
@allow("look")
def found_things(plan: PublishedPlan) -> dict[str, object]:
    """What the map finds; a text may be somebody's address, so it is in no address and no log."""
    wanted = request.form.get("find", "").strip()[:LONGEST]
    ids = list(contents.turfs_of(plan.id))
    lists = [
        {"kind": "list", "text": wanted, "turf": ids.index(turf)} for turf in _printed(plan, wanted)
    ]
    return {"found": lists + finding.find(plan.id, wanted)}


@blueprint.get("/plans/<plan_id>/turfs/<turf_id>")
@allow("look")
def turf(plan: PublishedPlan, turf: str) -> str:
    """One turf: its figures and its doors, without names."""
    return _turf_page(plan, turf, {})


@blueprint.post("/plans/<plan_id>/turfs/<turf_id>/names")
@allow("names", fresh=True, limit=NAMES_AN_HOUR)
def names(plan: PublishedPlan, turf: str) -> Response:
    """The same with the names of the voters, which the log tells."""
    answer = make_response(_turf_page(plan, turf, named(plan, turf)))
    after = current_app.config["NAMES_IDLE_S"] + 1
    page = url_for("plans.turf", plan_id=plan.id, turf_id=turf)
    answer.headers["Refresh"] = f"{after}; url={page}"  # nobody may be there any more
    return answer


@blueprint.get("/plans/<plan_id>/turfs/<turf_id>/names")
@allow("look")
def no_names(plan: PublishedPlan, turf: str) -> ResponseReturnValue:
    """Where a page with names is loaded anew: names are asked for each time."""
    return redirect(url_for("plans.turf", plan_id=plan.id, turf_id=turf), 303)


@blueprint.get("/plans/<plan_id>/turfs/<turf_id>/layers.json")
@allow("look")
def turf_layers(plan: PublishedPlan, turf: str) -> Response:
    """Everything that the map of one turf draws."""
    return gzipped(drawings.turf_layers(library.folder_of(plan.id), turf))


@blueprint.get("/plans/<plan_id>/files/<file>")
@allow("export", fresh=True, limit=FILES_AN_HOUR)
def save(plan: PublishedPlan, file: str) -> Response:
    """One file of a plan, which the log tells."""
    named = file not in ("turfs.gpkg", "doors.csv")
    voters = plan.voters if named else 0
    audit.note(
        db(), "file saved", current_user.account, plan_id=plan.id, detail=file, voters=voters
    )
    db().commit()
    path = library.folder_of(plan.id) / file
    return send_file(path, mimetype=FILES[file][1], as_attachment=True, download_name=file)


def _turf_page(plan: PublishedPlan, turf: str, voters: dict[str, list[str]]) -> str:
    doors = contents.doors_of(plan.id, turf)
    query = select(Printing).where(Printing.plan_id == plan.id, Printing.turf_id == turf)
    printings = list(db().scalars(query.order_by(Printing.at.desc())))
    row = contents.turfs_of(plan.id)[turf]
    return render_template(
        "turf.html",
        plan=plan,
        turf=turf,
        row=row,
        doors=doors,
        voters=voters,
        printings=printings,
        left=contents.exceptions_near(plan.id, turf),
        board=board_of(plan.id, url_for("plans.turf_layers", plan_id=plan.id, turf_id=turf)),
        shares=shares.living(db(), plan.id, turf),
    )


def named(plan: PublishedPlan, turf: str) -> dict[str, list[str]]:
    """The voters of a turf, door by door; the log says who looked."""
    voters = contents.voters_of(plan.id, turf)
    count = sum(len(each) for each in voters.values())
    audit.note(
        db(), "names shown", current_user.account, plan_id=plan.id, turf_id=turf, voters=count
    )
    db().commit()
    return voters


def fitting(plan: PublishedPlan, wanted: str) -> set[str]:
    """Turfs by their id, precinct, an address of theirs, or the number of a list."""
    return {*contents.find_turfs(plan.id, wanted), *_printed(plan, wanted)}


def _printed(plan: PublishedPlan, wanted: str) -> list[str]:
    """The turf of a list that was printed here, by the number on its pages."""
    digits = wanted.replace(" ", "")
    if not digits.isdecimal() or len(digits) != LIST_DIGITS:
        return []
    mine = Printing.plan_id == plan.id
    query = select(Printing).where(mine, Printing.serial == int(digits[:-1]))
    return [row.turf_id for row in db().scalars(query) if list_number(row.serial) == digits]
