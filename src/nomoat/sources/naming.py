"""Which of our models the names of a publisher mean: those that others brought first, else new ones of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from nomoat.catalog.held import Held, agree
from nomoat.catalog.identity import slug
from nomoat.catalog.lexicon import Lexicon, Meaning, lexicon
from nomoat.catalog.resolve import Resolution, resolve
from nomoat.catalog.spelling import spelled
from nomoat.sources.facts import Facts
from nomoat.types import Noun

# A model in a harness or behind a filter is that model; a list that has both would make two of it.
_HARNESS = re.compile(r"-dspy-|-with-guardian$|-safety-(?:block-none|default)$|-hide-reasoning$")


class Named(Noun, frozen=True, kw_only=True):
    """What an outside name means here: a model of the catalogue, and what else the name says.

    `version` is the version tag that the name carries or its alias gives, None for none; `effort`, `budget` and `mode`
    are run settings; `tier` is how it is served or packed; `method` is `exact`, `rule`, `pointer` or `minted`.
    """

    model_id: str
    version: str | None = None
    effort: str | None = None
    budget: str | None = None
    mode: str | None = None
    tier: str | None = None
    method: str

    @property
    def setting(self) -> str | None:
        """The run setting as the aliases write it, such as `high` or `budget=32k;mode=thinking`; None for none."""
        said = [f"{key}={value}" for key in ("budget", "mode") if (value := getattr(self, key))]
        return ";".join([*([self.effort] if self.effort else []), *said]) or None


@dataclass
class Naming:
    """The names that a vintage knows while it is made; readers ask it in the order in which they are trusted.

    `learn` takes over what earlier readers entered, so that a model that the Epoch tables have keeps the id it got
    there. Names are joined by aliases and rules of the identity library alone, never by likeness; what leads nowhere is
    counted by source and reason.
    """

    table: Lexicon = field(default_factory=lexicon)
    _held: Held = field(default_factory=Held)
    _learnt: dict[str, int] = field(default_factory=dict)
    _written: dict[tuple[str, str], str] = field(default_factory=dict)
    _left: dict[tuple[str, str], str] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def learn(self, facts: Facts) -> None:
        """Know the models, versions and aliases among the rows that came since the last call."""
        models, versions, aliases = (self._new(facts, table) for table in ("models", "versions", "aliases"))
        self._held.learn(models, versions, self.table)
        for row in aliases:
            self._written.setdefault((row["source"], row["name"]), row["id"].split("@")[0])

    def recall(self, facts: Facts, origins: Mapping[str, dict[str, Any]]) -> None:
        """Know the models of a catalogue's rows that lists of models brought, by the names that they were made of."""
        self._held.recall(facts.tables["models"], facts.tables["aliases"], origins, self.table)

    def known(self, names: Iterable[tuple[tuple[str, str], Meaning]]) -> None:
        """Take over aliases that a user wrote: they win over every other."""
        self.table = self.table.added(dict(names))

    def model(self, raw: str, *, source: str, as_of: date | None = None, released: date | None = None) -> Named | None:
        """Return which model of the catalogue a name means, or None, which is counted.

        `as_of` is the day on which the name was used (of the copy, the run, the board): floating names need it.
        `released` is the release date that the publisher gives for this very name: a name without a version then leads
        only to a model of about that date.

        >>> naming = Naming()
        >>> naming.mint("openai/o3-2025-04-16", source="models.dev").model_id
        'openai/o3-2025-04-16'
        >>> naming.model("o3-2025-04-16_high", source="epoch").effort
        'high'
        >>> naming.model("o9", source="arena") is None
        True
        """
        found = self._meant(raw, source, as_of, released)
        model_id, why = self._which(found, raw, source, released)
        if model_id is None:
            self._left[source, raw] = why
            return None
        return _named(model_id, found)

    def mint(
        self,
        raw: str,
        *,
        source: str,
        organisation: str | None = None,
        released: date | None = None,
        as_of: date | None = None,
    ) -> Named | None:
        """Return which model a name means, making a new one where the catalogue has none: for lists of models.

        A new model gets the identity library's id for it, `organisation/model`, and its version where the name carries
        one, so that the id does not depend on the order of the lists. `organisation` is the publisher's own word, as
        our slug, and counts where the name alone does not say whose model it is. None where a name may mean one of
        several models that are there: a plain name is a model of its own only beside dated ones of other dates. None
        too where the name is that of a run setting or harness: no list of models is believed to hold those alone.

        >>> naming = Naming()
        >>> naming.mint("openai/gpt-4o-2024-05-13", source="models.dev", released=date(2024, 5, 13)).model_id
        'openai/gpt-4o-2024-05-13'
        >>> naming.model("GPT-4o", source="helm", released=date(2024, 5, 20)).model_id
        'openai/gpt-4o-2024-05-13'
        >>> naming.model("GPT-4o", source="helm", released=date(2024, 11, 20)) is None
        True
        """
        known = self.model(raw, source=source, as_of=as_of, released=released)
        if known is not None:
            return known
        found = self._meant(raw, source, as_of, released)
        if not found.resolved:
            words = spelled(raw)
            if organisation is None or words is None or not words.name or found.candidates:
                return None
            stem = slug(words.name)
            maker = self.table.organisation(organisation) or organisation
            found = msgspec.structs.replace(found, organisation=maker, model_id=f"{maker}/{stem}")
        named = _named(found.model_id or "", found)
        ran = named.setting or _HARNESS.search(found.model_id or "")
        model_id = None if ran else self._free(found, released)
        if model_id is None:
            return None
        self._left.pop((source, raw), None)
        self._held.mint(found, model_id, released)
        self._written[source, raw] = model_id
        return msgspec.structs.replace(named, model_id=model_id, method="minted")

    def meanings(self, raw: str, *, source: str, as_of: date | None = None) -> frozenset[str]:
        """Return the models that a name may mean by itself, all versions of the one that it says; nothing is counted.

        >>> naming = Naming()
        >>> [naming.mint(f"openai/o3-2025-{day}", source="models.dev").model_id for day in ("04-16", "12-01")][0]
        'openai/o3-2025-04-16'
        >>> sorted(naming.meanings("azure/o3", source="litellm"))
        ['openai/o3-2025-04-16', 'openai/o3-2025-12-01']
        """
        found = self._meant(raw, source, as_of, None)
        return self._held.holders(found) | self._held.siblings(found) if found.resolved else frozenset()

    def alias(self, facts: Facts, origin_id: str, raw: str, *, source: str, named: Named) -> None:
        """Enter that a publisher's own id means a model, once: a bridge for those who hold that id.

        Where the name itself says another model, as among the weights that a list names for one, nothing is entered.
        """
        found = resolve(raw, source=source, table=self.table)
        other = found.confidence in ("certain", "high", "medium") and named.model_id not in self._held.siblings(found)
        if (source, raw) in self._told or (other and (source, raw) not in self._written and named.method != "minted"):
            return
        self._told.add((source, raw))
        facts.add(
            *("aliases", origin_id), source=source, name=raw, level="model", id=named.model_id, effort=named.setting,
            method="curated" if named.method == "exact" else "rule",
        )  # fmt: skip

    def unresolved(self) -> tuple[tuple[str, str, str], ...]:
        """Return (source, name, why) of every name that led nowhere, sorted."""
        return tuple((source, raw, why) for (source, raw), why in sorted(self._left.items()))

    def count(self, facts: Facts) -> None:
        """Enter the numbers of names that led nowhere among what was left out."""
        for source, _, why in self.unresolved():
            facts.leave(f"names of {source}", why)

    def _new(self, facts: Facts, table: str) -> list[dict[str, Any]]:
        rows = facts.tables.get(table, [])
        start = self._learnt.get(table, 0)
        self._learnt[table] = len(rows)
        return rows[start:]

    def _meant(self, raw: str, source: str, as_of: date | None, released: date | None) -> Resolution:
        """What a name means on a day; where it floats, what it meant when the publisher says that it came out."""
        found = resolve(raw, source=source, as_of=as_of, table=self.table)
        if released is None or (found.version and found.method != "pointer"):
            return found
        dated = resolve(raw, source=source, as_of=released, table=self.table)
        return dated if dated.resolved and (dated.version or not found.resolved) else found

    def _which(self, found: Resolution, raw: str, source: str, released: date | None) -> tuple[str | None, str]:
        """The model that a resolved name means, or None and the kind of reason."""
        written = self._written.get((source, raw))
        if written is not None:
            return written, ""
        return self._held.which(found, released)

    def _free(self, found: Resolution, released: date | None) -> str | None:
        """An id for a new model; None where the name may mean one that is there."""
        if found.version and self._held.holders(found):
            return None
        others = self._held.siblings(found) if found.version is None else frozenset[str]()
        if others and (
            self._held.plain(found) or any(agree(self._held.released.get(one), released) is not False for one in others)
        ):
            return None
        wanted = f"{found.model_id}-{found.version}" if found.version else found.model_id
        return None if wanted is None or self._held.has(wanted) else wanted


def _named(model_id: str, found: Resolution) -> Named:
    packed = " ".join(part for part in (found.tier, found.quantisation) if part)
    return Named(
        model_id=model_id, version=found.version, effort=found.effort, budget=found.budget, mode=found.mode,
        tier=packed or None, method=found.method,
    )  # fmt: skip
