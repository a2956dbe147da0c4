"""
Vote history as one tidy table: a row a voter and election they voted in.

It comes from files of history, or from columns of the voter file: groups such as `ElectionDate_1`,
`BallotCounted_1`, `VotingMethodDesc_1`, or a coded column an election such as `General 2024` or
`11/05/2024`. An election is called by its day, ``2024_11_05``, or else by its name.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.columns.columns import Columns, voter_id_position
from geodata.columns.layouts import squeeze
from geodata.columns.values import DAYS_SAID, date_sql
from geodata.delimited.delimited import Header, Tally, read_header, read_tables
from geodata.errors import InputError
from geodata.notes import Counts, Fates, Note, accounted, counted, together
from geodata.storage.engine import quoted, scalar
from geodata.voters.cells import voter_cells

PARQUET: Final = "history.parquet"

_REGISTRANT: Final = "registrantid"
_DAY: Final = ("electiondate", "dateofelection")
_NAME: Final = ("electionname", "electionabbr", "electiondesc", "election")
_METHOD: Final = ("method", "votingmethod", "votemethod", "votingmethoddesc", "ballotcounted")
_NOT_VOTED: Final = "('', 'N', 'NO', 'NV', '0', 'F', 'FALSE', 'NULL', 'NOT VOTED', 'DID NOT VOTE')"
_KINDS: Final = "general|gen|g|primary|prim|p|special|spec|municipal|muni|november|june|march"
_CODED: Final = re.compile(
    rf"(?:(?:sz)?voted?_|history_|election_)?((?:{_KINDS})_?(?:19|20)?[0-9]{{2}}"
    r"|(?:19|20)[0-9]{2}_?(?:general|primary|special|municipal|[gp])"
    r"|(?:column_)?[0-9]{1,2}_[0-9]{1,2}_(?:19|20)[0-9]{2}"
    r"|(?:column_)?(?:19|20)[0-9]{2}_[0-9]{2}_[0-9]{2})"
)
_SLASHED: Final = re.compile("([0-9]{1,2})_([0-9]{1,2})_([0-9]{4})")


def gather_history(
    engine: duckdb.DuckDBPyConnection,
    out: Path,
    voters: tuple[Path, Header, Columns],
    files: Sequence[Path],
) -> tuple[tuple[str, ...], tuple[Note, ...], Counts]:
    """
    Write the history of the engine's table `voters` into `out`; nothing where there is none.

    Parameters
    ----------
    engine
        Holds `voters`, those who may be walked to, and `ids`, their ids alone.
    out
        Folder for `PARQUET`: `voter_id`, `election`, `method` (text), sorted.
    voters
        The voter file, its header and columns.
    files
        Files of history.

    Returns
    -------
    elections, notes
        Names of the elections, sorted; how many votes were read, and rows were not.
    counts
        What became of the rows of each file.

    Raises
    ------
    InputError
        HISTORY: a file lacks elections or ids, or tells of none of the voters. What
        `read_header` raises.
    """
    engine.execute("CREATE TABLE history (voter_id VARCHAR, election VARCHAR, method VARCHAR)")
    _from_columns(engine, voters[2].others)
    counts = together(*({path.name: _from_file(engine, path, voters)} for path in files))
    unread = sum(fates.get("unreadable", 0) for fates in counts.values())
    engine.execute(
        "CREATE TABLE votes AS SELECT voter_id, election, max(method) AS method FROM history"
        " WHERE voter_id IN (SELECT voter_id FROM ids) AND election <> ''"
        " GROUP BY voter_id, election ORDER BY voter_id, election"
    )
    unread += scalar(engine, "SELECT count(*) FROM history WHERE election = ''")
    notes = []
    if unread:
        said = counted(unread, "row of vote history tells", "rows of vote history tell")
        sentence = f"{said} of no election, or cannot be read; days are written {DAYS_SAID}."
        notes.append(Note("HISTORY_UNREAD", sentence, unread))
    rows = engine.execute("SELECT DISTINCT election FROM votes ORDER BY election").fetchall()
    elections = tuple(str(row[0]) for row in rows)
    if not elections:
        return (), tuple(notes), counts
    table = engine.sql("SELECT * FROM votes ORDER BY voter_id, election").to_arrow_table()
    place = out / PARQUET
    place.touch(mode=0o600)
    pq.write_table(table, place, compression="zstd")
    span = " to ".join(dict.fromkeys([elections[0], elections[-1]]))
    sentence = (
        f"{counted(table.num_rows, 'vote')} in {counted(len(elections), 'election')}, "
        f"{span}: votes and voted_{elections[-1]} can be used in "
        "--where."
    )
    return elections, (Note("HISTORY", sentence, table.num_rows), *notes), counts


def history_sql(path: Path, elections: Collection[str]) -> str:
    """SQL of a table `history_of`, `votes` and ``voted_…`` of some elections; all text."""
    cells = "".join(
        f", max(CASE WHEN election = '{name}' THEN method ELSE '' END) AS voted_{name}"
        for name in elections
    )
    file = str(path).replace("'", "''")
    return (
        f"SELECT voter_id AS history_of, count(*)::VARCHAR AS votes{cells}"
        f" FROM read_parquet('{file}') GROUP BY voter_id"
    )


def _from_columns(engine: duckdb.DuckDBPyConnection, others: Collection[str]) -> None:
    """Votes that columns of the voter file tell."""
    for name in others:
        if name.startswith("electiondate_"):
            number = name.rpartition("_")[2]
            day = f"strftime({date_sql(name)}, '%Y_%m_%d')"
            marks = [f"{mark}_{number}" for mark in ("votingmethoddesc", "ballotcounted")]
            marks = [mark for mark in marks if mark in others]
            _insert(engine, day, marks)
        elif found := _CODED.fullmatch(name):
            text = _called(found[1])
            _insert(engine, f"'{text}'", [name])


def _insert(engine: duckdb.DuckDBPyConnection, election: str, marks: Sequence[str]) -> None:
    """A vote where every mark says so; its method is what the first one says."""
    if not marks:
        return
    cells = [f"trim({quoted(mark)})" for mark in marks]
    voted = " AND ".join(f"upper({cell}) NOT IN {_NOT_VOTED}" for cell in cells)
    engine.execute(
        f"INSERT INTO history SELECT voter_id, coalesce({election}, ''), {cells[0]}"
        f" FROM voters WHERE {voted}"
    )


def _called(text: str) -> str:
    """Name of an election from the name of its column."""
    text = text.removeprefix("column_")
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        month, day, year = slashed.groups()
        return f"{year}_{month:0>2}_{day:0>2}"
    return text


def _from_file(
    engine: duckdb.DuckDBPyConnection, path: Path, voters: tuple[Path, Header, Columns]
) -> Fates:
    """
    Take the votes of a file, a row each, by voter_id or by the state's RegistrantID.

    Returns what became of its rows.
    """
    header = read_header(path)
    squeezed = [squeeze(name) for name in header.names]
    own = voter_id_position(header.names)
    state = squeezed.index(_REGISTRANT) if _REGISTRANT in squeezed else None
    day, name, method = (_place(squeezed, names) for names in (_DAY, _NAME, _METHOD))
    who = own if own is not None else state
    if who is None or (day is None and name is None):
        message = (
            f"{path.name}: a file of vote history has a row a vote, with voter_id or RegistrantID, "
            "and ElectionDate or Election; name the columns so."
        )
        raise InputError("HISTORY", message)
    by_state = own is None
    if by_state:
        _registrants(engine, voters, path.name)
    wanted = {place for place in (who, day, name, method) if place is not None}
    found, tally = Counter[str](), Tally()
    voter, source, known = "voter_id", "told", "voter_id IN (SELECT voter_id FROM ids)"
    if by_state:
        voter, known = (
            "registrants.voter_id",
            "md5_number(voter_id) IN (SELECT registrant FROM registrants)",
        )
        source = "told JOIN registrants ON md5_number(told.voter_id) = registrant"
    for table in read_tables(path, header, wanted, tally):
        chunk = _chunk(table, (who, day, name, method))
        engine.register("chunk", chunk)
        engine.execute(
            "CREATE OR REPLACE TABLE told AS SELECT voter_id, election, method, CASE"
            f" WHEN NOT ({known}) THEN 'of_others'"
            f" WHEN upper(method) IN {_NOT_VOTED} AND method <> '' THEN 'not_voted'"
            " WHEN election = '' THEN 'without_election' ELSE 'votes' END AS fate"
            f" FROM (SELECT voter_id, method, coalesce(strftime({date_sql('day')}, '%Y_%m_%d'),"
            " trim(regexp_replace(lower(name), '[^a-z0-9]+', '_', 'g'), '_')) AS election"
            " FROM chunk)"
        )
        engine.execute(
            f"INSERT INTO history SELECT {voter}, election, CASE WHEN method = '' THEN 'Y' ELSE"
            f" method END FROM {source} WHERE fate IN ('votes', 'without_election')"
        )
        found.update(
            dict(engine.execute("SELECT fate, count(*) FROM told GROUP BY fate").fetchall())
        )
    if not found["votes"] + found["without_election"]:
        message = (
            f"{path.name} tells of none of the voters of {voters[0].name}; give the history of the "
            "same county."
        )
        raise InputError("HISTORY", message)
    return accounted(tally.rows, unreadable=tally.lost, **dict(sorted(found.items())))


def _chunk(table: pa.Table, places: Sequence[int | None]) -> pa.Table:
    """Who, when, which election, how: text without surrounding blanks."""
    blank = pa.array([""] * table.num_rows, pa.string())
    cells = [
        blank if place is None else pc.utf8_trim_whitespace(table[str(place)]) for place in places
    ]
    return pa.table(dict(zip(("voter_id", "day", "name", "method"), cells, strict=True)))


def _registrants(
    engine: duckdb.DuckDBPyConnection, voters: tuple[Path, Header, Columns], file: str
) -> None:
    """Table of `voter_id` by digests of the state's ids, which are never stored themselves."""
    path, header, columns = voters
    squeezed = [squeeze(name) for name in header.names]
    if _REGISTRANT not in squeezed:
        message = (
            f"{file} names voters by RegistrantID, which {path.name} does not have; give history "
            "by voter_id."
        )
        raise InputError("HISTORY", message)
    wanted = replace(
        columns,
        recipes={"voter_id": columns.recipes["voter_id"]},
        others={"state": squeezed.index(_REGISTRANT)},
    )
    engine.execute("CREATE OR REPLACE TABLE registrants (voter_id VARCHAR, registrant UHUGEINT)")
    for table in voter_cells(path, header, wanted, Tally()):
        engine.register("chunk", table)
        engine.execute(
            "INSERT INTO registrants SELECT voter_id, md5_number(trim(state)) FROM chunk"
        )
    engine.execute("DELETE FROM registrants WHERE voter_id NOT IN (SELECT voter_id FROM ids)")


def _place(squeezed: Sequence[str], names: Sequence[str]) -> int | None:
    return next((squeezed.index(name) for name in names if name in squeezed), None)
