"""What may a plan say of how a use case is scored: which kind, with which settings?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nomoat.errors import InputError, UnknownName
from nomoat.work.schema import require_known

OUTSIDE = ("python", "human", "rubric", "pairwise")  # what is not a rule of nomoat's own
LOGGED = "logged"  # as `schema`: the one that a request asks for
REFERENCE = "reference"  # as `tests`: each request has its own, where right answers stand otherwise
REFERRED = ("exact", "normalised", "numeric", "json_fields", "tool_calls", "similarity", "python")
KINDS = ("exact", "normalised", "numeric", "json_schema", "json_fields", "tool_calls", "regex", "similarity", "code",
         *OUTSIDE)  # fmt: skip
_NEEDS = {"json_schema": "schema", "regex": "pattern", "code": "tests", "python": "function", "human": "file",
          "rubric": "judge", "pairwise": "judge"}  # fmt: skip
_TAKES: dict[str, tuple[str, ...]] = {
    "numeric": ("tolerance", "relative", "decimal", "percent"), "json_schema": ("schema", "strict"),
    "json_fields": ("fields",), "regex": ("pattern",), "code": ("tests",), "python": ("function",), "human": ("file",),
    "rubric": ("judge", "rubric", "file"), "pairwise": ("judge", "rubric", "file"),
}  # fmt: skip
_YES = ("true or false", lambda v: isinstance(v, bool))
_POSITIVE = ("a number from 0 on", lambda v: isinstance(v, int | float) and v is not True and 0 <= v < float("inf"))
_TEXT = ("a text", lambda v: isinstance(v, str) and bool(v.strip()))
_NAMES = ("a list of names", lambda v: isinstance(v, list | tuple) and bool(v) and all(isinstance(n, str) for n in v))
_RULES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "tolerance": _POSITIVE, "relative": _POSITIVE, "seconds": _POSITIVE,
    "decimal": ('"." or ","', lambda v: v in (".", ",")), "percent": _YES, "strict": _YES,
    "fields": _NAMES, "pattern": _TEXT, "tests": _TEXT, "function": _TEXT, "judge": _TEXT, "rubric": _TEXT,
    "file": ("a CSV, or a list of them", lambda v: _TEXT[1](v) or _NAMES[1](v)),
    "reference": ('logged, hint:NAME or FILE.csv', lambda v: v == "logged" or str(v).startswith("hint:")
                  or str(v).endswith(".csv")),
}  # fmt: skip


def require_settings(settings: Mapping[str, Any]) -> None:
    """Raise InputError for a `scorer` table with a setting that its kind does not have, lacks or cannot read.

    >>> require_settings({"kind": "numeric", "tolerence": 0.1})
    Traceback (most recent call last):
    ...
    nomoat.errors.UnknownName: No setting of scorer 'numeric' 'tolerence'. Expected 'tolerance'.
    """
    kind = str(settings.get("kind"))
    if kind not in KINDS:
        raise UnknownName.of("scorer", kind, KINDS)
    if (needed := _NEEDS.get(kind)) and needed not in settings:
        raise InputError(
            f"Scorer {kind!r} without {needed}",
            f"{needed} in its table",
            f'scorer = {{ kind = "{kind}", {needed} = … }}',
        )
    referred = ("reference",) if kind in (*REFERRED, "regex", "code") else ()
    known = ("kind", "seconds", *referred, *_TAKES.get(kind, ()))
    for name, value in settings.items():
        if name not in known:
            raise UnknownName.of(f"setting of scorer {kind!r}", name, known[1:])
        expected, fits = _RULES.get(name, ("", lambda _: True))
        if not fits(value):
            raise InputError(f"Scorer {kind!r}: {name} {str(value)[:60]!r}", expected)
    if kind == "json_schema" and settings["schema"] != LOGGED and not str(settings["schema"]).endswith(".json"):
        require_known(settings["schema"])
    if kind == "code" and "reference" in settings and settings["tests"] != REFERENCE:
        raise InputError("Scorer 'code' with a reference and tests of its own", "one", 'tests = "reference"')
    if kind == "regex":
        try:
            re.compile(settings["pattern"])
        except re.error as error:
            raise InputError(f"The pattern of scorer 'regex' cannot be read: {error}", "a regular expression") from None


def schema_of(path: Path) -> Any:
    """The JSON schema of a file of the user's, every keyword of it known; raises InputError."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read ({error})", "a JSON schema", 'schema = "ticket.json"') from None
    require_known(found, path.name)
    return found
