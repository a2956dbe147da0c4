"""
The words that people read on paper and on screen, in every language there is.

One TOML file a language, all with the same keys. Translations that nobody has checked say so by
``reviewed = false``; what is printed from them says so too.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("en", "es")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Key -> text of one of `LANGUAGES`; ``unreviewed`` is empty where a person has checked it."""
    content = (files("turfcutter.texts") / f"{language}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(content)
    texts: dict[str, str] = document["texts"]
    return texts if document["reviewed"] else {**texts, "unreviewed": document["label"]}
