"""
The language of pages: English as written, or what the catalogue has for it.

Who reads chooses a language, which the account keeps, and a cookie of the browser for whoever is
not logged in; until then the browser's own wish holds. Sentences are written in English where they
are used, as ``say("Open the map")``.
"""

import re
from collections.abc import Iterable
from typing import Final

from flask import Flask, g, request

from geodata.errors import CODES
from turfcutter.texts import LANGUAGES, sentences, unreviewed

COOKIE: Final = "turfcutter-language"
NAMES: Final = {"en": "English", "es": "Español"}
"""Language -> what it calls itself."""
_BLANK: Final = re.compile(r"\\{(\w+)\\}")


class Said(str):
    """A text that is in the reader's language already."""

    __slots__ = ()


def init_app(app: Flask) -> None:
    """Let templates write ``_("Open the map")``."""
    app.jinja_env.globals.update(
        _=say,
        count=count,
        language=language,
        languages=NAMES,
        here=lambda: request.path,
        unreviewed=lambda: unreviewed(language()),
        explained=explained,
    )


def language() -> str:
    """The language of this request, one of `LANGUAGES`."""
    if "language" not in g:
        chosen = g.get("own_language") or request.cookies.get(COOKIE, "")
        best = request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0])
        g.language = chosen if chosen in LANGUAGES else best
    found: str = g.language
    return found


def say(sentence: str, **values: object) -> str:
    """
    A sentence in the language of this request.

    Parameters
    ----------
    sentence
        In English, as the catalogue has it; one that it does not have stays as it is.
    values
        What stands for ``{name}`` in it.
    """
    text = sentences(language()).get(sentence, sentence)
    return Said(text.format(**values) if values else text)


def reworded(text: str, made_of: Iterable[str]) -> str:
    """
    A text that was kept in English, in the language of this request.

    Parameters
    ----------
    made_of
        Sentences with blanks, such as ``{plan}``, of which it may be made; what stands in the
        blanks stays as it is.
    """
    if language() == "en":
        return text
    for sentence in made_of:
        found = re.fullmatch(_BLANK.sub(r"(?P<\1>.+?)", re.escape(sentence)), text)
        if found:
            return say(sentence, **found.groupdict())
    return text


def explained(code: str, sentence: str) -> str:
    """
    What an error is about, to stand before a sentence that is not in the language of this request.

    Parameters
    ----------
    code
        A key of `geodata.errors.CODES`, or empty.

    Returns
    -------
    why
        Empty where the sentence needs none.
    """
    known = isinstance(sentence, Said) or sentence in sentences(language())
    if language() == "en" or known or code not in CODES:
        return ""
    text = say(CODES[code])
    return f"{text[:1].upper()}{text[1:]}."


def count(number: int, one: str, many: str) -> str:
    """A number of things: `one` and `many` are sentences with ``{count}``."""
    return say(one if number == 1 else many, count=f"{number:,}")


def size_words(size: int) -> str:
    """A size in bytes as pages show it."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{max(size / 1e3, 0.1):,.1f} kB"  # noqa: PLR2004
