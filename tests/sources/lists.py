"""The small world's other lists, as their publishers write them: facts of a few models, cut or made up."""

from __future__ import annotations

import json

WEIGHTS = [{"label": "Hugging Face", "url": "https://huggingface.co/deepseek-ai/DeepSeek-V3.1"}]
MODELS_DEV = [
    {"id": "openai/gpt-5", "name": "GPT-5", "release_date": "2025-08-07", "open_weights": False},
    {
        "id": "deepseek/deepseek-v3.1", "name": "DeepSeek V3.1", "release_date": "2025-08-21", "open_weights": True,
        "weights": WEIGHTS, "benchmarks": [
            {"name": "GPQA", "score": 80.1, "metric": "percent correct", "source": "https://deepseek.com/v3.1"},
            {"name": "HLE", "score": 15.9, "metric": "percent correct", "source": "https://openrouter.ai/x"},
        ],
    },
    {
        "id": "zhipuai/glm-5.1", "name": "GLM-5.1", "release_date": "2026-04-07", "open_weights": True,
        "license": "MIT",
    },
    {"id": "mistral/mistral-large-2512", "name": "Mistral Large 3", "release_date": "2024-11-01", "open_weights": True},
    {"id": "xiaomi/mimo-v2-omni", "name": "MiMo V2 Omni", "release_date": "2026-03-18", "open_weights": False},
]  # fmt: skip
OFFERINGS = [
    {"provider": "openai", "id": "gpt-5", "base_model": "openai/gpt-5", "cost": {"input": 1.25, "output": 10}},
    {"provider": "reseller", "id": "glm-5.1", "name": "GLM", "open_weights": False, "cost": {"input": 0, "output": 0}},
]
LITELLM = {
    "sample_spec": {"litellm_provider": "one of"},
    "azure/gpt-5-2025-08-07": {
        "litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 1.25e-6, "output_cost_per_token": 1e-5,
        "max_input_tokens": 272000,
    },
}  # fmt: skip
LLM_STATS = [
    {
        "model_id": "deepseek-v3.1", "name": "DeepSeek-V3.1", "organization_id": "deepseek",
        "fine_tuned_from_model_id": "deepseek-v3", "release_date": "2025-01-10", "license_id": "mit",
        "param_count": 671000000000, "benchmarks": [
            {"benchmark_id": "gpqa", "score": 0.749, "is_self_reported": True, "self_reported_source_link": None}
        ],
    },
    {
        "model_id": "deepseek-v3", "name": "DeepSeek-V3", "organization_id": "deepseek", "release_date": "2024-12-25",
        "fine_tuned_from_model_id": None, "license_id": "mit_+_model_license_(commercial_use_allowed)",
        "param_count": 671000000000, "benchmarks": [],
    },
]  # fmt: skip
HELM = """name,display_name,creator_organization_name,access,num_parameters,release_date,tags
simple/model1,Simple Model 1,Helm,open,,2023-01-01,TEXT_MODEL_TAG
eleutherai/pythia-6.9b,Pythia (6.9B),EleutherAI,open,6900000000.0,2023-02-13,TEXT_MODEL_TAG
openai/gpt-5-2025-08-07,GPT-5,OpenAI,limited,,2025-08-07,TEXT_MODEL_TAG
zai/glm-5.1,GLM-5.1,Z.ai,closed,,2026-04-07,TEXT_MODEL_TAG
"""
TRACKED = {
    "models": "org,model,modelId\ndeepseek-ai,DeepSeek-V3.1,deepseek-ai/DeepSeek-V3.1\n",
    "extra_models": "org,model,modelId\nnobody,Nothing-7B,nobody/Nothing-7B\n",
    "model_parameters": (
        "model_id,total_params_b,active_params_b,is_moe,notes\ndeepseek-ai/DeepSeek-V3.1,671,37,true,\n"
    ),
    "organization_regions": "hf_org,region,notes\ndeepseek-ai,china,\n",
    "release_date_corrections": (
        "# by hand\nmodel_id,hf_created_at,actual_release_date,notes\n"
        "deepseek-ai/DeepSeek-V3.1,2025-08-20,2025-08-21,1 day early\n"
    ),
}
OSAI = [
    {
        "name": "DeepSeek", "basemodel": "DeepSeek-V3.1-Base", "endmodel": "DeepSeek-V3.1",
        "endmodellicense": "MIT License", "releasedate": "2025-08", "org": "DeepSeek",
        "link": "https://huggingface.co/deepseek-ai/DeepSeek-V3.1",
        "dimensions": {"weights_endmodel": "open", "trainingcode": "closed", "licenses": "open"},
    },
]  # fmt: skip
PARTS = ("Model parameters (Final)", "Training code", "Datasets")
MOF = [
    {
        "release": {
            "name": "Pythia-6.9B", "producer": "EleutherAI", "license": {"distribution": {"name": "Apache-2.0"}},
            "huggingface": "https://huggingface.co/EleutherAI/pythia-6.9b",
            "components": [{"name": part, "license": "Apache-2.0"} for part in PARTS],
        },
    },
]  # fmt: skip
AIDER = "- {model: gpt-5 (high), pass_rate_2: 88.0, date: 2025-08-23, edit_format: diff}\n"
EDIT = "- {model: gpt-4o-2024-08-06, pass_rate_2: 71.4, date: 2024-08-13, edit_format: diff}\n"
VECTARA = "Model,Hallucination Rate\nopenai/gpt-4o-2024-08-06,9.6 %\n"

RUNS = (
    "Model version,Best score (across scorers),Release date,Organization,Country,stderr,Started at\n"
    "gpt-5-2025-08-07_high,0.85,2025-08-07,OpenAI,United States of America,0.02,2025-08-08T10:00:00Z\n"
)

TEXTS = {
    "epoch/benchmark_data_2026-05/gpqa_diamond.csv": RUNS,
    "models_dev/models.json": json.dumps(MODELS_DEV),
    "models_dev/offerings.json": json.dumps(OFFERINGS),
    "litellm/model_prices_2026-08-01.json": json.dumps(LITELLM),
    "llm_stats/models_with_scores_2025-10.json": json.dumps(LLM_STATS),
    "helm/model_metadata_2026-06.csv": HELM,
    **{f"tracked_models/{name}.csv": text for name, text in TRACKED.items()},
    "openness_osai/european_open_source_ai_index_2026-06.json": json.dumps(OSAI),
    "openness_mof/mof_models_2026-05.json": json.dumps(MOF),
    "aider/polyglot_leaderboard.yml": AIDER,
    "aider/edit_leaderboard.yml": EDIT,
    "vectara/hallucination_2026-03-10.csv": VECTARA,
}
