"""Does a value keep to a JSON schema? The keywords that structured output uses; any other is refused, never ignored.

`format` is a remark, as the specification has it (2020-12, 7.2.1). A `$ref` points into the schema itself, as pydantic
writes it: nothing is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

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
_SPOKEN = ("$schema", "$id", "title", "description", "default", "examples", "$comment", "format", "deprecated",
           "readOnly", "writeOnly")  # fmt: skip
_ONE = ("items", "not", "additionalProperties", "propertyNames", "contains", "if", "then", "else")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "$defs", "definitions")
_COUNTS = ("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_KEYWORDS = ("type", "enum", "const", "required", "uniqueItems", "pattern", "dependentRequired", "$ref",
             *_ONE, *_LISTED, *_NAMED, *_COUNTS, *_NUMBERS)  # fmt: skip
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
    # In decimals, as they were written: 0.29 is a multiple of 0.01, and 1e-10 is none of 1.
    "multipleOf": lambda v, n: not _KINDS["number"](v) or Fraction(repr(v)) % Fraction(repr(n)) == 0,
    "pattern": lambda v, n: not isinstance(v, str) or re.search(n, v) is not None,
}


def require_known(schema: Any, at: str = "schema") -> None:
    """Raise InputError for a schema with a keyword that `fault` does not check, or that says nothing `fault` can do.

    >>> require_known({"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {}}})
    >>> require_known({"$ref": "https://example.com/a.json"})
    Traceback (most recent call last):
    ...
    nomoat.errors.InputError: schema.$ref 'https://example.com/a.json'. Expected a place in the schema itself: ...
    """
    _known(schema, at, schema)
    _require_end(schema, schema, at, ())


def _known(schema: Any, at: str, root: Any) -> None:
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        raise InputError(f"{at} is no JSON schema", "an object", '{"type": "object"}')
    for key, value in schema.items():
        if key not in (*_KEYWORDS, *_SPOKEN):
            raise UnknownName.of(f"JSON schema keyword ({at})", key, _KEYWORDS)
        if (expected := _shaped(key, value)) is not None:
            raise InputError(f"{at}.{key} {str(value)[:60]!r}", expected, "a JSON schema")
        if key == "$ref":
            _resolved(root, value, f"{at}.{key}")
    for name, inner in _parts(schema, (*_ONE, *_LISTED, *_NAMED)):
        _known(inner, f"{at}.{name}", root)


def _parts(schema: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The schemas inside a schema under some of its keywords."""
    for key in keys:
        value = schema.get(key)
        if value is None:
            continue
        if key in _NAMED:
            yield from ((f"{key}.{name}", inner) for name, inner in value.items())
        elif key in _LISTED:
            yield from ((f"{key}[{k}]", inner) for k, inner in enumerate(value))
        else:
            yield key, value


def _shaped(key: str, value: Any) -> str | None:
    """What a keyword's value should be, where it is something else."""
    number = _KINDS["number"](value)
    if key == "type":
        kinds = [value] if isinstance(value, str) else value
        if not isinstance(kinds, list | tuple) or not all(kind in _KINDS for kind in kinds):
            return "one of " + ", ".join(_KINDS)
    elif key in _LISTED or key == "enum":
        return None if isinstance(value, list | tuple) else "a list"
    elif key in _NAMED:
        if not isinstance(value, Mapping):
            return "a table"
        if key == "patternProperties":
            return next((f"patterns ({why})" for name in value if (why := _unreadable(name))), None)
    elif key in _ONE:
        return None if isinstance(value, bool | Mapping) else "a schema"
    elif key in _COUNTS:
        return None if number and isinstance(value, int) and value >= 0 else "a count"
    elif key in _NUMBERS:
        return None if number and (key != "multipleOf" or value > 0) else "a number"
    elif key == "pattern":
        return "a text" if not isinstance(value, str) else _unreadable(value)
    elif key == "uniqueItems":
        return None if isinstance(value, bool) else "true or false"
    elif key == "required":
        return None if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value) else "names"
    elif key == "dependentRequired":
        fits = isinstance(value, Mapping) and all(isinstance(one, list | tuple) for one in value.values())
        return None if fits else "lists of names"
    return None


def _unreadable(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"a regular expression ({error})"
    return None


def _resolved(root: Any, ref: Any, at: str) -> Any:
    """What a reference into the schema itself points at (RFC 6901)."""
    expected, next = "a place in the schema itself: nothing is fetched", '"$ref": "#/$defs/NAME"'
    if not isinstance(ref, str) or not ref.startswith("#"):
        raise InputError(f"{at} {str(ref)[:80]!r}", expected, next)
    found = root
    for step in unquote(ref[1:]).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list | tuple) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            raise InputError(f"{at} {ref[:80]!r} is not there", expected, next)
    if ref != "#" and not ref.startswith("#/"):
        raise InputError(f"{at} {ref[:80]!r}", expected, next)
    return found


def _require_end(schema: Any, root: Any, at: str, path: tuple[int, ...]) -> None:
    """Raise InputError where a schema refers to itself without going into the value: it would never be checked."""
    if not isinstance(schema, Mapping):
        return
    if id(schema) in path:
        raise InputError(f"{at} refers to itself in a circle", "a schema that ends")
    here = [inner for _, inner in _parts(schema, ("anyOf", "oneOf", "allOf", "not", "if", "then", "else"))]
    for inner in (*here, *([_resolved(root, schema["$ref"], at)] if "$ref" in schema else ())):
        _require_end(inner, root, at, (*path, id(schema)))
    for name, inner in _parts(schema, (*_ONE, *_LISTED, *_NAMED)) if not path else ():
        _require_end(inner, root, f"{at}.{name}", ())


def fault(value: Any, schema: Any, at: str = "$", root: Any = None) -> str | None:
    """Where and why the value does not keep to the schema; None where it does. `root` is where references begin.

    >>> fault({"a": "x"}, {"type": "object", "properties": {"a": {"type": "integer"}}})
    '$.a is no integer'
    >>> fault({"a": 3}, {"required": ["a"]}) is None
    True
    """
    if isinstance(schema, bool):
        return None if schema else f"{at} is not allowed"
    root = schema if root is None else root
    kinds = schema.get("type")
    if kinds is not None:
        named = [kinds] if isinstance(kinds, str) else list(kinds)
        if not any(_KINDS[kind](value) for kind in named):
            return f"{at} is no {' or '.join(named)}"
    if "$ref" in schema and (found := fault(value, _resolved(root, schema["$ref"], at), at, root)):
        return found
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
    return _inside(value, schema, at, root) or _combined(value, schema, at, root)


def _inside(value: Any, schema: Mapping[str, Any], at: str, root: Any) -> str | None:
    if isinstance(value, dict):
        wanted = [name for key, more in schema.get("dependentRequired", {}).items() if key in value for name in more]
        for name in (*schema.get("required", ()), *wanted):
            if name not in value:
                return f"{at}.{name} is missing"
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for name, inner in value.items():
            rules = [rule for pattern, rule in patterns.items() if re.search(pattern, name)]
            rules += [known[name]] if name in known else []
            for rule in rules or [schema.get("additionalProperties", True)]:
                if found := fault(inner, rule, f"{at}.{name}", root):
                    return found
            if "propertyNames" in schema and fault(name, schema["propertyNames"], at, root):
                return f"{at}.{name} has a name that is not allowed"
    if isinstance(value, list):
        first = schema.get("prefixItems", ())
        for k, inner in enumerate(value):
            if found := fault(inner, first[k] if k < len(first) else schema.get("items", True), f"{at}[{k}]", root):
                return found
        if "contains" in schema and all(fault(inner, schema["contains"], at, root) for inner in value):
            return f"{at} holds nothing of what it must"
    return None


def _combined(value: Any, schema: Mapping[str, Any], at: str, root: Any) -> str | None:
    for inner in schema.get("allOf", ()):
        if found := fault(value, inner, at, root):
            return found
    if "anyOf" in schema and all(fault(value, inner, at, root) for inner in schema["anyOf"]):
        return f"{at} keeps to none of anyOf"
    if "oneOf" in schema and sum(fault(value, inner, at, root) is None for inner in schema["oneOf"]) != 1:
        return f"{at} does not keep to exactly one of oneOf"
    if "not" in schema and fault(value, schema["not"], at, root) is None:
        return f"{at} keeps to what it must not"
    if "if" in schema:
        met = fault(value, schema["if"], at, root) is None
        return fault(value, schema.get("then" if met else "else", True), at, root)
    return None


def _same(a: Any, b: Any) -> bool:
    """Equal as JSON: 1 is 1.0 and not true, wherever it stands."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)
