"""Embeddings of a server: masked before they leave, in batches, paid for once, within a budget; a liar is named."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from click.testing import CliRunner

from nomoat.cli import main
from nomoat.errors import InputError
from nomoat.work.budget import Budget
from nomoat.work.embed import BATCH, FOLDER, embed, server
from nomoat.work.endpoint import Endpoint
from nomoat.work.request import Request
from nomoat.work.store import append
from nomoat.work.usecase import assigner

KEY = "sk-embeddings-0123456789"
WIDE = 8


def vector(text: str) -> list[float]:
    """Its topic, which the first word tells whatever the rest says, and a little noise."""
    noise = random.Random(text)
    topics = {"pay": 0, "bill": 0, "card": 0, "print": 1, "paper": 1, "toner": 1}
    made = [noise.gauss(0, 0.05) for _ in range(WIDE)]
    made[topics.get(text.split(" ", 1)[0], 2)] += 1
    return made


class Server:
    """OpenAI's /embeddings on loopback; `script(number of the call)` may give a (status, headers, body) in place."""

    def __init__(self, script=lambda number, inputs: None):
        self.calls, self.paths, self.keys = [], [], []
        self.script = script
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.calls.append(body["input"])
                outer.paths.append(self.path)
                outer.keys.append(self.headers.get("Authorization"))
                data = [{"object": "embedding", "index": i, "embedding": vector(text)}
                        for i, text in enumerate(body["input"])]  # fmt: skip
                usage = {"prompt_tokens": 7 * len(data), "total_tokens": 7 * len(data)}
                whole = json.dumps({"object": "list", "data": data[::-1], "model": body["model"], "usage": usage})
                status, headers, said = outer.script(len(outer.calls), body["input"]) or (200, {}, whole.encode())
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(said))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *said):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.http.shutdown()
        self.http.server_close()

    def endpoint(self, **more) -> Endpoint:
        url = f"http://127.0.0.1:{self.http.server_port}/v1"
        return Endpoint(**{"name": "near", "url": url, "model": "e-1", "concurrency": 2, **more})


def test_vectors_come_in_the_order_asked_in_batches_and_each_text_is_asked_once(tmp_path):
    texts = [f"pay {i % 150}" for i in range(200)]
    said = []
    with Server() as one:
        found = embed(one.endpoint(), texts, tmp_path, say=said.append)
        assert sum(map(len, one.calls)) == 150
        assert max(map(len, one.calls)) == BATCH
        again = embed(one.endpoint(), [*texts, "print 1"], tmp_path)
        assert sum(map(len, one.calls)) == 151
        embed(one.endpoint(model="e-2"), texts[:3], tmp_path)  # another model's vectors are others
        assert sum(map(len, one.calls)) == 154
        assert set(one.paths) == {"/v1/embeddings"}
        assert f"127.0.0.1:{one.http.server_port} (near)" in said[0]
    assert np.allclose(found, [vector(text) for text in texts], atol=1e-6)
    assert np.array_equal(again[:200], found)


