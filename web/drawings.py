"""
What maps of single turfs draw, kept beside the plans once somebody looked.

Plans never change, but the program that draws them does: a drawing of another program is not found.
"""

import hashlib
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import current_app

from geodata.storage.tables import PRIVATE
from turfcutter import render
from web.tokens import fingerprint


def kept(plan_id: str, name: str, draw: Callable[[], bytes]) -> bytes:
    """
    A drawing of a plan, drawn only where it is not there yet.

    Parameters
    ----------
    name
        Tells it from the others of the plan.
    draw
        Makes it.
    """
    state: Path = current_app.config["STATE"]
    path = state / "drawings" / plan_id / f"{fingerprint(f'{name} {_program()}')[:32]}.json.gz"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        content = draw()
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")  # others may draw the same now
    part.touch(mode=PRIVATE)
    part.write_bytes(content)
    part.replace(path)
    return content


@cache
def _program() -> str:
    """Another text for each program that draws."""
    files = sorted(Path(render.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
