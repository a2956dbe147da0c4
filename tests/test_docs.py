"""The README tells everything that is public; nothing public can be added without a word there."""

import re
from pathlib import Path

import click
import pytest

from geodata.errors import CODES
from geodata.schema import REASONS, VOTER_COLUMNS
from turfcutter.cli.main import main
from turfcutter.declaring import option_name
from turfcutter.exports import (
    CURE,
    CURE_CSV,
    DOORS_CSV,
    EXCEPTIONS_CSV,
    EXPORTS,
    UNCUT,
    UNCUT_CSV,
    WALKLIST_CSV,
)
from turfcutter.model import PLAN_TABLES
from turfcutter.params import TABLES, declarations

HOME = Path(__file__).parents[1]

OUTPUTS = {"plan.json", *EXPORTS, UNCUT, CURE}
EXIT_CODES = (0, 2, 3, 4, 5)


@pytest.fixture(scope="session")
def readme():
    return (HOME / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def commands():
    """Name -> command, of every command that is installed."""
    context = click.Context(main)
    return {name: main.get_command(context, name) for name in main.list_commands(context)}


def unsaid(words, readme):
    """Which of some words the README never has as code, i.e. between backticks or in a block."""
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", readme, re.DOTALL))
    return sorted(
        word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", code)
    )


def test_every_command(readme, commands):
    assert unsaid([f"turfcutter {name}" for name in commands], readme) == []


def test_every_option(readme, commands):
    options = {
        max(option.opts, key=len)
        for command in commands.values()
        for option in command.params
        if isinstance(option, click.Option)
    }
    assert unsaid(options, readme) == []


def test_every_table_and_key_of_the_parameter_file(readme):
    assert unsaid([f"[{table}]" for table in TABLES], readme) == []
    renamed = [
        item.name for _, item in declarations() if option_name(item) != item.name.replace("_", "-")
    ]
    assert unsaid(renamed, readme) == []


def test_every_code_word(readme):
    assert unsaid(CODES, readme) == []


def test_every_reason(readme):
    assert unsaid(REASONS, readme) == []


def test_every_note(readme):
    sources = [*HOME.glob("geodata/**/*.py"), *HOME.glob("turfcutter/**/*.py")]
    codes = {
        code
        for path in sources
        for code in re.findall(r"\bNote\(\s*\"([^\"]+)\"", path.read_text(encoding="utf-8"))
    }
    assert "LOCATED" in codes
    assert unsaid(sorted(codes), readme) == []


def test_every_exit_code(readme):
    assert unsaid(map(str, EXIT_CODES), readme) == []


def test_every_column_that_is_read(readme):
    assert unsaid(VOTER_COLUMNS, readme) == []


def test_every_output_and_its_columns(readme):
    assert unsaid(OUTPUTS, readme) == []
    columns = {name for columns in PLAN_TABLES.values() for name in columns}
    columns |= {*DOORS_CSV, *WALKLIST_CSV, *EXCEPTIONS_CSV, *UNCUT_CSV, *CURE_CSV}
    assert unsaid(columns, readme) == []


def test_both_lines_of_the_readme_install_alike(readme):
    """
    One after the other in one folder: a copy that is taken out of site-packages again leaves its
    compiled loops there, and a folder of that name hides the checkout from Python.
    """
    lines = re.findall(r"^python3\.11 -m venv .*$", readme, re.MULTILINE)
    assert len(lines) == 2
    assert all(" -q --no-compile -e " in line for line in lines)


def test_the_readme_has_the_line_that_is_run_for_each_change(readme):
    line = next(
        line
        for line in (HOME / ".ci" / "run").read_text(encoding="utf-8").splitlines()
        if line.endswith("pytest")
    )
    assert line in readme.splitlines()