def test_personal_data_and_the_key_stay_where_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("NEAR_KEY", KEY)
    refusal = 401, {}, json.dumps({"error": {"message": f"wrong key {KEY}"}}).encode()
    with Server() as one:
        embed(one.endpoint(key_env="NEAR_KEY"), ["pay ada@example.org, password: hunter2!"], tmp_path)
        assert one.calls == [["pay [e-mail], [password]"]]
        assert one.keys == [f"Bearer {KEY}"]
    with Server(lambda *call: refusal) as one, pytest.raises(InputError, match="status 401") as refused:
        embed(one.endpoint(key_env="NEAR_KEY"), ["x"], tmp_path)
    assert KEY not in str(refused.value)
    assert not any(KEY.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_budget_ends_it_and_what_was_paid_for_is_kept(tmp_path):
    texts = [f"pay {i}" for i in range(10 * BATCH)]
    with Server() as one:
        with pytest.raises(InputError, match="budget"):
            embed(one.endpoint(), texts, tmp_path, budget=Budget(usd=1.0))  # without a price it cannot be kept
        paid = one.endpoint(price_input=1000.0, concurrency=1)
        budget = Budget(usd=2.0)
        with pytest.raises(InputError, match="budget ended after"):
            embed(paid, texts, tmp_path, budget=budget)
        before = sum(map(len, one.calls))
        assert 0 < before < len(texts)
        assert budget.spent_usd == pytest.approx(before * 7 * 1000 / 1e6)
        assert budget.spent_usd <= 2.0
        embed(paid, texts, tmp_path)
        assert sum(map(len, one.calls)) == len(texts)


def test_a_busy_server_is_waited_for(tmp_path):
    busy = 429, {"Retry-After": "0"}, b"{}"
    with Server(lambda number, inputs: busy if number < 3 else None) as one:
        embed(one.endpoint(), ["pay"], tmp_path)
        assert len(one.calls) == 3


@pytest.mark.parametrize(("page", "said"), [
    (b"<html>hello", "no list of vectors"), (b'{"data": []}', "0 vectors for 2 texts"),
    (b'{"data": [{"embedding": [1.0]}, {"embedding": [1.0, 2.0]}]}', "unlike or odd width"),
    (b'{"data": [{"embedding": [1e999]}, {"embedding": [1.0]}]}', "no list of vectors"),
    (b'{"data": [{"embedding": []}, {"embedding": []}]}', "unlike or odd width"),
    (b'{"data": [{"embedding": [1e39]}, {"embedding": [1.0]}]}', "numbers that are none"),
])  # fmt: skip
def test_an_answer_that_is_none_is_named_and_not_kept(tmp_path, page, said):
    with Server(lambda *call: (200, {}, page)) as one, pytest.raises(InputError, match=said):
        embed(one.endpoint(), ["pay", "print"], tmp_path)
    with Server() as one:
        assert embed(one.endpoint(), ["pay", "print"], tmp_path).shape == (2, WIDE)


def test_a_torn_write_costs_the_vector_that_it_tore(tmp_path):
    with Server() as one:
        embed(one.endpoint(), ["pay", "print", "toner"], tmp_path)
        (kept,) = (tmp_path / FOLDER).iterdir()
        kept.write_bytes(kept.read_bytes()[:-5])
        found = embed(one.endpoint(), ["pay", "print", "toner"], tmp_path)
        assert one.calls[1:] == [["toner"]]
    assert np.allclose(found, [vector(text) for text in ("pay", "print", "toner")], atol=1e-6)


def test_an_endpoint_is_found_by_its_name(tmp_path):
    (tmp_path / "e.toml").write_text('[endpoints.near]\nurl = "http://127.0.0.1:1/v1"\nmodel = "e"\n')
    assert server("near", tmp_path, tmp_path / "e.toml").model == "e"
    with pytest.raises(InputError, match="'near'"):
        server("far", tmp_path, tmp_path / "e.toml")
    with pytest.raises(InputError, match="--endpoints FILE"):
        server("near", tmp_path)


def test_use_cases_are_found_by_meaning_where_words_do_not_tell(tmp_path):
    draw = random.Random(0)
    filler = [
        hashlib.sha256(bytes([i])).hexdigest()[:6].translate(str.maketrans("0123456789", "ghijklmnop"))
        for i in range(40)
    ]
    truth = {}
    rows = []
    for i in range(1500):
        topic, first = draw.choice([("money", "pay bill card"), ("printer", "print paper toner")])
        said = " ".join([draw.choice(first.split()), *draw.choices(filler, k=6)])
        truth[said] = topic
        rows.append(Request(request_id=f"{i}", conversation_id=f"{i}", model="m",
                            messages=({"role": "user", "content": said},)))  # fmt: skip
    append(tmp_path / "w", rows)
    with Server() as one:
        settings = tmp_path / "e.toml"
        settings.write_text(f'[endpoints.near]\nurl = "{one.endpoint().url}"\nmodel = "e-1"\n')
        line = ["work", "usecases", "--in", str(tmp_path / "w"), "--embed", "near", "--endpoints", str(settings)]
        done = CliRunner().invoke(main, line)
        assert done.exit_code == 0, done.output
        assert "and nowhere else" in done.output
        asked = len(one.calls)
        assert asked
        refused = CliRunner().invoke(main, line)
        assert (refused.exit_code, "--again" in refused.output) == (2, True)
        assert CliRunner().invoke(main, [*line, "--again"]).exit_code == 0
        assert len(one.calls) == asked
    frozen = assigner(tmp_path / "w")
    groups = {}
    for row in rows:
        groups.setdefault(frozen.assign(row), []).append(truth[row.messages[0]["content"]])
    named = {name: kinds for name, kinds in groups.items() if name != "other"}
    assert len(named) >= 2
    assert sum(map(len, named.values())) > 0.8 * len(rows)
    assert sum(max(kinds.count(k) for k in set(kinds)) for kinds in named.values()) > 0.95 * sum(
        map(len, named.values())
    )
