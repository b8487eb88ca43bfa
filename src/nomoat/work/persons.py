"""Which numbers does a state give a person, and is this one? Told by check digits, or by the word before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

# Formats that few other numbers have; each is checked by the digits or letters that were made for it.
_FORMATS = {
    "us": r"\d{3}-\d{2}-\d{4}",
    "br": r"\d{3}\.\d{3}\.\d{3}-\d{2}",
    "ch": r"756\.\d{4}\.\d{4}\.\d{2}",
    "se": r"(?:19|20)?\d{6}[-+]\d{4}",
    "cn": r"\d{17}[\dXx]",
    "es": r"(?:\d{8}|[XYZ]\d{7})-?[A-Z]",
    "it": r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]",
    "gb": r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d{2} \d{2} \d{2} [A-D]",
    "fr": r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}",
    "de": r"\d{2} \d{3} \d{3} \d{3}",
}
_WORDS = (
    r"SSN|social security(?: number)?|national insurance(?: number)?|NINO|Steuer-?ID|Steuer(?:identifikations)?nummer|"
    r"Sozialversicherungsnummer|(?:Reise)?[Pp]ass(?:port|nummer)?(?: (?:number|no|nr)\.?)?|"
    r"(?:Personal)?[Aa]usweis(?:nummer)?|DNI|NIE|NIF|PESEL|CPF|BSN|[Pp]ersonnummer|[Aa]adhaar|[Cc]odice [Ff]iscale|"
    r"num[eé]ro de s[eé]curit[eé] sociale|driver'?s licen[cs]e(?: number)?"
)
PATTERN = re.compile(
    r"(?<![\w.-])(?:" + "|".join(f"(?P<{name}>{form})" for name, form in _FORMATS.items()) + r")(?![\w-]|\.\d)"
    rf"|\b(?:{_WORDS})[ :#.]{{1,3}}(?:(?:is|ist|est|es|no|nr|number)\b[ :#.]{{1,3}})?(?=[A-Za-z0-9 .-]{{0,18}}\d)"
    r"(?P<said>[A-Z]{0,2} ?\d(?:[ .-]?[A-Za-z0-9]){5,17})(?![\w-])"
    r"|(?:身份证|身分證|マイナンバー|주민등록번호)[号番號호]?[码碼号號]?[::\s]{0,3}\d[\d -]{9,17}[\dXx]"
)


def is_one(found: str) -> bool:
    """Whether what PATTERN found is the number of a person.

    >>> [is_one(one) for one in ("078-05-1120", "000-05-1120", "529.982.247-25", "12345678Z", "12345678A")]
    [True, False, True, True, False]
    """
    match = PATTERN.fullmatch(found)
    name = match.lastgroup if match else None
    if match is None or name is None:
        return match is not None
    if name == "said":
        return len(re.findall(r"\d", match["said"])) >= 6
    return _CHECKS[name](re.sub(r"[ .+-]", "", found) if name != "us" else found)


def _us(found: str) -> bool:
    """No group of zeros, no area 666 or above 899."""
    area, group, serial = found.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _weighted(digits: str, weights: str) -> int:
    return sum(int(digit) * int(weight, 36) for digit, weight in zip(digits, weights, strict=False))


def _br(found: str) -> bool:
    """Two digits that check the rest, as Brazil's tax office has them."""
    first = 11 - _weighted(found, "a98765432") % 11
    second = 11 - _weighted(found, "ba98765432") % 11
    right = "".join("0" if one > 9 else str(one) for one in (first, second))
    return found[-2:] == right and len(set(found)) > 1


def _ch(found: str) -> bool:
    """The check digit of an EAN-13."""
    return (10 - _weighted(found, "131313131313") % 10) % 10 == int(found[-1])


def _se(found: str) -> bool:
    """A day of birth and Luhn's digit."""
    short = found[-10:]
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(short))
    return _day(short[:2], short[2:4], short[4:6]) and sum(n - 9 * (n > 9) for n in doubled) % 10 == 0


def _cn(found: str) -> bool:
    """A day of birth and the digit of ISO 7064, MOD 11-2."""
    check = "10X98765432"[sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(found[:17])) % 11]
    return _day(found[6:10], found[10:12], found[12:14]) and found[-1].upper() == check


def _es(found: str) -> bool:
    """A letter that says the number modulo 23."""
    number = found[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == found[-1]


def _it(found: str) -> bool:
    """A letter that says the weighted sum of the others modulo 26."""
    odd = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", _ODD, strict=True))
    even = {sign: int(sign, 36) - 10 * sign.isalpha() for sign in odd}
    total = sum((even if at % 2 else odd)[sign] for at, sign in enumerate(found[:15]))
    return chr(65 + total % 26) == found[15]


_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
        10, 22, 25, 24, 23)  # fmt: skip


def _fr(found: str) -> bool:
    """Two digits that are 97 less the rest of the others; Corsica's letters stand for 19 and 18."""
    number = int(found[:-2].replace("2A", "19").replace("2B", "18")) if found[:-2].isalnum() else 0
    return number > 0 and 97 - number % 97 == int(found[-2:])


def _de(found: str) -> bool:
    """The digit of ISO 7064, MOD 11,10, of a number that does not begin with 0."""
    product = 10
    for digit in found[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return found[0] != "0" and (11 - product) % 10 == int(found[10])


def _day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return len(year) == 2 or "1900" <= year <= "2100"


_CHECKS: dict[str, Callable[[str], bool]] = {
    "us": _us, "br": _br, "ch": _ch, "se": _se, "cn": _cn, "es": _es, "it": _it, "gb": lambda found: True, "fr": _fr,
    "de": _de,
}  # fmt: skip
