"""Which logs are known? One file a program; what a record is is told by what it holds, never by a file's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nomoat.work.formats import evals, gateways, langfuse, litellm, openai, plain, telemetry
from nomoat.work.formats.row import Format

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
    openai.FORMAT,
    plain.FORMAT,
)


def format_of(record: Mapping[str, Any]) -> Format | None:
    """The format that a record is written in; None for one that is no request.

    >>> format_of({"messages": [{"role": "user", "content": "Hello"}]}).name, format_of({"level": "info"})
    ('openai', None)
    """
    return next((one for one in FORMATS if one.fits(record)), None)
