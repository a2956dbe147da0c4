"""A whole invented county: towns side by side, precincts, voters, and the files of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import InputError
from turfcutter.sample import files, precincts, rolls
from turfcutter.sample.centrelines import centrelines_of
from turfcutter.sample.ground import Town, build_towns, outline_of, plan_county
from turfcutter.sample.houses import ground_lines
from turfcutter.sample.osmtags import osm_of
from turfcutter.sample.voters import voters_per_door

USUAL_PER_DOOR: Final = 1.64
"""Voters a door where a county has just enough doors: a few are empty."""

NO_DIVIDER: Final = ("service", "footway", "steps")
"""Lines that precincts do not follow."""

README: Final = """\
{name}: an invented place

Nothing here is real: streets, houses, precincts and voters were made by `turfcutter sample`
(voters {voters}, seed {seed}, shape {shape}). Names are put together from lists, phone numbers
are from 555-0100 to 555-0199, which are kept free for fiction, and no such ZIP codes are in use.

precincts.zip    {precincts} precincts, a shapefile in State Plane feet (EPSG:2227); key PRECINCT
voters.csv       {voters} voters in a county's own layout (DIMS), with lat and lon
streets.osm.pbf  streets, {buildings} buildings with addresses, water, parks, rails (OpenStreetMap)
centrelines.zip  streets block by block with address ranges, in the columns of the Census Bureau

