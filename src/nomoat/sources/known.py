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
        "epoch",
        "epoch_live",
        title="Epoch AI: the Capabilities Index and its input",
        datasets=("epoch-eci",),
        address="https://epoch.ai/data/eci_scores.csv",
        licence="CC BY 4.0",
        bundled=True,
        fetch="fetch_index",
        read="read_live_index",
    ),
    Source.of(
        "epoch-notable",
        "epoch_live",
        title="Epoch AI: notable models",
        datasets=("epoch-notable",),
        address="https://epoch.ai/data/notable_ai_models.csv",
        licence="CC BY 4.0",
        bundled=True,
        fetch="fetch_notable",
        read="read_live_notable",
    ),
    Source.of(
        "epoch-benchmarks",
        "epoch_zip",
        title="Epoch AI: benchmark runs",
        datasets=("epoch-benchmarks",),
        address="https://epoch.ai/data/benchmark_data.zip",
        licence="CC BY 4.0",
        bundled=True,
    ),
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
        "hub",
        "hub",
        title="Hugging Face Hub: repositories of tracked organisations",
        datasets=("huggingface",),
        address="https://huggingface.co/api/models",
        licence="metadata of public repositories",
        bundled=False,
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
    Source.of(
        "aa",
        "aa",
        title="Artificial Analysis: evaluations and indices",
        datasets=("artificial-analysis",),
        address="https://artificialanalysis.ai/api/v2/data/llms/models",
        licence="attribution required; not to be redistributed without asking",
        bundled=False,
        key_name="ARTIFICIAL_ANALYSIS_API_KEY",
    ),
    Source.of(
        "livebench",
        "livebench",
        title="LiveBench: scores by task and category",
        datasets=("livebench",),
        address="https://livebench.ai/",
        licence="LiveBench is Apache-2.0; its site states none for the tables",
        bundled=False,
    ),
    Source.of(
        "llm-stats",
        "llm_stats",
        title="LLM-Stats: models, and scores that their makers report",
        datasets=("llm-stats-models", "llm-stats"),
        address="https://github.com/JonathanChavezTamales/LLMStats",
        licence="CC BY 4.0",
        bundled=True,
    ),
    Source.of(
        "helm",
        "helm",
        title="HELM: models with access, parameters and date",
        datasets=("helm-models",),
        address="https://raw.githubusercontent.com/stanford-crfm/helm/main/src/helm/config/model_metadata.yaml",
        licence="Apache-2.0",
        bundled=True,
    ),
    Source.of(
        "tracked",
        "tracked",
        title="ATOM's tracked models: repositories, parameters, regions, mended dates",
        datasets=(
            "tracked-models",
            "tracked-extra-models",
            "tracked-model-parameters",
            "tracked-release-date-corrections",
        ),
        address="https://github.com/Interconnects-AI/tracked-models",
        licence="Apache-2.0",
        bundled=True,
    ),
    Source.of(
        "osai",
        "osai",
        title="European Open Source AI Index: openness by dimension",
        datasets=("osai",),
        address="https://osai-index.eu",
        licence="CC BY 4.0",
        bundled=True,
    ),
    Source.of(
        "mof",
        "mof",
        title="Model Openness Tool: components and their licences",
        datasets=("mof",),
        address="https://github.com/lfai/model_openness_tool",
        licence="MIT",
        bundled=True,
    ),
    Source.of(
        "aider",
        "aider",
        title="Aider: exercises solved in the editor",
        datasets=("aider-polyglot", "aider-edit"),
        address="https://aider.chat/docs/leaderboards/",
        licence="Apache-2.0",
        bundled=True,
    ),
    Source.of(
        "vectara",
        "vectara",
        title="Vectara: hallucinations in summaries",
        datasets=("vectara-hallucination",),
        address="https://github.com/vectara/hallucination-leaderboard",
        licence="Apache-2.0",
        bundled=True,
    ),
)

SOURCES: dict[str, Source] = {source.name: source for source in _LISTED}


def source(name: str) -> Source:
    """Return a source by its name; raises `UnknownName` with the nearest ones."""
    if name not in SOURCES:
        raise UnknownName.of("source", name, SOURCES, "nomoat sources")
    return SOURCES[name]
