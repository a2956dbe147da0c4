"""The page of a map, and what it fetches."""

import gzip
from pathlib import Path
from typing import Any

from flask import Response, current_app, g, make_response, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup

from turfcutter.render import page
from turfcutter.render.map import tile_host
from turfcutter.texts import sentences, unreviewed
from web import library, words
from web.assets import map_asset
from web.tokens import fingerprint


def map_page(plan_id: str, layers: str, home: str, name: str, turfs: str = "") -> str:
    """
    A page of the map of a plan, or of a part of it.

    Parameters
    ----------
    layers
        Address of the JSON that it draws.
    home, name
        Address and words of the way back.
    turfs
        What addresses of turfs' pages begin with; empty where turfs have no pages.
    """
    return render_template(
        "map.html",
        board=board_of(plan_id, layers, page.SCRIPTS),
        panel=Markup(page.panel(words.say)),  # noqa: S704 - our own file and catalogue
        home=home,
        name=name,
        turfs=turfs,
        find=url_for("plans.found_things", plan_id=plan_id) if turfs else "",
    )


def board_of(
    plan_id: str, layers: str, scripts: tuple[str, ...] = page.BOARD, *, alone: bool = False
) -> dict[str, Any]:
    """
    What a template needs to draw a map.

    Parameters
    ----------
    layers
        Address of the JSON that it draws.
    scripts
        Scripts of the map, in the order they need each other.
    alone
        Whether no other host may be asked for background tiles, even where one is set.
    """
    shell = page.shell(library.centre_of(plan_id))
    g.sources = shell.sources
    tiles = "" if alone else current_app.config["TILES"]
    if tiles:
        g.images = f" {page.tile_source(tiles)}"
    return {
        "head": Markup(shell.head),  # noqa: S704 - Folium's shell, of two numbers
        "body": Markup(shell.body),  # noqa: S704
        "layers": layers,
        "scripts": [map_asset(f"map/{each}") for each in scripts],
        "page": {
            "words": dict(sentences(words.language())),
            "unreviewed": unreviewed(words.language()),
            "tiles": _tiles(tiles),
        },
    }


def _tiles(tiles: str) -> dict[str, str] | None:
    """The layer of background tiles, and what its server learns; off until somebody wants it."""
    if not tiles:
        return None
    host = tile_host(tiles)
    notice = words.say(
        "Background tiles come from {host}. While they are switched on, it learns which part of "
        "the map you look at, and from where.",
        host=host,
    )
    return {
        "url": tiles,
        "credit": words.say("Background tiles: {host}", host=host),
        "notice": notice,
    }


def gzipped(path: Path) -> Response:
    """
    An answer of JSON that is stored gzipped, in a file that is replaced and never changed.

    A browser keeps it for itself and asks each time whether it still holds; the tag is another for
    each organization.
    """
    whose = current_user.account.organization_id if current_user.is_authenticated else ""
    about = path.stat()
    tag = fingerprint(f"{whose} {path} {about.st_ino} {about.st_mtime_ns} {about.st_size}")[:32]
    answer = make_response()
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie, Accept-Encoding"
    answer.mimetype = "application/json"
    if request.if_none_match.contains(tag):
        answer.status_code = 304
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.data = path.read_bytes()
        answer.headers["Content-Encoding"] = "gzip"
    else:
        answer.data = gzip.decompress(path.read_bytes())
    return answer
