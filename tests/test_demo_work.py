"""The demonstration of work runs a small log through every command, and would say so were the verdict wrong."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys

import httpx
import pytest

from pages import ROOT

EXAMPLES = ROOT / "examples"
# 300 conversations and a loss of 12 points allowed: a chance of 0.9 to list a candidate as good as the incumbent
# (power.power); the real one loses less than a point on tickets and a third on invoices.
CONVERSATIONS, MARGIN = 300, 0.12


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    told = [sys.executable, str(EXAMPLES / "demo_work.py"), str(CONVERSATIONS), str(MARGIN)]
    done = subprocess.run(told, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "nomoat-demo-work", done.stdout


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module("demo_work")


def test_every_command_is_typed_in_its_order(ran):
    _, said = ran
    parts = re.findall(r"^   \$ nomoat work (\w+)", said, re.MULTILINE)
    assert parts == ["read", "profile", "usecases", "plan", "plan", "run", "score", "prove", "route"]
    assert "The verdict is right." in said
    assert "Traceback" not in said


def done(folder):
    """Where the demonstration's store keeps what its work came to."""
    return folder / "store" / "work"


def test_tickets_are_listed_and_invoices_are_not(ran):
    folder, _ = ran
    verdict = json.loads((done(folder) / "runs" / "proof-1" / "verdict.json").read_text(encoding="utf-8"))
    assert {case["use_case"]: case["status"] for case in verdict["cases"]} == {"triage": "safe", "invoices": "worse"}
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    tickets = sum(row["request_tags"] == ["triage"] for row in log)
    assert verdict["share_requests"] == pytest.approx(tickets / len(log))
    policy = json.loads((done(folder) / "policy.json").read_text(encoding="utf-8"))
    assert [(route["use_case"], route["to"]["model"]) for route in policy["routes"]] == [("triage", "open-small")]
    assert policy["default"]["model"] == "closed-large"
    assert "nomoat/triage" in (done(folder) / "litellm.yaml").read_text(encoding="utf-8")


def test_the_log_and_the_journal_are_all_that_was_asked_and_nothing_is_left_running(ran):
    folder, _ = ran
    journal = (done(folder) / "runs" / "proof-1" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    answers = [row for row in map(json.loads, journal) if "arm" in row]
    log = len((folder / "log.jsonl").read_text(encoding="utf-8").splitlines())
    assert sum(row["arm"] == "incumbent" for row in answers) == log
    assert sum(row["arm"] == "open-small" for row in answers) == log
    address = re.search(r'url = "(http://127\.0\.0\.1:\d+)', (folder / "servers.toml").read_text(encoding="utf-8"))
    with pytest.raises(httpx.ConnectError):
        httpx.get(address[1], timeout=5)


@pytest.mark.parametrize(
    ("triage", "invoices", "taken", "routed", "good"),
    [
        ("safe", "worse", "triage", ["triage"], True),
        ("safe", "undecided", "triage", ["triage"], True),
        ("undecided", "worse", "", [], False),
        ("safe", "safe", "both", ["triage", "invoices"], False),
        ("worse", "safe", "invoices", ["invoices"], False),
        ("safe", "worse", "both", ["triage"], False),
        ("safe", "worse", "triage", ["triage", "invoices"], False),
    ],
)
def test_a_wrong_verdict_share_or_policy_is_told_from_a_right_one(demo, triage, invoices, taken, routed, good):
    made = demo.tasks(60, seed=1)
    models = {name: demo.Model(name, **how) for name, how in demo.KINDS.items()}
    tickets = sum(task.use_case == "triage" for task in made) / len(made)
    share = {"triage": tickets, "invoices": 1 - tickets, "both": 1.0, "": 0.0}[taken]
    cases = [{"use_case": "triage", "status": triage}, {"use_case": "invoices", "status": invoices}]
    verdict = {"cases": cases, "share_requests": share}
    assert demo.beside(verdict, lambda u: "open-small" if u in routed else "closed-large", made, models, 0.12) == good


def test_the_two_models_are_what_the_demonstration_says_of_them(demo):
    models = {name: demo.Model(name, **how) for name, how in demo.KINDS.items()}
    found = demo.truth(demo.tasks(600, seed=3), models)
    assert abs(found["triage"]["closed-large"] - found["triage"]["open-small"]) < 0.02
    assert found["invoices"]["closed-large"] - found["invoices"]["open-small"] > 0.25
