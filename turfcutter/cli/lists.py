"""``turfcutter line`` and ``turfcutter close``: printed lists that come back."""

import csv
import io
from pathlib import Path

import click

from turfcutter.cli.options import FILE

FOLDER = click.argument("folder", type=FILE)


@click.command()
@FOLDER
@click.argument("codes", nargs=-1, required=True)
def line(folder: Path, codes: tuple[str, ...]) -> None:
    """
    Tell who stands on lines of a printed list.

    FOLDER is where `turfcutter packets` printed the list, CODES are what the bars of the lines say.
    One row of the manifest is written for each code, with a header.
    """
    from turfcutter.packets.lists.manifests import MANIFEST_CSV, line_of

    rows = [line_of(folder, code) for code in codes]
    text = io.StringIO()
    writer = csv.DictWriter(text, MANIFEST_CSV, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    click.echo(text.getvalue(), nl=False)


@click.command()
@FOLDER
@click.argument("numbers", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Close all lists of the folder.")
def close(folder: Path, numbers: tuple[str, ...], every: bool) -> None:  # noqa: FBT001 - as click gives it
    """
    Close printed lists whose sheets are keyed in.

    FOLDER is where `turfcutter packets` printed the lists, NUMBERS are theirs. Their manifests are
    erased: nobody can tell any more who stood on their lines.
    """
    from geodata.errors import InputError
    from turfcutter.packets.lists.manifests import close as close_lists
    from turfcutter.packets.lists.manifests import open_lists

    if every == bool(numbers):
        raise InputError("PARAMETER", "Name the lists to close by their numbers, or give --all.")
    done = close_lists(folder, open_lists(folder) if every else numbers)
    click.echo(f"{len(done):,} lists are closed.")
