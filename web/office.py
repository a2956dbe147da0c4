"""``turfcutter publish``, ``account`` and ``work``: the viewer from the server's own terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from geodata.errors import InputError
from turfcutter.cli.packets import default_register
from web.settings import DATABASE, STATE, sqlite_url

PATH = click.Path(path_type=Path)


def default_state() -> Path:
    """Where the user's programs keep what must outlive their caches."""
    return default_register().with_name("viewer")


def state_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the viewer keeps what it knows."""
    command = click.option(
        "--database",
        envvar=DATABASE,
        help="postgresql://user@host/name; SQLite in the state folder where not given.",
    )(command)
    return click.option(
        "--state",
        type=PATH,
        default=default_state,
        envvar=STATE,
        show_default="~/.local/state/turfcutter/viewer",
        help="Folder of published plans, printed lists and accounts.",
    )(command)


@click.command()
@click.argument("plan", type=PATH)
@click.option("--organization", required=True, help="Whose plan it is.")
@click.option("--title", default="", help="Its name in the list; else the title of its map.")
@state_options
def publish(plan: Path, organization: str, title: str, state: Path, database: str | None) -> None:
    """
    Give a plan to an organization of the viewer.

    PLAN is the folder that `turfcutter cut` wrote; it is copied to where `turfcutter serve` shows
    it to people of the organization alone.
    """
    from turfcutter.cli.show import Steps  # noqa: PLC0415 - so that help is quick
    from web.db import open_database, transaction  # noqa: PLC0415
    from web.library import publish as copy  # noqa: PLC0415

    state, steps = state.resolve(), Steps()
    engine = open_database(database or sqlite_url(state), state)
    with transaction(engine) as session:
        copy(session, state, plan, organization, title, steps)
    steps.close()
    click.echo(f"Published for {organization}.")


@click.command()
@click.argument("name")
@click.option("--organization", required=True, help="Whose it is; made where it is new.")
@click.option(
    "--role",
    type=click.Choice(["administrator", "organizer", "field lead"]),
    default="administrator",
    show_default=True,
    help="What it may do.",
)
@state_options
def account(name: str, organization: str, role: str, state: Path, database: str | None) -> None:
    """
    Make an account of the viewer.

    NAME is what is typed to log in, such as an e-mail address; the password is asked for.
    """
    from web.accounts import add_account  # noqa: PLC0415
    from web.db import open_database, transaction  # noqa: PLC0415

    state = state.resolve()
    engine = open_database(database or sqlite_url(state), state)
    with transaction(engine) as session:
        add_account(session, organization, name, role, ask_password())
    click.echo(f"{name} can log in now.")


@click.command()
@state_options
def work(state: Path, database: str | None) -> None:
    """
    Print, check and cut what the viewer's pages ask for.

    For servers; `turfcutter serve` does it itself. A second one waits until the first ends.
    """
    import signal  # noqa: PLC0415

    from web.db import open_database  # noqa: PLC0415
    from web.jobs.worker import Worker  # noqa: PLC0415

    state = state.resolve()
    worker = Worker(open_database(database or sqlite_url(state), state), state)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: worker.over.set())
    worker.start()
    click.echo("Waiting for jobs (Ctrl-C ends).")
    worker.over.wait()
    worker.stop()
    click.echo("Stopped; what was running begins anew next time.")


def first_account(engine: Any) -> None:  # noqa: ANN401 - SQLAlchemy's engine, not loaded for help
    """Ask for the first account where there is none."""
    from sqlalchemy import select  # noqa: PLC0415

    from web.accounts import add_account  # noqa: PLC0415
    from web.db import transaction  # noqa: PLC0415
    from web.models import Account  # noqa: PLC0415

    with transaction(engine) as session:
        if session.scalar(select(Account.id).limit(1)):
            return
        click.echo("Nobody can log in yet; this is the first account, of an administrator.")
        organization = click.prompt("Organization")
        name = click.prompt("Name, such as an e-mail address")
        add_account(session, organization, name, "administrator", ask_password())


def ask_password() -> str:
    """A password typed twice at the prompt, unseen."""
    try:
        asked: str = click.prompt(
            "Password, 12 letters or more", hide_input=True, confirmation_prompt=True
        )
    except click.Abort:
        raise InputError("PARAMETER", "No password was given; nothing was made.") from None
    return asked
