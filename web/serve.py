"""``turfcutter serve``: show results in the browser of this machine."""

from __future__ import annotations

import logging
import secrets
import socket
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geodata.errors import InputError
from web import create_app
from web.office import first_account, state_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

ADDRESS = "127.0.0.1"
"""The only address ever bound: results hold voters' addresses."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port on this machine; a free one where not given.",
)
@click.option(
    "--tiles",
    default="",
    help="Address of background tiles that people may switch on; see README.",
)
@state_options
def serve(folder: Path | None, port: int, state: Path, database: str | None, tiles: str) -> None:
    """
    Show plans in the browser of this machine.

    With FOLDER, the results of one cut, behind a link that works once. Without, all plans that
    were published, for those who have an account; the first one is asked for. Ctrl-C ends.
    """
    if folder and not (folder / "map.html").is_file():
        message = f"{folder} holds no map.html; name a folder that `turfcutter cut` wrote."
        raise InputError("NO_FILE", message)
    with _listening(port) as listener:
        host = f"{ADDRESS}:{listener.getsockname()[1]}"
        if folder:
            _run(*_of_folder(folder, host), listener)
        else:
            with _viewer(state, database, host, tiles) as (app, sentence):
                _run(app, sentence, listener)
    click.echo("Stopped.")


def _of_folder(folder: Path, host: str) -> tuple[Flask, str]:
    token = secrets.token_urlsafe(24)
    link = f"http://{host}/open/{token}"
    return create_app(
        folder, token, host
    ), f"Open {link} in your browser (works once; Ctrl-C ends)."


@contextmanager
def _viewer(
    state: Path, database: str | None, host: str, tiles: str
) -> Iterator[tuple[Flask, str]]:
    """The viewer, with a worker that does its jobs."""
    from web.db import open_database  # noqa: PLC0415 - heavy, and of no use for a folder
    from web.jobs.worker import Worker  # noqa: PLC0415
    from web.settings import local_settings  # noqa: PLC0415
    from web.viewer import create_viewer, warmed  # noqa: PLC0415

    settings = local_settings(state.resolve(), int(host.rpartition(":")[2]), database, tiles)
    engine = open_database(settings.database, settings.state)
    first_account(engine)
    worker = Worker(engine, settings.state)
    worker.start()
    try:
        app = warmed(create_viewer(settings, engine))
        yield app, f"Open http://{host}/ and log in (Ctrl-C ends)."
    finally:
        worker.stop()


def _run(app: Flask, sentence: str, listener: socket.socket) -> None:
    import waitress  # noqa: PLC0415 - only when serving

    # a browser asks for several things at once; waitress warns of each that waits
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(app, sockets=[listener], ident=None)
    with suppress(KeyboardInterrupt):
        click.echo(sentence)
        server.run()
    server.close()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((ADDRESS, port))
    except OSError as fault:
        message = f"port {port} cannot be used ({fault.strerror}); choose another, or none."
        raise InputError("PARAMETER", message) from None
