"""Cleaned inputs on disk: what was read once is kept as (Geo)Parquet and starts at once again."""

import json
from dataclasses import asdict
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.notes import Note
from geodata.schema import Precincts, Streets
from geodata.storage.tables import write_parquet

_PLAIN = ("nodes", "segments", "ways")
_LAYERS = ("barriers", "base", "addresses")
_ABOUT = ("rows", "lost", "column", "source_crs", "county", "crosswalk", "counts")


def save_streets(streets: Streets, folder: Path) -> None:
    """Write streets into an empty folder."""
    for name in (*_PLAIN, *_LAYERS):
        write_parquet(getattr(streets, name), folder / f"{name}.parquet")
    save_notes(streets.notes, folder)


def load_streets(folder: Path) -> Streets:
    """Read what `save_streets` wrote."""
    plain = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _PLAIN}
    layers = {name: gpd.read_parquet(folder / f"{name}.parquet") for name in _LAYERS}
    return Streets(**plain, **layers, notes=load_notes(folder))


def save_precincts(precincts: Precincts, folder: Path) -> None:
    """Write precincts into an empty folder."""
    write_parquet(precincts.table, folder / "table.parquet")
    if precincts.faults is not None:
        write_parquet(precincts.faults, folder / "faults.parquet")
    about = {name: getattr(precincts, name) for name in _ABOUT}
    (folder / "precincts.json").write_text(json.dumps(about), encoding="utf-8")
    save_notes(precincts.notes, folder)


def load_precincts(folder: Path) -> Precincts:
    """Read what `save_precincts` wrote."""
    about = json.loads((folder / "precincts.json").read_text("utf-8"))
    faults = folder / "faults.parquet"
    return Precincts(
        gpd.read_parquet(folder / "table.parquet"),
        load_notes(folder),
        faults=gpd.read_parquet(faults) if faults.exists() else None,
        **(about | {"lost": tuple(about["lost"])}),
    )


def save_notes(notes: tuple[Note, ...], folder: Path) -> None:
    """Write notes beside their table."""
    text = json.dumps([asdict(note) for note in notes])
    (folder / "notes.json").write_text(text, encoding="utf-8")


def load_notes(folder: Path) -> tuple[Note, ...]:
    """Read what `save_notes` wrote."""
    return tuple(Note(**note) for note in json.loads((folder / "notes.json").read_text("utf-8")))
