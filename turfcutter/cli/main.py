"""
``turfcutter``: the group of commands, loaded when called.

This is the one place where errors become sentences and exit codes: 0 done; 1 a fault of
turfcutter; 2 input rejected, nothing written; 3 done, but too many rows set aside; 4 busy;
5 no space; 130 interrupted.
"""

import traceback
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, NoReturn

import click

import turfcutter
from geodata.errors import GeodataError, SpaceError
from geodata.storage.atomic import no_space
from turfcutter.cli.show import plain

SECTIONS: Final[dict[str, dict[str, str]]] = {
    "The main job": {
        "demo": "turfcutter.cli.demo:demo",
        "check": "turfcutter.cli.check:check",
        "mapping": "turfcutter.cli.mapping:mapping",
        "cut": "turfcutter.cli.cut:cut",
        "batch": "turfcutter.cli.batch:batch",
        "forget": "turfcutter.cli.forget:forget",
    },
    "Plans": {
        "merge": "turfcutter.cli.edit:merge",
        "split": "turfcutter.cli.edit:split",
        "move": "turfcutter.cli.edit:move",
        "recut": "turfcutter.cli.edit:recut",
        "lock": "turfcutter.cli.edit:lock",
        "unlock": "turfcutter.cli.edit:unlock",
        "undo": "turfcutter.cli.edit:undo",
        "score": "turfcutter.cli.score:score",
    },
    "Paper": {
        "packets": "turfcutter.cli.packets:packets",
        "line": "turfcutter.cli.lists:line",
        "close": "turfcutter.cli.lists:close",
    },
    "Invented data": {
        "sample": "turfcutter.cli.sample:sample",
        "sample-voters": "turfcutter.cli.sample:sample_voters",
    },
}
"""Section of the help -> name of a command -> module:attribute."""
REGISTERED: Final = "The viewer"
"""Section of the help for the commands of layers above."""
COMMANDS: Final = {name: place for own in SECTIONS.values() for name, place in own.items()}
ENTRY_POINTS: Final = "turfcutter.commands"
"""Group in which layers above register their commands."""
INTERRUPTED: Final = 130
PACKAGES: Final = ("geodata", "turfcutter", "web")


class Commands(click.Group):
    """A group that loads its commands by name and turns errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, sorted."""
        return sorted({*COMMANDS, *_registered(), *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, its module loaded now; None where there is none."""
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name].partition(":")
            loaded = getattr(import_module(module), attribute)
        elif point := _registered().get(cmd_name):
            loaded = point.load()
        else:
            return super().get_command(ctx, cmd_name)
        return loaded if isinstance(loaded, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section for each kind of work, in the order in which it is done."""
        sections = {title: list(own) for title, own in SECTIONS.items()}
        for name in self.list_commands(ctx):
            if name not in COMMANDS:
                sections.setdefault(REGISTERED, []).append(name)
        wide = max(map(len, self.list_commands(ctx)))
        for title, names in sections.items():
            found = [(name, self.get_command(ctx, name)) for name in names]
            limit = formatter.width - 6 - wide
            rows = [(name.ljust(wide), one.get_short_help_str(limit)) for name, one in found if one]
            with formatter.section(title):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        """Run, and leave with one sentence and an exit code whatever goes wrong."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            _leave("Interrupted.", INTERRUPTED)
        except GeodataError as fault:
            _leave(str(fault), fault.exit_code)
        except Exception as fault:  # noqa: BLE001 - no user shall see a traceback
            if no_space(fault):
                sentence = "NO_SPACE: The disk is full; free some space and run again."
                _leave(sentence, SpaceError.exit_code)
            _leave(_report(fault), 1)


def _registered() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}


def _leave(sentence: str, code: int) -> NoReturn:
    click.echo(plain(f"turfcutter: {sentence}"), err=True)
    raise click.exceptions.Exit(code)


def _report(fault: Exception) -> str:
    """One sentence about a fault that nobody foresaw, with the places it ran through."""
    home = Path(turfcutter.__file__).parents[1]
    places = [
        f"{path.relative_to(home)}:{frame.lineno}"
        for frame in traceback.extract_tb(fault.__traceback__)
        if (path := Path(frame.filename)).is_relative_to(home)
        and path.relative_to(home).parts[0] in PACKAGES
    ]
    return (
        "this is a fault of turfcutter, not of your input; please report this line, without "
        f"any voter's data in it: {type(fault).__name__}: {fault} [{' > '.join(places)}]"
    )


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 2 input rejected, nothing written; 3 done, but too much set aside; "
    "4 busy; 5 no space.",
)
@click.version_option(package_name="turfcutter", prog_name="turfcutter")
def main() -> None:
    """Cut voter turf: balanced, walkable pieces of neighborhood with walk lists and maps."""
