"""What somebody has is not sent again, what goes far goes packed, and pages leave no mark in a browser's cache."""

from __future__ import annotations

import asyncio
import gzip

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from nomoat.explorer.carried import Carried

LARGE = b'{"numbers": "' + b"0123456789" * 5000 + b'"}'


async def large(_):
    return Response(LARGE, media_type="application/json")


async def small(_):
    return PlainTextResponse("small")


async def pieces(_):
    return StreamingResponse(iter([b"a" * 30_000, b"b"]))


async def gone(_):
    return PlainTextResponse("none", status_code=404)


APP = Carried(
    Starlette(
        routes=[
            Route("/api/v1/large", large),
            Route("/static/small.js", small),
            Route("/api/v1/pieces", pieces),
            Route("/api/v1/gone", gone),
            Route("/page", large),
        ]
    )
)


def asked(path, *, client="10.0.0.5", **headers):
    async def once():
        transport = httpx.ASGITransport(app=APP, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            http.headers.clear()
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            async with http.stream("GET", path, headers=sent) as got:
                return got, b"".join([chunk async for chunk in got.aiter_raw()])

    return asyncio.run(once())


def test_who_has_it_is_told_so_with_no_body():
    first, body = asked("/api/v1/large")
    assert body == LARGE
    mark = first.headers["etag"]
    for said in (mark, f"W/{mark}", f'"other", {mark}', "*"):
        again, nothing = asked("/api/v1/large", if_none_match=said)
        assert (again.status_code, nothing) == (304, b""), said
        assert again.headers["etag"] == mark
    for said in ('"other"', mark.strip('"'), ""):
        assert asked("/api/v1/large", if_none_match=said)[1] == LARGE, said


def test_what_goes_far_is_packed_and_marked_as_another_thing():
    plain = asked("/api/v1/large")[0]
    packed, body = asked("/api/v1/large", accept_encoding="br, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(body) < len(LARGE) / 10
    assert gzip.decompress(body) == LARGE
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == "accept-encoding"
    assert asked("/api/v1/large", accept_encoding="gzip", if_none_match=packed.headers["etag"])[0].status_code == 304


@pytest.mark.parametrize(
    ("path", "client", "coding"),
    [
        ("/api/v1/large", "127.0.0.1", "gzip"),
        ("/api/v1/large", "10.0.0.5", "gzip;q=0, br"),
        ("/static/small.js", "10.0.0.5", "gzip"),
        ("/page", "10.0.0.5", "gzip"),
        ("/api/v1/pieces", "10.0.0.5", "gzip"),
    ],
)
def test_on_this_machine_small_or_unasked_nothing_is_packed(path, client, coding):
    assert "content-encoding" not in asked(path, client=client, accept_encoding=coding)[0].headers


def test_pages_errors_and_pieces_have_no_mark():
    assert asked("/api/v1/pieces")[1] == b"a" * 30_000 + b"b"
    for path in ("/page", "/api/v1/pieces", "/api/v1/gone"):
        assert "etag" not in asked(path)[0].headers, path


def test_a_real_server_answers_so(plain):
    for path in ("/static/explorer.js", "/api/v1/methods", "/api/v1/openapi.json"):
        first = httpx.get(f"{plain}{path}")
        again = httpx.get(f"{plain}{path}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
        assert httpx.head(f"{plain}{path}").headers["content-length"] == str(len(first.content))
