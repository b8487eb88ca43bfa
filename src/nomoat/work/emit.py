"""How does a policy look as the configuration of a gateway?

Written from what each tool documents (read 2026-11-22): LiteLLM `proxy/configs` and `proxy/tag_routing`, OpenRouter
`guides/routing` (model fallbacks), vLLM Semantic Router `config/config.yaml` of v0.3. Keys are named by their
environment variables, never written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from nomoat.errors import InputError, UnknownName
from nomoat.work.endpoint import CHAT
from nomoat.work.route import Policy, Route, Target, evidence

TAGS = ("tag",)  # labels of a log that LiteLLM routes by: its request tags


def litellm(policy: Policy) -> str:
    """A config.yaml of the LiteLLM proxy: a model group a use case, with the incumbent behind it.

    Programs ask for the group's name, `nomoat/USE CASE`; where the log told use cases by request tags, requests that
    ask for the incumbent's model with such a tag go to the candidate as well.
    """
    default = policy.default
    deployments = [_deployment(default.model, default, {"tags": ["default"]}, {"nomoat": {"default": True}})]
    fallbacks = []
    for route in policy.routes:
        said = {"nomoat": dict(evidence(policy, route))}
        group = f"nomoat/{route.use_case}"
        tags = _tags(route)
        # With tag filtering on, a group whose deployments carry none of a request's tags, nor "default", serves nobody.
        deployments.append(_deployment(group, route.to, {"tags": ["default", *tags]}, said))
        fallbacks.append({group: [default.model]})
        if tags:
            deployments.append(_deployment(default.model, route.to, {"tags": tags}, said))
    return _yaml(
        {
            "model_list": deployments,
            "router_settings": {"enable_tag_filtering": True},
            "litellm_settings": {"fallbacks": fallbacks},
        },
        policy,
    )


def openrouter(policy: Policy) -> str:
    """What each use case puts into its request to OpenRouter: models in order of preference.

    Raises InputError where an endpoint is not OpenRouter's, whose names of models alone it knows.
    """
    targets = {policy.default.endpoint: policy.default} | {r.to.endpoint: r.to for r in policy.routes}
    for name, target in targets.items():
        if not (urlsplit(target.url).hostname or "").endswith("openrouter.ai"):
            raise InputError(
                f"Endpoint {name!r} is not at OpenRouter", "endpoints at openrouter.ai, whose model names it knows",
                "--to litellm, or --to python",
            )  # fmt: skip
    bodies = {
        route.use_case: {
            "body": {"models": list(dict.fromkeys([route.to.model, route.fallback.model]))},
            **evidence(policy, route),
        }
        for route in policy.routes
    }
    said = {"expires": _day(policy), "default": {"body": {"models": [policy.default.model]}}, "use_cases": bodies}
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def vllm_sr(policy: Policy) -> str:
    """A v0.3 fragment for the vLLM Semantic Router: a decision a use case, known by the request's metadata `use_case`.

    Merge it into a configuration with listeners; the evidence stands in the annotations of each decision.
    """
    targets = {target.model: target for target in (policy.default, *(route.to for route in policy.routes))}
    models = [
        {
            "name": name,
            "provider_model_id": name,
            "api_format": "openai",
            "backend_refs": [
                {"name": target.endpoint, "base_url": _base(target), "weight": 100}
                | ({"api_key_env": target.key_env} if target.key_env else {})
            ],
        }
        for name, target in targets.items()
    ]
    signals = [
        {"name": _slug(route), "key": "use_case", "predicate": {"equals": route.use_case},
         "description": f"Requests of use case {route.use_case}."}
        for route in policy.routes
    ]  # fmt: skip
    decisions = [
        {
            "name": f"{_slug(route)}_route",
            "description": f"Shown to lose less than {route.margin:g} against {route.fallback.model}.",
            "priority": 100,
            "annotations": {key: str(value) for key, value in evidence(policy, route).items()},
            "rules": {"operator": "AND", "conditions": [{"type": "metadata", "name": _slug(route)}]},
            "modelRefs": [{"model": route.to.model, "use_reasoning": False}],
        }
        for route in policy.routes
    ]
    return _yaml(
        {
            "version": "v0.3",
            "providers": {"defaults": {"model": policy.default.model}, "models": models},
            "routing": {"signals": {"metadata": signals}, "decisions": decisions},
        },
        policy,
    )


def python(policy: Policy) -> str:
    """A Python file without imports but `datetime`: `target(use_case, on)` gives address, model and key's variable."""
    table = {route.use_case: _plain(route.to) | {"evidence": dict(evidence(policy, route))} for route in policy.routes}
    expires = f"date.fromisoformat({_day(policy)!r})" if policy.expires else "None"
    return "\n".join(
        [
            '"""Where a request goes, by its use case: written by nomoat work route."""',
            "",
            "from datetime import date",
            "",
            *(f"# {line}" for line in _head(policy)),
            f"EXPIRES = {expires}",
            f"DEFAULT = {_plain(policy.default)!r}",
            f"PROVEN = {table!r}",
            "",
            "",
            "def target(use_case: str, on: date) -> dict:",
            '    """The proven model of a use case until the proof ends; the default for all others, and after it."""',
            "    if EXPIRES is None or on > EXPIRES:",
            "        return DEFAULT",
            "    return PROVEN.get(use_case, DEFAULT)",
            "",
        ]
    )


