"""Who is on the lists and who is on none, through the command, from files as they come."""

import csv
import json

import pandas as pd
import pytest

from turfcutter.sample import make_county

GONE = "Qzxgone"
"""Last name of everybody who must be in nothing that is written."""
DAY = "2026-11-03"


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("daily") / "county", voters=400, seed=5)


@pytest.fixture(scope="module")
def rows(county):
    with county.voters.open(encoding="utf-8", newline="") as file:
        whole = [row for row in csv.DictReader(file) if row.get("lat")]
    return list({row["lVoterUniqueID"]: row for row in whole}.values())


def wrote(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def lines(path, head, rows):
    path.write_text("\n".join([head, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(rows, tmp_path_factory):
    """
    Today's voter file, last month's, a list, ballots and flags.

    Voters 0 to 3 are hidden or gone in four ways, 4 and 5 are in the older file alone; all six
    have sent in ballots, and so have the voters of every third door.
    """
    folder = tmp_path_factory.mktemp("files")
    marked = [row | {"szNameLast": GONE} for row in rows[:6]] + rows[6:]
    active = [row | {"sStatusCode": "A", "Confidential": ""} for row in marked]
    active[0]["sStatusCode"], active[1]["sStatusCode"] = "D", "I"
    active[2]["Confidential"] = "Y"
    ids = [row["lVoterUniqueID"] for row in active]
    doors = sorted({row["szSitusAddress"] for row in active[6:]})
    voted = set(doors[::3])
    ballots = [(ids[n], "challenged" if n % 2 else "accepted", "2026-10-30") for n in range(6)]
    ballots += [
        (row["lVoterUniqueID"], "received", "2026-10-31")
        for row in active[6:]
        if row["szSitusAddress"] in voted
    ]
    ballots += [
        (row["lVoterUniqueID"], "challenged", "2026-10-31")
        for row in active[6:]
        if row["szSitusAddress"] in doors[1::30]
    ]
    flags = [(doors[2], "dog"), (doors[5], "no soliciting"), (doors[8], "do not knock")]
    return {
        "voters": wrote(folder / "new.csv", [*active[:4], *active[6:]]),
        "older": wrote(folder / "old.csv", active),
        "suppress-list": lines(folder / "list.txt", "voter_id", [(ids[3],)]),
        "returned": lines(folder / "ballots.csv", "VoterID,Status,Date", ballots),
        "flags": lines(folder / "flags.csv", "address,flag", flags),
        "ballots": {one: state for one, state, _ in ballots},
        "gone": ids[:6],
    }


@pytest.fixture(scope="module")
def done(here, county, files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("daily-cut")
    named = {name: path for name, path in files.items() if name not in ("ballots", "gone")}
    named |= {"precincts": county.precincts, "streets": county.streets, "as-of": DAY}
    words = [word for name, path in named.items() for word in (f"--{name}", path)]
    run = here("cut", *words, "--out", folder / "out", "--workspace", folder / "workspace")
    assert run.returncode == 0, run.stderr
    return folder, run


def test_counts_add_up_and_tell_each_fate(done, files):
    folder, run = done
    counts = json.loads((folder / "out" / "plan.json").read_text())["counts"]
    assert counts["status"] == 2
    assert counts["suppressed"] == 2
    with files["voters"].open(encoding="utf-8") as file:
        assert counts["rows"] == sum(1 for _ in csv.DictReader(file))
    fates = ("unreadable", "repeated", "conflicting", "suppressed", "status", "outside", "voted")
    assert counts["rows"] == sum(
        counts[name] for name in (*fates, "exceptions", "uncut", "in_turfs")
    )
    assert counts["voted"] > 50
    assert "2 of " in run.stdout
    assert "are not in new.csv" in run.stdout
    assert "3 days before 2026-11-03" in run.stdout


def test_whoever_is_gone_or_hidden_is_in_nothing_that_was_written(done, files):
    folder, run = done
    secrets = [GONE.encode(), *(one.encode() for one in files["gone"])]
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        whole = path.suffix == ".parquet"
        data = pd.read_parquet(path).to_csv().encode() if whole else path.read_bytes()
        assert not [secret for secret in secrets if secret in data], path
    assert GONE not in run.stdout + run.stderr


def test_doors_of_voters_who_have_voted_are_in_no_list(done, files):
    out = done[0] / "out"
    listed = pd.read_csv(out / "walklist.csv", dtype=str, keep_default_na=False)
    state = listed["voter_id"].map(files["ballots"]).fillna("")
    assert (listed["ballot"] == state.replace("received", "returned")).all()
    waiting = ~listed["ballot"].isin(["returned", "accepted"])
    assert set(listed.loc[~waiting, "door_id"]) <= set(listed.loc[waiting, "door_id"])
    told = pd.read_csv(out / "exceptions.csv", dtype=str)
    assert not set(told["voter_id"]) & {
        one for one, state in files["ballots"].items() if state == "received"
    } - set(told["voter_id"][told["reason"] == "R-door_flag"])


def test_challenged_ballots_make_the_cure_list(done, files):
    cure = pd.read_csv(done[0] / "out" / "cure.csv", dtype=str, keep_default_na=False)
    wanted = {
        one
        for one, state in files["ballots"].items()
        if state == "challenged" and one not in files["gone"]
    }
    assert set(cure["voter_id"]) == wanted
    assert len(cure) == len(wanted) > 3
    assert (cure["address"] != "").all()
    assert "ballot" not in cure


def test_flags_are_printed_or_close_the_door(done):
    out = done[0] / "out"
    doors = pd.read_csv(out / "doors.csv", dtype=str, keep_default_na=False)
    assert set(doors["flags"]) <= {"", "dog", "no unit", "dog; no unit"}
    assert doors["flags"].str.contains("dog").any()
    told = pd.read_csv(out / "exceptions.csv", dtype=str)
    closed = told.loc[told["reason"] == "R-door_flag", "detail"]
    assert set(closed) == {
        "The door is flagged: do not knock.",
        "The door is flagged: no soliciting.",
    }


def test_a_draft_of_columns_is_read_again_and_shows_nobody(here, rows, tmp_path):
    renamed = [
        {
            "Voter No": row["lVoterUniqueID"],
            "Addr Line 1": row["szSitusAddress"],
            "Surname": GONE,
            "lat": row["lat"],
            "lon": row["lon"],
        }
        for row in rows[:50]
    ]
    path = wrote(tmp_path / "odd.csv", renamed)
    drafted = here("mapping", path)
    assert drafted.returncode == 0, drafted.stderr
    assert GONE not in drafted.stdout
    assert rows[0]["lVoterUniqueID"] not in drafted.stdout
    config = tmp_path / "odd.toml"
    config.write_text(drafted.stdout, encoding="utf-8")
    told = here("check", "--voters", path, "--config", config, "--workspace", tmp_path / "w")
    assert told.returncode == 0, told.stderr
    assert "50  rows" in told.stdout
