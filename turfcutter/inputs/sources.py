"""Precincts, streets, addresses, voters: read and cleaned once, then taken from the workspace."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS

from geodata.addresses.addresses import NORMALISER
from geodata.crs import unproject
from geodata.errors import InputError
from geodata.geocoding import VERSION as GAZETTEER
from geodata.geocoding import (
    Gazetteer,
    build_gazetteer,
    load_gazetteer,
    read_source,
    save_gazetteer,
    street_ranges,
)
from geodata.precincts.crosswalk import read_crosswalk
from geodata.precincts.precincts import read_precincts
from geodata.schema import Precincts, Streets
from geodata.storage import cleaned
from geodata.storage.store import Store, file_digest, key
from geodata.streets import osm
from geodata.streets.connection import check_connected
from geodata.streets.download import download_streets
from geodata.streets.streets import read_streets
from geodata.voters.voterfile import READER as VOTER_READER
from geodata.voters.voterfile import Beside, VoterTable, load_voters, read_voters
from turfcutter.params import Params
from turfcutter.params.files import existing

READER = 4
"""Version of how precincts and streets are read and kept."""


def precincts_of(params: Params, store: Store) -> tuple[Precincts, str]:
    """The precincts and the digest of their file."""
    inputs = params.inputs
    layer = existing(inputs.precincts, "--precincts")
    digest = file_digest(layer)
    how = inputs.precinct_column, inputs.crs, inputs.county, inputs.election
    allowed = inputs.accept_repairs, inputs.restore_shx, inputs.swap
    table = existing(inputs.crosswalk, "--crosswalk") if inputs.crosswalk else None
    crosswalk = file_digest(table) if table else ""
    entry = key("precincts", READER, digest, *how, *allowed, crosswalk)
    folder = store.cached(entry, lambda place: _clean_precincts(params, layer, place))
    return cleaned.load_precincts(folder), digest


def streets_of(params: Params, store: Store, precincts: Precincts | None) -> tuple[Streets, str]:
    """
    The streets and the digest of their file, in the coordinate system of the precincts.

    Without precincts it is a metric one chosen from the place of the streets.
    """
    crs = precincts.table.crs if precincts else None
    source = _street_file(params, store, precincts)
    digest = file_digest(source)
    columns = params.inputs.street_name_column, params.inputs.street_class_column
    entry = key("streets", READER, digest, *columns, crs.to_string() if crs else "")
    folder = store.cached(entry, lambda place: _clean_streets(source, crs, columns, place))
    streets = cleaned.load_streets(folder)
    check_connected(streets, source.name)
    if precincts:
        _check_overlap(precincts, streets, source)
    return streets, digest


def gazetteer_of(
    params: Params, store: Store, streets: Streets | None, street_digest: str, crs: CRS
) -> tuple[Gazetteer, dict[str, str]]:
    """The place's addresses, from files of addresses and the streets; digests of those files."""
    files = [existing(path, "--addresses") for path in params.inputs.addresses]
    digests = sorted(file_digest(path) for path in files)
    source = None if params.inputs.download else params.inputs.streets
    lines = source if streets and source and not osm.format_of(source) else None
    entry = key("addresses", GAZETTEER, NORMALISER, digests, street_digest, crs.to_string())

    def build(place: Path) -> None:
        sources = [read_source(path, crs) for path in files]
        sources += [street_ranges(lines, crs)] if lines else []
        points = streets.addresses if streets else None
        save_gazetteer(build_gazetteer(sources, points, crs), place)

    named = {f"addresses-{number}": digest for number, digest in enumerate(digests, 1)}
    return load_gazetteer(store.cached(entry, build)), named


def voters_of(params: Params, store: Store) -> VoterTable:
    """The voter table; its entry is keyed by all that decides who is in it."""
    inputs, suppress = params.inputs, params.suppress
    path = existing(inputs.voters, "--voters")
    lists = [existing(item, "--suppress-list") for item in suppress.lists]
    history = tuple(existing(item, "--history") for item in inputs.history)
    older = existing(inputs.older, "--older") if inputs.older else None
    columns = dict(params.voters.columns)
    digests = sorted(file_digest(item) for item in lists)
    together = Beside(older, inputs.accept_vanished, history)
    beside = sorted(file_digest(item) for item in history), file_digest(older) if older else ""
    how = sorted(suppress.words), params.voters.inactive, inputs.accept_vanished, inputs.swap
    entry = key("voters", VOTER_READER, file_digest(path), columns, digests, beside, how)

    def build(place: Path) -> None:
        read_voters(
            path,
            place,
            columns=columns,
            suppress_lists=lists,
            suppress_words=suppress.words,
            inactive=params.voters.inactive,
            swap=inputs.swap,
            beside=together,
        )

    return load_voters(store.cached(entry, build))


def _clean_precincts(params: Params, path: Path, place: Path) -> None:
    inputs = params.inputs
    table = inputs.crosswalk
    crosswalk, fates = read_crosswalk(table, inputs.election) if table else ({}, {})
    found = read_precincts(
        path,
        column=inputs.precinct_column,
        crs=inputs.crs,
        county=inputs.county,
        accept_repairs=inputs.accept_repairs,
        restore_shx=inputs.restore_shx,
        swap=inputs.swap,
        crosswalk=crosswalk,
    )
    counts = {table.name: fates} if table else {}
    cleaned.save_precincts(replace(found, counts=counts), place)


def _clean_streets(path: Path, crs: CRS | None, columns: tuple[str, str], place: Path) -> None:
    name, kind = columns
    cleaned.save_streets(read_streets(path, crs, name_column=name, class_column=kind), place)


def _street_file(params: Params, store: Store, precincts: Precincts | None) -> Path:
    """The street file, downloaded first if that was asked for."""
    if not params.inputs.download or precincts is None:
        return existing(params.inputs.streets, "--streets")
    outline = precincts.table.geometry.to_crs(4326).union_all()
    return download_streets(params.inputs.download, store.folder / "downloads", outline=outline)


def _check_overlap(precincts: Precincts, streets: Streets, source: Path) -> None:
    """Streets must lie where the precincts are."""
    area = shapely.box(*precincts.table.total_bounds)
    xy = streets.nodes[["x", "y"]].to_numpy(np.float64)
    if shapely.intersects_xy(area, xy[:, 0], xy[:, 1]).any():
        return
    (lon, lat) = unproject(xy[:1, 0], xy[:1, 1], precincts.table.crs)
    message = (
        f"{source.name} holds streets near {lat[0]:.3f}, {lon[0]:.3f}, which is outside all "
        "precincts; give streets of the same county, or --crs if the precincts are misplaced."
    )
    raise InputError("CRS_MISMATCH", message)
