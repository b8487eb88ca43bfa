"""Which model, version and setting an outside name means: exact alias first, rules second, else the review list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from nomoat.catalog.lexicon import Lexicon, Meaning, Target, lexicon
from nomoat.catalog.line import either_weights, settled, tagged
from nomoat.catalog.maker import maker
from nomoat.catalog.reading import Reading, peeled
from nomoat.catalog.setting import Setting
from nomoat.catalog.spelling import Spelled, clean, spelled
from nomoat.types import Noun

if TYPE_CHECKING:
    from nomoat.catalog.held import Held
    from nomoat.catalog.store import Catalog

# Publishers under the names that people use for them.
SOURCES = {"lmarena": "arena", "lmsys": "arena", "huggingface": "hf", "tracked-models": "hf", "tracked": "hf"}
SOURCES |= {"artificial-analysis": "aa", "modelsdev": "models.dev", "models_dev": "models.dev"}

SETTINGS = {"effort", "budget", "mode"}

_ID = re.compile(
    r"(?P<organisation>[a-z0-9][a-z0-9.-]*)/(?P<model>[a-z0-9][a-z0-9.+_-]*)"
    r"(?:@(?P<version>[a-z0-9][a-z0-9.-]*))?(?:#(?P<setting>[a-z]+=[a-z0-9-]+(?:;[a-z]+=[a-z0-9-]+)*))?"
)


class Resolution(Noun, frozen=True, kw_only=True):
    """What a name means, how that was found, and why; nothing in it was guessed.

    `method` is `exact` (written down for this name), `rule`, `pointer` (a floating name, on a date) or `unresolved`.
    `confidence` is `certain`, `high` (a rule, and the name carries its version), `medium` (a rule, the name carries no
    version and `version` is None), `low` (only the account says whose it is) or `none`. `organisation`, `model` and
    `version` are what the name says. `model_id` is the one id of that: of a catalogue that was asked, the id under
    which it keeps scores, offerings and licences, and then `catalogued` is the same; None where it has no entry.
    `pointer` is the vendor's floating name where what that meant is not written down: it leads to no model, and two
    names that are the same pointer mean the same.
    """

    raw: str
    source: str | None = None
    as_of: date | None = None
    organisation: str | None = None
    model: str | None = None
    model_id: str | None = None
    version: str | None = None
    effort: str | None = None
    budget: str | None = None
    mode: str | None = None
    stage: str | None = None
    quantisation: str | None = None
    tier: str | None = None
    method: str = "unresolved"
    confidence: str = "none"
    candidates: tuple[str, ...] = ()
    pointer: str | None = None
    catalogued: str | None = None
    why: str = ""

    @property
    def resolved(self) -> bool:
        """Whether the name leads to a model."""
        return self.model_id is not None

    @property
    def version_id(self) -> str | None:
        """`organisation/model@version`, or the model's id where the name carries no version."""
        if self.model_id is None:
            return None
        return f"{self.model_id}@{self.version}" if self.version else self.model_id

    @property
    def id(self) -> str | None:
        """The canonical name with its settings, such as `openai/o3@2025-04-16#effort=high`."""
        said = [f"{key}={value}" for key in ("effort", "budget", "mode") if (value := getattr(self, key))]
        return f"{self.version_id}#{';'.join(said)}" if self.version_id and said else self.version_id


def resolve(
    raw: str,
    *,
    source: str | None = None,
    as_of: date | None = None,
    catalog: Catalog | None = None,
    table: Lexicon | None = None,
) -> Resolution:
    """Say which model, version and run setting an outside name means, or that it is not known.

    `source` is whose spelling it is (`arena`, `epoch`, `hf`, `litellm`, `models.dev`, `openrouter`, ...), `as_of` the
    day on which the name was used. An exact alias comes first, rules come second, and what neither settles is
    `unresolved` with its candidates. Names are never joined by likeness. A floating name (`deepseek-chat`,
    `mistral-large-latest`) resolves with a day or not at all, and a name without a date stays without a version unless
    an alias or a pointer gives it one. With `catalog`, its own aliases count and the answer bears its ids; a name that
    means any of several releases that it has is unresolved. `table` replaces the shipped tables. No name raises an
    error.

    >>> resolve("o3-2025-04-16_high", source="epoch").id
    'openai/o3@2025-04-16#effort=high'
    >>> resolve("us.anthropic.claude-sonnet-4-20250514-v1:0").id
    'anthropic/claude-sonnet-4@2025-05-14'
    >>> resolve("deepseek/deepseek-chat").method
    'unresolved'
    >>> resolve("deepseek/deepseek-chat", as_of=date(2025, 4, 1)).id
    'deepseek/deepseek-v3@2025-03-24'
    """
    source = source.strip().casefold() if source else None
    start = Resolution(raw=raw, source=SOURCES.get(source, source) if source else None, as_of=as_of)
    if catalog is None:
        return _found(start, table or lexicon())
    from nomoat.catalog.held import held

    known = held(catalog)
    own = known.users(as_of)
    within = known.table(as_of) if table is None else table.added(own)
    if start.source in (None, "nomoat") and ("", clean(raw)) not in own and (itself := _itself(start, known)):
        return itself
    found = _found(start, within)
    alias = known.alias(start.source, raw, as_of)
    if not found.resolved and alias:
        organisation, _, model = alias.split("@")[0].partition("/")
        found = msgspec.structs.replace(
            found, organisation=organisation, model=model, model_id=alias, method="exact", confidence="certain",
            candidates=(), why="alias of the catalogue",
        )  # fmt: skip
    return known.place(found, alias)


