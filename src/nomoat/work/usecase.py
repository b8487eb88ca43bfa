"""Which use case is a request of? Rules that were found once, named by people in usecases.toml, and then frozen."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.work import toml
from nomoat.work.cluster import Clusters, fit, require
from nomoat.work.formats.gateways import SUM
from nomoat.work.request import Request
from nomoat.work.slots import FILLINGS, Slot, slots, words_of
from nomoat.work.store import requests
from nomoat.work.template import SHORTER, Traits, asked, system_prompt, titles, traits

FILE, FROZEN = "usecases.toml", "assigner.json"
OTHER = "other"
LEAST = 20  # requests; fewer are no use case of their own
LEAST_SHARE = 0.005
MOST = 200_000  # different traits that are counted; later new ones count as without a template
MUCH = 2_000  # characters of a system prompt that are looked at for a name
MANY = 20  # fillings of one place in a prompt: no log has so many use cases that differ in a word
STEPS = len(SHORTER) + 3  # from all that tells a use case to its label alone
SAMPLE = 20_000  # requests that clusters are looked for in
FITTED = 64  # of 256: the conversations that clusters are fitted on, by the first byte of their hash


class Rule(Noun, frozen=True, kw_only=True):
    """One use case as it was found: requests with these traits, or in this cluster of words."""

    id: str
    label: str | None = None
    template: str | None = None
    shape: str | None = None
    cluster: int | None = None
    slot: Slot | None = None  # in place of a template: a prompt with something filled in
    suggested: str = ""
    example: str = ""  # the beginning of one prompt, for the person who names it


class Assigner(Noun, frozen=True, kw_only=True):
    """The frozen assigner: what says of every request, logged or new, which use case it is of.

    `names` maps a rule to the name a person gave it; rules of one name are one use case. A request that no rule fits
    is "other".
    """

    schema_version: int = SCHEMA_VERSION
    rules: tuple[Rule, ...] = ()
    clusters: Clusters = msgspec.field(default_factory=lambda: Clusters(rarity={}, clusters=()))
    names: dict[str, str] = msgspec.field(default_factory=dict)

    def assign(self, request: Request) -> str:
        """The name of the use case of a request.

        >>> found = Assigner(rules=(Rule(id="u1", label="tag=triage"),), names={"u1": "ticket triage"})
        >>> one = Request(request_id="a", conversation_id="a", model="m", hints={"tag": "triage"})
        >>> found.assign(one), found.assign(msgspec.structs.replace(one, hints={}))
        ('ticket triage', 'other')
        """
        rule = self.rule(request)
        return OTHER if rule is None else self.names.get(rule.id, rule.id)

    def rule(self, request: Request) -> Rule | None:
        """The rule that fits a request: all its traits, else less of its system prompt, else without its shape, else
        its words.
        """
        table, filled = _table(self.rules)
        found = traits(request)
        for step, key in enumerate(_keys(found)):
            if key in table:
                return table[key]
            if not step and filled and found.template:
                words = words_of(system_prompt(request.messages or ()))
                for rule in filled:
                    if (rule.label, rule.shape) == (found.label, found.shape) and rule.slot and rule.slot.fits(words):
                        return rule
        at = self.clusters.nearest(asked(request.messages or ())) if self.clusters.clusters else None
        return None if at is None else next(rule for rule in self.rules if rule.cluster == at)

    def fitted(self, conversation_id: str) -> bool:
        """Whether a conversation helped to find the clusters; the proof of a cluster needs others."""
        return bool(self.clusters.clusters) and _is_fitted(conversation_id)

    @property
    def use_cases(self) -> tuple[str, ...]:
        """The names, each once, in the order of the rules."""
        return tuple(dict.fromkeys(self.names.get(rule.id, rule.id) for rule in self.rules))


class Found(Noun, frozen=True, kw_only=True):
    """One use case of a work folder: how much of its traffic, how it is known, and who serves it."""

    name: str
    ids: tuple[str, ...]
    known_by: tuple[str, ...]
    requests: int
    conversations: int
    share: float
    spend_usd: float | None
    spend_share: float | None
    model: str  # the most used
    bodies: int  # requests whose prompts were logged
    example: str


class UseCases(Noun, frozen=True, kw_only=True):
    """The use cases of a work folder, the largest first, "other" last."""

    schema_version: int = SCHEMA_VERSION
    folder: str
    requests: int
    use_cases: tuple[Found, ...]
    confirmed: bool  # whether usecases.toml says so
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def discover(
    folder: Path, *, clusters: bool = True, seed: int = 0, embed: Callable[[list[str]], Any] | None = None
) -> Assigner:
    """Find use cases in the requests of `folder`: hard traits first, clusters of words in what is left.

    A label, template and shape that LEAST requests and half a percent of all share make a use case. Among requests
    without label and system prompt, clusters are looked for (`cluster.fit`; raises MissingExtra without scikit-learn),
    in the vectors that `embed` gives for their texts where it is there.
    """
    counts: Counter[Traits] = Counter()
    examples: dict[Traits, str] = {}
    prompts: dict[str, str] = {}
    seen: set[Traits] = set()
    left: list[str] = []
    total = 0
    for request in _single(folder):
        total += 1
        found = traits(request)
        if len(counts) >= MOST and found not in counts:
            found = found._replace(template=None, beginnings=())
        counts[found] += 1
        if found not in seen and request.messages:
            seen.add(found)
            example = asked(request.messages)[:200] or system_prompt(request.messages)[:200]
            for key in _keys(found):
                examples.setdefault(key, example)
                if key.template:
                    prompts.setdefault(key.template, system_prompt(request.messages)[:MUCH])
        bare = found.label is None and found.template is None and found.shape is None
        if bare and len(left) < SAMPLE and request.messages and _is_fitted(request.conversation_id):
            left.append(asked(request.messages))
    least = max(LEAST, LEAST_SHARE * total) if total >= 1000 else 1 + total // 50
    filled = _filled(counts, prompts, examples, least)
    rules = [*_rules(_kept(counts, least), prompts, examples), *filled]
    rules.sort(key=lambda rule: rule.slot is not None)
    labels = Counter(rule.label for rule in rules)
    said = {rule.id: prompts.get(rule.id, "") for rule in rules if rule.template or rule.slot}
    named = titles({one: one for one in said.values()})  # a prompt that several labels share counts once
    rules = [
        msgspec.structs.replace(
            rule, suggested=_suggested(rule, named.get(said.get(rule.id, ""), ""), labels[rule.label] > 1)
        )
        for rule in rules
    ]
    if clusters and len(left) >= 100:
        require()
        fitted = fit(left, seed=seed, vectors=embed(left) if embed else None)
    else:
        fitted = Clusters(rarity={}, clusters=())
    for at, cluster in enumerate(fitted.clusters):
        rules.append(Rule(id=f"words-{at + 1}", cluster=at, suggested=cluster.label))
    names = _distinct({rule.id: rule.suggested or rule.id for rule in rules})
    return Assigner(rules=tuple(rules), clusters=fitted, names=names)


def freeze(folder: Path, assigner: Assigner) -> Path:
    """Write the assigner, and usecases.toml for a person to name what it finds; returns that file."""
    (folder / FROZEN).write_text(assigner.json() + "\n", encoding="utf-8")
    path = folder / FILE
    path.write_text(_toml(assigner), encoding="utf-8")
    return path


def assigner(folder: Path) -> Assigner:
    """The frozen assigner of a work folder, under the names that usecases.toml gives now.

    Raises InputError where no use cases were looked for yet, or a file is not what was written.
    """
    try:
        frozen = msgspec.json.decode((folder / FROZEN).read_bytes(), type=Assigner)
        said = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise InputError(f"There is no {name} in {folder}", "use cases", "nomoat work usecases") from None
    except (msgspec.DecodeError, msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"The use cases in {folder} cannot be read: {error}", "the file as it was written, names changed",
            "nomoat work usecases --again",
        ) from None  # fmt: skip
    return msgspec.structs.replace(frozen, names=_named(frozen, said, folder))


def usecases(folder: Path) -> UseCases:
    """How much of the traffic of `folder` each use case is, by the frozen assigner."""
    frozen = assigner(folder)
    tally: dict[str, Counter[str]] = {}
    talks: dict[str, set[int]] = {}
    money: dict[str, float] = {}
    total, priced = 0, 0
    for request in _single(folder):
        name = frozen.assign(request)
        one = tally.setdefault(name, Counter())
        one["requests"] += 1
        one["bodies"] += request.messages is not None
        one[f"model {request.model}"] += 1
        talks.setdefault(name, set()).add(hash(request.conversation_id))
        if request.cost_usd is not None:
            money[name] = money.get(name, 0.0) + request.cost_usd
            priced += 1
        total += 1
    spend = sum(money.values())
    found = [_found(name, frozen, one, len(talks[name]), total, money.get(name), spend) for name, one in tally.items()]
    found.sort(key=lambda one: (one.name == OTHER, -one.requests, one.name))
    left = LeftOut(what="requests without a cost", count=total - priced, why="their spend is missing, not zero")
    edited = (folder / FILE).read_text(encoding="utf-8") != _toml(msgspec.json.decode(
        (folder / FROZEN).read_bytes(), type=Assigner))  # fmt: skip
    return UseCases(
        folder=str(folder), requests=total, use_cases=tuple(found), confirmed=edited,
        left_out=(left,) if left.count else (),
    )  # fmt: skip


def _single(folder: Path) -> Iterator[Request]:
    """The requests, without rows that stand for a day's sum of them."""
    return (request for request in requests(folder) if not request.status.startswith(SUM))


