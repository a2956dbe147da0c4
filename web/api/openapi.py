"""The document of the API (OpenAPI 3.1), made from its routes, their rules and their models."""

from typing import Any, Final

from flask import Flask
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from web import access
from web.access import rule_of
from web.api.described import Description, description_of
from web.api.shapes import Fault

PREFIX: Final = "/api/"
IDS: Final = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
NAMES: Final = {"type": "string", "minLength": 1, "maxLength": 100}
"""Parts of an address: ids, and everything else."""
FORM: Final = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}},
        }
    }
}
"""How a file is sent."""
WHEN: Final = {
    400: "What was sent cannot be used; the sentence says why. Or X-CSRFToken is missing or old.",
    401: "Nobody is logged in: POST /api/session.",
    403: "After a pause the password is asked again: POST /api/session/confirm.",
    404: "There is no such thing, or not for this account.",
    409: "Something else goes on; the sentence says what.",
    413: "That is too much.",
    429: "Too often; Retry-After says how many seconds to wait.",
    503: "The database is busy; Retry-After says how many seconds to wait.",
}
ABOUT: Final = (
    "Log in with POST /api/session; a cookie keeps the visit. Whatever changes something needs the "
    "header X-CSRFToken with the token that /api/session answers, and over https the Referer "
    "header. Errors are one sentence. Times are seconds since 1970."
)


def document(app: Flask) -> dict[str, Any]:
    """All operations below /api, and the models they use."""
    found = [
        (rule, method, description)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if rule.rule.startswith(PREFIX)
        for method in sorted(rule.methods or ())
        if method not in ("HEAD", "OPTIONS")
        if (description := description_of(app.view_functions[rule.endpoint]))
    ]
    models = {Fault} | {
        model for _, _, each in found for model in (each.answer, each.body) if model
    }
    ordered = sorted(models, key=lambda model: model.__name__)
    refs, definitions = models_json_schema(
        [(model, "serialization") for model in ordered],
        ref_template="#/components/schemas/{model}",
    )
    schemas = {model: refs[model, "serialization"] for model in ordered}
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, description in found:
        path = paths.setdefault(_path(rule), {})
        path[method.lower()] = _operation(app, rule, method, description, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "turfcutter", "version": "1", "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"visit": {"type": "apiKey", "in": "cookie", "name": _cookie(app)}},
        },
    }


def _cookie(app: Flask) -> str:
    return str(app.config["SESSION_COOKIE_NAME"])


def _path(rule: Rule) -> str:
    return rule.rule.replace("<", "{").replace(">", "}")


def _operation(
    app: Flask,
    rule: Rule,
    method: str,
    description: Description,
    schemas: dict[Any, dict[str, Any]],
) -> dict[str, Any]:
    right = rule_of(app, rule.endpoint) or access.Rule("")
    view = app.view_functions[rule.endpoint]
    made: dict[str, Any] = {
        "operationId": rule.endpoint,
        "summary": (view.__doc__ or "").strip().splitlines()[0],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _part(name)}
            for name in sorted(rule.arguments)
        ],
        "responses": {
            str(description.status): _json("Done.", schemas[description.answer]),
            **{str(code): _json(why, schemas[Fault]) for code, why in WHEN.items()},
        },
    }
    if right.right:
        made["security"] = [{"visit": []}]
        fresh = "; asks for the password after a pause" if right.fresh else ""
        made["description"] = f"Needs the right to {right.right}{fresh}."
    if method != "GET":
        made["parameters"].append(
            {"name": "X-CSRFToken", "in": "header", "required": True, "schema": {"type": "string"}}
        )
    if description.file:
        made["requestBody"] = {"required": True, "content": FORM}
    if description.body:
        content = {"application/json": {"schema": schemas[description.body]}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _part(name: str) -> dict[str, Any]:
    return IDS if name.endswith("_id") and name != "turf_id" else NAMES


def _json(why: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": schema}}}
