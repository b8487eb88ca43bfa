"""Which sources there are: the list that `nomoat update` and `nomoat sources` walk.

A publisher's module has `fetch(web, **options)` and `read(copies, curated, naming)`; it is loaded when one of them is
first called, so that listing sixteen sources loads none.
"""

from __future__ import annotations

from nomoat.errors import UnknownName
from nomoat.sources.source import Source

# In the order in which they are read: who is trusted about names and dates comes first.
_LISTED = (
    Source.of(
        "modelsdev",
        "modelsdev",
        title="models.dev: models, offerings, prices",
        datasets=("models.dev", "models.dev-offerings", "models.dev-scores"),
        address="https://models.dev/api.json",
        licence="MIT",
        bundled=True,
    ),
    Source.of(
        "litellm",
        "litellm",
        title="LiteLLM: prices of interfaces",
        datasets=("litellm",),
        address="https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
        licence="MIT",
        bundled=True,
    ),
)

SOURCES: dict[str, Source] = {source.name: source for source in _LISTED}


def source(name: str) -> Source:
    """Return a source by its name; raises `UnknownName` with the nearest ones."""
    if name not in SOURCES:
        raise UnknownName.of("source", name, SOURCES, "nomoat sources")
    return SOURCES[name]