def _found(
    name: str, frozen: Assigner, one: Counter[str], talks: int, total: int, money: float | None, spend: float
) -> Found:
    rules = [rule for rule in frozen.rules if frozen.names.get(rule.id, rule.id) == name]
    models = [(count, key[6:]) for key, count in one.items() if key.startswith("model ")]
    return Found(
        name=name, ids=tuple(rule.id for rule in rules),
        known_by=tuple(dict.fromkeys(_known_by(rule) for rule in rules)), requests=one["requests"],
        conversations=talks, share=one["requests"] / total, spend_usd=money,
        spend_share=money / spend if money is not None and spend > 0 else None,
        model=max(models, key=lambda entry: (entry[0], entry[1]))[1], bodies=one["bodies"],
        example=next((rule.example for rule in rules if rule.example), ""),
    )  # fmt: skip


def _rules(kept: Iterable[Traits], prompts: dict[str, str], examples: Mapping[Traits, str]) -> Iterator[Rule]:
    """The rule of each of these traits; its prompt is kept under its id, for a name."""
    for one in kept:
        rule = Rule(id=_id(one), label=one.label, template=one.template, shape=one.shape, example=examples.get(one, ""))
        prompts[rule.id] = prompts.get(one.template or "", "")
        yield rule


def _filled(
    counts: Counter[Traits], prompts: dict[str, str], examples: Mapping[Traits, str], least: float
) -> list[Rule]:
    """The rules of system prompts that differ in one place alone; their requests are taken out of `counts`.

    A few prompts that are each common may be use cases of their own that differ in a word: such stay apart.
    """
    groups: dict[Traits, list[Traits]] = {}
    for one, _ in counts.most_common():
        if one.template and one.template in prompts:
            groups.setdefault(Traits(one.label, None, one.shape), []).append(one)
    rules = []
    for group, those in groups.items():
        words = [words_of(prompts[one.template or ""]) for one in those] if len(those) >= FILLINGS else []
        for made, places in slots(words):
            fitting = [those[at] for at, said in enumerate(words) if made.fits(said)]
            first, said = those[places[0]], words[places[0]]
            outside = " ".join([*said[: made.before], *said[len(said) - made.after :]])
            common = any(counts[one] >= least for one in fitting)
            if sum(counts[one] for one in fitting) < least or (common and len(places) < MANY):
                prompts |= {one.template: outside for one in fitting if one.template}  # what is filled in names nobody
                continue
            rule = Rule(
                id=_id(group._replace(template=made.said)), label=group.label, shape=group.shape, slot=made,
                example=examples.get(_step(first, 0), ""),
            )  # fmt: skip
            prompts[rule.id] = outside
            rules.append(rule)
            for one in fitting:
                counts.pop(one, None)
    return rules


