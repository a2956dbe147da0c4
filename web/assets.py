"""Scripts and styles: our own, and those of the map."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, send_from_directory

from turfcutter.render.page import STATIC
from web.access import public

OWN: Final = Path(__file__).parent / "static"

blueprint = Blueprint("assets", __name__)


@blueprint.get("/assets/own/<path:name>")
@public
def own(name: str) -> Response:
    """A file of the pages."""
    return _file(OWN, name)


@blueprint.get("/assets/map/<path:name>")
@public
def drawing(name: str) -> Response:
    """A file of the map: Leaflet, its scripts and styles."""
    return _file(STATIC, name)


def _file(folder: Path, name: str) -> Response:
    response = send_from_directory(folder, name, max_age=0)  # asked each time, sent once
    response.headers["Cache-Control"] = "no-cache"
    return response