def _itself(start: Resolution, known: Held) -> Resolution | None:
    """An id of the catalogue, read apart by the name that it goes by; None for any other text."""
    text = start.raw.strip()
    written, meant = _ID.fullmatch(text), known.id(text)
    if written is None or meant is None:
        return None
    setting = dict(part.split("=") for part in written["setting"].split(";")) if written["setting"] else {}
    if set(setting) - SETTINGS:
        return None
    head, name = meant
    said = parse(name) if name else None
    organisation, _, model = head.partition("/")
    return msgspec.structs.replace(
        start, organisation=organisation, model=(said and said.model) or model, model_id=head,
        version=said and said.version, method="exact", confidence="certain", catalogued=head,
        why="it is an id of this catalogue", **setting,
    )  # fmt: skip


def parse(text: str, table: Lexicon | None = None) -> Resolution | None:
    """Read a canonical id apart, `organisation/model@version#effort=...`; None where it is not one of ours.

    >>> parse("openai/o3@2025-04-16#effort=high").version
    '2025-04-16'
    >>> parse("vertex_ai/claude-opus-4@20250514") is None
    True
    """
    found = _ID.fullmatch(text)
    if not found or not (table or lexicon()).is_organisation(found["organisation"]):
        return None
    said = dict(part.split("=") for part in found["setting"].split(";")) if found["setting"] else {}
    if set(said) - SETTINGS or re.fullmatch(r"\d{6,8}", found["version"] or ""):  # as Vertex writes a date
        return None
    return Resolution(
        raw=text,
        organisation=found["organisation"],
        model=found["model"],
        model_id=f"{found['organisation']}/{found['model']}",
        version=found["version"],
        effort=said.get("effort"),
        budget=said.get("budget"),
        mode=said.get("mode"),
        method="exact",
        confidence="certain",
        why="it is an id of this catalogue",
    )


def review(
    names: Iterable[tuple[str | None, str]], *, as_of: date | None = None, catalog: Catalog | None = None
) -> tuple[Resolution, ...]:
    """Return what is left for people to decide: the names, with their source, that nothing resolves.

    >>> [left.raw for left in review([("arena", "gpt-4-0314"), ("litellm", "mistral/mistral-large-latest")])]
    ['mistral/mistral-large-latest']
    """
    answers = (resolve(raw, source=source, as_of=as_of, catalog=catalog) for source, raw in dict.fromkeys(names))
    return tuple(answer for answer in answers if not answer.resolved)


def _found(start: Resolution, table: Lexicon) -> Resolution:
    """The first that answers: an id of ours, an alias of the whole name, one of a part of it, a pointer, a rule."""
    canonical = parse(start.raw, table) if start.source in (None, "nomoat") else None
    if canonical and (start.source == "nomoat" or canonical.id != canonical.model_id):
        return _known(start, start.raw, Reading(""), table, "exact", canonical.why)
    words = spelled(start.raw)
    if words is None:
        return _unresolved(start, "it is empty or longer than any name")
    written = table.names.get((start.source or "", clean(start.raw)))
    if written and written.holds(start.as_of):
        return _known(start, written.id, Reading(""), table, "exact", f"alias: {written.because}")
    found = _by_parts(start, words, table)
    if canonical and not found.resolved and (canonical.model_id in table.models or _is_own(canonical, table)):
        return _known(start, start.raw, Reading(""), table, "exact", canonical.why)
    return found


def _is_own(canonical: Resolution, table: Lexicon) -> bool:
    """Whether an id is that of a known line under its maker: `snowflake/claude-3-5-sonnet` is an offering."""
    family = table.family(canonical.model or "")
    return canonical.model in table.lines and family is not None and family.organisation == canonical.organisation


