"""
The page around a map: Folium's shell, Leaflet, our scripts and styles, and what it may load.

Folium draws the shell only, from numbers; pieces are joined as plain text afterwards, so no text
from data is ever read as a template. The page carries its own Content-Security-Policy: only the
scripts and styles put in here run, and nothing is fetched from anywhere.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

STATIC: Final = Path(__file__).parent / "static"
"""Leaflet and our own scripts and styles; web serves from here too."""

BOARD: Final = ("data.js", "brush.js", "route.js", "board.js")
"""Scripts that draw a map, in the order they need each other."""
SCRIPTS: Final = (*BOARD, "panel.js", "search.js", "map.js")
"""The same with the panel beside it."""

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def page(centre: tuple[float, float], data: dict[str, Any], tiles: str) -> str:
    """
    The whole page as text.

    Parameters
    ----------
    centre
        lat, lon (degrees) where the map starts, before its script fits it to the data.
    data
        What the scripts read; escaped so that no text in it can end its element.
    tiles
        URL template of the tile layer whose host images may come from, or empty.
    """
    before_head, in_head, in_body = _shell(*centre)
    in_head += _element("script", _leaflet_script()) + _element("style", _styles())
    in_body += panel(str) + "".join(_element("script", _text(f"map/{name}")) for name in SCRIPTS)
    policy = _policy(in_head + in_body, tiles)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    # the data comes in last; what was hashed above stays as it was
    block = f'<script type="application/json" id="plan-data">{_json(data)}</script>\n'
    start = (
        f'{before_head}<meta charset="utf-8">\n{meta}\n<link rel="icon" href="data:,">\n{in_head}'
    )
    return f"{start}{block}{in_body}</body>\n</html>\n"


@dataclass(frozen=True)
class Shell:
    """
    Folium's shell of a map, for a page that a server puts together.

    Parameters
    ----------
    head, body
        HTML of the page's head, and of the map with the script that makes it.
    sources
        Where the page's scripts and styles may come from, for its Content-Security-Policy.
    """

    head: str
    body: str
    sources: str


@cache
def shell(centre: tuple[float, float]) -> Shell:
    """The shell of a map that starts at a place: lat, lon (degrees)."""
    _, in_head, in_body = _shell(*centre)
    scripts, styles = (_digests(in_head + in_body, name) for name in ("script", "style"))
    head = re.sub(r"<title>.*?</title>|<meta [^>]*>", "", in_head)
    body = re.sub(r"</?(head|body)>", "", in_body)
    return Shell(head, body, f"script-src 'self' {scripts}; style-src 'self' {styles}")


def panel(say: Callable[[str], str]) -> str:
    """
    HTML of the panel beside a map.

    Parameters
    ----------
    say
        Gives a sentence in the page's language; it is put in as text.
    """

    def said(found: re.Match[str]) -> str:
        return f"{found[1]}>{escape(say(found[2]))}<"

    html = re.sub(r" data-say([^<>]*)>([^<]+)<", said, _text("panel.html"))
    return re.sub(
        r'data-label="([^"]*)"', lambda found: f'aria-label="{escape(say(found[1]))}"', html
    )


def declared_policy(html: str) -> str:
    """The Content-Security-Policy that a page made here declares; empty for another page."""
    found = _POLICY.search(html[:4096])
    return found.group(1) if found else ""


def _shell(lat: float, lon: float) -> tuple[str, str, str]:
    """Folium's page in three pieces: to ``<head>``, to ``</head>``, and to ``</html>``."""
    import folium  # noqa: PLC0415 - heavy, and web imports this module for its paths

    shell = folium.Map(
        location=[lat, lon],
        tiles=None,
        prefer_canvas=True,
        maxZoom=19,  # max_zoom is Folium's option of its tile layer, and here is none
        zoomSnap=0.5,
        attributionControl=False,  # ours is plain text
    )
    shell.default_js, shell.default_css = [], []  # these are links to other hosts
    shell._id = "plan"  # noqa: SLF001 - Folium's own id is random
    html = shell.get_root().render()
    html = re.sub(r'<meta name="viewport"[^>]*>', _VIEWPORT, html)  # theirs forbids zooming
    html = re.sub(r'<meta http-equiv="content-type"[^>]*>', "<title>Turfs</title>", html)
    html = re.sub(r"\n\s*\n+", "\n", html).replace("<html>", '<html lang="en">')
    start, _, rest = html.partition("<head>\n")
    head, _, body = rest.partition("</head>")
    body = body.partition("</html>")[0].replace("</body>", "")  # Folium's script comes after it
    return start + "<head>\n", head, "</head>" + body


def _leaflet_script() -> str:
    return re.sub(r"//# sourceMappingURL=.*", "", _text("leaflet/leaflet.js"))


def _styles() -> str:
    leaflet = re.sub(r"url\(images/[^)]*\)", "none", _text("leaflet/leaflet.css"))
    leaflet = leaflet.replace("behavior: url(#default#VML);", "")
    return re.sub(r"/\*.*?\*/", "", leaflet, flags=re.DOTALL) + _text("map/map.css")


def _text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _element(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>\n"


def _json(data: dict[str, Any]) -> str:
    """JSON in ASCII without ``<``, ``>``, ``&``: nothing in it can be taken for markup."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(html: str, tiles: str) -> str:
    scripts, styles = _digests(html, "script"), _digests(html, "style")
    images = "data:"
    if tiles:
        images += f" {tile_source(tiles)}"
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def tile_source(tiles: str) -> str:
    """Where the tiles of a URL template come from, as a page's policy writes it."""
    split = urlsplit(tiles)
    return f"{split.scheme}://{re.sub(r'{[^}]*}', '*', split.netloc)}"


def _digests(html: str, name: str) -> str:
    texts = re.findall(rf"<{name}>(.*?)</{name}>", html, flags=re.DOTALL)
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
