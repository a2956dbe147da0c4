"""
Setting pages: templates of Typst and data, into tagged PDF that is the same bytes every time.

Typst reads nothing but the templates of this package and the packages of typefaces, and reaches no
network. Data comes in as JSON; a template only ever sets it as text.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any, Final

import typst

from turfcutter.packets.press.metrics import font_folders

STANDARD: Final = "ua-1"
"""PDF/UA-1: tags, title, language and words for every drawing are demanded, not hoped for."""

_ONE: Final = Lock()
"""A typesetter works for one thread at a time, and fails where a second one asks."""


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """
    The PDF of a template filled with data.

    Parameters
    ----------
    template
        Name of a file in ``templates``.
    data
        What it asks for; ready for JSON.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    with _ONE:
        pdf = _compiler(template).compile(
            sys_inputs={"data": text}, format="pdf", pdf_standards=[STANDARD]
        )
    if not isinstance(pdf, bytes):
        raise TypeError("The typesetter gave no PDF.")
    return pdf


@cache
def _compiler(template: str) -> typst.Compiler:
    folder = str(files("turfcutter.packets.press") / "templates")
    return typst.Compiler(
        input=f"{folder}/{template}.typ", root=folder, font_paths=_fonts(), ignore_system_fonts=True
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )
