"""Drafting a state file from a folder of files: a folder a county, or files named by county."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from geodata.errors import InputError

STATE_TOML: Final = "STATE.toml"
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "voters": ("voter", "registr", "roll"),
    "precincts": ("precinct", "pct", "boundar"),
    "streets": ("street", "road", "osm"),
}
"""Input -> what the names of its files hold."""
LAYERS: Final = (".zip", ".gpkg", ".geojson", ".geojson.gz", ".parquet", ".shp", ".kml", ".kmz")
TEXTS: Final = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
OSM: Final = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
_KINDS: Final = {"voters": TEXTS, "precincts": LAYERS, "streets": LAYERS}
_PREFIX_LETTERS: Final = 4

Files = dict[str, Path]


def draft_state(folder: Path) -> str:
    """
    A state file for the counties whose files lie in a folder.

    Each folder in it is a county; so are files beside each other that begin alike, as
    ``yolo-voters.csv`` and ``yolo-precincts.zip``; where there are none, its own files are.
    What is not found is left to write.

    Returns
    -------
    text
        TOML with paths relative to `folder`.

    Raises
    ------
    InputError
        NO_FILE: there is no such folder, or no county in it.
    """
    if not folder.is_dir():
        raise InputError("NO_FILE", f"{folder} is no folder; name one that holds counties.")
    counties: dict[str, Files] = {}
    for name, more in _counties(folder):
        counties[name] = _joined(counties.get(name, {}), more)
    if not counties and (files := _roles(_files(folder))):
        counties[_name(folder.resolve().name)] = files
    if not counties:
        message = f"{folder} holds no county; put each county's files into a folder of its own."
        raise InputError("NO_FILE", message)
    lines = [
        "# Tables here hold for every county; tables of a county are laid over them.",
        "# [voters]",
        "# where = \"party = 'NPP'\"",
        "[cut]",
        "target = 50",
        "",
    ]
    taken: set[str] = set()
    for name, files in sorted(counties.items()):
        lines.append(f"[counties.{name}.inputs]")
        for role in NAMES:
            found = files.get(role)
            text = found.relative_to(folder).as_posix() if found else ""
            lines.append(f"{role} = {_quoted(text)}" if found else f"# {role} = ?")
        lines += [f"[counties.{name}.cut]", f'prefix = "{_prefix(name, taken)}"', ""]
    return "\n".join(lines)


def _counties(folder: Path) -> Iterator[tuple[str, Files]]:
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = _roles(_files(place))
        if files and not place.name.startswith("."):
            yield _name(place.name), files
    beside: dict[str, list[Path]] = {}
    for path in _files(folder):
        if county := _begins(path.name):
            beside.setdefault(county, []).append(path)
    for county, paths in beside.items():
        if files := _roles(paths):
            yield _name(county), files


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _joined(files: Files, more: Files) -> Files:
    """Files of one county from two places; which of two of a kind is meant is left to write."""
    both = files.keys() & more.keys()
    return {role: path for role, path in (files | more).items() if role not in both}


def _roles(paths: list[Path]) -> Files:
    """The input each file is: by its name, else by its kind where only one file is of it."""
    found: Files = {}
    streets = [path for path in paths if path.name.lower().endswith(OSM)]
    if len(streets) == 1:
        found["streets"] = streets[0]
    for role, words in NAMES.items():
        fit = [path for path in paths if path.name.lower().endswith(_KINDS[role])]
        named = [path for path in fit if any(word in path.name.lower() for word in words)]
        if role not in found and len(named) == 1:
            found[role] = named[0]
        elif role == "voters" and len(fit) == 1:
            found[role] = fit[0]
    return found


def _begins(name: str) -> str:
    """The county that a file's name begins with; empty where it begins with no county."""
    words = "|".join(word for words in NAMES.values() for word in words)
    match = re.match(
        rf"([A-Za-z][A-Za-z0-9]*?(?:[ _-][A-Za-z0-9]+)*?)[ _-](?:{words})", name, re.IGNORECASE
    )
    return match[1] if match else ""


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-_").lower() or "county"


def _prefix(name: str, taken: set[str]) -> str:
    """A few letters of a county that no other county has."""
    letters = re.sub(r"[^A-Z0-9]", "", name.upper())
    digits = re.sub(r"\D", "", letters)
    stem = (letters[: _PREFIX_LETTERS - len(digits)] + digits if digits else letters)[
        :_PREFIX_LETTERS
    ]
    stem, number = stem or "C", 2
    wanted = stem
    while wanted in taken:
        wanted, number = f"{stem}{number}", number + 1
    taken.add(wanted)
    return wanted


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
