"""The viewer: several people, accounts, organizations and their plans."""

from traceback import extract_tb
from typing import Final

from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from geodata.errors import GeodataError
from turfcutter.packets.numbers import list_number, spaced
from web import (
    access,
    assets,
    db,
    guard,
    languages,
    login,
    people,
    plans,
    printings,
    visits,
    words,
)
from web.settings import MINUTE, Settings

POLICY: Final = (
    "default-src 'none'; {own}; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
OWN: Final = "script-src 'self'; style-src 'self'"
HEADERS: Final = {
    **guard.HEADERS,
    "Referrer-Policy": "same-origin",  # the CSRF check of https needs to see our own
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
SENTENCES: Final = {
    400: "This form is out of date. Go back, load the page again and repeat what you did.",
    404: "There is nothing here, or it is not yours to see.",
    405: "This page cannot be used in this way.",
    413: "That is too much text for this form.",
    500: "This is a fault of turfcutter, not yours. Please tell whoever runs this server.",
}


def create_viewer(settings: Settings, engine: Engine) -> Flask:
    """
    The application for accounts.

    Parameters
    ----------
    settings
        How it runs.
    engine
        Its database, as `web.db.open_database` opens it.
    """
    app = Flask("web", static_folder=None)
    app.config.update(
        STATE=settings.state,
        NAMES_IDLE_S=settings.names_idle_s,
        IDLE_S=settings.idle_s,
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME="__Host-turfcutter" if settings.secure else "turfcutter-viewer",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=64 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as its visit
    )
    if settings.proxied:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app.before_request(_checker(settings))
    db.init_app(app, engine)
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.session_protection = None  # visits are kept in the database and can be ended there
    manager.user_loader(visits.load)
    access.init_app(app)
    app.after_request(_finisher(settings))
    app.register_error_handler(HTTPException, _sorry)
    app.register_error_handler(CSRFError, _sorry)
    app.register_error_handler(GeodataError, _rejected)
    app.register_error_handler(Exception, _fault)
    for part in (assets, languages, login, people, plans, printings):
        app.register_blueprint(part.blueprint)
    words.init_app(app)
    app.jinja_env.globals.update(may=visits.may, token=_token, asset=_asset)
    app.jinja_env.filters["day"] = visits.day
    app.jinja_env.filters["number"] = "{:,}".format
    app.jinja_env.filters["list"] = lambda serial: spaced(list_number(serial))
    return app


def _token() -> Markup:
    """The hidden field that every form has."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _asset(name: str) -> str:
    """Address of a file of the pages."""
    return url_for("assets.own", name=name)


def _checker(settings: Settings):  # type: ignore[no-untyped-def] # noqa: ANN202
    def check() -> Response | None:
        if request.environ.get("HTTP_HOST", "") not in settings.hosts:
            return Response("This address is not served here.", 421, mimetype="text/plain")
        if settings.secure and not request.is_secure:
            return Response("This is reached by https only.", 403, mimetype="text/plain")
        return None

    return check


def _finisher(settings: Settings):  # type: ignore[no-untyped-def] # noqa: ANN202
    def finish(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = POLICY.format(own=g.get("sources", OWN))
        if settings.secure:
            response.headers["Strict-Transport-Security"] = f"max-age={365 * 24 * 60 * MINUTE}"
        return response

    return finish


def _sorry(fault: HTTPException) -> tuple[str, int] | HTTPException:
    code = fault.code or 500
    if code < 400:  # noqa: PLR2004 - a redirect
        return fault
    return render_template(
        "sorry.html", why=words.say(SENTENCES.get(code, fault.description))
    ), code


def _fault(fault: Exception) -> tuple[str, int]:
    """A fault of ours: the server's own log has its kind and place, never a text with a voter."""
    places = [f"{each.filename}:{each.lineno}" for each in extract_tb(fault.__traceback__)[-3:]]
    current_app.logger.error("%s at %s", type(fault).__name__, " > ".join(places))
    return render_template("sorry.html", why=words.say(SENTENCES[500])), 500


def _rejected(fault: GeodataError) -> tuple[str, int]:
    return render_template("sorry.html", why=fault.sentence), 400
