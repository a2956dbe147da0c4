"""The results of one plan: its map, and its files to download."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, current_app, make_response, render_template, send_file

from turfcutter.render.page import declared_policy
from web.words import size_words

FILES: Final = {
    "turfs.gpkg": ("Turfs, doors, walks and exceptions for GIS", "application/geopackage+sqlite3"),
    "doors.csv": ("Doors with turf and stop", "text/csv"),
    "walklist.csv": ("Walk list: voters in walking order, with names", "text/csv"),
    "exceptions.csv": ("Voters who are in no turf, and why", "text/csv"),
    "uncut.csv": ("Voters who are left for another day", "text/csv"),
    "cure.csv": ("Voters whose ballot is challenged", "text/csv"),
    "plan.json": ("Parameters, counts and scorecard", "application/json"),
    "map.html": ("The map as one file that opens without network", "text/html"),
}
"""Name -> what it is, media type. Nothing else of the folder is served."""

blueprint = Blueprint("outputs", __name__)


def _folder() -> Path:
    folder: Path = current_app.config["PLAN_DIR"]
    return folder


def _file(name: str) -> Path:
    """A file of the list, or 404."""
    path = _folder() / name
    if name not in FILES or not path.is_file():
        abort(404)
    return path


@blueprint.get("/")
def index() -> str:
    """What there is: the map and the files."""
    files = [
        (name, what, size_words((_folder() / name).stat().st_size))
        for name, (what, _) in FILES.items()
        if (_folder() / name).is_file()
    ]
    return render_template("index.html", files=files, name=_folder().name)


@blueprint.get("/map")
def show_map() -> Response:
    """The map as it is on disk, held to the policy that it declares itself."""
    html = _file("map.html").read_text(encoding="utf-8")
    response = make_response(html)
    if policy := declared_policy(html):
        response.headers["Content-Security-Policy"] = policy
    return response


@blueprint.get("/files/<name>")
def download(name: str) -> Response:
    """One file of the list, to be saved."""
    path = _file(name)
    return send_file(path, mimetype=FILES[name][1], as_attachment=True, download_name=name)