def _kept(counts: Mapping[Traits, int], least: float) -> list[Traits]:
    """The traits that make a use case of their own.

    Rare ones count with those whose system prompts begin alike, then with the same label and shape, at last with the
    same label: to part what is one use case does no harm, as a person may name both alike.
    """
    kept: Counter[Traits] = Counter()
    left = dict(counts)
    for step in range(STEPS):
        merged: Counter[Traits] = Counter()
        for one, count in left.items():
            merged[_step(one, step)] += count
        kept += Counter({one: count for one, count in merged.items() if count >= least and one != Traits()})
        left = {one: count for one, count in left.items() if _step(one, step) not in kept}
    return [one for one, _ in sorted(kept.items(), key=lambda entry: (-entry[1], str(entry[0])))]


def _step(one: Traits, step: int) -> Traits:
    """The same traits with less and less of the system prompt, then without it, then with the label alone."""
    if step == 0:
        return one._replace(beginnings=())
    if step <= len(SHORTER):
        return one._replace(template=one.beginnings[step - 1] if one.beginnings else one.template, beginnings=())
    return Traits(one.label, None, one.shape) if step == len(SHORTER) + 1 else Traits(label=one.label)


def _keys(found: Traits) -> Iterable[Traits]:
    return dict.fromkeys(_step(found, step) for step in range(STEPS))


