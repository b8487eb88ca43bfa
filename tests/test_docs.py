"""The documentation says what the program does: reference pages are current, examples run, links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import nomoat
from nomoat.cli import VERBS, main
from pages import ROOT, blocks, run

DOCS = ROOT / "docs"


def generator():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "reference" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


GENERATE = generator()
COMMANDS = dict(GENERATE.commands())
WRITTEN = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
RUN = sorted([*(DOCS / "tutorial").glob("*.md"), *(DOCS / "how-to").glob("*.md")])
METHODS = sorted(page for page in (DOCS / "methods").glob("*.md") if ">>>" in page.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def home(tmp_path_factory, furnished) -> Path:
    """One store for all pages: what one has computed the next need not."""
    return furnished(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("page", GENERATE.pages(), ids=lambda page: page.name)
def test_the_reference_is_current(page):
    assert page.read_text(encoding="utf-8") == GENERATE.pages()[page], "type: make docs"


def test_every_command_is_documented():
    headings = re.findall(r"^## (.*)$", (DOCS / "reference" / "cli.md").read_text(), re.MULTILINE)
    assert headings == list(COMMANDS)
    assert len(headings) > len(VERBS)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_help_with_examples(path):
    command = COMMANDS[path]
    assert command.help
    assert examples(path), f"{path} --help shows no example"
    assert all(p.help for p in command.params if p.param_type_name == "option"), "an option without a word"


@pytest.mark.parametrize("verb", VERBS)
def test_the_list_of_verbs_says_what_their_help_says(verb):
    assert VERBS[verb] == COMMANDS[f"nomoat {verb}"].get_short_help_str(200)


def examples(path: str) -> list[str]:
    epilog = COMMANDS[path].epilog or ""
    return [line.strip() for line in epilog.splitlines() if line.strip().startswith("nomoat ")]


# These need publishers' files or something in the store: tests of their own in tests/cli run them.
# Of work, all that comes after a plan needs servers: tests/test_demo_work.py and tests/work type it in order.
ELSEWHERE = ("nomoat snapshot", "nomoat update", "nomoat hub", "nomoat sources drop", "nomoat models alias remove")
ELSEWHERE += ("nomoat documents remove",)
ELSEWHERE += tuple(
    f"nomoat work {part}" for part in ("plan", "run", "score", "prove", "route", "shadow", "watch", "record")
)
EXAMPLES = sorted({line for path in COMMANDS for line in examples(path) if not line.startswith(ELSEWHERE)})


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_in_help_runs(line, tmp_path, monkeypatch, home):
    from click.testing import CliRunner

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NOMOAT_HOME", str(home))
    for block in (block for page in RUN for block in blocks(page)):
        if block.file:
            (tmp_path / block.file).write_text(block.text)
    said = CliRunner().invoke(main, shlex.split(line)[1:])
    assert said.exit_code == 0, said.output
    assert said.stdout or "written" in said.stderr
    assert "Traceback" not in said.output


def test_every_public_name_is_documented():
    page = (DOCS / "reference" / "python.md").read_text()
    for name in nomoat.__all__:
        assert name == "__version__" or f"## {name}\n" in page
        assert name == "__version__" or getattr(nomoat, name).__doc__


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_a_page_runs(page, tmp_path, home):
    assert blocks(page), "a page without anything to type"
    assert run(page, tmp_path, home) == []


@pytest.mark.parametrize("page", METHODS, ids=lambda page: page.stem)
def test_the_examples_of_a_method_run(page, monkeypatch, home):
    import doctest

    monkeypatch.setenv("NOMOAT_HOME", str(home))
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name) if name else page
        assert other.exists(), f"{page.name} links to {target}"
        if anchor and other.suffix == ".md":
            assert anchor in anchors(other), f"{page.name} links to {target}"


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get; of equal ones the later are numbered."""
    seen: list[str] = []
    for heading in re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        seen.append(plain if plain not in seen else f"{plain}-{sum(s.startswith(plain) for s in seen)}")
    return set(seen)


def words_of(svg: str) -> set[str]:
    return {text for node in ElementTree.fromstring(svg).iter() if (text := (node.text or "").strip())}


def test_the_picture_shows_what_the_program_says_today(tmp_path, monkeypatch, home):
    from click.testing import CliRunner

    monkeypatch.setenv("NOMOAT_HOME", str(home))
    said = CliRunner().invoke(main, ["frontier", "--out", str(tmp_path / "frontier.svg")])
    assert said.exit_code == 0, said.output
    shown, kept = (folder / "frontier.svg" for folder in (tmp_path, DOCS / "img"))
    assert words_of(kept.read_text()) == words_of(shown.read_text()), "type: make docs"
