"""Does a value keep to a JSON schema? The keywords that structured output uses; any other is refused, never ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nomoat.errors import InputError, UnknownName

_KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: not isinstance(v, bool) and (isinstance(v, int) or (isinstance(v, float) and v.is_integer())),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}
_SPOKEN = ("$schema", "$id", "title", "description", "default", "examples", "$comment", "format", "deprecated")
_KEYWORDS = (
    "type", "enum", "const", "required", "properties", "additionalProperties", "items", "minItems", "maxItems",
    "uniqueItems", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "anyOf", "oneOf", "allOf", "not", "minProperties", "maxProperties",
)  # fmt: skip
_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "minItems": lambda v, n: not isinstance(v, list) or len(v) >= n,
    "maxItems": lambda v, n: not isinstance(v, list) or len(v) <= n,
    "minLength": lambda v, n: not isinstance(v, str) or len(v) >= n,
    "maxLength": lambda v, n: not isinstance(v, str) or len(v) <= n,
    "minProperties": lambda v, n: not isinstance(v, dict) or len(v) >= n,
    "maxProperties": lambda v, n: not isinstance(v, dict) or len(v) <= n,
    "minimum": lambda v, n: not _KINDS["number"](v) or v >= n,
    "maximum": lambda v, n: not _KINDS["number"](v) or v <= n,
    "exclusiveMinimum": lambda v, n: not _KINDS["number"](v) or v > n,
    "exclusiveMaximum": lambda v, n: not _KINDS["number"](v) or v < n,
    "multipleOf": lambda v, n: not _KINDS["number"](v) or abs(v / n - round(v / n)) < 1e-9,
    "pattern": lambda v, n: not isinstance(v, str) or re.search(n, v) is not None,
}


def require_known(schema: Any, at: str = "schema") -> None:
    """Raise InputError for a schema with a keyword that `fault` does not check.

    >>> require_known({"type": "object", "properties": {"a": {"$ref": "#/x"}}})
    Traceback (most recent call last):
    ...
    nomoat.errors.UnknownName: No JSON schema keyword (schema.properties.a) '$ref'. ...
    """
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        raise InputError(f"{at} is no JSON schema", "an object", '{"type": "object"}')
    for key, value in schema.items():
        if key not in (*_KEYWORDS, *_SPOKEN):
            raise UnknownName.of(f"JSON schema keyword ({at})", key, _KEYWORDS)
        if key == "properties" and isinstance(value, Mapping):
            for name, inner in value.items():
                require_known(inner, f"{at}.properties.{name}")
        elif key in ("items", "not", "additionalProperties"):
            require_known(value, f"{at}.{key}")
        elif key in ("anyOf", "oneOf", "allOf"):
            for inner in value:
                require_known(inner, f"{at}.{key}")
        elif key == "type":
            for kind in [value] if isinstance(value, str) else value:
                if kind not in _KINDS:
                    raise UnknownName.of(f"JSON schema type ({at})", str(kind), _KINDS)


def fault(value: Any, schema: Any, at: str = "$") -> str | None:
    """Where and why the value does not keep to the schema; None where it does.

    >>> fault({"a": "x"}, {"type": "object", "properties": {"a": {"type": "integer"}}})
    '$.a is no integer'
    >>> fault({"a": 3}, {"required": ["a"]}) is None
    True
    """
    if isinstance(schema, bool):
        return None if schema else f"{at} is not allowed"
    kinds = schema.get("type")
    if kinds is not None:
        named = [kinds] if isinstance(kinds, str) else list(kinds)
        if not any(_KINDS[kind](value) for kind in named):
            return f"{at} is no {' or '.join(named)}"
    if "enum" in schema and not any(_same(value, one) for one in schema["enum"]):
        return f"{at} is none of the allowed values"
    if "const" in schema and not _same(value, schema["const"]):
        return f"{at} is not the value expected"
    for key, holds in _BOUNDS.items():
        if key in schema and not holds(value, schema[key]):
            return f"{at} breaks {key} {schema[key]}"
    twice = schema.get("uniqueItems") and isinstance(value, list)
    if twice and any(_same(a, b) for k, a in enumerate(value) for b in value[:k]):
        return f"{at} holds a value twice"
    return _inside(value, schema, at) or _combined(value, schema, at)


def _inside(value: Any, schema: Mapping[str, Any], at: str) -> str | None:
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                return f"{at}.{name} is missing"
        known = schema.get("properties", {})
        for name, inner in value.items():
            rule = known.get(name, schema.get("additionalProperties", True))
            if found := fault(inner, rule, f"{at}.{name}"):
                return found
    if isinstance(value, list) and "items" in schema:
        for k, inner in enumerate(value):
            if found := fault(inner, schema["items"], f"{at}[{k}]"):
                return found
    return None


def _combined(value: Any, schema: Mapping[str, Any], at: str) -> str | None:
    for inner in schema.get("allOf", ()):
        if found := fault(value, inner, at):
            return found
    if "anyOf" in schema and all(fault(value, inner, at) for inner in schema["anyOf"]):
        return f"{at} keeps to none of anyOf"
    if "oneOf" in schema and sum(fault(value, inner, at) is None for inner in schema["oneOf"]) != 1:
        return f"{at} does not keep to exactly one of oneOf"
    if "not" in schema and fault(value, schema["not"], at) is None:
        return f"{at} keeps to what it must not"
    return None


def _same(a: Any, b: Any) -> bool:
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)
