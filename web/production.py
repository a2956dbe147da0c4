"""
The viewer for a WSGI server behind a proxy that speaks https.

``waitress-serve --call web.production:application``; what it needs stands in the environment, see
`web.settings`.
"""

import os

from flask import Flask

from geodata.errors import GeodataError
from web.db import open_database
from web.settings import production_settings
from web.viewer import create_viewer, warmed


def application() -> Flask:
    """
    The application; leaves with a sentence where the settings are not safe.

    Raises
    ------
    SystemExit
        The settings are not safe, or cannot be used.
    """
    try:
        settings = production_settings(os.environ)
        engine = open_database(settings.database, settings.state)
        return warmed(create_viewer(settings, engine))
    except GeodataError as fault:
        raise SystemExit(f"turfcutter: {fault}") from None
