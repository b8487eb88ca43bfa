"""LiteLLM: what interfaces to models cost, as its contributors type it.

Address and format from its documentation ("Add Model Pricing & Context Window") and its JSON schema, both read on
2026-11-22; no live answer was seen where this was written. One object maps a name to a record; prices are US dollars
per token. `sample_spec` is documentation and `fallback_generalizations` a list of rules: neither is an offering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import Record, document, take
from nomoat.sources.plain import is_plain
from nomoat.sources.priced import context, is_free, price
from nomoat.sources.web import Web

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

ADDRESS = "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"
PRICES = Publication(
    key="litellm/prices",
    publisher="LiteLLM",
    dataset="litellm",
    title="Model prices and context window",
    address=ADDRESS,
    licence="MIT",
    attribution="LiteLLM price map, MIT licence, (c) 2023 Berri AI",
    evidence="secondary",
)

_NO_OFFERING = ("sample_spec", "fallback_generalizations")
_REGION = re.compile(
    r"(?:^|/)(?:(?P<dot>us-gov|us|eu|apac|au|jp|ca|sa|global)\.(?=[a-z])"
    r"|(?P<path>[a-z]{2}(?:-gov)?-[a-z]+-\d|us|eu|global|global-standard|\d-month-commitment)(?=/))"
)
_DEARER = re.compile(r"(?:in|out)put_cost_per_token_(?:above_\w+|flex|priority)")


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the price map of the main branch."""
    return (web.get("litellm", "prices", ADDRESS, kind="json", limit=64 << 20),)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read copies of the price map."""
    facts = Facts()
    for copy in copies:
        facts.update(read_prices(copy.path, copy.retrieved.date(), curated, naming))
    return facts


def read_prices(path: Path, retrieved: date, curated: Curated, naming: Naming) -> Facts:
    """Read the price map: who offers what at which price, in US dollars per million tokens.

    A region or a commitment in a name is its tier. Prices for long contexts and for faster or slower service are
    counted and left out; so is a record whose price cannot be true.
    """
    facts = Facts()
    found = document(path)
    if not isinstance(found, dict):
        raise SourceError(f"{path.name} holds no object", "names and their prices", "nomoat update litellm")
    key = facts.origin(PRICES, retrieved, path)

    def enter(record: Record) -> None:
        raw, provider = record.needed("name"), record.needed("litellm_provider")
        cells: dict[str, Any] = {
            "input": price(record, "input_cost_per_token", per=1),
            "output": price(record, "output_cost_per_token", per=1),
            "cache_read": price(record, "cache_read_input_token_cost", per=1),
            "cache_write": price(record, "cache_creation_input_token_cost", per=1),
            "batch_input": price(record, "input_cost_per_token_batches", per=1),
            "batch_output": price(record, "output_cost_per_token_batches", per=1),
            "context": context(record, "max_input_tokens", "max_tokens"),
            "mode": record.text("mode", 40),
            "valid_to": record.day("deprecation_date"),
        }
        if any(_DEARER.fullmatch(name) for name in record.cells):
            facts.leave("price tiers of LiteLLM", "long contexts, faster or slower service: the list price is kept")
        named = naming.model(raw, source="litellm", as_of=retrieved)
        where = [one["dot"] or one["path"] for one in _REGION.finditer(raw)]
        tier = " ".join(dict.fromkeys([*where, *(named.tier.split() if named and named.tier else [])]))
        facts.add(
            *("offerings", key), provider=provider, name=raw, model_id=named and named.model_id,
            version=named and named.version, tier=tier or None, free=is_free(cells["input"], cells["output"]), **cells,
        )  # fmt: skip

    take(facts, "offerings of LiteLLM", _offered(found), path.name, "prices", enter)
    return facts


def _offered(found: dict[str, Any]) -> Iterator[Any]:
    """Each record with its name, and again under every other name that it lists."""
    for name, record in found.items():
        if name in _NO_OFFERING:
            continue
        if not isinstance(record, dict):
            yield record
            continue
        yield {**record, "name": name}
        others = record.get("aliases")
        for other in others if isinstance(others, list) else []:
            if isinstance(other, str) and is_plain(other) and other not in found:
                yield {**record, "name": other}
