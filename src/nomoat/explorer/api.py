"""What can programs ask, and how is that described to them?"""

from __future__ import annotations

from typing import Any

from nomoat import __version__
from nomoat.explorer.guard import LONGEST as BYTES
from nomoat.explorer.pages import pages
from nomoat.explorer.state import LONGEST, Param

_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["seen", "expected", "next"],
            "properties": {name: {"type": "string"} for name in ("seen", "expected", "next")},
        }
    },
}


def document() -> dict[str, Any]:
    """The OpenAPI description of every page's result, made of the same parameters that the pages show.

    >>> document()["openapi"], "/api/v1/gap" in document()["paths"]
    ('3.1.0', True)
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "nomoat",
            "version": __version__,
            "description": "The results of the explorer's pages, the same as the command line's --json.",
        },
        "paths": {f"/api/v1/{page.path}": {"get": _operation(page)} for page in pages().values()},
    }


def _operation(page: Any) -> dict[str, Any]:
    def answer(said: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": said, "content": {"application/json": {"schema": schema}}}

    return {
        "operationId": page.path,
        "summary": page.question,
        "parameters": [_parameter(param) for param in page.params],
        "responses": {
            "200": answer("The result.", {"type": "object"}),
            "400": answer("The question cannot be answered as it was asked.", _ERROR),
            "404": answer("There is no such thing.", _ERROR),
            "503": answer("The data or the time do not suffice.", _ERROR),
            "401": _refused("No token: the explorer listens to other machines."),
            "403": _refused("Another site asked."),
            "414": _refused(f"A query of more than {BYTES} bytes."),
            "421": _refused("Not in the name of this machine."),
        },
    }


def _refused(said: str) -> dict[str, Any]:
    return {"description": said, "content": {"text/plain": {"schema": {"type": "string"}}}}


def _parameter(param: Param) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "maxLength": LONGEST}
    if param.kind == "choice":
        schema = {"type": "string", "enum": list(param.choices)}
    elif param.kind == "date":
        schema = {"type": "string", "format": "date"}
    elif param.kind == "flag":
        schema = {"type": "string", "enum": ["yes", "no"]}
    elif param.kind in ("number", "share"):
        schema = {"type": "number"}
        schema |= {key: value for key, value in (("minimum", param.low), ("maximum", param.high)) if value is not None}
    if param.default:
        schema["default"] = param.default
    return {
        "name": param.name,
        "in": "query",
        "required": False,
        "description": param.help or param.title,
        "schema": schema,
    }
