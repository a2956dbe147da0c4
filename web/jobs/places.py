"""Where a job's files lie, and what they are called."""

from pathlib import Path
from typing import Final

PLAN: Final = "plan"
"""The folder of a plan that is ready to be published."""
PRINTED: Final = "printing"
"""The folder of printed lists."""
REPORT, PROBLEMS = "report.json", "problems.svg"
"""What a look at files found, and the map of it."""
LISTS_CSV, LISTS_XLSX, GPX_ZIP, TURFS = "lists.csv", "lists.xlsx", "gpx.zip", "turfs.gpkg"
"""What is made of all lists of a printing together."""


def part_name(number: int) -> str:
    """The folder of a part of a plan that is ready to be given away."""
    return f"part-{number}"


def job_folder(state: Path, job_id: str) -> Path:
    """Where a job's files lie."""
    return state / "jobs" / job_id
