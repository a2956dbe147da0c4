"""
Scripts and styles: our own, and those of the map.

Their addresses on pages hold a digest of what is in them, so that a browser asks once and never
again; under an address without it they are asked for each time.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request, send_from_directory

from turfcutter.render.page import STATIC
from web.access import public

OWN: Final = Path(__file__).parent / "static"
FOLDERS: Final = {"own": OWN, "map": STATIC}
"""Part of an address -> where its files lie."""
YEAR_S: Final = 365 * 24 * 3600
FOR_EVER: Final = f"public, max-age={YEAR_S}, immutable"

blueprint = Blueprint("assets", __name__)


@blueprint.get("/assets/own/<path:name>")
@public
def own(name: str) -> Response:
    """A file of the pages."""
    return _file("own", name)


@blueprint.get("/assets/map/<path:name>")
@public
def drawing(name: str) -> Response:
    """A file of the map: Leaflet, its scripts and styles."""
    return _file("map", name)


def asset(name: str) -> str:
    """Address of a file of the pages, as it is now."""
    return _address("own", name)


def map_asset(name: str) -> str:
    """Address of a file of the map, as it is now."""
    return _address("map", name)


@lru_cache(maxsize=200)
def _address(kind: str, name: str) -> str:
    return f"/assets/{kind}/{name}?v={_digest(kind, name)}"


@lru_cache(maxsize=200)
def _digest(kind: str, name: str) -> str:
    return hashlib.sha256((FOLDERS[kind] / name).read_bytes()).hexdigest()[:12]


def _file(kind: str, name: str) -> Response:
    response = send_from_directory(FOLDERS[kind], name, max_age=0)  # 404 where there is none
    given = request.args.get("v", "")
    same = given and given == _digest(kind, name)
    response.headers["Cache-Control"] = FOR_EVER if same else "no-cache"
    return response
