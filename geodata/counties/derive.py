"""
Makes ``california.json`` from the npm package us-atlas 3 (ISC licence, see LICENSE-us-atlas).

    npm pack us-atlas@3.0.1 && tar xzf us-atlas-3.0.1.tgz
    python -m geodata.counties.derive package/counties-10m.json

The file is TopoJSON: shapes refer to arcs, whose points are whole numbers, each but the first
the difference from the one before. The arcs of the Census Bureau's cartographic boundaries are
public domain and good to some 300 m.
"""

import json
import sys
from pathlib import Path
from typing import Any

STATE = "06"
TARGET = Path(__file__).with_name("california.json")

Ring = list[list[float]]


def derive(source: Path, target: Path) -> int:
    """Write the counties of `STATE`; returns how many."""
    atlas = json.loads(source.read_text(encoding="utf-8"))
    found = {
        shape["properties"]["name"]: [
            [_ring(atlas, arcs) for arcs in part] for part in _parts(shape)
        ]
        for shape in atlas["objects"]["counties"]["geometries"]
        if shape["id"].startswith(STATE)
    }
    text = json.dumps(dict(sorted(found.items())), separators=(",", ":"))
    target.write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")
    return len(found)


def _parts(shape: dict[str, Any]) -> list[list[list[int]]]:
    parts: list[list[list[int]]] = shape["arcs"]
    return [parts] if shape["type"] == "Polygon" else parts  # type: ignore[list-item]


def _ring(atlas: dict[str, Any], arcs: list[int]) -> Ring:
    """Degrees of a ring; a negative arc is another one backwards."""
    points: Ring = []
    for arc in arcs:
        piece = _arc(atlas, arc if arc >= 0 else ~arc)
        points += (piece if arc >= 0 else piece[::-1])[bool(points) :]
    return points


def _arc(atlas: dict[str, Any], arc: int) -> Ring:
    (scale_x, scale_y), (x0, y0) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    x = y = 0
    points = []
    for dx, dy in atlas["arcs"][arc]:
        x, y = x + dx, y + dy
        points.append([round(x * scale_x + x0, 4), round(y * scale_y + y0, 4)])
    return points


if __name__ == "__main__":
    derive(Path(sys.argv[1]), TARGET)
