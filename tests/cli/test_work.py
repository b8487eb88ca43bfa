"""nomoat work read, profile and usecases, typed as people type them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from nomoat.cli import main
from nomoat.cli.work import PARTS


@pytest.fixture
def typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "home"))
    return lambda *words: CliRunner().invoke(main, ["work", *words])


def log(path, n: int = 60) -> None:
    rows = [
        {"request": {"model": "gpt-4o-2024-08-06", "messages": [{"role": "user", "content": f"Ticket {i}"}]},
         "response": {"id": f"a{i}", "choices": [{"message": {"role": "assistant", "content": "billing"}}],
                      "usage": {"prompt_tokens": 9, "completion_tokens": 1}}, "tag": "triage"}
        for i in range(n)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_log_is_read_profiled_and_put_into_use_cases(typed, tmp_path):
    log(tmp_path / "calls.jsonl")
    read = json.loads(typed("read", "calls.jsonl", "--json").stdout)
    assert (read["total"], read["files"][0]["new"]) == (60, 60)
    assert json.loads(typed("read", "calls.jsonl", "--json").stdout)["files"][0]["new"] == 0
    profile = json.loads(typed("profile", "--json").stdout)
    assert (profile["requests"], profile["models"][0]["side"]) == (60, "closed")
    cases = json.loads(typed("usecases", "--json").stdout)
    assert [(one["name"], one["requests"]) for one in cases["use_cases"]] == [("triage", 60)]
    assert typed("usecases", "--csv").stdout.startswith("name,requests")


@pytest.mark.parametrize("part", ["profile", "usecases"])
def test_a_folder_without_requests_says_what_to_type(typed, part):
    said = typed(part)
    assert said.exit_code == 0
    assert "nomoat work read FILE" in said.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("read", "none.jsonl"), "cannot be read"),
        (("read", "calls.jsonl", "--format", "litelm"), "litellm"),
        (("raed",), "Nearest: 'read'"),
        (("read",), "Missing argument"),
        (("profile", "--in", "/dev/null/x"), "cannot be used"),
    ],
)
def test_a_mistake_is_one_line_with_what_to_type(typed, tmp_path, words, says):
    log(tmp_path / "calls.jsonl", 3)
    said = typed(*words)
    assert said.exit_code == 2
    assert says in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_prompts_are_masked_before_anything_is_stored(typed, tmp_path):
    row = {"request": {"model": "m", "messages": [{"role": "user", "content": "ada@example.org"}]}}
    (tmp_path / "calls.jsonl").write_text(json.dumps(row) + "\n")
    assert typed("read", "calls.jsonl", "--redact").exit_code == 0
    stored = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert b"ada@example" not in stored
    assert "none seen" in typed("profile", "--sensitive").stdout


def test_parts_say_what_their_help_says():
    from importlib import import_module

    for part in ("read", "profile", "usecases"):
        command = import_module(f"nomoat.cli.work_{part}").command
        assert PARTS[part] == command.get_short_help_str(200)
