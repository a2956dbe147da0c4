"""Command-line options: those of the parameters, made from their declarations, and shared ones."""

import os
from collections.abc import Callable, Mapping
from dataclasses import Field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from turfcutter.declaring import kind_of, option_name
from turfcutter.paramfile import read_params
from turfcutter.params import TABLES, Params, declarations

Command = TypeVar("Command", bound=Callable[..., Any])


def date_of(text: str) -> date:
    """A day written as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date; write it as 2026-11-03.") from None


def pair_of(text: str) -> tuple[str, str]:
    """Two words joined by an equals sign; further ones belong to the second word."""
    first, _, second = (part.strip() for part in text.partition("="))
    if not (first and second):
        raise click.BadParameter(f"{text!r} is no pair; write it as voter_id=VUID.")
    return first, second


FILE: Final[Any] = click.Path(path_type=Path)
TYPES: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": str},
    "texts": {"type": str, "multiple": True},
    "lines": {"type": str, "metavar": "LINES", "multiple": True},
    "flag": {"type": bool},
    "whole": {"type": int},
    "number": {"type": float},
    "path": {"type": FILE},
    "paths": {"type": FILE, "multiple": True},
    "mapping": {"type": pair_of, "metavar": "NAME=VALUE", "multiple": True},
    "date": {"type": date_of, "metavar": "DATE"},
}
"""Kind of a parameter -> click's settings."""


def parameter_options(command: Command) -> Command:
    """Decorator: one option for each declared parameter, handed over as keyword arguments."""
    for table, item in reversed(list(declarations())):
        command = click.option(*_flags(table, item), **_settings(item))(command)
    return command


def table_options(table: str) -> Callable[[Command], Command]:
    """Decorator: the options of one table of parameters, as `parameter_options` makes them."""

    def add(command: Command) -> Command:
        own = [(name, item) for name, item in declarations() if name == table]
        for name, item in reversed(own):
            command = click.option(*_flags(name, item), **_settings(item))(command)
        return command

    return add


def _key(table: str, item: Field[Any]) -> str:
    """Keyword under which click hands over a parameter."""
    return f"{table}_{item.name}" if table else item.name


def _flags(table: str, item: Field[Any]) -> tuple[str, str]:
    name = option_name(item)
    flags = f"--{name}/--no-{name}" if kind_of(item) == "flag" else f"--{name}"
    return flags, _key(table, item)


def _settings(item: Field[Any]) -> dict[str, Any]:
    """
    Click's settings for one parameter.

    No option has a default for click: one that is not given must not hide the --config file's.
    """
    about, kind = item.metadata, kind_of(item)
    settings = {"help": about["help"], "default": None, **TYPES[kind]}
    if choices := about.get("choices"):
        settings["type"] = click.Choice(choices)
    elif about.get("low") is not None:
        limits = click.IntRange if kind == "whole" else click.FloatRange
        settings["type"] = limits(about["low"], about["high"])
    if settings.get("multiple"):
        settings["help"] += " May be repeated."
    default: Any = item.default
    if kind == "lines":
        settings["show_default"] = ", ".join(default)
    elif default and isinstance(default, str):
        settings["show_default"] = default
    elif isinstance(default, int | float) and not isinstance(default, bool):
        settings["show_default"] = f"{default:g} {about['unit']}".rstrip()
    return settings


class SectionedCommand(click.Command):
    """A command whose help lists its options table by table, as the TOML file has them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section for each parameter table, then one for the rest."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            if not isinstance(option, click.Option):
                continue
            table = TABLES.get((option.name or "").partition("_")[0])
            title = table.__doc__.replace("`", "").rstrip(".") if table else "How to run"
            if record := option.get_help_record(ctx):
                sections.setdefault(title, []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


def chosen_params(config: Path | None, given: Mapping[str, Any]) -> Params:
    """
    Parameters of a run: defaults, under the `config` file, under the options given.

    Raises
    ------
    InputError
        NO_FILE or PARAMETER, as `read_params`.
    """
    return given_params(read_params(config) if config else Params(), given)


def given_params(params: Params, given: Mapping[str, Any]) -> Params:
    """Parameters with the options given laid over them."""
    values: dict[tuple[str, str], Any] = {}
    for table, item in declarations():
        value = given.get(_key(table, item))
        if value is None or value == ():
            continue
        values[table, item.name] = dict(value) if kind_of(item) == "mapping" else value
    return params.overlaid(values)


def default_workspace() -> Path:
    """The user's own cache folder: the one thing read from the environment."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache") / "turfcutter"


workspace_option = click.option(
    "--workspace",
    type=FILE,
    default=default_workspace,
    show_default="~/.cache/turfcutter",
    help="Folder of cleaned tables, kept between runs; it holds voters until `turfcutter forget`.",
)
force_option = click.option(
    "--force", is_flag=True, help="Replace an earlier result in the output folder."
)
