"""What do the reference pages say? Their text comes from --help and from docstrings; `make docs` writes them."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

import nomoat
from nomoat.cli import main

HERE = Path(__file__).parent
WIDTH = 100


def commands(command: click.Command = main, path: str = "nomoat") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, groups before what they hold."""
    yield path, command
    if isinstance(command, click.Group):
        with click.Context(command, info_name=path) as ctx:
            for name in command.list_commands(ctx):
                found = command.get_command(ctx, name)
                assert found is not None, name
                yield from commands(found, f"{path} {name}")


def said(command: click.Command, path: str) -> str:
    """What `path --help` prints, a hundred columns wide."""
    with click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH) as ctx:
        return command.get_help(ctx).rstrip()


def cli() -> str:
    """The page of the command line."""
    lines = [
        "# The command line",
        "",
        "Written by `make docs` from `--help`. A test runs every example on this page.",
        "",
        "A failure is one line on standard error, with what was seen, what was expected and what to type; the exit "
        "code is then 2.",
    ]
    for path, command in commands():
        lines += ["", f"## {path}", "", "```text", said(command, path), "```"]
    return "\n".join(lines) + "\n"


def python() -> str:
    """The page of the public door."""
    lines = [
        "# Python",
        "",
        "Written by `make docs` from docstrings, whose examples a test runs. Every name is loaded when it is first "
        "used. Results are frozen; `.dict()` and `.json()` give the document that `--json` prints.",
        "",
    ]
    names = [name for name in nomoat.__all__ if name != "__version__"]
    names.sort(key=lambda name: (name.casefold(), name))
    seen: list[str] = []
    for name in names:
        lines.append(f"- [`nomoat.{name}`](#{_anchor(name, seen)})")
    for name in names:
        value = getattr(nomoat, name)
        lines += ["", f"## {name}", "", *_about(f"nomoat.{name}", value)]
        if inspect.isclass(value) and not issubclass(value, msgspec.Struct | Exception):
            for method, function in _methods(value):
                lines += ["", f"### {name}.{method}", "", *_about(f"{name}.{method}", function)]
    return "\n".join(lines) + "\n"


def results() -> str:
    """The page of the documents that `--json` prints."""
    import nomoat.types

    public = [getattr(nomoat.types, name) for name in nomoat.types.__all__]
    nouns = [v for v in public if inspect.isclass(v) and issubclass(v, msgspec.Struct)]
    lines = [
        "# Results",
        "",
        "Written by `make docs` from the types. These are the documents that `--json` prints and the results that "
        "Python gets, field by field. Dates are ISO strings in JSON; `null` means not known, never zero. A document "
        "says its `schema_version`; within one version fields are added and none is taken away.",
    ]
    for noun in nouns:
        if noun.__struct_fields__:
            lines += ["", f"## {noun.__name__}", "", *_prose(inspect.getdoc(noun) or ""), "", *_fields(noun)]
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Each generated page with its text."""
    return {HERE / "cli.md": cli(), HERE / "python.md": python(), HERE / "results.md": results()}


def _about(title: str, value: Any) -> list[str]:
    text = inspect.getdoc(value) or ""
    return ["```python", _signature(title, value), "```", "", *_prose(text)]


def _signature(title: str, value: Any) -> str:
    if isinstance(value, type) and issubclass(value, msgspec.Struct):
        fields = value.__struct_fields__
        return "\n".join([f"class {title}:", *(f"    {name}: {_annotation(value, name)}" for name in fields)])
    if not callable(value):
        return title
    if isinstance(value, type):
        return f"class {title}"
    found = inspect.signature(value)
    shown = [_parameter(p) for p in found.parameters.values() if p.name not in ("self", "cls")]
    first = [p.name for p in found.parameters.values() if p.kind is p.KEYWORD_ONLY][:1]
    if first:
        shown.insert(next(i for i, text in enumerate(shown) if text.startswith(first[0])), "*")
    back = "" if found.return_annotation is found.empty else f" -> {str(found.return_annotation).strip(chr(39))}"
    line = f"{title}({', '.join(shown)}){back}"
    return line if len(line) <= WIDTH else "\n".join([f"{title}(", *(f"    {text}," for text in shown), f"){back}"])


def _parameter(parameter: inspect.Parameter) -> str:
    text = parameter.name
    if parameter.annotation is not parameter.empty:
        text += f": {str(parameter.annotation).strip(chr(39))}"
    if parameter.default is not parameter.empty:
        default = parameter.default
        text += f" = {'...' if isinstance(default, Path) else repr(default)}"
    return text


def _annotation(value: type, name: str) -> str:
    for owner in value.__mro__:
        if name in getattr(owner, "__annotations__", {}):
            return str(owner.__annotations__[name])
    return "Any"


def _fields(noun: type[msgspec.Struct]) -> list[str]:
    """A table of the fields; what a field holds stands in a comment behind it."""
    rows = ["| field | type | |", "|---|---|---|"]
    source = inspect.getsource(noun)
    for name in noun.__struct_fields__:
        note = re.search(rf"^    {name}: [^#\n]*# *(.*)$", source, re.MULTILINE)
        kind = _annotation(noun, name).replace("|", "\\|")
        rows.append(f"| `{name}` | `{kind}` | {(note[1] if note else '').replace('|', chr(92) + '|')} |")
    return rows


def _methods(value: type) -> Iterator[tuple[str, Any]]:
    for name, member in vars(value).items():
        if not name.startswith("_") and getattr(value, name).__doc__:
            yield name, member.__func__ if isinstance(member, classmethod | staticmethod) else member


def _prose(text: str) -> list[str]:
    """A docstring as Markdown: its examples and indented parts become code."""
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        code = block.lstrip().startswith(">>>") or all(line.startswith("    ") for line in block.splitlines())
        lines += ["```python" if ">>>" in block else "```text", block, "```", ""] if code else [block, ""]
    return lines[:-1]


def _anchor(name: str, seen: list[str]) -> str:
    """The anchor that a page gives to a heading: of two that differ in case alone, the second is numbered."""
    seen.append(name.lower())
    earlier = seen.count(name.lower()) - 1
    return f"{name.lower()}-{earlier}" if earlier else name.lower()


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{page.relative_to(Path.cwd())}\n")
