"""All parts of the API."""

from typing import Final

from web.api import people, reading, sharing, working

BLUEPRINTS: Final = (
    people.blueprint,
    reading.blueprint,
    sharing.blueprint,
    working.blueprint,
)
