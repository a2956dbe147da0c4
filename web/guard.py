"""
Who may see anything: whoever opened the one-time link, from this machine, under its own name.

A page of another site cannot read the results: the session cookie is not sent along with its
requests (SameSite), and a foreign name that resolves to 127.0.0.1 is refused (Host).
"""

import secrets
from collections.abc import Callable
from threading import Lock
from typing import Final

from flask import Flask, Response, make_response, render_template, request, session

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CLOSED: Final = "This opens only with the link that `turfcutter serve` printed."
SPENT: Final = "This link was used already; run `turfcutter serve` with the folder for a new one."


def init_app(app: Flask, token: str, host: str) -> None:
    """Let nothing be answered but for whoever opened ``/open/<token>`` at `host`, once."""
    port = host.rpartition(":")[2]
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME=f"turfcutter-{port}",  # cookies do not tell ports apart
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
    )
    app.before_request(_check({host, f"localhost:{port}"}))
    app.add_url_rule("/open/<given>", "open", _opener(token), methods=["GET"])
    app.after_request(_finish)


def _check(hosts: set[str]) -> Callable[[], Response | None]:
    def check() -> Response | None:
        if request.environ.get("HTTP_HOST", "") not in hosts:
            return _page(421, "This address is not served here.")
        if request.method not in ("GET", "HEAD"):
            return _page(405, "Results are only read here.")
        if request.endpoint not in ("open", "static") and not session.get("open"):
            return _page(403, CLOSED)
        return None

    return check


def _opener(token: str) -> Callable[[str], Response]:
    """The view that exchanges the token for a session, the first time only."""
    lock = Lock()
    spent: list[bool] = []

    def open_link(given: str) -> Response:
        if request.method != "GET":  # looking at the link does not use it up
            return _page(405, "Open this link in a browser.")
        if not secrets.compare_digest(given.encode(), token.encode()):
            return _page(403, CLOSED)
        with lock:
            if spent:
                return _page(410, SPENT)
            spent.append(True)
        session["open"] = True
        # no redirect: after one that began on another site the new cookie would not be sent
        return make_response(render_template("open.html"))

    return open_link


def _page(status: int, sentence: str) -> Response:
    return make_response(render_template("sentence.html", sentence=sentence), status)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    policy = response.headers.get("Content-Security-Policy", POLICY)
    response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    return response
