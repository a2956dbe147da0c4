"""``turfcutter serve``: show results in the browser of this machine."""

import logging
import secrets
import socket
from contextlib import suppress
from pathlib import Path

import click

from geodata.errors import InputError
from web import create_app

ADDRESS = "127.0.0.1"
"""The only address ever bound: results hold voters' addresses."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port on this machine; a free one where not given.",
)
def serve(folder: Path, port: int) -> None:
    """
    Show the results in FOLDER in the browser of this machine.

    Prints a link that works once; Ctrl-C ends.
    """
    if not (folder / "map.html").is_file():
        message = f"{folder} holds no map.html; name a folder that `turfcutter cut` wrote."
        raise InputError("NO_FILE", message)
    import waitress  # noqa: PLC0415 - only when serving

    # a browser asks for several things at once; waitress warns of each that waits
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with _listening(port) as listener:
        host = f"{ADDRESS}:{listener.getsockname()[1]}"
        token = secrets.token_urlsafe(24)
        app = create_app(folder, token, host)
        server = waitress.create_server(app, sockets=[listener], ident=None)
        with suppress(KeyboardInterrupt):
            click.echo(
                f"Open http://{host}/open/{token} in your browser (works once; Ctrl-C ends)."
            )
            server.run()
        server.close()
    click.echo("Stopped.")


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((ADDRESS, port))
    except OSError as fault:
        message = f"port {port} cannot be used ({fault.strerror}); choose another, or none."
        raise InputError("PARAMETER", message) from None