def _by_parts(start: Resolution, words: Spelled, table: Lexicon) -> Resolution:
    """Alias, rule or pointer of a name that was read apart."""
    if words.name.startswith("ft-") and ":" in start.raw:
        base = _found(msgspec.structs.replace(start, raw=clean(start.raw).split(":")[1]), table)
        return _unresolved(start, "it is what a customer made of that model", (base.id,) if base.id else ())
    read = peeled(words, start.source, table, lambda read: _is_written(words, read, start, table))
    meaning = _alias(words, read, start, table)
    if read.trouble:
        return _unresolved(start, read.trouble)
    if meaning:
        return _known(start, meaning.id, read, table, "exact", f"alias: {meaning.because}")
    family = table.family(read.stem)
    organisation, confidence, why = maker(read.stem, words.namespaces, family, start.source, table, read.packed)
    if organisation is None:
        return _unresolved(start, why)
    stem, read = settled(read, family, start.source, table)
    stem = tagged(stem, words.namespaces)
    pointed = _pointed(start, f"{stem}-latest" if read.latest else stem, words, read, table)
    if pointed:
        return pointed
    model = f"{organisation}/{stem}"
    if either := either_weights(stem, words.namespaces, start.source, read.tiers):
        both = tuple(f"{organisation}/{one}" for one in either)
        return _unresolved(start, "it does not say whether it is the base or the tuned weights", both)
    if read.trouble:
        return _unresolved(start, read.trouble, (f"{model}@{read.version}" if read.version else model,))
    if read.style and read.version is None:
        return _unresolved(start, f"the year of {read.text!r} is not known for {stem}", (model,))
    if read.version is None:
        confidence, why = ("low" if confidence == "low" else "medium"), f"{why}; the name carries no version"
    return _answer(start, read, organisation, model, read.version, "rule", confidence, why)


def _is_written(words: Spelled, read: Reading, start: Resolution, table: Lexicon) -> bool:
    return read.stem in table.pointers or _alias(words, read, start, table) is not None


def _alias(words: Spelled, read: Reading, start: Resolution, table: Lexicon) -> Meaning | None:
    """What is written down for this spelling: of this source, behind this account, or wherever it stands."""
    keys = [(start.source or "", read.stem)]
    if words.namespaces:
        keys.append(("*", f"{words.namespaces[-1]}/{read.stem}"))
    for key in [*keys, ("*", read.stem)]:
        meaning = table.names.get(key)
        if meaning and meaning.holds(start.as_of) and _fits(read, meaning.id):
            return meaning
    return None


def _fits(read: Reading, id: str) -> bool:
    """Whether an alias speaks of this version: one without a date says nothing of a name that has one."""
    version = id.split("#")[0].partition("@")[2]
    if read.style or read.stage:
        return bool(read.version and version and _same_time(read.version, version))
    return True


def _same_time(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _pointed(start: Resolution, name: str, words: Spelled, read: Reading, table: Lexicon) -> Resolution | None:
    """Follow a floating name on the day it was used; None where it is not one, or needs none."""
    if read.version or read.style:
        return None
    keys = ["/".join([*words.namespaces[at:], name]) for at in range(len(words.namespaces) + 1)]
    targets: tuple[Target, ...] = next((table.pointers[key] for key in keys if key in table.pointers), ())
    if not targets:
        unknown = f"{name} is a floating name and what it meant is not written down"
        return _unresolved(start, unknown) if read.latest else None
    ids = tuple(dict.fromkeys(target.id for target in targets if target.id))
    if start.as_of is None:
        sole = ids[0].split("@")[0].partition("/")[2] if len(targets) == 1 and ids else None
        if sole == name:  # an undated name of the only version: the model is known, and only the day is not
            return None
        return _unresolved(start, f"{name} is a floating name: say on which day it was used", ids)
    by_then = [target for target in targets if target.since <= start.as_of]
    if not by_then:
        return _unresolved(start, f"{name} is not known before {targets[0].since}", ids)
    target = by_then[-1]
    if target.id is None:
        own = {target.pointer and target.pointer.split("/")[0]}
        vendors = {table.organisation(account) for account in words.namespaces} <= own
        found = _unresolved(start, f"{name} on {start.as_of}: {target.because}", ids)
        return msgspec.structs.replace(found, pointer=target.pointer) if vendors else found
    why = f"{name} meant it from {target.since} on: {target.because}"
    return _known(start, target.id, read, table, "pointer", why)


def _known(start: Resolution, id: str, read: Reading, table: Lexicon, method: str, why: str) -> Resolution:
    """Answer with an id that is written down, and with the settings that the name itself carries."""
    known = parse(id, table)
    if known is None or known.organisation is None or known.model_id is None:
        return _unresolved(start, f"{id!r} is written down for it, but is no id of this catalogue")
    joined = read.setting.joined(Setting(known.effort, known.budget, known.mode))
    if joined is None:
        return _unresolved(start, f"{why}; but the name says {read.setting}", (id,))
    version = known.version or read.version
    said = replace(read, setting=joined)
    return _answer(start, said, known.organisation, known.model_id, version, method, "certain", why)


def _answer(
    start: Resolution,
    read: Reading,
    organisation: str,
    model_id: str,
    version: str | None,
    method: str,
    confidence: str,
    why: str,
) -> Resolution:
    return msgspec.structs.replace(
        start, organisation=organisation, model=model_id.partition("/")[2], model_id=model_id, version=version,
        effort=read.setting.effort, budget=read.setting.budget, mode=read.setting.mode, stage=read.stage,
        quantisation=read.quantisation, tier=" ".join(read.tiers) or None, method=method, confidence=confidence,
        why=why,
    )  # fmt: skip


def _unresolved(start: Resolution, why: str, candidates: tuple[str, ...] = ()) -> Resolution:
    return msgspec.structs.replace(start, candidates=candidates, why=why)
