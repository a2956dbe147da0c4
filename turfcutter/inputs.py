"""A job's inputs, read once and kept in the workspace."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geodata.addresses.addresses import NORMALISER
from geodata.addresses.doorflags import read_flags
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
from geodata.notes import Counts, Fates, Note, counted, together
from geodata.places import read_places
from geodata.precincts.crosswalk import read_crosswalk
from geodata.precincts.precincts import read_polygons, read_precincts
from geodata.schema import Precincts, Streets
from geodata.storage import cleaned
from geodata.storage.store import Store, file_digest, key
from geodata.streets import osm
from geodata.streets.connection import check_connected
from geodata.streets.download import download_streets
from geodata.streets.streets import read_streets
from geodata.voters.ballots import read_ballots, read_ids
from geodata.voters.voterfile import READER as VOTER_READER
from geodata.voters.voterfile import Beside, VoterTable, load_voters, read_voters
from turfcutter.declaring import lines_source
from turfcutter.model import Progress
from turfcutter.params import Params

READER = 4
"""Version of how precincts and streets are read and kept."""


@dataclass(frozen=True)
class Known:
    """
    What is known beside the voter file.

    Parameters
    ----------
    ballots
        Returned ballots as `geodata.voters.ballots.read_ballots` gives them; None where none are
        named.
    flags
        Flags of doors as `geodata.addresses.doorflags.read_flags` gives them; None where none are
        named.
    notes
        How old the files of ballots are.
    """

    ballots: pd.DataFrame | None = None
    flags: pd.DataFrame | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Inputs:
    """
    Everything a cut needs.

    Parameters
    ----------
    precincts, streets, voters
        The cleaned inputs, in the CRS of `precincts`.
    lines
        What `within` or `prefer` names, as FILE.COLUMN -> table with `key`.
    digests
        Input -> SHA-256 of its content; those of voters and staging places do not depend on the
        order of rows.
    places
        Staging places, as `geodata.places.read_places` gives them; None where none are named.
    gazetteer
        Every address that the files of addresses and the streets tell.
    known
        What is known beside the voter file.
    counts
        What became of the rows of every file but those of precincts, streets, voters and lines.
    line_counts
        Name of each file of lines, in the order named, and what became of its rows.
    """

    precincts: Precincts
    streets: Streets
    voters: VoterTable
    lines: dict[str, gpd.GeoDataFrame]
    digests: dict[str, str]
    places: pd.DataFrame | None = None
    gazetteer: Gazetteer | None = None
    known: Known = field(default_factory=Known)
    counts: Counts = field(default_factory=dict)
    line_counts: tuple[tuple[str, Fates], ...] = ()

    @property
    def crs(self) -> CRS:
        """The job's metric coordinate system."""
        crs: CRS = self.precincts.table.crs
        return crs


