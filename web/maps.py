"""The page of a map, and what it fetches."""

import gzip

from flask import Response, g, make_response, request, url_for
from markupsafe import Markup

from turfcutter.render.page import SCRIPTS, linked_page
from web import library

LOADER = Markup(
    '<script src="{script}" data-layers="{layers}" data-home="{home}" data-name="{name}"'
    ' data-turfs="{turfs}" data-scripts="{scripts}"></script>\n'
)


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
    loader = LOADER.format(
        script=url_for("assets.own", name="map.js"),
        layers=layers,
        home=home,
        name=name,
        turfs=turfs,
        scripts=" ".join(url_for("assets.drawing", name=f"map/{each}") for each in SCRIPTS),
    )
    assets = url_for("assets.drawing", name="")
    html, g.sources = linked_page(library.centre_of(plan_id), assets, loader)
    return html


def gzipped(content: bytes) -> Response:
    """An answer of JSON that is stored gzipped."""
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return make_response(gzip.decompress(content), {"Content-Type": "application/json"})
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    return make_response(content, headers)
