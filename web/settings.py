"""Settings of the viewer, and what production refuses to start with."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from geodata.errors import InputError

MINUTE: Final = 60
HOUR: Final = 3600

SECRET, DATABASE, STATE, ORIGIN, PLAIN_HTTP, TILES = (
    f"TURFCUTTER_{name}"
    for name in ("SECRET", "DATABASE", "STATE", "ORIGIN", "PLAIN_HTTP", "TILES")
)
"""Variables of the environment that production reads."""
SHORTEST_SECRET: Final = 32
FEWEST_SIGNS: Final = 10
DEBUGGING: Final = ("FLASK_DEBUG", "FLASK_ENV", "PYTHONDEVMODE", "DEBUG")
_OFF: Final = ("", "0", "false", "no", "off", "production")
_EXAMPLES: Final = re.compile(r"change|secret|default|example|password|turfcutter|12345|abcde")


@dataclass(frozen=True)
class Settings:
    """
    How the viewer runs.

    Parameters
    ----------
    state
        Folder of published plans, printed lists, and SQLite's file where that is the database.
    database
        URL of the database as SQLAlchemy writes it.
    secret
        Key that signs cookies.
    hosts
        Host headers that are answered.
    secure
        Whether it is reached by https only.
    tiles
        URL template of background tiles, or empty; their host learns where somebody looks.
    proxied
        Whether exactly one proxy in front says who asks and by which scheme.
    names_idle_s, idle_s
        Pauses in seconds after which the password is asked again: before names and exports, and
        before anything.
    """

    state: Path
    database: str
    secret: str
    hosts: frozenset[str]
    tiles: str = ""
    secure: bool = False
    proxied: bool = False
    names_idle_s: int = 15 * MINUTE
    idle_s: int = 8 * HOUR


def local_settings(
    state: Path, port: int, database: str | None = None, tiles: str = ""
) -> Settings:
    """For one office: SQLite unless told, this machine only, a key of its own for each start."""
    return Settings(
        state=state,
        database=database or sqlite_url(state),
        secret=secrets.token_hex(32),
        hosts=frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}),
        tiles=safe_tiles(tiles),
    )


def sqlite_url(state: Path) -> str:
    """The database in a state folder."""
    return f"sqlite+pysqlite:///{state / 'viewer.sqlite'}"


def production_settings(environment: Mapping[str, str]) -> Settings:
    """
    Settings from the environment, or the reason why they are not safe.

    Raises
    ------
    InputError
        PARAMETER: a variable is missing or unsafe.
    """
    if on := [name for name in DEBUGGING if environment.get(name, "").lower() not in _OFF]:
        raise InputError("PARAMETER", f"{on[0]} is on; production does not run for debugging.")
    state = Path(environment.get(STATE, ""))
    if not state.is_absolute():
        raise InputError("PARAMETER", f"Set {STATE} to the full path of a folder for plans.")
    origin = urlsplit(environment.get(ORIGIN, ""))
    plain = environment.get(PLAIN_HTTP, "") == "yes"
    if origin.scheme != "https" and not (plain and origin.scheme == "http"):
        message = (
            f"Set {ORIGIN} to the address people open, such as https://turf.example.org; "
            f"http is refused unless {PLAIN_HTTP} is yes."
        )
        raise InputError("PARAMETER", message)
    if not re.fullmatch(r"[\w.-]+(:\d+)?", origin.netloc) or origin.path.strip("/"):
        raise InputError("PARAMETER", f"{ORIGIN} is a scheme and a host, and nothing else.")
    return Settings(
        state=state,
        database=environment.get(DATABASE) or sqlite_url(state),
        secret=_safe_secret(environment.get(SECRET, "")),
        hosts=frozenset({origin.netloc}),
        tiles=safe_tiles(environment.get(TILES, "")),
        secure=origin.scheme == "https",
        proxied=True,
    )


def safe_tiles(tiles: str) -> str:
    """
    A URL template of background tiles, or empty.

    Raises
    ------
    InputError
        PARAMETER: it is no http(s) address with {z}, {x} and {y}.
    """
    if tiles:
        from turfcutter.render.map import tile_host  # noqa: PLC0415 - heavy, and rarely asked for

        tile_host(tiles)
    return tiles


def _safe_secret(secret: str) -> str:
    """A key that is long, and no word out of a manual."""
    known = _EXAMPLES.search(secret.lower())
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_SIGNS or known:
        message = (
            f"Set {SECRET} to a key of {SHORTEST_SECRET} signs or more that nobody can guess: "
            'python3 -c "import secrets; print(secrets.token_hex(32))" makes one.'
        )
        raise InputError("PARAMETER", message)
    return secret
