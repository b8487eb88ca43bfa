"""A policy moves what was proven and nothing else, ends when its proof does, and is what each gateway documents."""

from __future__ import annotations

import json
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
import yaml

from nomoat.errors import InputError
from nomoat.work.emit import EMITTERS, emit
from nomoat.work.plan import fix
from nomoat.work.prove import judged
from nomoat.work.route import read, route
from nomoat.work.schema import fault
from nomoat.work.usecase import Assigner, Rule
from work.planted import ON, World, population

RULES = Assigner(
    rules=(
        Rule(id="u1", label="tag=triage", template="ab"),
        Rule(id="u2", label="tag=summary"),
        Rule(id="words-1", cluster=0),
    ),
    names={"u1": "Ticket: triage", "u2": "sum # up", "words-1": "Ticket: triage"},
)


def made(url="http://127.0.0.1:1/v1"):
    rng = np.random.default_rng(0)
    scores = {
        "Ticket: triage": population("single", rng, 400, -0.02, 0.05),
        "sum # up": {f"s{n}": m for n, m in population("single", rng, 400, 0.3, 0.35).items()},
    }
    world = World(scores, margin=0.1)
    plan, frame = world.plan()
    ends = {n: msgspec.structs.replace(e, url=url, key_env=f"{n.upper()}_KEY") for n, e in plan.endpoints.items()}
    plan = fix(msgspec.structs.replace(plan, endpoints=ends, sha256=None), ON)
    answers, marks = world.journal(plan, frame)
    found = judged(plan, frame, marks, answers, {}, run="proof-1")
    return route(found, plan, RULES), found, plan


def test_only_what_was_proven_moves_and_only_until_the_proof_ends():
    policy, found, plan = made()
    assert [case.status for case in found.cases] == ["safe", "worse"]
    assert [one.use_case for one in policy.routes] == ["Ticket: triage"]
    (one,) = policy.routes
    assert one.matchers == ({"label": "tag=triage", "template": "ab"},)
    assert (one.words, one.to.model, one.fallback.model) == (True, "small", "big")
    end = policy.expires
    assert policy.target("Ticket: triage", end).model == "small"
    assert policy.target("Ticket: triage", end + timedelta(days=1)).model == "big"
    assert policy.target("sum # up", end).model == "big"
    assert policy.target("never heard of", end).model == "big"
    assert read(policy.json().encode()) == policy
    with pytest.raises(InputError, match="no policy"):
        read(b"{}")
    with pytest.raises(InputError, match="is of plan"):
        route(msgspec.structs.replace(found, plan_sha256="other"), plan, RULES)


def names(**properties):
    """A schema of an object with these properties and no other."""
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(properties)}


TEXT = {"type": "string", "minLength": 1}


def test_litellm_gets_the_keys_that_its_documentation_names():
    policy, _, _ = made()
    said = yaml.safe_load(emit(policy, "litellm"))
    deployment = names(
        model_name=TEXT,
        litellm_params={
            "type": "object",
            "required": ["model", "api_base", "api_key"],
            "additionalProperties": False,
            "properties": {
                "model": {"pattern": "^openai/"}, "api_base": {"pattern": "^https?://.*/v1$"},
                "api_key": {"pattern": "^os.environ/[A-Z_]+$"}, "tags": {"type": "array", "items": TEXT},
            },
        },
        model_info={"type": "object"},
    )  # fmt: skip
    schema = names(
        model_list={"type": "array", "items": deployment, "minItems": 3},
        router_settings=names(enable_tag_filtering={"const": True}),
        litellm_settings=names(fallbacks={"type": "array", "items": {"type": "object", "maxProperties": 1}}),
    )
    assert fault(said, schema) is None
    groups = {one["model_name"] for one in said["model_list"]}
    for rule in said["litellm_settings"]["fallbacks"]:
        for group, others in rule.items():
            assert {group, *others} <= groups
    tagged = {tuple(d["litellm_params"].get("tags", ())): d["litellm_params"]["model"] for d in said["model_list"]}
    assert tagged[("triage",)] == "openai/small"
    assert tagged[("default",)] == "openai/big"


def test_vllm_semantic_router_gets_a_fragment_of_its_version():
    policy, _, _ = made()
    said = yaml.safe_load(emit(policy, "vllm-sr"))
    backend = names(name=TEXT, base_url=TEXT, weight={"const": 100}, api_key_env={"pattern": "^[A-Z_]+$"})
    model = names(
        name=TEXT, provider_model_id=TEXT, api_format={"const": "openai"},
        backend_refs={"type": "array", "items": backend, "minItems": 1},
    )  # fmt: skip
    condition = names(type={"const": "metadata"}, name={"pattern": "^[a-z0-9_]+$"})
    decision = names(
        name=TEXT, description=TEXT, priority={"type": "integer"},
        annotations={"type": "object", "additionalProperties": TEXT},
        rules=names(operator={"enum": ["AND", "OR"]}, conditions={"type": "array", "items": condition}),
        modelRefs={"type": "array", "items": names(model=TEXT, use_reasoning={"type": "boolean"})},
    )  # fmt: skip
    signal = names(name=TEXT, key={"const": "use_case"}, predicate=names(equals=TEXT), description=TEXT)
    schema = names(
        version={"const": "v0.3"},
        providers=names(defaults=names(model=TEXT), models={"type": "array", "items": model}),
        routing=names(
            signals=names(metadata={"type": "array", "items": signal}), decisions={"type": "array", "items": decision}
        ),
    )
    assert fault(said, schema) is None
    known = {one["name"] for one in said["routing"]["signals"]["metadata"]}
    for one in said["routing"]["decisions"]:
        assert {c["name"] for c in one["rules"]["conditions"]} <= known
        assert {ref["model"] for ref in one["modelRefs"]} <= {m["name"] for m in said["providers"]["models"]}


def test_openrouter_gets_models_in_order_and_refuses_servers_it_does_not_know():
    policy, _, _ = made("https://openrouter.ai/api/v1")
    said = json.loads(emit(policy, "openrouter"))
    assert said["use_cases"]["Ticket: triage"]["body"] == {"models": ["small", "big"]}
    assert said["default"]["body"] == {"models": ["big"]}
    with pytest.raises(InputError, match="not at OpenRouter"):
        emit(made()[0], "openrouter")


def test_the_python_file_answers_as_the_policy_does():
    policy, _, _ = made()
    space: dict = {}
    exec(compile(emit(policy, "python"), "routing.py", "exec"), space)
    for use_case in ("Ticket: triage", "sum # up", "other"):
        for on in (date(2026, 11, 3), policy.expires, policy.expires + timedelta(days=1)):
            assert space["target"](use_case, on)["model"] == policy.target(use_case, on).model


@pytest.mark.parametrize("name", [name for name in EMITTERS if name != "openrouter"])
def test_every_file_carries_its_evidence_its_end_and_no_key(name, monkeypatch):
    monkeypatch.setenv("OPEN_KEY", "sk-secret-value")
    policy, found, _ = made()
    text = emit(policy, name)
    assert found.plan_sha256[:12] in text
    assert policy.expires.isoformat() in text
    assert "sk-secret-value" not in text
    assert "OPEN_KEY" in text
