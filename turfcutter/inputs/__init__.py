"""A job's inputs, read once and kept in the workspace."""

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geodata.geocoding import Gazetteer
from geodata.notes import Counts, Fates, counted, together
from geodata.places import read_places
from geodata.precincts.precincts import read_polygons
from geodata.schema import Precincts, Streets
from geodata.storage.store import Store, file_digest, key
from geodata.voters.voterfile import VoterTable
from geodata.voters.where import check_where
from turfcutter.declaring import lines_source
from turfcutter.inputs.known import Known, known_of
from turfcutter.inputs.sources import gazetteer_of, precincts_of, streets_of, voters_of
from turfcutter.model import Progress
from turfcutter.params import Params
from turfcutter.params.files import check_files, existing


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
    check_files(params)
    check_where(params.voters.where)
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
    lines, line_counts, line_digests = _lines_of(params, crs)
    digests |= line_digests
    counts = [precincts.counts, gazetteer.counts, voters.beside]
    places = None
    if params.inputs.staging:
        listed = existing(params.inputs.staging, "--staging")
        places, fates = read_places(listed)
        digests["staging"] = key(*places.to_numpy(object).tolist())
        counts.append({listed.name: fates})
    known, known_digests, known_counts = known_of(params)
    digests |= known_digests
    counts.append(known_counts)
    whole = together(*counts)
    about = places, gazetteer, known, whole, line_counts
    return Inputs(precincts, streets, voters, lines, digests, *about)


def _lines_of(
    params: Params, crs: CRS
) -> tuple[dict[str, gpd.GeoDataFrame], tuple[tuple[str, Fates], ...], dict[str, str]]:
    """Layers of `within` and `prefer`; what became of their rows; digests of their files."""
    lines, counts, digests = dict[str, gpd.GeoDataFrame](), [], {}
    for option in ("within", "prefer"):
        for number, named in enumerate(getattr(params.cut, option), 1):
            if found := lines_source(named):
                path, column = found
                lines[named], fates = read_polygons(existing(path, f"--{option}"), column, crs)
                counts.append((path.name, fates))
                digests[f"{option}-{number}" if number > 1 else option] = file_digest(path)
    return lines, tuple(counts), digests
