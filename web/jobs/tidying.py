"""What jobs left behind, printed lists above all, goes after a month: it holds voters."""

import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select

from web.db import transaction
from web.jobs.places import job_folder
from web.jobs.queue import OVER
from web.models import Job, Printing

DAYS: Final = 30
"""How long files of a job are kept after its end; the log and the numbers of lists stay."""
DAY_S: Final = 24 * 3600


def tidy(engine: Engine, state: Path, now: int) -> int:
    """
    Erase the files of jobs that ended long ago, and those of lists printed before there were jobs.

    Parameters
    ----------
    now
        Seconds since 1970.

    Returns
    -------
    erased
        How many folders.
    """
    before = now - DAYS * DAY_S
    with transaction(engine) as session:
        ended = session.scalars(select(Job.id).where(Job.state.in_(OVER), Job.ended <= before))
        folders = [job_folder(state, job_id) for job_id in ended]
        old = session.scalars(
            select(Printing.id).where(Printing.job_id == "", Printing.at <= before)
        )
        folders += [state / "printings" / printing_id for printing_id in old]
    there = [folder for folder in folders if folder.is_dir()]
    for folder in there:
        shutil.rmtree(folder, ignore_errors=True)
    return len(there)
