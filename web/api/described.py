"""Views of the API, each of which says what it takes and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar

from flask import Response, request
from pydantic import BaseModel, ConfigDict, ValidationError

from geodata.errors import InputError

CREATED: Final = 201
View = TypeVar("View", bound=Callable[..., Any])


class Body(BaseModel):
    """What somebody sends; a field that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", str_max_length=1000)


class Answer(BaseModel):
    """What comes back; made from a row of the database, or by name."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


@dataclass(frozen=True)
class Description:
    """
    What a view takes and answers.

    Parameters
    ----------
    answer
        Of the answer, where it was done.
    body
        Of what is sent, if anything.
    status
        Of the answer, where it was done.
    file
        Whether a file is sent, as forms do it.
    """

    answer: type[Answer]
    body: type[Body] | None = None
    status: int = 200
    file: bool = False


def described(
    answer: type[Answer],
    *,
    body: type[Body] | None = None,
    status: int = 200,
    file: bool = False,
) -> Callable[[View], Callable[..., Response]]:
    """
    A view that gets its body as ``asked``, and returns what `answer` is made of.

    Raises
    ------
    InputError
        PARAMETER: what was sent is not of this kind.
    """

    def marked(view: View) -> Callable[..., Response]:
        @wraps(view)
        def called(**found: Any) -> Response:  # noqa: ANN401 - what stands in the address
            given = {} if body is None else {"asked": _read(body)}
            made = answer.model_validate(view(**found, **given))
            return Response(made.model_dump_json(), status, mimetype="application/json")

        called.described = Description(answer, body, status, file)  # type: ignore[attr-defined]
        return called

    return marked


def description_of(view: Callable[..., Any]) -> Description | None:
    """What a view says of itself."""
    return getattr(view, "described", None)


def _read(body: type[Body]) -> Body:
    if not request.is_json:
        raise InputError("PARAMETER", "Send JSON, with the header Content-Type: application/json.")
    try:
        return body.model_validate_json(request.get_data())
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise InputError("PARAMETER", f"{place[:60]}: {first['msg']}.") from None
