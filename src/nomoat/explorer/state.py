"""What was asked: an address's query as checked values, and values as an address again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any, Literal
from urllib.parse import urlencode

from nomoat.errors import DateError, InputError, UnknownName
from nomoat.types import Noun

Kind = Literal["text", "choice", "date", "number", "share", "flag", "list"]
LONGEST = 300  # characters of one value: no cohort that a person types is longer
MOST = 8  # values of a list
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Param(Noun, frozen=True, kw_only=True):
    """One thing that can be chosen on a page: a control, a query parameter and a line of the API's description."""

    name: str
    title: str
    kind: Kind = "text"
    default: str = ""
    choices: tuple[str, ...] = ()  # of a choice all of them; of a text suggestions
    low: float | None = None
    high: float | None = None
    help: str = ""
    more: bool = False  # folded away until it is asked for
    search: bool = False  # words that may fit nothing: no hit is an answer and not a mistake


Values = dict[str, Any]


def parse(params: Sequence[Param], query: Iterable[tuple[str, str]]) -> Values:
    """Check a query against a page's parameters; what was not said has its default, or `None` where there is none.

    Raises InputError for a name that the page does not have, a value said twice or too long, or one that does not fit.

    >>> at = Param(name="at", title="At", kind="date")
    >>> parse([at, Param(name="rule", title="Rule", default="km")], [("at", "2025-06-30")])
    {'at': datetime.date(2025, 6, 30), 'rule': 'km'}
    """
    known = {param.name: param for param in params}
    said: dict[str, list[str]] = {}
    for name, value in query:
        if name not in known:
            raise UnknownName.of("parameter", name[:LONGEST], known)
        if len(value) > LONGEST:
            raise InputError(f"{name} has {len(value)} characters", f"at most {LONGEST}")
        said.setdefault(name, []).append(value)
    found: Values = {}
    for name, param in known.items():
        given = [value.strip() for value in said.get(name, ()) if value.strip()]
        if param.kind == "list":
            parts = [part.strip() for value in given for part in value.split(",") if part.strip()]
            if len(parts) > MOST:
                raise InputError(f"{name} has {len(parts)} values", f"at most {MOST}")
            found[name] = tuple(dict.fromkeys(parts or [p for p in param.default.split(",") if p]))
            continue
        if len(given) > 1:
            raise InputError(f"{name} is said {len(given)} times", "each parameter once")
        found[name] = _value(param, given[0] if given else param.default)
    return found


def _value(param: Param, text: str) -> Any:
    if param.kind == "flag":
        if text in ("", "yes", "no"):
            return text == "yes"
        raise InputError(f"{param.name}={text!r}", "yes or no")
    if text == "":
        return None
    if param.kind == "date":
        try:
            # Python reads weeks and dates without dashes as well; an address has one spelling.
            return date.fromisoformat(text if re.fullmatch(DAY, text) else "")
        except ValueError:
            raise DateError(f"{param.name}={text!r} is no date", "a day such as 2025-06-30") from None
    if param.kind in ("number", "share"):
        return _number(param, text)
    if param.kind == "choice" and text not in param.choices:
        raise UnknownName.of(param.name, text, param.choices)
    return text


def _number(param: Param, text: str) -> float:
    try:
        value = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise InputError(f"{param.name}={text!r} is no number", "digits") from None
    low, high = param.low, param.high
    if not isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
        bounds = [f"{word} {end:g}" for word, end in (("at least", low), ("at most", high)) if end is not None]
        raise InputError(f"{param.name}={text}", " and ".join(["a number", *bounds]))
    return value


def written(param: Param, value: Any) -> str:
    """A value as an address has it; empty for the default.

    >>> written(Param(name="at", title="At", kind="date"), date(2025, 6, 30))
    '2025-06-30'
    """
    if value is None or value == ():
        return ""
    if param.kind == "flag":
        text = "yes" if value else ""
    elif param.kind == "list":
        text = ",".join(value)
    elif param.kind in ("number", "share"):
        text = f"{value:g}"
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
    return "" if text == param.default else text


def query(params: Sequence[Param], values: Mapping[str, Any], **changes: Any) -> str:
    """The query of an address that shows these values: defaults are left out, the order is the page's.

    >>> query([Param(name="rule", title="Rule", default="km")], {"rule": "iaps"})
    '?rule=iaps'
    """
    held = {**values, **changes}
    pairs = [(p.name, text) for p in params if (text := written(p, held.get(p.name)))]
    return "?" + urlencode(pairs) if pairs else ""


SCALES = "'capability', 'benchmark:NAME', 'domain:math', 'domain:coding' or 'arena:text/overall'"
SCALE = re.compile(r"capability|(?:benchmark|domain|modality|contamination|arena|arena-raw):.+", re.DOTALL)


def scale_name(text: str) -> str:
    """The name of a scale, unless it is a file's: what stands in an address never opens one.

    >>> scale_name("benchmark:GPQA diamond")
    'benchmark:GPQA diamond'
    >>> scale_name("benchmark:../../own.csv")
    Traceback (most recent call last):
    ...
    nomoat.errors.InputError: A page reads no file ('benchmark:../../own.csv'). ...
    """
    if text.lower().endswith((".csv", ".parquet")):
        raise InputError(f"A page reads no file ({text!r})", "a scale of the catalogue", "nomoat scales")
    if not SCALE.fullmatch(text):
        raise UnknownName(f"No scale {text!r}", SCALES, "nomoat scales")
    return text
