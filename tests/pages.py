"""How a page of the documentation is run: its commands and its Python, in order, in one folder."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line it starts on, and the file name in its fence, if any."""

    language: str
    text: str
    line: int
    file: str | None


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in re.finditer(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        found.append(Block(match[1], match[3], text[: match.start()].count("\n") + 1, match[2]))
    return found


def run(page: Path, folder: Path, home: Path) -> list[str]:
    """Run a page in `folder` and return what does not come out as it says.

    A `console` block holds `$ command` lines, each followed by what it prints; `...` stands for anything. A `python`
    block is a session with prompts, or plain code that must not fail. A block with a file name in its fence is
    written to that file. Blocks of other languages are for the reader.
    """
    wrong: list[str] = []
    names: dict[str, object] = {}
    for block in blocks(page):
        where = f"{page.name}:{block.line}"
        if block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            wrong += [f"{where} {problem}" for problem in _console(block.text, folder, home)]
        elif block.language == "python":
            with chdir(folder):
                wrong += [f"{where} {problem}" for problem in _python(block.text, names, where)]
    return wrong


def commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it is said to print."""
    parts = re.split(r"^\$ (.*)\n", block.text, flags=re.MULTILINE)
    assert not parts[0], f"line {block.line}: output before a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _console(text: str, folder: Path, home: Path) -> list[str]:
    wrong = []
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    setting = {**os.environ, "PATH": path, "NOMOAT_HOME": str(home), "COLUMNS": "100"}
    for command, expected in commands(Block("console", text, 0, None)):
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=setting,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        got = ran.stdout
        if ran.returncode:
            wrong.append(f"$ {command}\nleft with {ran.returncode}:\n{got}")
        elif not doctest.OutputChecker().check_output(expected, got, FLAGS):
            wrong.append(f"$ {command}\nexpected:\n{expected}\ngot:\n{got}")
    return wrong


def _python(text: str, names: dict[str, object], where: str) -> list[str]:
    if ">>>" not in text:
        exec(compile(text, where, "exec"), names)
        return []
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(text, names, where, where, 0)
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    return said
