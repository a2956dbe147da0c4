"""The organization's files: sending them, seeing which there are, and deleting them."""

import tempfile
from typing import IO

from flask import (
    Blueprint,
    Flask,
    Request,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from web import uploads, visits
from web.access import allow
from web.db import db
from web.models import Upload
from web.words import say

FIELDS_BYTES = 64 * 1024
"""What the form has besides the files."""

TAKERS = ("files.add", "api_jobs.send")
"""Views to which files are sent."""

blueprint = Blueprint("files", __name__)


class OurRequest(Request):
    """A request whose files wait beside those we keep: nothing of a voter lies in /tmp."""

    def _get_file_stream(self, *_given: object, **_further: object) -> IO[bytes]:
        folder = current_app.config["STATE"] / "uploads"
        folder.mkdir(mode=0o700, exist_ok=True)
        return tempfile.TemporaryFile(dir=folder)


def init_app(app: Flask) -> None:
    """Take large requests, but only here, and only of those who may send files."""
    app.request_class = OurRequest

    def widen() -> None:
        if request.endpoint in TAKERS and visits.may("export"):
            request.max_content_length = uploads.MOST_BYTES + FIELDS_BYTES

    app.before_request(widen)


@blueprint.get("/files")
@allow("export")
def index() -> str:
    """Which files there are."""
    known = uploads.files_of(db(), current_user.account.organization_id)
    together = sum(each.size for each in known)
    return render_template("files.html", files=known, kinds=uploads.KINDS, together=together)


@blueprint.post("/files")
@allow("export", fresh=True)
def add() -> ResponseReturnValue:
    """Keep the files that were sent."""
    state, account = current_app.config["STATE"], current_user.account
    sent = [each for each in request.files.getlist("file") if each.filename]
    kept = [uploads.store(db(), state, account, each.filename or "", each.stream) for each in sent]
    names = [each.name for each in kept]
    flash(say("Kept: {names}.", names=", ".join(names)) if names else say("No file was chosen."))
    return redirect(url_for("files.index"), 303)


@blueprint.post("/files/<upload_id>/delete")
@allow("export", fresh=True)
def delete(upload: Upload) -> ResponseReturnValue:
    """Erase a file and what was made of it between jobs; plans that were cut from it stay."""
    uploads.delete(db(), current_app.config["STATE"], upload, current_user.account)
    db().commit()
    flash(say("{name} is deleted.", name=upload.name))
    return redirect(url_for("files.index"), 303)
