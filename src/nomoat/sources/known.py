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
    Source.of(
        "arena",
        "arena",
        title="Arena: ratings by blind human votes",
        datasets=("arena:text", "arena:text_style_control", "arena:vision", "arena:webdev", "arena:agent"),
        address="https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset",
        licence="CC BY 4.0",
        bundled=True,
    ),
    Source.of(
        "eee",
        "eee",
        title="Every Eval Ever: evaluation records of many parties",
        datasets=("every-eval-ever",),
        address="https://huggingface.co/datasets/evaleval/EEE_datastore",
        licence="of each record's own source",
        bundled=False,
    ),
    Source.of(
        "openrouter",
        "openrouter",
        title="OpenRouter: offerings, and tokens by model",
        datasets=("openrouter-models", "openrouter-rankings"),
        address="https://openrouter.ai/api/v1/models",
        licence="offerings: its terms, not to be redistributed; rankings: CC BY 4.0",
        bundled=False,
        key_name="OPENROUTER_API_KEY",
    ),
    Source.of(
        "vercel",
        "vercel",
        title="Vercel AI Gateway: shares of tokens, requests and spend by model",
        datasets=("vercel-models",),
        address="https://vercel.com/api/ai/leaderboard-export",
        licence="CC BY 4.0",
        bundled=True,
    ),
)

SOURCES: dict[str, Source] = {source.name: source for source in _LISTED}


def source(name: str) -> Source:
    """Return a source by its name; raises `UnknownName` with the nearest ones."""
    if name not in SOURCES:
        raise UnknownName.of("source", name, SOURCES, "nomoat sources")
    return SOURCES[name]
