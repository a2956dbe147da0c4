"""What people and programs are told where something cannot be done: one sentence, never a trace."""

from traceback import extract_tb
from typing import Final

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from geodata.errors import GeodataError
from web import words
from web.db import db
from web.limits import TooManyError
from web.shares import NoLinkError

SENTENCES: Final = {
    400: "This form is out of date. Go back, load the page again and repeat what you did.",
    404: "There is nothing here, or it is not yours to see.",
    405: "This page cannot be used in this way.",
    413: "That is too much text for this form.",
    429: "That was too often. Wait some minutes, then go on.",
    500: "This is a fault of turfcutter, not yours. Please tell whoever runs this server.",
    503: "The server is busy with somebody else's work. Try again in a few seconds.",
}
NO_LINK: Final = "This link does not work, or not any more. Ask whoever sent it for a new one."
BUSY_S: Final = 5


class CannotError(Exception):
    """
    Something cannot be done, for a reason that whoever asked may know.

    Parameters
    ----------
    status, sentence
        Of the answer.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def init_app(app: Flask) -> None:
    """Answer every kind of fault."""
    app.register_error_handler(HTTPException, _sorry)
    app.register_error_handler(CSRFError, _sorry)
    app.register_error_handler(GeodataError, _rejected)
    app.register_error_handler(TooManyError, _too_often)
    app.register_error_handler(NoLinkError, _no_link)
    app.register_error_handler(CannotError, _cannot)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(DataError, _no_text)
    app.register_error_handler(Exception, _fault)


def told(status: int, sentence: str, wait_s: int = 0, code: str = "") -> Response:
    """
    An answer of one sentence: a page, or JSON below /api.

    Parameters
    ----------
    code
        Of the error, where it has one: explains sentences that are in English only.
    """
    why = words.explained(code, sentence)
    if request.path.startswith("/api/"):
        said = f"{why} {sentence}" if why else words.say(sentence)
        answer = make_response(jsonify({"error": said}), status)
    elif status == 503:  # noqa: PLR2004 - who asks stands in the database, too
        answer = make_response(render_template("sentence.html", sentence=words.say(sentence)), 503)
    else:
        page = render_template("sorry.html", why=why, told=sentence)
        answer = make_response(page, status)
    if wait_s:
        answer.headers["Retry-After"] = str(wait_s)
    return answer


def _sorry(fault: HTTPException) -> Response | HTTPException:
    code = fault.code or 500
    if code < 400:  # noqa: PLR2004 - a redirect
        return fault
    answer = told(code, SENTENCES.get(code, fault.description or SENTENCES[500]))
    if code == 405 and (allowed := dict(fault.get_headers()).get("Allow")):  # noqa: PLR2004
        answer.headers["Allow"] = allowed
    return answer


def _rejected(fault: GeodataError) -> Response:
    return told(400, fault.sentence, code=fault.code)


def _too_often(fault: TooManyError) -> Response:
    return told(429, SENTENCES[429], fault.wait_s)


def _no_link(_fault: NoLinkError) -> Response:
    return make_response(render_template("nolink.html", why=words.say(NO_LINK)), 404)


def _cannot(fault: CannotError) -> Response:
    return told(fault.status, fault.sentence)


def _no_text(_fault: DataError) -> Response:
    """A sign that the database cannot keep, such as NUL, or a number that is too long."""
    db().rollback()
    return told(400, "What was sent holds a sign or a number that cannot be kept; leave it out.")


def _busy(fault: OperationalError) -> Response:
    """The database does not answer, or others write to it for too long; nothing was changed."""
    db().rollback()
    _log(fault)
    return told(503, SENTENCES[503], BUSY_S)


def _fault(fault: Exception) -> Response:
    """A fault of ours."""
    _log(fault)
    return told(500, SENTENCES[500])


def _log(fault: Exception) -> None:
    """The server's own log has the kind and place of a fault, never a text with a voter."""
    places = [f"{each.filename}:{each.lineno}" for each in extract_tb(fault.__traceback__)[-3:]]
    current_app.logger.error("%s at %s", type(fault).__name__, " > ".join(places))
