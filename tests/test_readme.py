"""The five-minute tour of the README does what it says, and the two commands are there."""

from __future__ import annotations

import subprocess

import pytest

from pages import ROOT, blocks, commands, run

README = ROOT / "README.md"
LIES = """
```console
$ echo one
two
$ false
```

```python
>>> 1 + 1
3
```

```console
$ echo a b c
a ... c
```
"""


def test_the_tour_runs(tmp_path, tmp_path_factory, monkeypatch, furnished):
    monkeypatch.chdir(tmp_path)
    assert run(README, tmp_path, furnished(tmp_path_factory.mktemp("home"))) == []


def test_the_tour_shows_both_doors():
    kinds = [block.language for block in blocks(README)]
    assert kinds.count("console") >= 5
    assert "python" in kinds
    assert any(block.file for block in blocks(README)), "no table of the reader's own"


@pytest.mark.parametrize("target", ["report", "test", "docs", "bench", "calibrate"])
def test_make_has_the_targets_that_the_readme_names(target):
    assert f"make {target}" in README.read_text(encoding="utf-8")
    planned = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert planned.returncode == 0, planned.stderr


def test_the_gate_runs_the_command_of_the_readme_and_nothing_else():
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]


def test_a_page_that_lies_is_found_out(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(LIES)
    wrong = run(page, tmp_path, tmp_path)
    assert [line.split("\n")[0] for line in wrong[:2]] == ["page.md:2 $ echo one", "page.md:2 $ false"]
    assert len(wrong) == 3
    assert "Expected:\n    3" in wrong[2]


def test_every_command_of_the_tour_is_one_of_ours():
    told = [c for block in blocks(README) if block.language == "console" for c, _ in commands(block)]
    assert told
    assert all(command.startswith("nomoat ") for command in told)
