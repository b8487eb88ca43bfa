"""What a gateway would have kept: the traffic of the incumbent as LiteLLM's spend logs, prompts stored."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models import Model
from tickets import Task

PRICE = (2.0, 8.0)  # US dollars a million tokens of the incumbent
START = datetime(2026, 10, 1, 8, tzinfo=UTC)


def write(path: Path, made: list[Task], incumbent: Model) -> None:
    """One line a request, half a minute apart; an invoice is longer and so costs more."""
    with path.open("w", encoding="utf-8") as file:
        for k, task in enumerate(made):
            said = incumbent.answer(list(task.messages))
            tokens = sum(len(m["content"].split()) for m in task.messages), len(said.split())
            began = START + timedelta(seconds=30 * k)
            row = {
                "request_id": f"req-{k}",
                "call_type": "acompletion",
                "api_key": f"hash-{task.use_case}",
                "model": "closed-large",
                "custom_llm_provider": "openai",
                "startTime": began.isoformat(),
                "endTime": (began + timedelta(milliseconds=420)).isoformat(),
                "prompt_tokens": tokens[0],
                "completion_tokens": tokens[1],
                "total_tokens": sum(tokens),
                "spend": (tokens[0] * PRICE[0] + tokens[1] * PRICE[1]) / 1e6,
                "session_id": task.conversation,
                "request_tags": [task.use_case],
                "metadata": {},
                "messages": list(task.messages),
                "response": {
                    "model": "closed-large",
                    "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": said}}],
                },
                "status": "success",
            }
            file.write(json.dumps(row) + "\n")


def truths(path: Path, made: list[Task]) -> None:
    """The right answers by request, as somebody who checked them by hand would have kept them: a CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["request_id", "reference"])
        rows.writerows([f"req-{k}", task.answer] for k, task in enumerate(made))
