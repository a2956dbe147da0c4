"""The viewer: several people, accounts, organizations and their plans."""

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from turfcutter.packets.lists.numbers import list_number, spaced
from turfcutter.render import page
from web import (
    access,
    assets,
    audit,
    cuts,
    db,
    faults,
    files,
    forms,
    guard,
    languages,
    links,
    login,
    people,
    plans,
    printings,
    removals,
    sharing,
    splits,
    visits,
    words,
)
from web.api.routes import BLUEPRINTS
from web.jobs import titles, views
from web.settings import MINUTE, Settings

POLICY: Final = (
    "default-src 'none'; {own}; img-src 'self' data:{images}; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
OWN: Final = "script-src 'self'; style-src 'self'"
HEADERS: Final = {
    **guard.HEADERS,
    "Referrer-Policy": "same-origin",  # the CSRF check of https needs to see our own
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
PARTS: Final = (
    *(assets, cuts, files, views, languages, links, login, people, plans, printings, removals),
    *(sharing, splits),
)
"""Modules with a blueprint."""


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
        TILES=settings.tiles,
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
    files.init_app(app)
    CSRFProtect(app).exempt("web.links.enter")  # it looks at its form itself
    manager = LoginManager(app)
    manager.session_protection = None  # visits are kept in the database and can be ended there
    manager.user_loader(visits.load)
    access.init_app(app)
    app.after_request(_finisher(settings))
    faults.init_app(app)
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    words.init_app(app)
    app.jinja_env.globals.update(
        may=visits.may,
        token=_token,
        asset=assets.asset,
        map_asset=assets.map_asset,
        detail_of=audit.detail_of,
    )
    app.jinja_env.filters["day"] = visits.day
    app.jinja_env.filters["browser"] = visits.browser
    app.jinja_env.filters["titled"] = titles.said
    app.jinja_env.filters["plainly"] = forms.plainly
    app.jinja_env.filters["size"] = words.size_words
    app.jinja_env.filters["number"] = "{:,}".format
    app.jinja_env.filters["list"] = lambda serial: spaced(list_number(serial))
    return app


def warmed(app: Flask) -> Flask:
    """The same, with all loaded that pages need: else whoever looks first waits a second for it."""
    page.shell((0.0, 0.0))
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    return app


def _token() -> Markup:
    """The hidden field that every form has."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _checker(settings: Settings):  # type: ignore[no-untyped-def] # noqa: ANN202
    def check() -> Response | None:
        if request.environ.get("HTTP_HOST", "") not in settings.hosts:
            return Response("This address is not served here.", 421, mimetype="text/plain")
        if settings.secure and not request.is_secure:
            return Response("This is reached by https only.", 403, mimetype="text/plain")
        try:
            urlsplit(request.referrer or "")  # else it would fail where forms are checked
        except ValueError:
            return Response("The header Referer is no address.", 400, mimetype="text/plain")
        return None

    return check


def _finisher(settings: Settings):  # type: ignore[no-untyped-def] # noqa: ANN202
    def finish(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        secret = request.path.startswith(links.PREFIX)  # whoever learns this address is let in
        if secret:
            response.headers["Referrer-Policy"] = "no-referrer"
        if secret or (request.blueprint != "assets" and not response.cache_control.private):
            response.headers["Cache-Control"] = "no-store"  # files that are sent say otherwise
        response.headers["Content-Security-Policy"] = POLICY.format(
            own=g.get("sources", OWN), images=g.get("images", "")
        )
        if settings.secure:
            response.headers["Strict-Transport-Security"] = f"max-age={365 * 24 * 60 * MINUTE}"
        return response

    return finish