_TABLES: dict[int, tuple[tuple[Rule, ...], dict[Traits, Rule], tuple[Rule, ...]]] = {}


def _table(rules: tuple[Rule, ...]) -> tuple[Mapping[Traits, Rule], tuple[Rule, ...]]:
    """The rules by their traits, and those of prompts with something filled in."""
    held = _TABLES.get(id(rules))
    if held is None or held[0] is not rules:
        plain = [rule for rule in rules if rule.cluster is None and rule.slot is None]
        made = {Traits(rule.label, rule.template, rule.shape): rule for rule in plain}
        _TABLES.clear()
        held = _TABLES[id(rules)] = (rules, made, tuple(rule for rule in rules if rule.slot is not None))
    return held[1], held[2]


def _is_fitted(conversation_id: str) -> bool:
    return hashlib.sha256(conversation_id.encode("utf-8", "replace")).digest()[0] < FITTED


def _id(one: Traits) -> str:
    said = "\x1f".join(str(part) for part in one[:3])
    return "u-" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:8]


def _suggested(rule: Rule, title: str, shared: bool) -> str:
    """What to call a use case: its label, with the words of its prompt where several have that label."""
    kind, _, label = (rule.label or "").partition("=")
    words = " ".join(part for part in (title, (rule.shape or "").split(" ")[0]) if part)
    if label and not (kind == "api_key" and words):  # of a key only a hash is known, which tells nobody anything
        return f"key {label}" if kind == "api_key" else f"{label} {words}" if shared and words else label
    return words or "system prompt"


def _distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Names that differ: of two equal suggestions the second is numbered, and none is "other"."""
    out: dict[str, str] = {}
    taken = {OTHER}
    for id, name in names.items():
        name = _CONTROL.sub(" ", name).strip()[:60] or id
        number = 2
        chosen = name
        while chosen.casefold() in taken:
            chosen, number = f"{name} {number}", number + 1
        taken.add(chosen.casefold())
        out[id] = chosen
    return out


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def _known_by(rule: Rule) -> str:
    if rule.cluster is not None:
        return "its words"
    parts = [rule.label, (rule.template or rule.slot) and "its system prompt", rule.shape and f"asks for {rule.shape}"]
    return ", ".join(part for part in parts if part)


def _toml(frozen: Assigner) -> str:
    lines = [
        "# The use cases that nomoat found. Give each a name of yours; two of one name are one use case.",
        '# "other" stands for what is no use case of its own. How requests are told apart lies in assigner.json.',
    ]
    for rule in frozen.rules:
        lines += ["", f"[{toml.value(rule.id)}]", f"name = {toml.value(frozen.names[rule.id])}"]
        lines.append(f"# known by: {_CONTROL.sub(' ', _known_by(rule))}")
        if rule.example:
            lines.append(f"# such as: {_CONTROL.sub(' ', rule.example)[:100]}")
    return "\n".join(lines) + "\n"


def _named(frozen: Assigner, said: Mapping[str, Any], folder: Path) -> dict[str, str]:
    ids = {rule.id for rule in frozen.rules}
    names = dict(frozen.names)
    for id in [*said, *(ids - said.keys())]:
        table = said.get(id)
        name = table.get("name") if isinstance(table, Mapping) else None
        other = sorted(table.keys() - {"name"}) if isinstance(table, Mapping) else []
        seen = (
            "which was not found" if id not in ids
            else "no more" if table is None
            else "without a name" if not isinstance(name, str) or not _CONTROL.sub(" ", name).strip()
            else f"with {other[0]!r}, which is no setting of it" if other
            else ""
        )  # fmt: skip
        if seen:
            raise InputError(
                f"{FILE} in {folder} has [{id}] {seen}",
                f'each table as it was written, with a name alone; name = "{OTHER}" drops one',
                "nomoat work usecases --again, which writes them anew",
            )
        names[id] = _CONTROL.sub(" ", str(name)).strip()
    return names
