"""HTTP: serving plans to a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def create_app(plan_dir: Path, token: str, host: str) -> Flask:
    """
    The application that shows one folder of results to one person at this machine.

    Parameters
    ----------
    plan_dir
        A folder that `turfcutter cut` wrote.
    token
        Opens the application once, at ``/open/<token>``.
    host
        Where it is served, e.g. ``127.0.0.1:8000``; no other Host header is answered.
    """
    from flask import Flask, url_for  # noqa: PLC0415 - the command line imports this package to show its help

    from web import guard, outputs, words  # noqa: PLC0415

    app = Flask(__name__)
    guard.init_app(app, token, host)
    app.config["PLAN_DIR"] = plan_dir.resolve()
    app.register_blueprint(outputs.blueprint)
    words.init_app(app)
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name)
    return app
