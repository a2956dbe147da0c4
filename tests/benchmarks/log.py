"""
How long it takes to say which voters an account saw, from a log of a million lines.

``python tests/benchmarks/log.py PLAN [--database postgresql://…/empty]``; PLAN is a folder that
`turfcutter cut` wrote. A quarter of the lines is about names that one account was shown.
"""

import shutil
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import pandas as pd
from sqlalchemy import insert

from web import audit
from web.accounts import add_account
from web.db import open_database, transaction
from web.models import Event, new_id
from web.settings import sqlite_url

BATCH = 10_000


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, exists=True))
@click.option("--database", default="", help="An empty one; SQLite where not given.")
@click.option("--lines", default=1_000_000, show_default=True)
def main(plan: Path, database: str, lines: int) -> None:
    """Fill a log, then ask it."""
    state = Path(tempfile.mkdtemp(prefix="turf-log-"))
    engine = open_database(database or sqlite_url(state), state)
    rng = np.random.default_rng(0)
    turfs = pd.read_parquet(plan / "turfs.parquet", columns=["turf_id"])["turf_id"].to_numpy()
    with transaction(engine) as session:
        one = add_account(session, "Neighbors", "one", "organizer", new_id())
        ids = [one.id, *(new_id() for _ in range(249))]
        organization = one.organization_id
    share = np.r_[0.25, np.full(249, 0.75 / 249)]
    with engine.begin() as connection:
        for batch in range(0, lines, BATCH):
            rows = [
                {
                    "id": new_id(),
                    "at": 1_790_000_000 + batch,
                    "organization_id": organization,
                    "account_id": ids[who],
                    "action": "names shown",
                    "plan_id": "plan",
                    "turf_id": str(turf),
                    "detail": "",
                    "voters": 50,
                }
                for who, turf in zip(
                    rng.choice(250, BATCH, p=share), rng.choice(turfs, BATCH), strict=True
                )
            ]
            connection.execute(insert(Event), rows)
    for name, account in (("of a quarter of the lines", ids[0]), ("of few", ids[1])):
        began = time.perf_counter()
        with transaction(engine) as session:
            seen = audit.voters_seen(session, account, lambda _plan_id: plan)
        took = time.perf_counter() - began
        click.echo(f"{lines:,} lines, an account {name}: {len(seen):,} voters in {took:.2f} s")
    engine.dispose()
    shutil.rmtree(state)


if __name__ == "__main__":
    main()
