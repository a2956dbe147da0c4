"""Printed lists: where their files lie, and what they are called."""

from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import select

from web.db import db
from web.jobs.places import GPX_ZIP, LISTS_CSV, LISTS_XLSX, PRINTED, TURFS, job_folder
from web.models import Job, Printing

TOGETHER: Final = (
    *("all-packets.pdf", "launch.pdf", "wall-map.pdf", "slip-sheets.pdf"),
    *(LISTS_CSV, LISTS_XLSX, GPX_ZIP, TURFS),
)
"""Files of a printing that belong to all its lists."""


def folder_of(printing: Printing) -> Path:
    """Where the files of a printed list lie."""
    state: Path = current_app.config["STATE"]
    if printing.job_id:
        return job_folder(state, printing.job_id) / PRINTED
    return state / "printings" / printing.id


def printings_of(job_id: str) -> list[Printing]:
    """The lists that a job printed, in the order they are handed out."""
    query = select(Printing).where(Printing.job_id == job_id)
    return list(db().scalars(query.order_by(Printing.serial)))


def job_files(job: Job) -> dict[str, Path]:
    """Name -> file of all lists that a job printed."""
    folder = job_folder(current_app.config["STATE"], job.id) / PRINTED
    paths = {name: folder / name for name in TOGETHER}
    return {name: path for name, path in paths.items() if path.is_file()}


def files_of(printing: Printing) -> dict[str, Path]:
    """Name -> file of a printed list."""
    folder, turf = folder_of(printing), printing.name or printing.turf_id
    paths = {
        "packet.pdf": folder / "packets" / f"{turf}.pdf",
        "list.csv": folder / "lists" / f"{turf}.csv",
        "list.xlsx": folder / "lists" / f"{turf}.xlsx",
        "walk.gpx": folder / "gpx" / f"{turf}.gpx",
    }
    return {name: path for name, path in paths.items() if path.is_file()}
