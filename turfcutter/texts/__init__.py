"""
The words that people read on paper and on screen, in every language there is.

One TOML file a language. ``texts`` are the words on paper, by keys that all languages have;
``sentences`` are those of pages, by what they say in English. Translations that nobody has checked
say so by ``reviewed = false``; what is printed or shown from them says so too.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("en", "es")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Key -> text of one of `LANGUAGES`; ``unreviewed`` is empty where a person has checked it."""
    document = _document(language)
    texts: dict[str, str] = document["texts"]
    return {**texts, "unreviewed": unreviewed(language)}


def sentences(language: str) -> Mapping[str, str]:
    """English sentence -> the same in one of `LANGUAGES`; English itself has none to give."""
    found: dict[str, str] = _document(language)["sentences"]
    return found


def unreviewed(language: str) -> str:
    """What is said beside a translation that nobody has checked, else nothing."""
    document = _document(language)
    return "" if document["reviewed"] else str(document["label"])


@cache
def _document(language: str) -> dict[str, Any]:
    content = (files("turfcutter.texts") / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)
