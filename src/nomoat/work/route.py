"""Which request may go to which model: the policy that a verdict allows, with its evidence and its end?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import msgspec

from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.work.plan import Plan
from nomoat.work.usecase import Assigner
from nomoat.work.verdict import Verdict

FILE = "policy.json"


class Target(Noun, frozen=True, kw_only=True):
    """A server and a model there, at the prices of the day (US dollars a million tokens, None where unknown).

    Keys are names of environment variables. `self_hosted` says that what is sent there does not leave the house.
    """

    endpoint: str
    model: str
    url: str
    key_env: str | None = None
    price_input: float | None = None
    price_output: float | None = None
    price_cached: float | None = None
    self_hosted: bool = False


class Route(Noun, frozen=True, kw_only=True):
    """One use case that was shown to be safe: how its requests are known, where they go, and on what evidence.

    `matchers` are the hard traits of the frozen assigner: a label (`key=value` of the log's hints), a template of the
    system prompt, or one with a slot (words before it, words after it, sixteen digits of both), a response shape; one
    of them fits. `words` says that some requests are known by their words only, which a gateway cannot see. `labels`
    are those that tell the use case by themselves, whatever else a request is.
    """

    use_case: str
    matchers: tuple[dict[str, str], ...]
    labels: tuple[str, ...] = ()
    words: bool
    to: Target
    fallback: Target
    margin: float
    e_value: float
    evidence: str  # run and plan
    share_requests: float | None
    adapted: str | None = None  # file of the adapted system prompt that it was proven with; programs have to send it
    openness: str | None = None  # class of the model that it goes to; None: nobody says
    openness_by: str | None = None  # who says so, and the licence


class Policy(Noun, frozen=True, kw_only=True):
    """What a verdict allows until `expires`; everything else goes to `default`."""

    schema_version: int = SCHEMA_VERSION
    made_from: str
    sentence: str
    fixed_on: date
    expires: date | None
    void_if: tuple[str, ...]
    default: Target
    routes: tuple[Route, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()

    def target(self, use_case: str, on: date, *, sensitive: bool = False) -> Target | None:
        """Where a request of a use case goes on a day: to the proven model, or after the end to the default.

        A sensitive one goes to that of the two that is self-hosted, and to None, nowhere, where neither is: what was
        flagged leaves the house for no route.
        """
        proven = next((route.to for route in self.routes if route.use_case == use_case), self.default)
        chosen = self.default if self.expires is None or on > self.expires else proven
        if not sensitive or chosen.self_hosted:
            return chosen
        return self.default if self.default.self_hosted else None

    @property
    def back(self) -> tuple[Route, ...]:
        """The routes that do not hold any more and are on their fallback."""
        return tuple(route for route in self.routes if route.to == route.fallback)

    def holding(self, holds: Collection[str]) -> Policy:
        """The same with the use cases that do not hold any more on their fallback: what `nomoat work watch` voids."""
        routes = (r if r.use_case in holds else msgspec.structs.replace(r, to=r.fallback) for r in self.routes)
        return msgspec.structs.replace(self, routes=tuple(routes))


def route(found: Verdict, plan: Plan, assigner: Assigner) -> Policy:
    """The policy of a verdict: listed use cases go to their candidate, all others stay with the incumbent.

    Raises InputError where the verdict is of another plan, or the use cases have several incumbents and none is
    everybody's default.
    """
    if found.plan_sha256 != plan.sha256:
        raise InputError(
            f"The verdict is of plan {found.plan_sha256[:12]}, and this one is {str(plan.sha256)[:12]}",
            "verdict and plan of one run",
            "nomoat work prove",
        )
    targets = {
        name: Target(
            endpoint=name, model=e.model, url=e.url, key_env=e.key_env, price_input=e.price_input,
            price_output=e.price_output, price_cached=e.price_cached, self_hosted=e.self_hosted,
        )
        for name, e in plan.endpoints.items()
    }  # fmt: skip
    incumbents = sorted({case.incumbent for case in plan.use_cases})
    if len(incumbents) != 1:
        raise InputError(f"The plan has {len(incumbents)} incumbents", "one, which serves all that is not listed")
    evidence = made_from(found)
    routes = tuple(
        Route(
            use_case=case.use_case,
            matchers=tuple(_matchers(assigner, case.use_case)),
            labels=tuple(_alone(assigner, case.use_case)),
            words=any(r.cluster is not None for r in assigner.rules if _name(assigner, r.id) == case.use_case),
            to=targets[case.candidate],
            fallback=targets[case.incumbent],
            margin=case.margin,
            e_value=case.e_safe,
            evidence=evidence,
            share_requests=case.share_requests,
            adapted=case.adapted,
            openness=case.openness,
            openness_by=case.openness_by,
        )
        for case in found.cases
        if case.status == "safe"
    )
    left = [case.use_case for case in found.cases if case.status != "safe"]
    stays = f"not shown to be safe, they stay: {', '.join(left)}"
    return Policy(
        made_from=evidence,
        sentence=found.sentence,
        fixed_on=found.fixed_on,
        expires=found.holds_until,
        void_if=(
            "an endpoint serves another model or version than it did in the run",
            "a price of an endpoint changes",
            "the traffic of a use case drifts",
            *(["a request goes out without its adapted prompt"] if any(r.adapted for r in routes) else []),
            *(["a request goes out unmasked: the proof's prompts held no personal data"] if plan.redact else []),
        ),
        default=targets[incumbents[0]],
        routes=routes,
        left_out=(LeftOut(what="use cases", count=len(left), why=stays),) if left else (),
    )


def made_from(found: Verdict) -> str:
    """What a policy says of the verdict that it was made from."""
    return f"run {found.run}, plan {found.plan_sha256[:12]}"


def _name(assigner: Assigner, rule: str) -> str:
    return assigner.names.get(rule, rule)


def _matchers(assigner: Assigner, use_case: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for rule in assigner.rules:
        filled = None if rule.slot is None else f"{rule.slot.before} {rule.slot.after} {rule.slot.said}"
        traits = {"label": rule.label, "template": rule.template, "shape": rule.shape, "slot": filled}
        known = {key: value for key, value in traits.items() if value is not None}
        if _name(assigner, rule.id) == use_case and known:
            found.append(known)
    return found


def _alone(assigner: Assigner, use_case: str) -> list[str]:
    """The labels that this use case has to itself, and that tell it without template and shape.

    Where a rule also asks for a template, requests with the label and another prompt are of no use case: a gateway
    that sees labels alone would send them along, and nothing was proven of them.
    """
    owners: dict[str, set[str]] = {}
    bare = set()
    for rule in assigner.rules:
        if rule.label is not None:
            owners.setdefault(rule.label, set()).add(_name(assigner, rule.id))
            if rule.template is None and rule.shape is None and rule.slot is None:
                bare.add(rule.label)
    return sorted(label for label, names in owners.items() if names == {use_case} and label in bare)


def read(raw: bytes) -> Policy:
    """A policy.json; raises InputError for anything else."""
    try:
        return msgspec.json.decode(raw, type=Policy)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"This is no policy: {error}", "policy.json as nomoat work route wrote it") from None


def evidence(policy: Policy, route: Route) -> Mapping[str, Any]:
    """What an emitted configuration says of a route, so that whoever reads it can find the proof."""
    adapted = {"adapted_prompt": route.adapted} if route.adapted else {}
    return {
        "use_case": route.use_case,
        **adapted,
        "evidence": route.evidence,
        "margin": route.margin,
        "e_value": float(f"{route.e_value:.3g}"),
        "expires": policy.expires.isoformat() if policy.expires else None,
    }
