"""Whose use, and of what, do a publisher's words mean?"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

UNITS = ("tokens", "requests", "money", "downloads", "derivatives", "respondents")
BY = ("openness", "country", "organisation", "family", "other")
CHANNELS = ("openrouter", "vercel", "huggingface", "enterprises", "developers", "startups")

# What a published figure counts, read off the metric under which it was gathered. A metric that is not here speaks
# of no share or amount of use.
COUNTS = {
    "cumulative_downloads": "downloads",
    "monthly_downloads": "downloads",
    "derivative_models": "derivatives",
    "tokens_per_day": "tokens",
    "tokens_processed": "tokens",
    "weekly_tokens": "tokens",
}
SHARES = {
    "token_share": "tokens",
    "token_share_low": "tokens",
    "token_share_high": "tokens",
    "request_share": "requests",
    "spend_share": "money",
    "revenue_share": "money",
    "revenue_share_estimated": "money",
    "enterprise_spend_share": "money",
    "download_share": "downloads",
    "derivative_share": "derivatives",
    "derivative_share_low": "derivatives",
    "derivative_share_high": "derivatives",
    "enterprise_workload_share": "respondents",
    "enterprise_llm_share": "respondents",
    "developer_use_share": "respondents",
    "startup_use_share_low": "respondents",
    "startup_use_share_high": "respondents",
    "startup_use_share_quoted": "respondents",
    "preference_share": "respondents",
    "production_rate": "respondents",
    "enterprises_multi_model": "respondents",
    "open_token_use": "tokens",
    "download_concentration": "downloads",
    "base_model_relation_share": "derivatives",
}
METRICS = SHARES | COUNTS


@cache
def _subjects() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "curated" / "subjects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["subject"]: row for row in csv.DictReader(file)}


def subject(written: str | None) -> dict[str, str]:
    """Whose use a publisher's words mean: grouping, cohort and our name for it; empty where the words are another's.

    >>> subject("open-weight models")["cohort"], subject("models of all kinds")
    ('open', {})
    """
    return _subjects().get(written or "", {})
