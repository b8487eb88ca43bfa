"""A small whole copy of every source, as its publisher writes it: what the tests of drift and damage start from.

Facts of a few models, cut from the extracts or made up after a format's description.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from nomoat.sources.naming import Naming
from sources import lists

DAY = "2026-10-02"
KNOWN = (
    *("openai/o3-2025-04-16", "openai/gpt-5.5", "openai/gpt-5-2025-08-07", "openai/gpt-4o-2024-08-06"),
    *("deepseek/deepseek-v3.1", "Qwen/Qwen3-32B", "EleutherAI/pythia-6.9b", "zai-org/GLM-4.5"),
)


@dataclass(frozen=True)
class Part:
    """One file of a source: its name on a disk, the kind that is asked for, and what it holds."""

    file: str
    kind: str
    body: bytes
    called: str = ""

    @property
    def name(self) -> str:
        """What the connector calls the thing."""
        return self.called or self.file.rpartition(".")[0]


def naming() -> Naming:
    known = Naming()
    for name in KNOWN:
        assert known.mint(name, source="models.dev") is not None
    return known


def parquet(rows):
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def zipped(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def text(lines):
    return ("\n".join(lines) + "\n").encode()


def encoded(found):
    return json.dumps(found).encode()


RATED = [
    {
        "model_name": name, "organization": "openai", "license": "Proprietary", "rating": rating,
        "rating_lower": rating - 5, "rating_upper": rating + 5, "vote_count": 900.0, "rank": float(place),
        "category": "overall", "leaderboard_publish_date": DAY,
    }
    for place, (name, rating) in enumerate((("gpt-5-high", 1400.0), ("o3-2025-04-16", 1380.0), ("nobody-1", 1300.0)), 1)
]  # fmt: skip
RECORD = {
    "schema_version": "0.3.0", "evaluation_id": "a/b/1", "retrieved_timestamp": "1770682486",
    "source_metadata": {
        "source_type": "documentation", "source_organization_name": "A", "evaluator_relationship": "first_party",
    },
    "model_info": {"name": "o3", "id": "openai/o3-2025-04-16"},
    "evaluation_results": [{
        "evaluation_name": "HLE",
        "metric_config": {"lower_is_better": False, "score_type": "continuous", "min_score": 0, "max_score": 1},
        "score_details": {"score": 0.2},
    }],
}  # fmt: skip
OFFERED = [
    {
        "id": name, "canonical_slug": name, "name": name, "created": 1744761600, "context_length": 200000,
        "pricing": {"prompt": "0.000002", "completion": "0.000008"}, "hugging_face_id": None,
    }
    for name in ("openai/o3-2025-04-16", "openai/gpt-5.5")
]  # fmt: skip
TOKENS = [{"date": DAY, "model_permaslug": slug, "total_tokens": "30"} for slug in ("openai/o3-2025-04-16", "other")]
SHARES = [{"date": DAY, "metric": "tokens", "name": name, "share_percent": 40.5} for name in ("o3", "Other")]
MODELS = [
    {
        "slug": name, "name": name, "release_date": day, "model_creator": {"name": "OpenAI"},
        "evaluations": {"artificial_analysis_intelligence_index": 57.6, "gpqa": 0.83},
    }
    for name, day in (("o3-2025-04-16", "2025-04-16"), ("gpt-5-2025-08-07", "2025-08-07"))
]  # fmt: skip
REPOSITORIES = [
    {
        "_id": "66bf", "id": name, "author": name.split("/")[0], "gated": False, "private": False, "disabled": False,
        "downloads": 1000, "downloadsAllTime": 50000, "likes": 7, "createdAt": "2025-04-27T03:52:59.000Z",
        "pipeline_tag": "text-generation", "tags": ["license:apache-2.0"], "cardData": {"license": "apache-2.0"},
        "safetensors": {"total": 32_762_123_264},
    }
    for name in ("Qwen/Qwen3-32B", "zai-org/GLM-4.5", "nobody/Nothing-7B")
]  # fmt: skip
ABILITIES = text((
    "Model,Display name,eci,eci_ci_low,eci_ci_high,date,Organization,Accessibility group",
    "GPT-5,GPT-5,150,148,152,2025-08-07,OpenAI,Closed weights",
    "Kimi K9,Kimi K9,140,,,2026-09-01,Moonshot,Open weights",
))  # fmt: skip
SCORES = text((
    "model_id,benchmark_id,performance,benchmark,benchmark_release_date,model,model_version,Model,date,source",
    "m1,b1,0.91,MMLU,2020-09-07,GPT-5,gpt-5-2025-08-07_high,GPT-5,2025-08-07,Epoch evaluations",
    "m2,b1,0.80,MMLU,2020-09-07,Kimi K9,kimi-k9,Kimi K9,2026-09-01,Epoch evaluations",
))  # fmt: skip
NOTABLE = text((
    "Model,Organization,Publication date,Parameters,Training compute (FLOP),Model accessibility,"
    "Training compute cost (2023 USD),Confidence,Country (of organization),Domain",
    "GPT-5,OpenAI,2025-08-07,,6.6e25,API access,,Likely,United States of America,Language",
    "Newcomer,OpenAI,2026-09-01,7e9,,Open weights (unrestricted),,Likely,United States of America,Language",
))  # fmt: skip
BENCHMARKS = {
    "benchmark_metadata.csv": text((
        "benchmark,source_file,score_column,scale,random_baseline,score_ceiling,release_date,superseded_by,in_eci",
        "GPQA diamond,gpqa_diamond.csv,Best score (across scorers),1,0.25,1,2023-11-20,,true",
    )),
    "model_metadata.csv": text((
        "model_version,model_group,date,display_name,organization,country,accessibility,training_compute_flop",
        "gpt-5-2025-08-07_high,GPT-5,2025-08-07,,OpenAI,United States of America,API access,",
    )),
    "gpqa_diamond.csv": text((
        "Model version,Best score (across scorers),stderr,Started at",
        "gpt-5-2025-08-07_high,0.85,0.03,", "stranger-1,0.5,0.03,",
    )),
}  # fmt: skip
LIVEBENCH = text(("model,AMPS_Hard,python", "gpt-5.5-xhigh,97.0,55.5", "o3-2025-04-16-high,90.0,50.0"))
AIDER = text((
    "- model: gpt-5-2025-08-07 (high)", "  edit_format: diff", "  pass_rate_2: 88.0", "  date: 2025-08-23",
    "- model: nobody-1", "  edit_format: diff", "  pass_rate_2: 9.0", "  date: 2025-08-23",
))  # fmt: skip
VECTARA = text((
    "|Model|Hallucination Rate|Factual Consistency Rate|Answer Rate|Average Summary Length (Words)|",
    "|----|----:|----:|----:|----:|",
    "|openai/gpt-4o-2024-08-06|9.6 %|90.4 %|100.0 %|80.1|", "|nobody/model|5.0 %|95.0 %|99.0 %|70.0|",
))  # fmt: skip
HELM = b"models:\n" + b"".join(
    f"  - name: {name}\n    display_name: {shown}\n    creator_organization_name: {maker}\n    access: {access}\n"
    f"    num_parameters: {parameters}\n    release_date: {day}\n    tags: [TEXT_MODEL_TAG]\n".encode()
    for name, shown, maker, access, parameters, day in (
        ("eleutherai/pythia-6.9b", "Pythia (6.9B)", "EleutherAI", "open", 6900000000, "2023-02-13"),
        ("openai/gpt-5-2025-08-07", "GPT-5", "OpenAI", "limited", "", "2025-08-07"),
    )
)
_STATS = {
    f"data/organizations/{one['organization_id']}/models/{one['model_id']}/{kind}.json": encoded(found)
    for one in lists.LLM_STATS
    for kind, found in (
        ("model", {key: cell for key, cell in one.items() if key != "benchmarks"}), ("benchmarks", one["benchmarks"]),
    )
}  # fmt: skip
_OSAI = text((
    "system:", "  name: DeepSeek", "  endmodelname: DeepSeek-V3.1", "  endmodellicense: MIT License",
    "  link: https://huggingface.co/deepseek-ai/DeepSeek-V3.1", "org:", "  name: DeepSeek",
    "weights_endmodel:", "  class: open", "trainingcode:", "  class: closed", "licenses:", "  class: open",
))  # fmt: skip
_MOF = text((
    "framework: {name: Model Openness Framework, version: '1.0'}", "release:", "  name: Pythia-6.9B",
    "  producer: EleutherAI", "  huggingface: https://huggingface.co/EleutherAI/pythia-6.9b",
    "  license: {distribution: {name: Apache-2.0}}", "  components:",
    "  - {name: Model parameters (Final), license: Apache-2.0}", "  - {name: Training code, license: Apache-2.0}",
))  # fmt: skip

_TRACKED = {
    **lists.TRACKED,
    "release_date_corrections": lists.TRACKED["release_date_corrections"]
    + "zai-org/GLM-4.5,2025-07-20,2025-07-28,8 days early\n",
    "model_parameters": lists.TRACKED["model_parameters"] + "zai-org/GLM-4.5,355,32,true,\n",
    "organization_regions": lists.TRACKED["organization_regions"] + "zai-org,china,\n",
    "models": lists.TRACKED["models"] + "zai-org,GLM-4.5,zai-org/GLM-4.5\n",
    "extra_models": lists.TRACKED["extra_models"] + "nobody,Else-7B,nobody/Else-7B\n",
}

WHOLE: dict[str, tuple[Part, ...]] = {
    "epoch": (Part("eci_scores.csv", "csv", ABILITIES), Part("eci_benchmarks.csv", "csv", SCORES)),
    "epoch-notable": (
        Part("notable_ai_models.csv", "csv", NOTABLE),
        Part("eci_scores.csv", "csv", ABILITIES),
        Part("eci_benchmarks.csv", "csv", SCORES),
    ),
    "epoch-benchmarks": (Part("benchmark_data.zip", "zip", zipped(BENCHMARKS)),),
    "modelsdev": (
        Part("models.json", "json", encoded({one["id"]: one for one in lists.MODELS_DEV})),
        Part("offerings.json", "json", encoded(lists.OFFERINGS)),
    ),
    "litellm": (Part("prices.json", "json", encoded(lists.LITELLM)),),
    "hub": (Part("models.json", "json", encoded(REPOSITORIES), called="models of Qwen-000"),),
    "arena": (Part("text.parquet", "parquet", parquet(RATED)),),
    "eee": (Part("record.json", "json", encoded(RECORD)),),
    "openrouter": (
        Part("models.json", "json", encoded({"data": OFFERED})),
        Part("rankings.json", "json", encoded({"data": TOKENS, "meta": {"as_of": f"{DAY}T02:00:00Z"}})),
    ),
    "vercel": (Part("models-text.json", "json", encoded({"rows": SHARES})),),
    "aa": (Part("models.json", "json", encoded({"data": MODELS})),),
    "livebench": (Part("table_2026_06_25.csv", "csv", LIVEBENCH),),
    "llm-stats": (Part("repository.zip", "zip", zipped({f"LLMStats-main/{k}": v for k, v in _STATS.items()})),),
    "helm": (Part("model_metadata.yaml", "yaml", HELM),),
    "tracked": tuple(Part(f"{name}.csv", "csv", body.encode()) for name, body in _TRACKED.items()),
    "osai": (Part("database.zip", "zip", zipped({"database-main/deepseek.yaml": _OSAI})),),
    "mof": (Part("repository.zip", "zip", zipped({"tool-main/models/pythia.yml": _MOF})),),
    "aider": (Part("polyglot.yaml", "yaml", AIDER), Part("edit.yaml", "yaml", AIDER)),
    "vectara": (Part("README.md", "text", VECTARA, called="README"),),
}
