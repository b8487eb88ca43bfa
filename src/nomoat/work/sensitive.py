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

from nomoat.work import persons
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


def _mail(found: str) -> bool:
    """No remote of git, and no picture of two pixels a point."""
    return not found.startswith("git@") and found.rpartition(".")[2].lower() not in _PICTURES


_PICTURES = {"png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "ts", "py"}


def _secret(found: str) -> bool:
    """A value that stands there, and no place in a program or a form where one would."""
    return _PLACE.search(found) is None


_PLACE = re.compile(
    r"(?i)environ|getenv|process\.env|\$\{|\{\{|<[a-z_ ]+>|\*{3,}|x{6,}|your[-_ ]?|\.get\("
    r"|(?:settings|config|self|args)\."
)


def _always(found: str) -> bool:
    return True


def _holding(*marks: str, folded: bool = False) -> Callable[[str], bool]:
    """Whether a text holds one of the marks: of 136 kB without any it takes 0.1 ms to know, the pattern itself 30."""

    def held(text: str) -> bool:
        sought = text.lower() if folded else text
        return any(mark in sought for mark in marks)

    return held


def _digits(text: str) -> bool:
    """Whether six digits stand close together, or the letters and digits of an Italian number."""
    return _RUN.search(text) is not None


_RUN = re.compile(r"\d(?:[ ().+/-]{0,3}\d){5}|[A-Z]{6}\d\d[A-Z]\d\d[A-Z]")
_KEYS = (
    "BEGIN ", "sk-", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "AIza",
    "hf_", "npm_", "gsk_", "SG.", "_live_", "_test_", "eyJ", "://", "earer", "hooks.slack", "AccountKey=",
)  # fmt: skip
_PASSWORDS = (
    "pass", "pwd", "secret", "key", "token", "wort", "contrase\u00f1a", "senha", "has\u0142o", "l\u00f6senord",
    "wachtwoord", "\u5bc6\u7801", "\u30d1\u30b9\u30ef\u30fc\u30c9",
)  # fmt: skip
# In this order: what one pattern has taken is not seen by the next. The second of each tells cheaply of most texts
# that there is nothing to seek.
_PATTERNS: tuple[tuple[str, Callable[[str], bool], re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        "key",
        _holding(*_KEYS),
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
            r"|\bsk-(?=[\w-]{0,200}\d)(?:proj-|ant-|or-|svcacct-|lf-)?[\w-]{16,}"
            r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
            r"|\bgh[pousr]_[A-Za-z0-9]{30,}\b|\bgithub_pat_\w{30,}\b|\bglpat-[\w-]{20,}"
            r"|\bxox[abposr]-[\w-]{10,}"
            r"|\bAIza[\w-]{35}\b|\b(?:hf|npm|gsk)_[A-Za-z0-9]{30,}\b|\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b"
            r"|\bSG\.[\w-]{16,}\.[\w-]{30,}|\bAccountKey=[A-Za-z0-9+/=]{40,}"
            r"|\bhooks\.slack\.com/services/[\w/]{20,}"
            r"|\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,64}:[^\s:/@]{3,100}@"
            r"|\b[Bb]earer\s{1,3}(?=[\w.~+/-]{0,200}\d)[\w.~+/-]{20,}=*"
            r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"
        ),
        _secret,
    ),
    (
        "password",
        _holding(*_PASSWORDS, folded=True),
        re.compile(
            r"(?i)(?:\b(?!(?:next|prev|page|continuation|pad|eos|bos|unk|max|min|stop)[_-]token)"
            r"(?:password|passwd|passphrase|passwort|kennwort|contrase\u00f1a|mot de passe|senha|wachtwoord|has\u0142o|"
            r"l\u00f6senord|pwd|secret(?:[_-]?key)?|api[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|"
            r"private[_-]?key|(?:\w{1,40}_)?secret_access_key|"
            r"[A-Z0-9_]{2,40}_(?:TOKEN|SECRET|PASSWORD|API_KEY))\b|\u5bc6\u7801|\u30d1\u30b9\u30ef\u30fc\u30c9)"
            r"[\"']?\s{0,3}(?::|\uff1a|=|\b(?:is|ist|est|es|lautet)\b)\s{0,3}[\"']?"
            r"(?=\S*[\d!@#$%^&*_+/-])[^\s\"',;]{6,200}(?:\[[\"'][^\s\"']{0,60}[\"']\])?"
        ),
        _secret,
    ),
    (
        "e-mail",
        _holding("@"),
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b"),
        _mail,
    ),
    (
        "iban",
        _digits,
        re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,4})?\b"),
        _iban,
    ),
    ("national id", _digits, persons.PATTERN, persons.is_one),
    ("card", _digits, re.compile(r"(?<!\d)(?<!\d\.)\d(?:[ -]?\d){12,18}(?![\d.]\d|\d)"), _card),
    (
        "phone",
        _digits,
        re.compile(
            r"(?<![\w+])(?<!\d )(?:\+|00)[1-9][\d ()./-]{6,20}\d(?!\d)"
            r"|(?<![\w.])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w.]|-\d)"
            r"|(?<![\w.,])0\d{2,4}[ /-](?!20\d\d[01]\d[0-3]\d)\d{5,9}(?![\w.,])"
            r"|(?<![\w.,/-])0\d(?:[ .]\d\d){4}(?![\w,]|[ .]\d)"
            r"|(?<![\w.,/-])0\d{2,3} \d{3,4} (?:\d{4}|\d\d \d\d)(?![\w,]|[ .]\d)"
            r"|\b(?:[Tt]el(?:efon|\u00e9fono|ephone)?|[Pp]hone|[Mm]obile?|[Hh]andy|[Cc]ell|[Ff]ax|[Ww]hats[Aa]pp|"
            r"[Tt]\u00e9l(?:\u00e9phone)?|[Mm]\u00f3vil)(?: (?:no|nr|number))?[.:# ]{1,3}\d[\d ()./-]{6,18}\d(?![\w-])"
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
    for kind, sign, pattern, holds in _PATTERNS:
        if not sign(text):
            continue

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
