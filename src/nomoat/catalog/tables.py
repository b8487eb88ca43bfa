"""Which tables exist, and what each column holds: declared once, read by everybody."""

from __future__ import annotations

SCHEMA_VERSION = 1

# name -> {column: (DuckDB type, what it holds)}. Every table but `origins` itself ends in origin_id:
# a fact enters with its origin or not at all. What was known when is read from origins.retrieved.
# `models` and `openness` hold claims: one row a model and data set; `Catalog.members` resolves them to one a model.
TABLES: dict[str, dict[str, tuple[str, str]]] = {
    "origins": {
        "origin_id": ("VARCHAR", "publisher/dataset@retrieved, our own key"),
        "publisher": ("VARCHAR", "who published the bytes"),
        "dataset": ("VARCHAR", "which of the publisher's data sets; vintages are counted within one"),
        "title": ("VARCHAR", "its title, to be quoted"),
        "address": ("VARCHAR", "where it can be fetched"),
        "licence": ("VARCHAR", "the licence of the data"),
        "attribution": ("VARCHAR", "the words the licence asks for"),
        "retrieved": ("DATE", "the date of the copy: what was known on that day"),
        "sha256": ("VARCHAR", "of the bytes that were read"),
        "evidence": ("VARCHAR", "measured by publisher | self-reported | secondary | computed here"),
    },
    "organisations": {
        "organisation_id": ("VARCHAR", "our slug, such as 'deepseek'"),
        "name": ("VARCHAR", "the name to print"),
        "country": ("VARCHAR", "ISO 3166-1 alpha-2 of the seat; null where unknown"),
        "origin_id": ("VARCHAR", ""),
    },
    "models": {
        "model_id": ("VARCHAR", "organisation/model, minted here"),
        "name": ("VARCHAR", "the name to print"),
        "organisation_id": ("VARCHAR", "null where the publisher names none"),
        "released": ("DATE", "first release of the model, as the origin dates it"),
        "modality": ("VARCHAR", "what it reads and writes, where the origin says so"),
        "origin_id": ("VARCHAR", ""),
    },
    "versions": {
        "version_id": ("VARCHAR", "model_id@tag: a date or the vendor's own tag"),
        "model_id": ("VARCHAR", ""),
        "name": ("VARCHAR", "the version string of the origin"),
        "released": ("DATE", "null where the origin gives none"),
        "origin_id": ("VARCHAR", ""),
    },
    "aliases": {
        "source": ("VARCHAR", "whose spelling this is, such as 'arena'"),
        "name": ("VARCHAR", "the outside name, as written there"),
        "level": ("VARCHAR", "model | version"),
        "id": ("VARCHAR", "model_id or version_id"),
        "effort": ("VARCHAR", "normalised effort that the name carries; null for none"),
        "valid_from": ("DATE", "null: always"),
        "valid_to": ("DATE", "null: until today"),
        "method": ("VARCHAR", "exact | rule | curated"),
        "origin_id": ("VARCHAR", ""),
    },
    "openness": {
        "model_id": ("VARCHAR", ""),
        "class": (
            "VARCHAR",
            "closed-unreleased | closed-hosted | closed-api | weights-noncommercial | weights-restricted | "
            "weights-permissive | open-source | unknown; weights-unspecified and closed-unspecified where the "
            "origin says only open or closed",
        ),
        "licence": ("VARCHAR", "as the origin writes it; null where it gives a class only"),
        "origin_id": ("VARCHAR", ""),
    },
    "distillation": {
        "model_id": ("VARCHAR", ""),
        "distilled": ("BOOLEAN", "trained on another model's outputs; null where the labels contradict"),
        "confidence": ("VARCHAR", "low | medium | high, the labeller's own"),
        "origin_id": ("VARCHAR", ""),
    },
    "effort": {
        "model_id": ("VARCHAR", ""),
        "training_flop": ("DOUBLE", "floating-point operations of training"),
        "cost_usd": ("DOUBLE", "training compute cost in 2023 US dollars"),
        "parameters": ("DOUBLE", "total parameters"),
        "confidence": ("VARCHAR", "the publisher's own word"),
        "origin_id": ("VARCHAR", ""),
    },
    "benchmarks": {
        "benchmark_id": ("VARCHAR", "our slug"),
        "name": ("VARCHAR", "the publisher's name"),
        "released": ("DATE", "null where unknown"),
        "domain": ("VARCHAR", "math | coding | knowledge | reasoning | agents | long-context | other"),
        "modality": ("VARCHAR", "text | vision | multimodal"),
        "contamination": ("VARCHAR", "private | public | partly-private: whether the questions are out"),
        "optimised": ("BOOLEAN", "whether vendors are known to optimise for it; null where unknown"),
        "address": ("VARCHAR", "where the benchmark itself is described"),
        "origin_id": ("VARCHAR", ""),
    },
    "scores": {
        "model_id": ("VARCHAR", ""),
        "benchmark_id": ("VARCHAR", ""),
        "version": ("VARCHAR", "the version string the score was taken on, raw"),
        "performance": ("DOUBLE", "0 to 1, chance-corrected and clipped as the origin did"),
        "stderr": ("DOUBLE", "null where the origin gives none"),
        "evidence": ("VARCHAR", "own-run | leaderboard | vendor-report | third-party-report | unsourced"),
        "source": ("VARCHAR", "what the origin names as its source"),
        "origin_id": ("VARCHAR", ""),
    },
    "ratings": {
        "board": ("VARCHAR", "eci, or arena:SUBSET"),
        "category": ("VARCHAR", "overall, coding, ..."),
        "published": ("DATE", "the board's own date"),
        "name": ("VARCHAR", "the model as the board writes it"),
        "model_id": ("VARCHAR", "null where no exact alias leads to a dated model"),
        "organisation": ("VARCHAR", "as the board writes it; null where empty"),
        "licence": ("VARCHAR", "as the board writes it; null where empty"),
        "rating": ("DOUBLE", ""),
        "low": ("DOUBLE", "null where the board gives no interval"),
        "high": ("DOUBLE", ""),
        "level": ("DOUBLE", "of the interval, such as 0.95"),
        "votes": ("BIGINT", "null where the board gives none"),
        "origin_id": ("VARCHAR", ""),
    },
    "devices": {
        "device": ("VARCHAR", ""),
        "class": ("VARCHAR", "consumer_gpu | datacentre_gpu | laptop | ..."),
        "memory_gb": ("DOUBLE", ""),
        "bandwidth_gb_s": ("DOUBLE", ""),
        "peak_flop_s": ("DOUBLE", "dense 16-bit tensor peak, FLOP per second; null where not published"),
        "source": ("VARCHAR", "who states memory and bandwidth"),
        "peak_source": ("VARCHAR", "address of the vendor's data sheet; null without a peak"),
        "origin_id": ("VARCHAR", ""),
    },
    "facts": {
        "fact_id": ("VARCHAR", ""),
        "metric": ("VARCHAR", "gap-months | gap-points | share | ..."),
        "subject": ("VARCHAR", ""),
        "population": ("VARCHAR", ""),
        "value": ("DOUBLE", ""),
        "low": ("DOUBLE", ""),
        "high": ("DOUBLE", ""),
        "unit": ("VARCHAR", ""),
        "rule": ("VARCHAR", "the publisher's rule in a line"),
        "published": ("DATE", ""),
        "origin_id": ("VARCHAR", ""),
    },
}
