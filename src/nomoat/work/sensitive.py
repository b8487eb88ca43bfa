"""What in a request should not leave the house: addresses, numbers of people and cards, keys and passwords?

A flag says what a pattern saw, with check digits where there are any; it is no promise that nothing else is there.
Names of people and places are not looked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from nomoat.work.request import Request
from nomoat.work.store import decoded

KINDS = ("key", "password", "card", "iban", "e-mail", "phone", "national id")


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B), as on payment cards.

    >>> luhn("4539148803436467"), luhn("4539148803436468")
    (True, False)
    """
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def mod97(iban: str) -> bool:
    """Whether the two check digits of an account number are right (ISO 13616: the number modulo 97 is 1).

    >>> mod97("DE89370400440532013000"), mod97("DE88370400440532013000")
    (True, False)
    """
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _card(found: str) -> bool:
    digits = re.sub(r"\D", "", found)
    return 13 <= len(digits) <= 19 and digits[0] in "23456" and len(set(digits)) > 1 and luhn(digits)


def _iban(found: str) -> bool:
    plain = re.sub(r"\s", "", found).upper()
    return 15 <= len(plain) <= 34 and mod97(plain)


def _phone(found: str) -> bool:
    return 8 <= len(re.sub(r"\D", "", found)) <= 15


def _social(found: str) -> bool:
    """A US social security number that can be one: no group of zeros, no area 666 or above 899."""
    area, group, serial = found.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _always(found: str) -> bool:
    return True


# In this order: what one pattern has taken is not seen by the next.
_PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        "key",
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
            r"|\bsk-(?:proj-|ant-|or-|svcacct-|lf-)?[\w-]{16,}"
            r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
            r"|\bgh[pousr]_[A-Za-z0-9]{30,}\b|\bgithub_pat_\w{30,}\b|\bglpat-[\w-]{20,}"
            r"|\bxox[abposr]-[\w-]{10,}"
            r"|\bAIza[\w-]{35}\b|\bhf_[A-Za-z0-9]{30,}\b|\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b"
            r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"
        ),
        _always,
    ),
    (
        "password",
        re.compile(
            r"(?i)\b(?:password|passwd|passphrase|pwd|secret(?:[_-]?key)?|api[_-]?key|access[_-]?token|auth[_-]?token"
            r"|client[_-]?secret|private[_-]?key|[A-Z0-9_]{2,40}_(?:TOKEN|SECRET|PASSWORD|API_KEY))\b"
            r"[\"']?\s{0,3}(?::|=|\bis\b)\s{0,3}[\"']?(?=\S*[\d!@#$%^&*_+/-])[^\s\"',;]{6,200}"
        ),
        _always,
    ),
    ("e-mail", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b"), _always),
    ("iban", re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,4})?\b"), _iban),
    ("card", re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.]\d|\d)"), _card),
    ("national id", re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), _social),
    (
        "phone",
        re.compile(
            r"(?<![\w+])(?<!\d )(?:\+|00)[1-9][\d ()./-]{6,20}\d(?!\d)"
            r"|(?<![\w.])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\d.])"
            r"|(?<![\w.,])0\d{2,4}[ /-]\d{5,9}(?![\d.,])"
        ),
        _phone,
    ),
)


def kinds(text: str) -> Counter[str]:
    """How many of each kind a text holds.

    >>> sorted(kinds("Mail ada@example.org or call +44 20 7946 0958; card 4539 1488 0343 6467").items())
    [('card', 1), ('e-mail', 1), ('phone', 1)]
    """
    found: Counter[str] = Counter()
    _replaced(text, found)
    return found


def masked(text: str) -> str:
    """The text with each of them put out of it.

    >>> masked("Mail ada@example.org, password: hunter2!")
    'Mail [e-mail], [password]'
    """
    return _replaced(text, Counter())


def flags(request: Request) -> frozenset[str]:
    """The kinds that the prompt, the tools' definitions and the answer of a request hold."""
    found: Counter[str] = Counter()
    for part in (request.messages, request.tools, request.response):
        _mapped(part, lambda text: _replaced(text, found))
    return frozenset(found)


def redacted(request: Request) -> Request:
    """The request with all of them masked; one without any is returned as it is.

    >>> asked = ({"role": "user", "content": "ada@x.org"},)
    >>> one = Request(request_id="", conversation_id="", model="m", messages=asked)
    >>> redacted(one).messages[0]["content"], redacted(one).redaction
    ('[e-mail]', 'masked')
    """
    if not flags(request):
        return request
    messages, tools, response = (_mapped(part, masked) for part in (request.messages, request.tools, request.response))
    return msgspec.structs.replace(request, messages=messages, tools=tools, response=response, redaction="masked")


def masked_json(text: str | None) -> str | None:
    """A JSON text with its strings masked, keys left as they are: what `nomoat work read --redact` stores."""
    return None if text is None else msgspec.json.encode(_mapped(decoded(text), masked)).decode()


def _replaced(text: str, found: Counter[str]) -> str:
    for kind, pattern, holds in _PATTERNS:

        def put(match: re.Match[str], kind: str = kind, holds: Callable[[str], bool] = holds) -> str:
            if not holds(match[0]):
                return match[0]
            found[kind] += 1
            return f"[{kind}]"

        text = pattern.sub(put, text)
    return text


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A value with every string in it changed; data addresses of pictures are left out of sight."""
    if isinstance(value, str):
        return value if value.startswith("data:") else change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_mapped(inner, change) for inner in value)
    return value