Odd on purpose, as in real files, in {rows} records of voters.csv:
{blemishes}
Precinct codes are zero-padded in precincts.zip and not in voters.csv. One precinct may have two
parts. Heron Island Road is connected with no other street.
"""


@dataclass(frozen=True)
class SampleCounty:
    """
    A county that was written.

    Parameters
    ----------
    folder, precincts, voters, streets, centrelines
        Where it is, and its four files.
    registered
        Voters: distinct people in the file.
    rows
        Records of the voter file: `registered`, those that repeat one, and one cut short.
    buildings, doors, lived_in
        Buildings with an address, doors in them, doors with voters.
    towns, precinct_count
        How many there are.
    blemishes
        What is odd on purpose -> how many voters or records.
    """

    folder: Path
    precincts: Path
    voters: Path
    streets: Path
    centrelines: Path
    registered: int
    rows: int
    buildings: int
    doors: int
    lived_in: int
    towns: int
    precinct_count: int
    blemishes: dict[str, int]


def county_sizes(voters: int, counties: int) -> list[int]:
    """Share voters out to counties, the first the largest, each one at least."""
    weight = 1 / (np.arange(counties) + 1.5)
    sizes = 1 + np.floor((voters - counties) * weight / weight.sum()).astype(int)
    sizes[0] += voters - sizes.sum()
    return [int(size) for size in sizes]


def make_county(out: Path, *, voters: int = 4000, seed: int = 0, shape: int = 0) -> SampleCounty:
    """
    Invent a county and write its precincts, voters, streets and centrelines.

    Parameters
    ----------
    out
        Folder to write into; made where it does not exist.
    voters
        How many people are registered.
    seed
        Another seed, other streets and people.
    shape
        Another shape, another manner of town and another place on the map.

    Returns
    -------
    SampleCounty
        The same bytes are written for the same arguments.

    Raises
    ------
    InputError
        PARAMETER for a number that makes no county.
    """
    if voters < 1 or seed < 0 or shape < 0:
        raise InputError("PARAMETER", "A county needs voters; seed and shape are not negative.")
    rng = np.random.default_rng([seed, shape, 1_000_003])
    towns, outline = _enough(voters, seed, shape)
    homes = _homes(towns)
    per_door = voters_per_door(len(homes), voters, rng)
    blocks = precincts.blocks_of(_dividers(towns), outline)
    block = precincts.block_of_points(blocks, homes[["x", "y"]].to_numpy())
    weight = np.bincount(block, weights=per_door, minlength=len(blocks.shapes)).astype(np.int64)
    label = precincts.group(blocks, weight, rng)
    layer = precincts.layer(blocks, label, weight, rng)
    homes["precinct"] = label[block]
    homes[["lon", "lat"]] = files.to_degrees(homes[["x", "y"]].to_numpy())
    roll = rolls.call_roll(homes, per_door, len(layer), 10_000_000 * (shape % 9) + 104_729, rng)
    about = SampleCounty(
        folder=out,
        precincts=out / "precincts.zip",
        voters=out / "voters.csv",
        streets=out / "streets.osm.pbf",
        centrelines=out / "centrelines.zip",
        registered=voters,
        rows=len(roll.table) + 1,
        buildings=sum(len(town.buildings) for town in towns),
        doors=len(homes),
        lived_in=int((per_door > 0).sum()),
        towns=len(towns),
        precinct_count=len(layer),
        blemishes=roll.blemishes,
    )
    _write(about, layer, roll, towns)
    _explain(about, seed, shape)
    return about


def _enough(voters: int, seed: int, shape: int) -> tuple[list[Town], shapely.Polygon]:
    """Towns with enough doors for so many voters."""
    needed = wanted = voters / USUAL_PER_DOOR
    while True:
        rng = np.random.default_rng([seed, shape, 1_000_033])
        plan = plan_county(wanted, shape, rng)
        towns = build_towns(plan, seed, shape)
        doors = sum(len(town.doors) for town in towns)
        if doors >= needed:
            return towns, outline_of(plan, rng)
        wanted *= max(1.06, 1.03 * needed / doors)


def _homes(towns: Sequence[Town]) -> pd.DataFrame:
    """A row for each door of the county, with what its building knows."""
    parts = []
    for town in towns:
        about = town.buildings[["x", "y", "number", "street", "city", "zip", "alone"]]
        home = about.take(town.doors["building"].to_numpy()).reset_index(drop=True)
        parts.append(home.assign(abbr=town.doors["abbr"], unit=town.doors["unit"]))
    return pd.concat(parts, ignore_index=True)


def _dividers(towns: Sequence[Town]) -> list[shapely.LineString]:
    """Lines that precincts follow; of the freeway, one carriageway."""
    lines = []
    for town in towns:
        for line, drawn in zip(town.network.lines, ground_lines(town.network), strict=True):
            second = line.kind == "motorway" and (line.points[0] > line.points[-1]).any()
            if line.kind not in NO_DIVIDER and not second:
                lines.append(drawn)
    return lines


def _write(
    about: SampleCounty, layer: gpd.GeoDataFrame, roll: rolls.Roll, towns: Sequence[Town]
) -> None:
    about.folder.mkdir(parents=True, exist_ok=True)
    feet = shapely.transform(layer.geometry.to_numpy(), files.to_feet)
    files.write_shapefile_zip(about.precincts, layer.set_geometry(feet, crs=files.FEET_CRS))
    blocks = centrelines_of(towns)
    feet = shapely.transform(blocks.geometry.to_numpy(), files.to_feet)
    files.write_shapefile_zip(about.centrelines, blocks.set_geometry(feet, crs=files.FEET_CRS))
    files.write_voter_csv(about.voters, roll.table, roll.ragged)
    osm = osm_of(towns)
    files.write_osm(about.streets, files.to_degrees(osm.ground), osm.node_tags, osm.ways, osm.holes)


def _explain(about: SampleCounty, seed: int, shape: int) -> None:
    """Say in the folder that all of it is invented."""
    odd = [f"  {count:,} {what}" for what, count in about.blemishes.items()]
    text = README.format(
        name=f"Sample County {shape + 1}",
        voters=f"{about.registered:,}",
        seed=seed,
        shape=shape,
        precincts=f"{about.precinct_count:,}",
        buildings=f"{about.buildings:,}",
        rows=f"{about.rows:,}",
        blemishes="\n".join(odd),
    )
    (about.folder / "README.txt").write_text(text, encoding="utf-8")
