"""The viewer from the terminal: the first account, further ones, and plans."""

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from geodata.errors import InputError
from turfcutter.cli.main import main
from web.db import open_database, transaction
from web.models import Account, Organization, PublishedPlan
from web.office import first_account
from web.settings import local_settings

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


@pytest.fixture
def run(tmp_path):
    """Run a command on a state folder of the test's own, with what is typed."""

    def invoke(*words, typed=""):
        given = [*words, "--state", str(tmp_path / "state")]
        return CliRunner().invoke(main, given, input=typed)

    return invoke


@pytest.fixture
def engine(tmp_path):
    settings = local_settings(tmp_path / "state", 8000)
    made = open_database(settings.database, settings.state)
    yield made
    made.dispose()


def rows(engine, table, column):
    with transaction(engine) as session:
        return list(session.scalars(select(getattr(table, column))))


def test_the_first_account_is_asked_for_once(engine):
    command = click.command()(lambda: first_account(engine))
    answers = f"Neighbors\nada\n{PASSWORD}\n{PASSWORD}\n"
    first = CliRunner().invoke(command, input=answers)
    assert first.exit_code == 0
    assert PASSWORD not in first.output
    assert CliRunner().invoke(command, input="").output == ""
    assert rows(engine, Account, "role") == ["administrator"]


def test_a_short_password_makes_nothing(engine):
    command = click.command()(lambda: first_account(engine))
    result = CliRunner().invoke(command, input="Neighbors\nada\nshort\nshort\n")
    assert isinstance(result.exception, InputError)
    assert rows(engine, Account, "name") == rows(engine, Organization, "name") == []


def test_an_account_and_a_plan_from_the_terminal(run, engine, plan_folder):
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    made = run(
        "account", "fred", "--organization", "Neighbors", "--role", "field lead", typed=typed
    )
    assert (made.exit_code, rows(engine, Account, "role")) == (0, ["field lead"])
    published = run("publish", str(plan_folder), "--organization", "Neighbors", "--title", "Fall")
    assert published.stdout == "Published for Neighbors.\n"
    assert rows(engine, PublishedPlan, "title") == ["Fall"]


def test_a_plan_of_nobody_and_a_folder_without_plan_are_refused(run, engine, plan_folder, tmp_path):
    nobody = run("publish", str(plan_folder), "--organization", "Neighbors")
    assert (nobody.exit_code, nobody.stderr.split(":")[1]) == (2, " PARAMETER")
    with transaction(engine) as session:
        session.add(Organization(name="Neighbors"))
    empty = run("publish", str(tmp_path), "--organization", "Neighbors")
    assert (empty.exit_code, empty.stderr.split(":")[1]) == (2, " TYPE")
    assert rows(engine, PublishedPlan, "id") == []
    assert not (tmp_path / "state" / "plans").exists()
