"""How does a policy look as the configuration of a gateway?

Written from what each tool documents (read 2026-11-22): LiteLLM `proxy/configs`, `proxy/tag_routing` and
`proxy/reliability`, OpenRouter `guides/routing` (model fallbacks), vLLM Semantic Router `config/config.yaml` of v0.3
(its versions before 2026-08 call `providers.defaults.model` `default_model`). Tried with LiteLLM 1.106.2's Router,
names with quotes, line breaks and stars among them, and with `vllm-sr config validate` of 0.4.0. Keys are named by
their environment variables, never written. Files of gateways do not end by themselves: `nomoat work route --on DATE`
writes them anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from nomoat.errors import InputError, UnknownName
from nomoat.work.endpoint import CHAT
from nomoat.work.route import Policy, Route, Target, evidence

TAG = "tag="  # labels of a log that LiteLLM routes by: its request tags
FALLBACK, IN_HOUSE = "nomoat-fallback", "nomoat-in-house"
SENSITIVE = "sensitive"  # request metadata by which a program says that a request may not leave the house


def litellm(policy: Policy) -> str:
    """A config.yaml of the LiteLLM proxy: a model group a use case, with the incumbent behind it.

    Programs ask for the group `nomoat/USE CASE` (a star in its name becomes `_`, and a digest ends it); where a request
    tag tells the use case by itself, requests for the incumbent's model with that tag and no other go to the candidate
    as well. A use case without a route is answered by the incumbent under `nomoat/*`. Sensitive requests ask for
    `nomoat-in-house/USE CASE`, or for `nomoat-in-house`: a group that is not there answers with an error, and nothing
    leaves the house.
    """
    default, all_tags = policy.default, sorted({tag for route in policy.routes for tag in _tags(route)})
    # A tag that is known and served by nobody at the moment goes to the default, not to an error.
    incumbent = {"nomoat": {"default": True}, **({"allow_fail_open": True} if all_tags else {})}
    groups = [_deployment(default.model, default, "default", incumbent)]
    fallbacks: list[dict[str, list[str]]] = [{default.model: [FALLBACK]}] if all_tags else []
    for route in policy.routes:
        said, name = {"nomoat": dict(evidence(policy, route))}, _group(route)
        group = f"nomoat/{name}"
        groups.append(_deployment(group, route.to, "default", said))
        if route.to != default:
            fallbacks.append({group: [FALLBACK]})
            groups += [_deployment(default.model, route.to, tag, said) for tag in _tags(route)]
        if route.to.self_hosted:
            groups.append(_deployment(f"{IN_HOUSE}/{name}", route.to, "default", said))
            if default.self_hosted and route.to != default:
                fallbacks.append({f"{IN_HOUSE}/{name}": [IN_HOUSE]})
        elif default.self_hosted:
            groups.append(_deployment(f"{IN_HOUSE}/{name}", default, "default", incumbent))
    if default.self_hosted:
        groups.append(_deployment(IN_HOUSE, default, "default", incumbent))
    # A program may name all its requests by use case: one without a route must not end in an error (tried, 1.106.2).
    groups.append(_deployment("nomoat/*", default, "default", incumbent))
    # Not the default's own group: there a tag would send what fell back to the candidate again.
    groups.append(_deployment(FALLBACK, default, "default", {"nomoat": {"default": True}}))
    return _yaml(
        "litellm",
        {
            "model_list": groups,
            # With any of several tags, a request would go where only one of them was proven.
            "router_settings": {"enable_tag_filtering": True, "tag_filtering_match_any": False},
            "litellm_settings": {"fallbacks": fallbacks},
        },
        policy,
    )


def openrouter(policy: Policy) -> str:
    """What each use case puts into its request to OpenRouter: models in order of preference.

    A sensitive request goes there with no body at all: its `body` is null. Raises InputError where an endpoint is not
    OpenRouter's, whose names of models alone it knows.
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
    said = {
        "expires": _day(policy),
        "how": _sentence(reached(policy, "openrouter")),
        "back": [route.use_case for route in policy.back],
        "default": {"body": {"models": [policy.default.model]}},
        SENSITIVE: {"body": None},
        "use_cases": bodies,
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def vllm_sr(policy: Policy) -> str:
    """A v0.3 fragment for the vLLM Semantic Router: a decision a use case, known by the request's metadata `use_case`.

    Metadata `sensitive: "yes"` keeps a request in the house: it is answered by a self-hosted model, or by a refusal
    without one. Merge it into a configuration with listeners; the evidence stands in the annotations.
    """
    targets = {t.endpoint: t for t in (policy.default, *(route.to for route in policy.routes))}
    models = [
        {
            "name": name,
            "provider_model_id": target.model,
            "api_format": "openai",
            "backend_refs": [
                {"name": name, "provider": "openai", "base_url": _base(target), "chat_path": CHAT, "weight": 100}
                | ({"api_key_env": target.key_env} if target.key_env else {})
            ],
        }
        for name, target in targets.items()
    ]
    signals = [_signal(SENSITIVE, SENSITIVE, "yes", "Requests that may not leave the house.")]
    signals += [_signal(_slug(r), "use_case", r.use_case, f"Requests of use case {r.use_case}.") for r in policy.routes]
    decisions = [_decision(SENSITIVE, 300, [SENSITIVE], policy.default, "Requests that may not leave the house.")]
    for route in policy.routes:
        shown = f"Shown to lose less than {route.margin:g} against {route.fallback.model}."
        notes = {"annotations": {key: str(value) for key, value in evidence(policy, route).items()}}
        decisions.append(_decision(f"{_slug(route)}_route", 100, [_slug(route)], route.to, shown) | notes)
        if route.to.self_hosted:
            name = f"{_slug(route)}_{SENSITIVE}"
            decisions.append(_decision(name, 400, [SENSITIVE, _slug(route)], route.to, shown) | notes)
    return _yaml(
        "vllm-sr",
        {
            "version": "v0.3",
            "providers": {"defaults": {"model": policy.default.endpoint}, "models": models},
            "routing": {
                "modelCards": [{"name": name} for name in targets],
                "signals": {"metadata": signals},
                "decisions": decisions,
            },
        },
        policy,
    )


def _signal(name: str, key: str, value: str, description: str) -> dict[str, Any]:
    return {"name": name, "description": description, "key": key, "predicate": {"equals": value}}


def _decision(name: str, priority: int, signals: list[str], to: Target, description: str) -> dict[str, Any]:
    """A decision on all signals; of sensitive requests with a model in the house, or a refusal that calls none."""
    kept_out = SENSITIVE in signals and not to.self_hosted
    refusal = "This request may not leave the house, and no model in the house was shown to be fit for it."
    return {
        "name": name,
        "description": description,
        "priority": priority,
        "rules": {"operator": "AND", "conditions": [{"type": "metadata", "name": one} for one in signals]},
        "modelRefs": [] if kept_out else [{"model": to.endpoint, "use_reasoning": False}],
    } | ({"plugins": [{"type": "fast_response", "configuration": {"message": refusal}}]} if kept_out else {})


def python(policy: Policy) -> str:
    """A Python file without imports but `datetime`: `target(use_case, on)` gives address, model and key's variable."""
    table = {route.use_case: _plain(route.to) | {"evidence": dict(evidence(policy, route))} for route in policy.routes}
    expires = f"date.fromisoformat({_day(policy)!r})" if policy.expires else "None"
    return "\n".join(
        [
            '"""Where a request goes, by its use case: written by nomoat work route."""',
            "",
            "from __future__ import annotations",
            "",
            "from datetime import date",
            "",
            *(f"# {line}" for line in _head(policy, "python")),
            f"EXPIRES = {expires}",
            f"DEFAULT = {_plain(policy.default)!r}",
            f"PROVEN = {table!r}",
            "",
            "",
            "def target(use_case: str, on: date, sensitive: bool = False) -> dict | None:",
            '    """The proven model of a use case until the proof ends; the default for all others, and after it.',
            "",
            "    A sensitive request goes to one of the two that is in the house, or to None: nowhere.",
            '    """',
            "    chosen = DEFAULT if EXPIRES is None or on > EXPIRES else PROVEN.get(use_case, DEFAULT)",
            '    if not sensitive or chosen["in_house"]:',
            "        return chosen",
            '    return DEFAULT if DEFAULT["in_house"] else None',
            "",
        ]
    )


EMITTERS: dict[str, tuple[str, Callable[[Policy], str]]] = {
    "litellm": ("litellm.yaml", litellm),
    "openrouter": ("openrouter.json", openrouter),
    "vllm-sr": ("vllm-sr.yaml", vllm_sr),
    "python": ("routing.py", python),
}


def reached(policy: Policy, name: str) -> str:
    """How a request comes to a route of a gateway's file: what programs have to say, as none of them can guess."""
    if not policy.routes:
        return "no route is in it: all requests go where they went"
    if name == "litellm":
        tagged = sorted({tag for route in policy.routes if route.to != policy.default for tag in _tags(route)})
        said = (
            f"; requests for {policy.default.model} whose one tag is {' or '.join(tagged)} go along" if tagged else ""
        )
        first = f"nomoat/{_group(policy.routes[0])}"
        rest = f"a use case without a route is answered by {policy.default.model}"
        return f"programs ask for a model named nomoat/USE CASE, such as {first}: {rest}{said}; all else is as it was"
    return {
        "openrouter": "programs put the use case's body into their request",
        "vllm-sr": "programs say the use case in the request's metadata, use_case; all else is as it was",
        "python": "programs call target(use_case, on) and ask the model that it names",
    }[name]


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


def _deployment(group: str, to: Target, tag: str, info: Mapping[str, Any]) -> dict[str, Any]:
    key = {"api_key": f"os.environ/{to.key_env}"} if to.key_env else {"api_key": "none"}
    return {
        "model_name": group,
        "litellm_params": {"model": f"openai/{to.model}", "api_base": _base(to), **key, "tags": [tag]},
        "model_info": dict(info),
    }


def _tags(route: Route) -> list[str]:
    """Request tags that tell the use case by themselves; signs that LiteLLM reads as its own are none.

    What was proven with an adapted prompt is no route for requests that carry the logged one.
    """
    if route.adapted:
        return []
    tags = (label.removeprefix(TAG) for label in route.labels if label.startswith(TAG))
    return sorted(tag for tag in tags if tag != "default" and "," not in tag and tag[:1] not in ("!", "&", ""))


def _group(route: Route) -> str:
    """The use case's name in that of its model group: to LiteLLM a star means any name, also of what was not proven."""
    return f"{route.use_case.replace('*', '_')}-{_digest(route)}" if "*" in route.use_case else route.use_case


def _base(to: Target) -> str:
    return to.url.rstrip("/").removesuffix(CHAT)


def _plain(to: Target) -> dict[str, Any]:
    return {"url": _base(to), "model": to.model, "key_env": to.key_env, "in_house": to.self_hosted}


def _slug(route: Route) -> str:
    word = re.sub(r"[^a-z0-9]+", "_", route.use_case.casefold()).strip("_")
    return f"{word or 'use_case'}_{_digest(route)}"


def _digest(route: Route) -> str:
    """Two names that differ in signs alone must not become one signal or one group."""
    from hashlib import sha256

    return sha256(route.use_case.encode()).hexdigest()[:6]


def _day(policy: Policy) -> str | None:
    return policy.expires.isoformat() if policy.expires else None


def _names(routes: Sequence[Route]) -> str:
    return ", ".join(route.use_case for route in routes)


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}."


def _head(policy: Policy, name: str) -> list[str]:
    lines = [policy.sentence, f"From {policy.made_from}; margins fixed {policy.fixed_on}; expires {_day(policy)}."]
    lines.append("Void before that if " + "; or if ".join(policy.void_if) + ".")
    if policy.back:
        lines.append(f"On the incumbent again, as the proof holds no more: {_names(policy.back)}.")
    lines.append(_sentence(reached(policy, name)))
    # They become comments: a name with a line break in it would end one.
    return [" ".join(line.split()) for line in lines]


def _yaml(name: str, said: Mapping[str, Any], policy: Policy) -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes what comes twice twice: a reviewer reads no anchors."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    head = "".join(f"# {line}\n" for line in _head(policy, name))
    return head + yaml.dump(dict(said), Dumper=Plain, sort_keys=False, allow_unicode=True)
