"""
The language of pages: English as written, or what the catalogue has for it.

Who reads chooses a language, which a cookie of the browser keeps; until then the browser's own
wish holds. Sentences are written in English where they are used, as ``say("Open the map")``.
"""

from typing import Final

from flask import Flask, g, request

from turfcutter.texts import LANGUAGES, sentences, unreviewed

COOKIE: Final = "turfcutter-language"
NAMES: Final = {"en": "English", "es": "Español"}
"""Language -> what it calls itself."""


def init_app(app: Flask) -> None:
    """Let templates write ``_("Open the map")``."""
    app.jinja_env.globals.update(
        _=say,
        count=count,
        language=language,
        languages=NAMES,
        here=lambda: request.path,
        unreviewed=lambda: unreviewed(language()),
    )


def language() -> str:
    """The language of this request, one of `LANGUAGES`."""
    if "language" not in g:
        chosen = request.cookies.get(COOKIE, "")
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
    return text.format(**values) if values else text


def count(number: int, one: str, many: str) -> str:
    """A number of things: `one` and `many` are sentences with ``{count}``."""
    return say(one if number == 1 else many, count=f"{number:,}")
