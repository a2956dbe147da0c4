"""What the API takes and answers of files and jobs."""

from typing import Annotated, Any, Literal

from pydantic import Field

from web.api.described import Answer, Body


class FileRow(Answer):
    """A file of the organization."""

    id: str
    name: str
    size: int
    at: int


class Files(Answer):
    """The files of the organization, newest first."""

    files: list[FileRow]


class JobRow(Answer):
    """A job; `plan_id` is the plan it is about, or empty."""

    id: str
    kind: Literal["print", "check", "cut", "score", "split"]
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    title: str
    plan_id: str
    asked_by: str
    queued: int
    begun: int
    ended: int


class Jobs(Answer):
    """Jobs, newest first."""

    jobs: list[JobRow]


class ListRow(Answer):
    """A list that a job printed, and the number on its pages without its check digit."""

    id: str
    turf_id: str
    number: int


class JobDetail(JobRow):
    """
    A job with how far it is and what came out.

    Parameters
    ----------
    share, said
        How far it is, 0 to 1 where that is known, and in words.
    sentence
        Why it was not done.
    result
        `plan_id` of a cut, `scores`, `exit_code` of a check, `parts` of a split.
    lists, files
        What a printing made; files are below /jobs/{job_id}/files/.
    """

    share: float | None
    said: str
    sentence: str
    result: dict[str, Any]
    lists: list[ListRow]
    files: list[str]


class CutWish(Body):
    """
    What to look at or to cut.

    Parameters
    ----------
    params
        Tables as in the TOML file of parameters; files are ids of uploads.
    beside
        The id of a plan to judge the new one beside.
    """

    do: Literal["check", "cut"]
    params: dict[str, Any]
    beside: str = ""


class PrintWish(Body):
    """Turfs to print; all where none is named."""

    turfs: Annotated[tuple[str, ...], Field(max_length=100_000)] = ()


class ScoreWish(Body):
    """The id of a plan to judge a plan beside, or nothing."""

    beside: str = ""


class SplitWish(Body):
    """The id of a file of areas, and its column that names the organizations."""

    areas: str
    column: Annotated[str, Field(max_length=100)]
