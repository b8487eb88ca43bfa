"""Which logs are known? One file a program; what a record is is told by what it holds, never by a file's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import ValidationError, structs

from nomoat.work.formats import evals, gateways, langfuse, litellm, openai, plain, telemetry
from nomoat.work.formats.row import Body, Format, Response, Row

_SAID = {*openai.Outer.__struct_fields__, *Body.__struct_fields__, *Response.__struct_fields__}


def _told(record: Mapping[str, Any]) -> bool:
    said = record.get("response")
    pieces = isinstance(said, list) and bool(said) and _piece(said[0])
    return openai.FORMAT.fits(record) and (pieces or plain.beyond(record, _SAID))


def _piece(record: Any) -> bool:
    return isinstance(record, Mapping) and record.get("object") == "chat.completion.chunk"


def _both(record: bytes) -> list[Row]:
    """A request in OpenAI's words, and what its program says of it under names of its own: answer, tokens, time."""
    more = plain.rows(record)
    try:
        made = openai.FORMAT.rows(record)
    except ValidationError:  # a field of OpenAI's name that is something else here
        return more
    if len(made) == len(more) == 1:
        for name in Row.__struct_fields__:
            if getattr(made[0], name) in (None, ""):
                setattr(made[0], name, getattr(more[0], name))
    return made


OWN = structs.replace(
    openai.FORMAT, name="openai, and more", title="OpenAI's requests with fields of one's own", fits=_told, rows=_both,
    many=None,
)  # fmt: skip
PIECES = Format(
    name="pieces", title="pieces of streamed answers", fits=_piece, rows=lambda record: [],
    nothing="pieces of streamed answers, without their questions (nomoat work record puts them together)",
)  # fmt: skip
# The first that fits is it: programs with fields of their own before tables that anybody might have written.
FORMATS: tuple[Format, ...] = (
    litellm.SPEND,
    litellm.PAYLOAD,
    langfuse.FORMAT,
    telemetry.FORMAT,
    gateways.HELICONE,
    gateways.ACTIVITY,
    evals.INSPECT,
    evals.LM_EVAL,
    evals.PROMPTFOO,
    evals.EVERY_EVAL,
    PIECES,
    OWN,
    openai.FORMAT,
    plain.FORMAT,
)


def format_of(record: Mapping[str, Any]) -> Format | None:
    """The format that a record is written in; None for one that is no request.

    >>> format_of({"messages": [{"role": "user", "content": "Hello"}]}).name, format_of({"level": "info"})
    ('openai', None)
    """
    return next((one for one in FORMATS if one.fits(record)), None)
