"""
What a plan has under a name: turfs, streets, addresses.

Findings are as the map's own search makes them: whole matches first, then beginnings, beginnings
of words, the rest; an address is found by how it begins.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from web import library
from web.mapfiles import STREETS

MOST: Final = 40
"""Findings that anybody looks through."""
_CORNERS: Final = ["west", "south", "east", "north"]
_NUMBERED: Final = re.compile(r"^\d+\S* .")


def find(plan_id: str, text: str) -> list[dict[str, Any]]:
    """
    Turfs, streets and addresses of a plan that a text fits.

    Returns
    -------
    list
        Best first, each with `text` and `kind`: turfs have `turf` (their number in the plan's
        order), addresses also `stop`; streets have `turfs` with doors on them and `boxes` (west,
        south, east, north).
    """
    wanted = plain(text.strip())
    if not wanted:
        return []
    things = _things(library.folder_of(plan_id))
    word = re.compile(rf"[\s-]{re.escape(wanted)}")
    graded = [
        (_grade(key, wanted, word), idle, number)
        for number, (key, idle, _) in enumerate(things)
        if wanted in key
    ]
    found = [things[number][2] for _, _, number in sorted(graded)[:MOST]]
    return found + (_addresses(plan_id, wanted) if _NUMBERED.match(wanted) else [])


def plain(text: str) -> str:
    """A text in lower case without accents."""
    bare = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).lower()


def _grade(key: str, wanted: str, word: re.Pattern[str]) -> int:
    """0 for a whole match, 1 for a beginning, 2 for that of a word, 3 for anything inside."""
    if key.startswith(wanted):
        return int(key != wanted)
    return 2 if word.search(key) else 3


def _addresses(plan_id: str, wanted: str) -> list[dict[str, Any]]:
    doors = _doors(library.folder_of(plan_id))
    found = doors[doors["key"].str.startswith(wanted)]
    order = found.assign(whole=found["key"] != wanted).sort_values(["whole", "key"], kind="stable")
    rows = order[:MOST].to_dict("records")
    return [
        {"kind": "address", "text": r["address"], "turf": int(r["turf"]), "stop": int(r["stop"])}
        for r in rows
    ]


@lru_cache(maxsize=2)
def _doors(folder: Path) -> pd.DataFrame:
    """Each address of a turf once, with the turf's number, stop and street."""
    columns = ["turf_id", "stop", "address", "street"]
    table = pd.read_parquet(folder / "doors.parquet", columns=columns)
    table = table.drop_duplicates(["turf_id", "address", "street"])
    number = pd.Series(range(len(library.turf_ids(folder))), index=library.turf_ids(folder))
    return table.assign(turf=table["turf_id"].map(number), key=table["address"].map(plain))


@lru_cache(maxsize=16)
def _things(folder: Path) -> list[tuple[str, bool, dict[str, Any]]]:
    """Turfs and streets: how they are searched for, whether no door is there, what is told."""
    ids = library.turf_ids(folder)
    things = [
        (plain(turf), False, {"kind": "turf", "text": turf, "turf": number})
        for number, turf in enumerate(ids)
    ]
    doors = _doors(folder)
    own = doors[doors["street"] != ""].groupby("street")["turf"].unique().to_dict()
    boxes = pd.read_parquet(folder / STREETS).set_index("name")[_CORNERS]
    corners = {name: [[float(each) for each in row]] for name, *row in boxes.itertuples()}
    for name in sorted({*corners, *own}):
        turfs = sorted(int(number) for number in own.get(name, ()))
        told = {"kind": "street", "text": name, "turfs": turfs, "boxes": corners.get(name, [])}
        things.append((plain(name), not turfs, told))
    return things
