"""What did one arm of a run answer to one request: one line of the journal?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nomoat.types import Noun
from nomoat.work.request import Usage

ARMS = ("incumbent", "again", "candidate")  # the incumbent twice: what differs between its own answers is noise

# How an answer ended, as OpenAI, Anthropic, Google, Bedrock, Cohere and Mistral call it, small and up to a colon.
FILTERED = (
    "content_filter",
    "refusal",
    "safety",
    "prohibited_content",
    "recitation",
    "guardrail_intervened",
    "error_toxic",
)
CUT = ("length", "max_tokens", "model_length", "max_output_tokens")


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

    @property
    def endings(self) -> tuple[str, ...]:
        """How an answer that came ended otherwise than by being done: `refused`, `cut off`, `empty`, or several.

        Refused is what a content filter stopped, and what the model refuses in the field or part that OpenAI has for
        it; a refusal in plain words is an answer like any other. None of them is a failed call: it was answered, is
        scored as the text that it has (none: nothing is right but where nothing is), and is counted beside the scores.

        >>> said = {"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        >>> Answer(run="r", arm="a", request_id="q", conversation_id="c", key="k", model="m", response=said).endings
        ('refused',)
        """
        if self.error is not None or self.response is None:
            return ()
        content, found = self.response.get("content"), list[str]()
        parts = content if isinstance(content, list) else [{"text": content}]
        parts = [part for part in parts if isinstance(part, dict)]
        finish = (self.finish or "").casefold().partition(":")[0].strip()
        if finish in FILTERED or self.response.get("refusal") or any(part.get("type") == "refusal" for part in parts):
            found.append("refused")
        if finish in CUT:
            found.append("cut off")
        made = ("tool_calls", "function_call", "audio")
        silent = not any(self.response.get(name) for name in made)
        if not found and silent and not any(str(part.get("text") or "").strip() for part in parts):
            found.append("empty")
        return tuple(found)


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
