"""What did one arm of a run answer to one request: one line of the journal?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nomoat.types import Noun
from nomoat.work.request import Usage

ARMS = ("incumbent", "again", "candidate")  # the incumbent twice: what differs between its own answers is noise


class Answer(Noun, frozen=True, kw_only=True):
    """One paid call: appended to the journal before anything else is done with it, so that it is never paid twice.

    `key` is `request.content_key` of the input; `arm` names the endpoint of the plan (`incumbent`, `again`, or a
    candidate's name); `adapted` says whether the prompt was adapted for this arm.
    """

    run: str
    arm: str
    request_id: str
    conversation_id: str
    key: str
    model: str  # asked for
    served: str | None = None  # the model that the response names
    adapted: bool = False
    response: dict[str, Any] | None = None  # the assistant's message; None where it failed
    finish: str | None = None  # stop | length | tool_calls | content_filter
    usage: Usage = Usage()
    cost_usd: float | None = None
    latency_ms: float | None = None
    first_token_ms: float | None = None
    attempts: int = 1
    error: str | None = None  # the kind of failure: timeout | refused | status 500 | not json | ...; its arm's failure
    cached: bool = False
    at: datetime | None = None


class Mark(Noun, frozen=True, kw_only=True):
    """A score between 0 and 1 of one answer by one scorer; `detail` says why in a few words."""

    run: str
    arm: str
    request_id: str
    conversation_id: str
    use_case: str
    scorer: str
    score: float
    detail: str = ""
