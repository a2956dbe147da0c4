"""The interactive map of a plan, as one file that needs no network."""

import re
from urllib.parse import urlsplit

from geodata.errors import InputError
from turfcutter.model import Plan
from turfcutter.render.layers import plan_data
from turfcutter.render.page import page


def render_map(plan: Plan, *, tiles: str = "") -> str:
    """
    The text of ``map.html``.

    It opens from disk without network: turfs in their colours over the plan's own streets, with
    each turf's facts, doors and route. It holds no names and no ids of voters. Same plan, same
    text.

    Parameters
    ----------
    plan
        The plan, geometry in its projected CRS (metres).
    tiles
        URL template of a tile layer, e.g. ``https://tiles.example.org/{z}/{x}/{y}.png``; empty for
        none. With one, whoever opens the map shows its host where they look.

    Raises
    ------
    InputError
        PARAMETER: `tiles` is no http(s) address with {z}, {x} and {y}.
    """
    layer = None
    if tiles:
        host = tile_host(tiles)
        layer = {"url": tiles, "credit": f"Background tiles: {host}"}
    west, south, east, north = plan.turfs.geometry.to_crs("EPSG:4326").total_bounds
    centre = (round((south + north) / 2, 6), round((west + east) / 2, 6))
    return page(centre, plan_data(plan, layer), tiles)


def tile_host(tiles: str) -> str:
    """
    The host of a tile layer, which learns where somebody looks.

    Raises
    ------
    InputError
        PARAMETER: `tiles` is no http(s) address with {z}, {x} and {y}.
    """
    split = urlsplit(tiles)
    host = re.sub(r"^{[^}]*}\.", "", split.netloc)
    whole = all(part in tiles for part in ("{z}", "{x}", "{y}"))
    # the host enters the page's policy: letters, digits, dots, a port, and {s}. nothing else
    if split.scheme not in ("http", "https") or not whole or not re.fullmatch(r"[\w.:-]+", host):
        raise InputError(
            "PARAMETER",
            f"tiles is {tiles!r}; write an address such as "
            "https://tiles.example.org/{z}/{x}/{y}.png.",
        )
    return host