EMITTERS: dict[str, tuple[str, Callable[[Policy], str]]] = {
    "litellm": ("litellm.yaml", litellm),
    "openrouter": ("openrouter.json", openrouter),
    "vllm-sr": ("vllm-sr.yaml", vllm_sr),
    "python": ("routing.py", python),
}


def emit(policy: Policy, name: str) -> str:
    """The policy as the configuration of a tool; raises UnknownName.

    >>> emit(None, "envoy")
    Traceback (most recent call last):
    ...
    nomoat.errors.UnknownName: No gateway 'envoy'. Expected one of 'litellm', 'openrouter', 'vllm-sr', 'python'.
    """
    if name not in EMITTERS:
        raise UnknownName.of("gateway", name, EMITTERS)
    return EMITTERS[name][1](policy)


def _deployment(group: str, to: Target, params: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, Any]:
    key = {"api_key": f"os.environ/{to.key_env}"} if to.key_env else {"api_key": "none"}
    return {
        "model_name": group,
        "litellm_params": {"model": f"openai/{to.model}", "api_base": _base(to), **key, **params},
        "model_info": dict(info),
    }


def _tags(route: Route) -> list[str]:
    labels = [known["label"].partition("=") for known in route.matchers if "label" in known]
    return sorted({value for key, _, value in labels if key in TAGS})


def _base(to: Target) -> str:
    return to.url.rstrip("/").removesuffix(CHAT)


def _plain(to: Target) -> dict[str, Any]:
    return {"url": _base(to), "model": to.model, "key_env": to.key_env}


def _slug(route: Route) -> str:
    from hashlib import sha256

    word = re.sub(r"[^a-z0-9]+", "_", route.use_case.casefold()).strip("_")
    # Two names that differ in signs alone must not become one signal.
    return f"{word or 'use_case'}_{sha256(route.use_case.encode()).hexdigest()[:6]}"


def _day(policy: Policy) -> str | None:
    return policy.expires.isoformat() if policy.expires else None


def _head(policy: Policy) -> list[str]:
    lines = [policy.sentence, f"From {policy.made_from}; margins fixed {policy.fixed_on}; expires {_day(policy)}."]
    return [*lines, "Void before that if " + "; or if ".join(policy.void_if) + "."]


def _yaml(said: Mapping[str, Any], policy: Policy) -> str:
    import yaml

    head = "".join(f"# {line}\n" for line in _head(policy))
    return head + yaml.safe_dump(dict(said), sort_keys=False, allow_unicode=True)
