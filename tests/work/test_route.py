"""A policy moves what was proven and nothing else, ends when its proof does, and is what each gateway documents."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import numpy as np
import pytest
import yaml

from nomoat.errors import InputError
from nomoat.views.routed import policy_text
from nomoat.work.emit import EMITTERS, emit, reached
from nomoat.work.plan import fix
from nomoat.work.prove import judged
from nomoat.work.route import read, route
from nomoat.work.schema import fault
from nomoat.work.usecase import Assigner, Rule
from work.planted import ON, World, population

RULES = Assigner(
    rules=(
        Rule(id="u1", label="tag=triage", template="ab"),
        Rule(id="u1b", label="tag=triage"),
        Rule(id="u1c", label="tag=mixed", template="ab"),
        Rule(id="u2", label="tag=summary"),
        Rule(id="words-1", cluster=0),
    ),
    names={
        "u1": "Ticket: triage",
        "u1b": "Ticket: triage",
        "u1c": "Ticket: triage",
        "u2": "sum # up",
        "words-1": "Ticket: triage",
    },
)


def made(url="http://127.0.0.1:1/v1", house=()):
    rng = np.random.default_rng(0)
    scores = {
        "Ticket: triage": population("single", rng, 400, -0.02, 0.05),
        "sum # up": {f"s{n}": m for n, m in population("single", rng, 400, 0.3, 0.35).items()},
    }
    world = World(scores, margin=0.1)
    plan, frame = world.plan()
    ends = {
        n: msgspec.structs.replace(e, url=url, key_env=f"{n.upper()}_KEY", self_hosted=n in house)
        for n, e in plan.endpoints.items()
    }
    plan = fix(msgspec.structs.replace(plan, endpoints=ends, sha256=None), ON)
    answers, marks = world.journal(plan, frame)
    found = judged(plan, frame, marks, answers, {}, run="proof-1")
    return route(found, plan, RULES), found, plan


def test_only_what_was_proven_moves_and_only_until_the_proof_ends():
    policy, found, plan = made()
    assert [case.status for case in found.cases] == ["safe", "worse"]
    assert [one.use_case for one in policy.routes] == ["Ticket: triage"]
    (one,) = policy.routes
    assert one.matchers[0] == {"label": "tag=triage", "template": "ab"}
    assert one.labels == ("tag=triage",)
    case = msgspec.structs.replace(found.cases[0], openness="weights-permissive", openness_by="A, licence MIT")
    (said,) = route(msgspec.structs.replace(found, cases=(case,)), plan, RULES).routes
    assert (said.openness, said.openness_by) == ("weights-permissive", "A, licence MIT")
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


def names(needed=None, **properties):
    """A schema of an object with these properties and no other, `needed` of them required (all, where None)."""
    return {
        "type": "object", "additionalProperties": False, "properties": properties,
        "required": list(properties if needed is None else needed),
    }  # fmt: skip


TEXT = {"type": "string", "minLength": 1}


# Shapes as LiteLLM's proxy/configs and vLLM Semantic Router's config.yaml (v0.3) document them, read on 2026-11-22.
DEPLOYMENT = names(
    model_name=TEXT,
    litellm_params=names(
        model={"pattern": "^openai/"}, api_base={"pattern": "^https?://.*/v1$"},
        api_key={"pattern": "^(os.environ/[A-Z_]+|none)$"}, tags={"type": "array", "items": TEXT, "minItems": 1},
    ),
    model_info=names((), nomoat={"type": "object"}, allow_fail_open={"type": "boolean"}),
)  # fmt: skip
LITELLM = names(
    model_list={"type": "array", "items": DEPLOYMENT, "minItems": 2},
    router_settings=names(enable_tag_filtering={"const": True}, tag_filtering_match_any={"const": False}),
    litellm_settings=names(
        fallbacks={
            "type": "array",
            "items": {"type": "object", "maxProperties": 1, "minProperties": 1,
                      "additionalProperties": {"type": "array", "items": TEXT}},
        }
    ),
)  # fmt: skip
BACKEND = names(
    ("name", "provider", "base_url", "chat_path", "weight"), name=TEXT, provider={"const": "openai"},
    base_url={"pattern": "^https?://"}, chat_path={"const": "/chat/completions"}, weight={"type": "integer"},
    api_key_env={"pattern": "^[A-Z_]+$"},
)  # fmt: skip
SERVED = names(
    name=TEXT, provider_model_id=TEXT, api_format={"const": "openai"},
    backend_refs={"type": "array", "items": BACKEND, "minItems": 1},
)  # fmt: skip
DECISION = names(
    ("name", "description", "priority", "rules", "modelRefs"),
    name=TEXT, description=TEXT, priority={"type": "integer"},
    annotations={"type": "object", "additionalProperties": TEXT},
    rules=names(
        operator={"enum": ["AND", "OR"]},
        conditions={"type": "array", "items": names(type={"const": "metadata"}, name={"pattern": "^[a-z0-9_]+$"})},
    ),
    modelRefs={"type": "array", "items": names(model=TEXT, use_reasoning={"type": "boolean"})},
    plugins={"type": "array", "items": names(type={"const": "fast_response"}, configuration=names(message=TEXT))},
)  # fmt: skip
VLLM_SR = names(
    version={"const": "v0.3"},
    providers=names(defaults=names(model=TEXT), models={"type": "array", "items": SERVED}),
    routing=names(
        modelCards={"type": "array", "items": names(name=TEXT)},
        signals=names(
            metadata={
                "type": "array",
                "items": names(name=TEXT, description=TEXT, key={"enum": ["use_case", "sensitive"]},
                               predicate=names(equals=TEXT)),
            }
        ),
        decisions={"type": "array", "items": DECISION},
    ),
)  # fmt: skip


def by_litellm(text, use_case, sensitive=False, tags=None, down=()):
    """What the proxy does with a request, by its documents: filter by tags, then the fallbacks of the group."""
    said = yaml.safe_load(text)
    assert fault(said, LITELLM) is None
    group = f"nomoat/{use_case}" if use_case or tags is None else "big"
    if sensitive:
        group = f"nomoat-in-house/{use_case}"
    known = {one["model_name"] for one in said["model_list"]}
    if group not in known:
        group = "nomoat-in-house" if sensitive else "nomoat/*"
    behind = {k: v for rule in said["litellm_settings"]["fallbacks"] for k, v in rule.items()}
    for name in (group, *behind.get(group, ())):
        asked = set(tags or ())
        here = [d for d in said["model_list"] if d["model_name"] == name]
        fit = [d for d in here if asked and asked <= set(d["litellm_params"]["tags"])]
        fit = fit or [d for d in here if "default" in d["litellm_params"]["tags"]]
        served = {d["litellm_params"]["model"].removeprefix("openai/") for d in fit} - set(down)
        assert len(served) <= 1, "two models would share the requests"
        if served:
            return served.pop()
    return None


def by_vllm_sr(text, use_case, sensitive=False):
    """The decision of the highest priority whose signals all fire; without one the default."""
    said = yaml.safe_load(text)
    assert fault(said, VLLM_SR) is None
    request = {"use_case": use_case} | ({"sensitive": "yes"} if sensitive else {})
    served = {one["name"]: one["provider_model_id"] for one in said["providers"]["models"]}
    assert {card["name"] for card in said["routing"]["modelCards"]} == set(served)
    fired = {
        one["name"] for one in said["routing"]["signals"]["metadata"]
        if request.get(one["key"]) == one["predicate"]["equals"]
    }  # fmt: skip
    known = {one["name"] for one in said["routing"]["signals"]["metadata"]}
    for one in sorted(said["routing"]["decisions"], key=lambda d: -d["priority"]):
        wanted = {c["name"] for c in one["rules"]["conditions"]}
        assert wanted <= known
        if wanted <= fired:
            assert bool(one["modelRefs"]) != bool(one.get("plugins"))
            return served[one["modelRefs"][0]["model"]] if one["modelRefs"] else None
    return served[said["providers"]["defaults"]["model"]]


def by_python(text, use_case, sensitive=False, on=ON):
    space: dict = {}
    exec(compile(text, "routing.py", "exec"), space)
    found = space["target"](use_case, on, sensitive)
    return None if found is None else found["model"]


def by_openrouter(text, use_case, sensitive=False):
    said = json.loads(text)
    body = (said["sensitive"] if sensitive else said["use_cases"].get(use_case, said["default"]))["body"]
    return body and body["models"][0]


READERS = {"litellm": by_litellm, "vllm-sr": by_vllm_sr, "python": by_python, "openrouter": by_openrouter}
PLANTED = ("Ticket: triage", "sum # up", "other", "never heard of", "")


@pytest.mark.parametrize("house", [(), ("open",), ("closed",), ("open", "closed")])
@pytest.mark.parametrize("name", EMITTERS)
def test_every_gateway_sends_every_request_where_the_policy_does(name, house):
    """Planted requests, read by a small interpreter of each tool's documented rules: no use of the emitter's own code.

    OpenRouter is never in the house.
    """
    url = "https://openrouter.ai/api/v1" if name == "openrouter" else "http://127.0.0.1:1/v1"
    policy, _, _ = made(url, () if name == "openrouter" else house)
    late = policy.expires + timedelta(days=1)
    seen = set()
    for held, on in ((("Ticket: triage",), ON), (("Ticket: triage",), policy.expires), ((), ON), ((), late)):
        text = emit(policy.holding(held), name)
        for use_case in PLANTED:
            for sensitive in (False, True):
                wanted = policy.holding(held).target(use_case, on, sensitive=sensitive)
                more = {"on": on} if name == "python" else {}
                model = READERS[name](text, use_case, sensitive, **more)
                assert model == (wanted and wanted.model), (use_case, sensitive, held, on)
                seen.add(model)
    assert seen >= {"small", "big"}


def test_an_expired_python_file_falls_back_by_itself():
    policy, _, _ = made()
    text = emit(policy, "python")
    assert by_python(text, "Ticket: triage", on=policy.expires) == "small"
    assert by_python(text, "Ticket: triage", on=policy.expires + timedelta(days=1)) == "big"


def test_tags_route_only_where_a_tag_alone_tells_the_use_case():
    """`triage` with any prompt is the use case; `mixed` is it with one prompt only, which a gateway cannot see."""
    text = emit(made()[0], "litellm")
    assert by_litellm(text, "", tags=("triage",)) == "small"
    assert by_litellm(text, "", tags=()) == "big"
    assert by_litellm(text, "", tags=("mixed",)) == "big"
    assert by_litellm(text, "", tags=("summary",)) == "big"
    assert by_litellm(text, "", tags=("triage", "urgent")) == "big"
    assert by_litellm(text, "", tags=("default",)) == "big"


def test_what_was_proven_with_an_adapted_prompt_takes_no_requests_with_the_logged_one():
    policy = made()[0]
    routes = tuple(msgspec.structs.replace(one, adapted="small.txt") for one in policy.routes)
    text = emit(msgspec.structs.replace(policy, routes=routes), "litellm")
    assert by_litellm(text, "", tags=("triage",)) == "big"
    assert by_litellm(text, "Ticket: triage") == "small"
    assert "adapted_prompt: small.txt" in text


def test_a_star_in_a_name_sends_nothing_unproven_along():
    """To LiteLLM (1.106.2, tried) a group `nomoat/*` serves every `nomoat/...` that somebody asks for."""
    policy = made(house=("open",))[0]
    routes = tuple(msgspec.structs.replace(policy.routes[0], use_case=name) for name in ("*", "_", "sum*", "sum_"))
    groups = [
        one["model_name"]
        for one in yaml.safe_load(emit(msgspec.structs.replace(policy, routes=routes), "litellm"))["model_list"]
    ]
    assert [group for group in groups if "*" in group] == ["nomoat/*"], "which goes to the incumbent"
    assert len({group for group in groups if group.startswith("nomoat/")}) == 5


@pytest.mark.parametrize("name", EMITTERS)
def test_every_file_says_how_a_request_reaches_its_route(name):
    """Without it somebody loads the file, and wonders why nothing moves."""
    policy = made("https://openrouter.ai/api/v1")[0]
    said = " ".join(emit(policy, name).split())
    assert reached(policy, name)[1:] in said
    told = (
        "nomoat/Ticket: triage: a use case without a route is answered by big; requests for big whose one tag is triage"
    )
    assert (told in said) == (name == "litellm")
    assert f"At {name}, {reached(policy, name)}." in policy_text(policy, 500, [name])
    assert "big stays behind every route" in policy_text(policy, 500)
    none = msgspec.structs.replace(policy, routes=())
    assert "all requests go where they went" in emit(none, name)
    assert "every route" not in policy_text(none, 500, [name])


@pytest.mark.parametrize("name", EMITTERS)
def test_what_is_void_is_said_to_be_back_and_not_to_have_moved(name):
    policy = made("https://openrouter.ai/api/v1")[0]
    assert "1 use case may go elsewhere; everything else stays with big.\n" in policy_text(policy, 500)
    void = policy.holding(())
    said = policy_text(void, 500)
    assert "0 use cases may go elsewhere; everything else stays with big. Ticket: triage went back" in said
    text = emit(void, name)
    assert "On the incumbent again, as the proof holds no more: Ticket: triage." in text or '"back": [' in text
    assert "On the incumbent again" not in emit(policy, name)


def test_a_reviewer_reads_no_anchors():
    assert "&id" not in emit(made(house=("open",))[0], "litellm")
    assert "&id" not in emit(made(house=("open",))[0], "vllm-sr")


def test_when_the_candidate_is_down_the_incumbent_answers_and_nothing_sensitive_leaves():
    text = emit(made(house=("open",))[0], "litellm")
    assert by_litellm(text, "Ticket: triage", down=("small",)) == "big"
    assert by_litellm(text, "", tags=("triage",), down=("small",)) == "big"
    assert by_litellm(text, "Ticket: triage", tags=("triage",), down=("small",)) == "big"
    assert by_litellm(text, "Ticket: triage", tags=("unknown",)) == "small"
    assert by_litellm(text, "Ticket: triage", sensitive=True) == "small"
    assert by_litellm(text, "Ticket: triage", sensitive=True, down=("small",)) is None


def test_openrouter_gets_models_in_order_and_refuses_servers_it_does_not_know():
    policy, _, _ = made("https://openrouter.ai/api/v1")
    said = json.loads(emit(policy, "openrouter"))
    assert said["use_cases"]["Ticket: triage"]["body"] == {"models": ["small", "big"]}
    assert said["default"]["body"] == {"models": ["big"]}
    with pytest.raises(InputError, match="not at OpenRouter"):
        emit(made()[0], "openrouter")


def test_a_name_with_a_line_break_ends_no_comment():
    policy = msgspec.structs.replace(made()[0], made_from="run x\nimport os\nraise SystemExit", sentence="a\nb: c")
    assert by_python(emit(policy, "python"), "Ticket: triage") == "small"
    assert set(yaml.safe_load(emit(policy, "litellm"))) == {"model_list", "router_settings", "litellm_settings"}


@pytest.mark.parametrize("name", [name for name in EMITTERS if name != "openrouter"])
def test_every_file_carries_its_evidence_its_end_and_no_key(name, monkeypatch):
    monkeypatch.setenv("OPEN_KEY", "sk-secret-value")
    policy, found, _ = made()
    text = emit(policy, name)
    assert found.plan_sha256[:12] in text
    assert policy.expires.isoformat() in text
    assert "sk-secret-value" not in text
    assert "OPEN_KEY" in text