def read_inputs(params: Params, store: Store, progress: Progress) -> Inputs:
    """
    Read precincts, streets and voters, or take them from the workspace.

    Raises
    ------
    InputError
        As the readers say; also CRS_MISMATCH where streets and precincts lie apart.
    """
    for name in ("precincts", "voters"):  # before minutes are spent on one of them
        _existing(getattr(params.inputs, name), f"--{name}")
    progress("precincts")
    precincts, precinct_digest = precincts_of(params, store)
    progress("precincts", counted(len(precincts.table), "precinct"))
    progress("streets")
    streets, street_digest = streets_of(params, store, precincts)
    progress("streets", counted(len(streets.ways), "way"))
    progress("addresses")
    gazetteer, address_digests = gazetteer_of(
        params, store, streets, street_digest, precincts.table.crs
    )
    progress("addresses", counted(len(gazetteer.sites), "address", "addresses"))
    progress("voters")
    voters = voters_of(params, store)
    unread = "".join(f"; set aside: {note.where}" for note in voters.notes if note.where)
    progress("voters", f"{counted(voters.counts['rows'], 'row')}{unread}")
    crs = precincts.table.crs
    digests = {"precincts": precinct_digest, "streets": street_digest, "voters": voters.digest}
    digests |= address_digests
    digests |= {
        f"history-{n}": digest
        for n, digest in enumerate(sorted(map(file_digest, params.inputs.history)), 1)
    }
    lines, line_counts = {}, []
    for option in ("within", "prefer"):
        for number, named in enumerate(getattr(params.cut, option), 1):
            if found := lines_source(named):
                path, column = found
                lines[named], fates = read_polygons(_existing(path, f"--{option}"), column, crs)
                line_counts.append((path.name, fates))
                digests[f"{option}-{number}" if number > 1 else option] = file_digest(path)
    counts = [precincts.counts, gazetteer.counts, voters.beside]
    places = None
    if params.inputs.staging:
        listed = _existing(params.inputs.staging, "--staging")
        places, fates = read_places(listed)
        digests["staging"] = key(*places.to_numpy(object).tolist())
        counts.append({listed.name: fates})
    known, known_digests, known_counts = known_of(params)
    digests |= known_digests
    counts.append(known_counts)
    whole = together(*counts)
    about = places, gazetteer, known, whole, tuple(line_counts)
    return Inputs(precincts, streets, voters, lines, digests, *about)


def precincts_of(params: Params, store: Store) -> tuple[Precincts, str]:
    """The precincts and the digest of their file."""
    inputs = params.inputs
    layer = _existing(inputs.precincts, "--precincts")
    digest = file_digest(layer)
    how = inputs.precinct_column, inputs.crs, inputs.county, inputs.election
    allowed = inputs.accept_repairs, inputs.restore_shx, inputs.swap
    table = _existing(inputs.crosswalk, "--crosswalk") if inputs.crosswalk else None
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
    files = [_existing(path, "--addresses") for path in params.inputs.addresses]
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


def _existing(path: Path | None, option: str) -> Path:
    """The file that an option names."""
    if path is None:
        raise InputError("PARAMETER", f"No file is named for {option}; name it.")
    try:
        there = path.exists()
    except OSError:  # a name too long, or a folder that may not be looked into
        there = False
    if not there:
        raise InputError("NO_FILE", f"{path} does not exist; check what {option} names.")
    return path


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
        return _existing(params.inputs.streets, "--streets")
    outline = precincts.table.geometry.to_crs(4326).union_all()
    return download_streets(params.inputs.download, store.folder / "downloads", outline=outline)


def voters_of(params: Params, store: Store) -> VoterTable:
    """The voter table; its entry is keyed by all that decides who is in it."""
    inputs, suppress = params.inputs, params.suppress
    path = _existing(inputs.voters, "--voters")
    lists = [_existing(item, "--suppress-list") for item in suppress.lists]
    history = tuple(_existing(item, "--history") for item in inputs.history)
    older = _existing(inputs.older, "--older") if inputs.older else None
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


def known_of(params: Params) -> tuple[Known, dict[str, str], Counts]:
    """Returned ballots and flags of doors; digests of their files; what became of the rows."""
    inputs = params.inputs
    files = [_existing(path, "--returned") for path in inputs.returned]
    digests = {f"returned-{n}": file_digest(path) for n, path in enumerate(files, 1)}
    known, counts = Known(), list[Counts]()
    if files:
        ids = None
        if inputs.returned_ids:
            pairs = _existing(inputs.returned_ids, "--returned-ids")
            ids, fates = read_ids(pairs)
            digests["returned-ids"] = file_digest(pairs)
            counts.append({pairs.name: fates})
        ballots, notes, told = read_ballots(files, params.as_of, ids)
        known = replace(known, ballots=ballots, notes=notes)
        counts.append(told)
    if inputs.flags:
        listed = _existing(inputs.flags, "--flags")
        flags, fates = read_flags(listed, params.as_of)
        digests["flags"] = file_digest(listed)
        known = replace(known, flags=flags)
        counts.append({listed.name: fates})
    return known, digests, together(*counts)


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
