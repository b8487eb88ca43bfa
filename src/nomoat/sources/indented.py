"""How a publisher's YAML is read: as text alone, without aliases, and not deeper or longer than a list of models is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from nomoat.errors import SourceError

LARGEST = 16 * 2**20  # bytes: the largest file of this kind has 0.3 MB
DEEPEST = 32
MOST_EVENTS = 2_000_000


def document(path: Path) -> Any:
    """Return what a YAML file holds; see `parsed`."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise SourceError(f"{path.name} has {size / 2**20:,.0f} MB", f"at most {LARGEST / 2**20:,.0f} MB")
        text = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read ({error.strerror})", "a YAML file", f"look at {path}") from None
    return parsed(text, path.name)


def parsed(text: bytes, where: str) -> Any:
    """Return what YAML says, every scalar as the text that stands there; null and nothing are None.

    Numbers, dates and truth values are left to the reader of the field: a commit such as 123e456 is no number, Norway
    no falsehood. Aliases are refused, since a few lines of them stand for gigabytes; so is a second document.

    >>> parsed(b"- {model: gpt-4o, date: 2025-02-25, hash: 12e5, note: }", "x.yml")
    [{'model': 'gpt-4o', 'date': '2025-02-25', 'hash': '12e5', 'note': None}]
    """
    import yaml

    class Text(yaml.SafeLoader if not yaml.__with_libyaml__ else yaml.CSafeLoader):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {
            first: [rule for rule in rules if rule[0] == "tag:yaml.org,2002:null"]
            for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    try:
        _look(yaml.parse(text, Loader=Text), where)
        return yaml.load(text, Loader=Text)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f", line {mark.line + 1}" if mark else ""
        said = getattr(error, "problem", None) or str(error)
        raise SourceError(f"{where}{at}: {said[:120]}", "YAML") from None


def entry(text: bytes, where: str) -> Any:
    """Return what one file of many says, or the error's words, so that a broken one is counted and not the end."""
    try:
        return parsed(text, where)
    except SourceError as error:
        return error.seen


def _look(events: Any, where: str) -> None:
    """Refuse what would take much memory or many calls, before anything is built of it."""
    import yaml

    depth = 0
    for number, event in enumerate(events, start=1):
        if isinstance(event, yaml.AliasEvent):
            raise SourceError(f"{where}: an alias in entry {number:,}", "YAML without aliases")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise SourceError(f"{where} is nested more than {DEEPEST} deep", "YAML")
        if number > MOST_EVENTS:
            raise SourceError(f"{where} has more than {MOST_EVENTS:,} entries", "fewer")
