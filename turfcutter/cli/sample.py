"""``turfcutter sample`` and ``turfcutter sample-voters``: invented counties and voters."""

from pathlib import Path

import click

from geodata.errors import InputError
from turfcutter.cli.options import FILE

SEED = click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Another seed, other streets and people.",
)
MOST_COUNTIES = 58


@click.command()
@click.option("--out", type=FILE, required=True, help="Folder to make; absent or empty.")
@click.option(
    "--voters",
    type=click.IntRange(1, 30_000_000),
    default=4000,
    show_default=True,
    help="Registered voters, of all counties together.",
)
@click.option(
    "--counties",
    type=click.IntRange(1, MOST_COUNTIES),
    default=1,
    show_default=True,
    help="How many counties; several get a folder each.",
)
@SEED
def sample(out: Path, voters: int, counties: int, seed: int) -> None:
    """
    Invent counties: precincts, voters and streets.

    They are for trying things on: nothing in them is real. Each county differs in shape, size and
    density.
    """
    from geodata.notes import counted
    from geodata.storage.atomic import new_folder
    from turfcutter.sample import county_sizes, make_county

    if voters < counties:
        raise InputError("PARAMETER", f"{voters} voters cannot be shared by {counties} counties.")
    with new_folder(out, force=False) as folder:
        for k, size in enumerate(county_sizes(voters, counties)):
            name = f"county-{k + 1:02d}" if counties > 1 else "."
            made = make_county(folder / name, voters=size, seed=seed, shape=k)
            click.echo(
                f"{out / name}: {made.registered:,} voters at {made.lived_in:,} doors in "
                f"{counted(made.precinct_count, 'precinct')}; all invented."
            )


@click.command("sample-voters")
@click.option("--addresses", type=FILE, help="Real addresses: delimited text, plain or .gz.")
@click.option("--streets", type=FILE, help="Real streets; doors are invented along them.")
@click.option("--out", type=FILE, required=True, help="Voter file to write (.csv).")
@click.option("--doors", type=click.IntRange(1), help="With --streets: how many doors.")
@click.option(
    "--per-door",
    type=click.FloatRange(1, 3),
    default=1.8,
    show_default=True,
    help="Voters behind a door on average; everywhere 1 to 3.",
)
@SEED
def sample_voters(
    addresses: Path | None,
    streets: Path | None,
    out: Path,
    doors: int | None,
    per_door: float,
    seed: int,
) -> None:
    """
    Invent voters on real addresses, or along real streets.

    Writes one row a voter with plain column names. No voter in it is real.
    """
    if doors is not None and addresses is not None:
        raise InputError("PARAMETER", "--doors goes with --streets; --addresses are used all.")
    if out.exists():
        raise InputError("OUTPUT", f"{out} exists; name another file with --out.")
    from turfcutter.sample.addresses import addresses_of, read_doors
    from turfcutter.sample.plain import write_plain_voters
    from turfcutter.sample.roadside import doors_along

    if addresses is not None and streets is None:
        homes = read_doors(addresses)
    elif streets is not None and addresses is None:
        homes = doors_along(streets, doors=doors, seed=seed)
    else:
        raise InputError("PARAMETER", "Give either --addresses or --streets.")
    count = write_plain_voters(homes, out, per_door=per_door, seed=seed)
    click.echo(
        f"{out}: {count:,} invented voters at {len(homes):,} doors, "
        f"{addresses_of(homes):,} addresses."
    )
