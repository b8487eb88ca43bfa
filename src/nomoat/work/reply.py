"""What did one attempt come to, and what follows where a server refuses it: again, later, never, or a failure?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

import msgspec

from nomoat.work.request import Usage

NOTE = 200  # characters of a server's words that are kept
CREDIT, KEY = "no credit", "key refused"  # what the user mends, whatever status it comes with

# A refused prompt (400, 413, 422) is the arm's failure; a wrong key, no money or a redirect is the user's to mend, and
# no answer of the model at all. A busy server is waited for.
BUSY = {429, 503, 529}
PASSING = {408, 409, 425, 500, 502, 504, 520, 521, 522, 523, 524}
MENDED_BY_USER = {401, 402, 407}
# As a rule a wrong model, address or right. But gateways refuse single prompts so: OpenRouter flagged ones (403) and
# those with tools that no host of the model takes (404), firewalls what looks like an attack (403).
EITHER = {403, 404, 405}

# Servers say the same under other statuses: OpenAI has no credit with 429, Anthropic with 400, some gateways with 200;
# Google refuses a key with 400. Whole sentences, since an error page may quote the prompt; "exceeded your current
# quota" is none of them, as Google says so of a minute's.
_CREDIT_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance"}
_CREDIT_WORDS = re.compile(
    r"credit balance is too low|insufficient (?:balance|credits?)\b|billing hard limit", re.IGNORECASE
)
_NEVER = re.compile("request too large", re.IGNORECASE)  # OpenAI's 429 of a prompt above the tokens of a minute
_KEY_CODES = {"invalid_api_key", "authentication_error", "account_deactivated"}
_KEY_WORDS = re.compile(r"api key (?:expired|not valid|not found)|incorrect api key", re.IGNORECASE)
_NAMED = {
    "rate_limit_exceeded": 429, "rate_limit_error": 429, "overloaded_error": 529, "overloaded": 529,
    "permission_error": 403, "not_found_error": 404, "model_not_found": 404, "request_too_large": 413,
    "invalid_request_error": 400, "BadRequestError": 400, "context_length_exceeded": 400, "content_filter": 400,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one attempt came to.

    `outcome` is answered, failed (the arm's failure), again (try once more, then the arm's failure), wait (the
    server is busy or away), stop (nothing will be answered before the user mends it) or either: stop where the server
    has answered nothing yet, failed where it has.
    """

    outcome: str
    what: str = ""
    note: str = ""  # the server's own words, short, without control characters
    message: dict[str, Any] | None = None
    finish: str | None = None
    usage: Usage = field(default_factory=Usage)
    served: str | None = None
    told_cost: float | None = None
    latency_ms: float | None = None
    first_token_ms: float | None = None
    wait_s: float | None = None
    doubts: tuple[str, ...] = ()


def refusal(
    status: int, raw: bytes, headers: dict[str, str], seconds: float = 0.0, *, now: datetime | None = None
) -> Reply:
    """What follows from an answer that is none, which took `seconds`; `now` is our clock where the server tells none.

    >>> refusal(429, b"", {"Retry-After": "7"}).wait_s
    7.0
    >>> [refusal(status, b"", {}).outcome for status in (500, 400, 401, 404)]
    ['again', 'failed', 'stop', 'either']
    >>> refusal(400, b'{"error": {"message": "Your credit balance is too low to go on."}}', {}).what
    'no credit'
    """
    told, codes = _told(raw)
    what = "" if status in MENDED_BY_USER else _mended(told, codes)
    outcome = (
        "stop"
        if what or status in MENDED_BY_USER
        else "either"
        if status in EITHER
        else "wait"
        if status in BUSY and not _NEVER.search(told)
        else "again"
        if status in PASSING or status >= 500
        else "failed"
    )
    return Reply(
        outcome=outcome,
        what=what or f"status {status}",
        note=told,
        wait_s=_wait({name.casefold(): value for name, value in headers.items()}, now),
        latency_ms=1000 * seconds,
    )


def told_failure(failed: Any) -> Reply:
    """What follows from an error in a page or a stream of status 200: as of the status that its code stands for.

    >>> told_failure({"type": "overloaded_error", "message": "Overloaded"}).what, told_failure("boom").what
    ('status 529', 'status 500')
    """
    raw = msgspec.json.encode({"error": failed})
    names = [failed.get("code"), failed.get("status"), failed.get("type")] if isinstance(failed, dict) else []
    status = next(filter(None, map(_status, names)), 500)
    return refusal(status, raw, {})


def _status(code: Any) -> int | None:
    """The status that a code stands for, as a number or in words; None where it tells none."""
    if isinstance(code, str):
        code = int(code) if re.fullmatch("[45][0-9]{2}", code) else _NAMED.get(code)
    return code if isinstance(code, int) and 400 <= code < 600 else None


def _mended(told: str, codes: set[str]) -> str:
    """What the user has to mend before anything is answered; empty where it is nothing of that kind."""
    if codes & _CREDIT_CODES or _CREDIT_WORDS.search(told):
        return CREDIT
    return KEY if codes & _KEY_CODES or _KEY_WORDS.search(told) else ""


def _told(raw: bytes) -> tuple[str, set[str]]:
    """A server's own words and its codes, from the error forms in use, else the start of the page."""
    try:
        page = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return words(raw[: 4 * NOTE].decode("utf-8", "replace")), set()
    page = page[0] if isinstance(page, list) and page else page  # Google's
    error = page.get("error", page) if isinstance(page, dict) else page
    if isinstance(error, dict):
        said = error.get("message") or error.get("detail") or ""
        return words(str(said)), {str(error[name]) for name in ("code", "type", "status") if error.get(name)}
    return words(str(error)), set()


def words(text: str) -> str:
    """The start of a text of a server's, without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text[: 4 * NOTE]).strip()[:NOTE]


def _wait(headers: dict[str, str], now: datetime | None) -> float | None:
    """Seconds that a server asks us to wait: Retry-After as seconds or as a date, or retry-after-ms.

    A date is held against the server's own clock where it tells it: ours may be an hour off.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        told = headers.get(name, "").strip()
        if not told:
            continue
        try:
            seconds = float(told) / unit
        except ValueError:
            moment, now = _dated(told), _dated(headers.get("date", "")) or now
            if moment is None or now is None:
                continue
            seconds = (moment - now).total_seconds()
        if isfinite(seconds):
            return max(0.0, seconds)
    return None


def _dated(told: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
