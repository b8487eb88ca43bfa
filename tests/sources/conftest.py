"""A small world in the publishers' formats: names partly invented, shapes as published."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from nomoat.sources.curated import FOLDER
from sources.lists import TEXTS

ECI = ["Model", "Display name", "eci", "eci_ci_low", "eci_ci_high", "date", "Organization", "Country (of organization)"]
INPUT = [
    *("model_id", "benchmark_id", "performance", "benchmark", "benchmark_release_date", "optimized", "model"),
    *("model_version", "Model", "model_group", "Model aggregation", "Model Aggregation Date", "date", "source"),
]
VERSION = [
    *("Model version", "ECI Score", "Release date", "Organization", "Country", "Model accessibility"),
    *("Training compute (FLOP)", "Confidence", "Model name", "Display name"),
]
NOTABLE = [
    *("Model", "Organization", "Publication date", "Domain", "Task", "Parameters", "Training compute (FLOP)"),
    *("Confidence", "Country (of organization)", "Model accessibility", "Training compute cost (2023 USD)"),
    "Base model",
]
REPORT = ["System", "Date", "Open/Closed", "BBH", "GPQA", "MMLU"]
ARENA = [
    *("subset", "category", "rank", "model_name", "organization", "license", "rating", "rating_lower"),
    *("rating_upper", "vote_count", "leaderboard_publish_date"),
]

USA, CHINA = "United States of America", "China"
RESTRICTED = "Open weights (restricted use)"


def scored(model, version, benchmark, performance, family=None, source="Epoch evaluations"):
    return {
        "model": model,
        "model_version": version,
        "Model": model if family is None else family,
        "benchmark": benchmark,
        "performance": performance,
        "optimized": "True",
        "benchmark_release_date": "2020-09-07" if benchmark == "MMLU" else "",
        "source": source,
    }


def rated(name, rating, organisation, country, access, day, low="", high=""):
    return {
        "Model": name,
        "Display name": name,
        "eci": rating,
        "eci_ci_low": low,
        "eci_ci_high": high,
        "date": day,
        "Organization": organisation,
        "Country (of organization)": country,
        "Model accessibility": access,
    }


def version(name, model, score, day, organisation="OpenAI", access="API access", flop=""):
    return {
        "Model version": name,
        "Model name": model,
        "ECI Score": score,
        "Release date": day,
        "Organization": organisation,
        "Country": USA,
        "Model accessibility": access,
        "Training compute (FLOP)": flop,
        "Confidence": "Likely",
    }


FILES = {
    "epoch/eci_2026-08/eci_scores.csv": (
        [*ECI, "Model accessibility", "Accessibility group"],
        [
            rated("GPT-5", 150, "OpenAI", USA, "API access", "2025-08-07"),
            rated("GPT-4o (May 2024)", 128.6, "OpenAI", USA, "API access", "2024-05-13", 124, 130.4),
            rated("GPT-4o (Aug 2024)", 128.8, "OpenAI", USA, "API access", "2024-05-13", 123.9, 130.4),
            rated("DeepSeek-V3", 132.9, "DeepSeek,Peking University", CHINA, RESTRICTED, "2024-12-24"),
            rated("GLM-5.1", 150.7, "Z.ai (Zhipu AI)", CHINA, "Unknown", "2026-04-07", 148.8, 152),
            rated("Yi-9B", 106.6, "", "", "Unknown", "2024-03-01", 97, 114.4),
        ],
    ),
    "epoch/eci_2026-08/eci_benchmarks.csv": (
        INPUT,
        [
            scored("GPT-5", "gpt-5-2025-08-07_high", "MMLU", 0.91),
            scored("GPT-5", "gpt-5-2025-08-07_medium", "HLE", 0.25, source=""),
            scored("GPT-4o (May 2024)", "gpt-4o-2024-05-13", "MMLU", 0.84, family="GPT-4o"),
            scored("GPT-4o (Aug 2024)", "gpt-4o-2024-08-06", "MMLU", 0.843, "GPT-4o", "GPT-4 Technical Report"),
            scored("DeepSeek-V3", "DeepSeek-V3", "MMLU", 0.85, source="DeepSeek-V3 Technical Report"),
            scored("GLM-5.1", "glm-5.1", "HLE", 0.3, source="SimpleBench Leaderboard"),
            scored("Yi-9B", "Yi-9B", "MMLU", 0.58, family="", source="Qwen2.5-Coder Technical Report"),
        ],
    ),
    "epoch/epoch_capabilities_index_2026-06.csv": (
        VERSION,
        [
            version("gpt-5-2025-08-07_high", "GPT-5", 150, "2025-08-07", flop="6.6e+25"),
            version("gpt-5-2025-08-07_low", "GPT-5", 149.5, "2025-08-07"),
            version("gpt-4o-2024-08-06", "GPT-4o", 129, "2024-08-06"),
            version("chatgpt-4o-04-01-2025", "GPT-4o", 130, "2025-04-01"),
            version("DeepSeek-V3.1", "DeepSeek-V3.1", 138.8, "2025-08-21", "DeepSeek", "Open weights (unrestricted)"),
            version("nameless", "", "", ""),
        ],
    ),
    "epoch/benchmark_data_2026-05/epoch_capabilities_index.csv": (
        VERSION,
        [version("gpt-5-2025-08-07_high", "GPT-5", 150, "2025-08-07")],
    ),
    "epoch/vintages/eci_2025-11-07.csv": (
        VERSION,
        [
            version("gpt-5-2025-08-07_high", "GPT-5", 149.6, "2025-08-07"),
            version("gpt-5-2025-08-07_medium", "GPT-5", 150, "2025-08-07"),
        ],
    ),
    "epoch/notable_ai_models_2026-07.csv": (
        NOTABLE,
        [
            {
                "Model": "GPT-4o", "Organization": "OpenAI", "Publication date": "2024-05-13",
                "Domain": "Multimodal,Language", "Training compute (FLOP)": "3.8e25", "Confidence": "Speculative",
                "Country (of organization)": USA, "Model accessibility": "API access",
            },
            {
                "Model": "Transformer", "Organization": "Google Research,Google Brain",
                "Publication date": "2017-06-12", "Domain": "Language", "Parameters": "213000000.0",
                "Training compute (FLOP)": "7.4245248e+18", "Confidence": "Confident",
                "Country (of organization)": f"{USA},{USA}", "Model accessibility": "Unreleased",
                "Base model": "Perceptron",
                "Training compute cost (2023 USD)": "438.0356518424336",
            },
            {
                "Model": "Perceptron", "Organization": "Cornell", "Publication date": "1958-11-01",
                "Country (of organization)": USA, "Model accessibility": "",
            },
            {
                "Model": "GLM-5.1", "Organization": "Z.ai (Zhipu AI)", "Publication date": "2026-04-07",
                "Domain": "Language", "Parameters": "7e11", "Country (of organization)": CHINA,
                "Model accessibility": "Open weights (unrestricted)",
            },
        ],
    ),
    "epoch/distilled_models_2025-12.csv": (
        ["model", "distilled", "confidence"],
        [
            {"model": "gpt-5-2025-08-07_high", "distilled": "FALSE", "confidence": "low"},
            {"model": "gpt-5-2025-08-07_medium", "distilled": "TRUE", "confidence": "high"},
            {"model": "gpt-4o-2024-05-13", "distilled": "FALSE", "confidence": "low"},
            {"model": "Yi-9B", "distilled": "FALSE", "confidence": "high"},
            {"model": "gpt-neo-2.7B", "distilled": "FALSE", "confidence": "high"},
        ],
    ),
    "epoch/vintages/benchmarks_2024-11.csv": (
        REPORT,
        [
            {"System": "Random chance", "BBH": 0.25, "GPQA": 0.25, "MMLU": 0.25},
            {"System": "GPT-4o", "Date": "2024-05-13", "Open/Closed": "Closed", "MMLU": 0.872, "GPQA": 0.49},
            {"System": "Llama 3 70B", "Date": "2024-04-18", "Open/Closed": "Open", "MMLU": 0.82},
            {"System": "Weaker than chance", "Date": "2024-05-10", "Open/Closed": "Open", "GPQA": 0.06},
        ],
    ),
    "arena/arena_2026-08-19.csv": (
        ARENA,
        [
            {
                "subset": subset, "category": "overall", "rank": 1, "model_name": name, "organization": organisation,
                "license": licence, "rating": rating, "rating_lower": rating - 5, "rating_upper": rating + 5,
                "vote_count": 1000, "leaderboard_publish_date": "2026-08-19",
            }
            for subset in ("text", "text_style_control")
            for name, organisation, licence, rating in [
                ("gpt-5-high", "openai", "Proprietary", 1440),
                ("gpt-5-chat", "openai", "Proprietary", 1425),
                ("gpt-4o-2024-08-06", "openai", "Proprietary", 1335),
                ("deepseek-v3", "deepseek", "DeepSeek", 1358),
                ("qwen-max-0919", "alibaba", "Qwen", 1252.918),
                ("vicuna-13b", "", "", 1050),
            ]
        ],
    ),
    "arena/arena_text_overall_history_2026.csv": (
        [
            *("leaderboard_publish_date", "model_name", "organization", "license", "rating"),
            *("rating_lower", "rating_upper", "vote_count"),
        ],
        [
            {
                "leaderboard_publish_date": day, "model_name": "gpt-5-high", "organization": "openai",
                "license": "Proprietary", "rating": 1438, "rating_lower": 1430, "rating_upper": 1446, "vote_count": 9,
            }
            for day in ("2026-06-25", "2026-08-19")
        ],
    ),
    "arena/arena_text_overall_history_2023-05_2025-02.csv": (
        ["date", "model_name", "rating"],
        [{"date": "20250227", "model_name": "deepseek-v3", "rating": 1318.5}],
    ),
    "crossing/devices.csv": (
        ["device", "class", "memory_gb", "memory_type", "bandwidth_gb_s", "notes", "source"],
        [
            {"device": "RTX 4090", "class": "consumer_gpu", "memory_gb": 24, "bandwidth_gb_s": 1008, "source": "a"},
            {"device": "Phone", "class": "phone", "memory_gb": 12, "source": "a blog"},
        ],
    ),
    "adoption/facts.csv": (
        [
            *("fact_id", "metric", "subject", "population", "value", "unit", "as_of", "published", "publisher"),
            *("title", "url", "evidence"),
        ],
        [
            {
                "fact_id": "AD115", "metric": "capability_lag", "subject": "open-weight models", "population": "ECI",
                "value": 3, "unit": "months", "as_of": "2025-10-30", "published": "2025-10-30",
                "publisher": "Epoch AI", "title": "A lag", "url": "https://example.org/lag", "evidence": "secondary",
            },
            {
                "fact_id": "AD001", "metric": "tracked_models", "subject": "all", "population": "hub", "value": 5,
                "unit": "models", "as_of": "2026-03-31", "published": "2026-04-08", "publisher": "X", "title": "T",
                "url": "https://example.org", "evidence": "primary",
            },
        ],
    ),
    "adoption/openrouter_routed_share_monthly_vintage-2026-10-10.csv": (
        [
            *("date", "frontier_tokens", "open_tokens", "unknown_tokens", "other_tokens"),
            *("open_share_low", "open_share_high"),
        ],
        [
            {
                "date": "2026-10", "frontier_tokens": 6, "open_tokens": 2, "unknown_tokens": 1, "other_tokens": 1,
                "open_share_low": 0.2, "open_share_high": 0.25,
            },
        ],
    ),
    "adoption/openrouter_top10_weekly_open_share.csv": (
        [
            *("date", "tokens_total", "open_token_pct", "closed_token_pct", "unknown_token_pct"),
            *("est_revenue_usd", "open_revenue_pct", "open_request_pct"),
        ],
        [
            {
                "date": "2026-05-04", "tokens_total": 100, "open_token_pct": 60, "closed_token_pct": 40,
                "unknown_token_pct": 0, "est_revenue_usd": 10, "open_revenue_pct": 20, "open_request_pct": 50,
            },
        ],
    ),
}  # fmt: skip


def write(path: Path, columns: list[str], rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, columns, restval="")
        lines.writeheader()
        lines.writerows(rows)


@pytest.fixture
def published(tmp_path):
    """A folder with one small file for each input of the snapshot."""
    for name, (columns, rows) in FILES.items():
        write(tmp_path / "published" / name, columns, rows)
    for name, text in TEXTS.items():
        path = tmp_path / "published" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "published"


@pytest.fixture
def curated(tmp_path):
    """The hand-made tables as shipped, but with the peak of a device that the small world has."""
    folder = tmp_path / "curated"
    shutil.copytree(FOLDER, folder)
    (folder / "peaks.csv").write_text("device,peak_tflop_s,address\nRTX 4090,165.2,https://example.org/ada\n")
    return folder
