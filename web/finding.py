"""
What a plan has under a name: turfs, streets, addresses.

Findings are as the map's own search makes them: whole matches first, then beginnings, beginnings
of words, the rest; an address is found by how it begins.
"""

import re
from collections.abc import Hashable, Mapping
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
    wanted = plain(pd.Series([text.strip()], dtype=str)).iloc[0]
    if not wanted:
        return []
    things = _things(library.folder_of(plan_id))
    graded = things.assign(grade=_grades(things["key"], wanted))
    best = graded[graded["grade"] >= 0].sort_values(["grade", "idle"], kind="stable")[:MOST]
    found = [_thing(row) for row in best.to_dict("records")]
    return found + (_addresses(plan_id, wanted) if _NUMBERED.match(wanted) else [])


def plain(texts: pd.Series) -> pd.Series:
    """Texts in lower case without accents."""
    bare = texts.str.normalize("NFD").str.replace(r"[\u0300-\u036f]", "", regex=True)
    lower: pd.Series = bare.str.lower()
    return lower


def _grades(keys: pd.Series, wanted: str) -> pd.Series:
    """0 for a whole match, 1 for a beginning, 2 for that of a word, 3 inside; -1 for none."""
    at = keys.str.find(wanted)
    word = keys.str.contains(rf"[\s-]{re.escape(wanted)}", regex=True)
    grade = at.where(at < 0, 3).mask((at >= 0) & word, 2).mask(at == 0, 1)
    grades: pd.Series = grade.mask(keys == wanted, 0)
    return grades


def _thing(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    if row["kind"] == "turf":
        return {"kind": "turf", "text": row["text"], "turf": int(row["turf"])}
    boxes = [[float(row[corner]) for corner in _CORNERS]] if row["west"] == row["west"] else []
    return {"kind": "street", "text": row["text"], "turfs": row["turfs"], "boxes": boxes}


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
    return table.assign(turf=table["turf_id"].map(number), key=plain(table["address"]))


@lru_cache(maxsize=4)
def _things(folder: Path) -> pd.DataFrame:
    """Turfs and streets by name; `idle` streets have no doors."""
    ids = library.turf_ids(folder)
    turfs = pd.DataFrame({"kind": "turf", "text": ids, "turf": range(len(ids))})
    doors = _doors(folder)
    own = doors[doors["street"] != ""].groupby("street")["turf"].unique().map(sorted)
    streets = pd.read_parquet(folder / STREETS).set_index("name")
    names = sorted({*streets.index, *own.index})
    numbers = {name: [int(number) for number in own.get(name, ())] for name in names}
    table = streets.reindex(names).assign(kind="street", text=names)
    table["turfs"] = table["text"].map(numbers)
    things = pd.concat([turfs, table], ignore_index=True)
    idle = (things["kind"] == "street") & (things["turfs"].map(lambda x: x == []))
    return things.assign(key=plain(things["text"]), idle=idle)
