"""The API is what its own description says it is, whatever is asked of it: a result or our words, never a failure."""

from __future__ import annotations

import json

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nomoat.explorer.api import document
from nomoat.explorer.pages import pages

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


API = schemathesis.openapi.from_dict(document())
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", list(document()["paths"]))
def test_whatever_is_asked(plain, path, mode):
    """Questions that fit the description, and questions that do not."""

    @settings(
        max_examples=6,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=API[path]["GET"].as_strategy(generation_mode=mode))
    def asked(case):
        case.call_and_validate(base_url=plain, checks=CHECKS, timeout=90)

    asked()


def test_every_page_is_described_with_its_parameters():
    made = document()
    assert made["openapi"].startswith("3.1")
    for page in pages().values():
        told = made["paths"][f"/api/v1/{page.path}"]["get"]
        assert [one["name"] for one in told["parameters"]] == [param.name for param in page.params]
        assert told["summary"] == page.question
    json.dumps(made)


@pytest.mark.parametrize(
    "query",
    ["?at=0000-00-00", "?at=9999-12-31", "?leader=" + "(" * 200, "?leader=%00", "?on=arena:%2F", "?nobody=1", "?rule="],
)
def test_odd_questions_get_words(plain, query):
    got = httpx.get(f"{plain}/api/v1/gap{query}", timeout=60)
    assert got.status_code in (200, 400)
    if got.status_code == 400:
        assert set(got.json()["error"]) == {"seen", "expected", "next"}
        assert got.json()["error"]["seen"]


def test_there_is_no_such_thing(plain):
    for path in ("/api/v1/nothing", "/api/v2/gap", "/api/v1/"):
        got = httpx.get(f"{plain}{path}")
        assert got.status_code == 404
        assert got.json()["error"]["seen"]
