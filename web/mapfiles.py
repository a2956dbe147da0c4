"""What maps draw, as it is stored beside a published plan; no voter is named in it."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

from turfcutter.model import Plan
from turfcutter.render.layers import overview, part_data, plan_data
from turfcutter.render.parts import split

LAYERS: Final = "layers.json.gz"
"""How a map begins."""
PART: Final = "part-{}.json.gz"
"""What it draws close up, part by part; see `turfcutter.render.parts`."""
STREETS: Final = "street-boxes.parquet"
"""Where the streets of a plan run: `name`, `west`, `south`, `east`, `north` (degrees)."""


def write_map(plan: Plan, folder: Path) -> None:
    """Write what the map of a plan draws and finds into the plan's folder."""
    parts = split(plan)
    (folder / LAYERS).write_bytes(_packed(overview(plan, parts, None)))
    for number, content in enumerate(part_data(plan, parts)):
        (folder / PART.format(number)).write_bytes(_packed(content))
    named = plan.streets[(plan.streets["name"] != "").to_numpy()]
    boxes = named.geometry.to_crs("EPSG:4326").bounds
    boxes = boxes.set_axis(["west", "south", "east", "north"], axis=1)
    grouped = boxes.groupby(named["name"].to_numpy())
    table = grouped.agg({"west": "min", "south": "min", "east": "max", "north": "max"})
    table.rename_axis("name").reset_index().to_parquet(folder / STREETS)


def whole_map(plan: Plan) -> bytes:
    """What the map of a small plan draws, with all its parts, as gzipped JSON."""
    return _packed(plan_data(plan, None))


def _packed(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)
