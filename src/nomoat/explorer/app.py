"""Which address answers what?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from nomoat.errors import InputError, NomoatError, UnknownName
from nomoat.explorer import api, order, render
from nomoat.explorer.answers import Answers
from nomoat.explorer.carried import Carried
from nomoat.explorer.guard import LOCAL, App, Guard
from nomoat.explorer.order import Order
from nomoat.explorer.page import FRONT, Content, Page, Section, View
from nomoat.explorer.pages import pages
from nomoat.explorer.pin import newest, pin
from nomoat.explorer.state import Values, parse
from nomoat.explorer.turns import TooSlow
from nomoat.views.theme import NARROW

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

CROWD = 200  # who are answered at once
STATIC = Path(__file__).parent / "static"
TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
GRAPH = {"graph.css": "text/css", "graph.js": "text/javascript"}  # drawn by views/, for the file that stands alone


def application(catalog: Catalog, *, hosts: tuple[str, ...] = LOCAL, token: str | None = None) -> App:
    """The web application on one catalogue: pages, their files, the API; guarded against everybody but this machine."""
    answers = Answers(catalog)
    routes = [
        Route("/", _told(answers, _page)),
        Route("/static/paper.css", _papers),
        Route("/static/vega.js", _vega),
        Route("/static/{name}", _static),
        Route("/favicon.ico", _icon),
        Route("/api/v1/openapi.json", _openapi),
        Route("/api/v1/{page}", _told(answers, _api)),
        Route("/{page}", _told(answers, _page)),
        Route("/{page}/{section}.part", _told(answers, _part)),
        Route("/{page}/{section}.narrow", _told(answers, _narrow)),
        Route("/{page}/{section}.{kind}", _told(answers, _file)),
    ]
    inner = Starlette(routes=routes, exception_handlers={404: _missing, 500: _broken}, lifespan=_roomy)
    return Guard(Carried(inner), hosts=hosts, token=token)


@asynccontextmanager
async def _roomy(app: Starlette) -> AsyncIterator[None]:
    """A thread for everybody who is let in: forty that wait for one slow answer must not keep out all others."""
    import anyio.to_thread

    anyio.to_thread.current_default_thread_limiter().total_tokens = CROWD
    yield


Answer = Callable[[Request, Answers, Page, Values], Response]


def _told(answers: Answers, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Find the page, check what was asked, compute off the event loop, and turn a failure into its own words."""

    async def endpoint(request: Request) -> Response:
        wants_json = request.url.path.startswith("/api/")
        page = None
        try:
            name = request.path_params.get("page", FRONT)
            page = pages().get(name)
            if page is None:
                unknown = UnknownName.of("page", name[:80], pages())
                raise Missing(unknown.seen, unknown.expected, "/")
            said = [pair for pair in request.query_params.multi_items() if wants_json or pair[0] != order.NAME]
            values = parse(page.params, said)
            return await run_in_threadpool(lambda: answer(request, answers.now(), page, values))
        except NomoatError as error:
            return refused(error, wants_json, page, dict(request.query_params))

    return endpoint


def refused(
    error: NomoatError, as_json: bool, page: Page | None = None, given: Mapping[str, str] | None = None
) -> Response:
    """An error as a page with its form or as JSON, with the status that says whose mistake it was.

    A search that finds nothing is no mistake: as a page it is an empty state.
    """
    from nomoat.explorer.advice import nothing

    status = 503 if isinstance(error, TooSlow) else 404 if isinstance(error, Missing) else 400
    if not isinstance(error, InputError) and not isinstance(error, TooSlow):
        status = 503  # the data here, and not the question
    if as_json:
        said = {"seen": error.seen, "expected": error.expected, "next": error.next}
        return JSONResponse({"error": said}, status_code=status)
    if page is not None and status == 400 and nothing(error, page, given or {}):
        status = 200
    return Response(render.error(error, status, page, given or {}), status_code=status, media_type="text/html")


class Missing(InputError):
    """A page or a part that does not exist."""


def _page(request: Request, answers: Answers, page: Page, values: Values) -> Response:
    view = answers.view(page, values)

    def written() -> str:
        parts = {s.id: _content(answers, page, values, s) for s in view.sections if not s.later}
        orders = _orders(request, view)
        link = pin(page.address, page.params, values, orders, newest(answers.catalog))
        return render.whole(page, values, view, parts, orders, link)

    # Another order writes the page anew, from answers that are kept; only the usual one is kept as it was written.
    once = view.for_now or order.NAME in request.query_params
    body = written() if once else answers.page(page, values, written)
    return Response(body, media_type="text/html")


def _orders(request: Request, view: View) -> dict[str, Order]:
    """The orders that the address asks for, of sections that the page has."""
    found = order.parsed(",".join(request.query_params.getlist(order.NAME)))
    known = [section.id for section in (*view.sections, *view.aside)]
    for name in found:
        if name not in known:
            raise UnknownName.of("section", name, known)
    return found


def _content(answers: Answers, page: Page, values: Values, section: Section) -> Content:
    """A section's content; what the data cannot give says so in its place."""
    try:
        return answers.content(page, values, section)
    except InputError as error:
        return Content(empty=str(error))


def _part(request: Request, answers: Answers, page: Page, values: Values) -> Response:
    view = answers.view(page, values)
    section = _section(request, view)
    content = _content(answers, page, values, section)
    made = render.part(page, values, view, section, content, _orders(request, view))
    return Response(made, media_type="text/html")


def _narrow(request: Request, answers: Answers, page: Page, values: Values) -> Response:
    """The chart as it is drawn for a phone, when a phone asks."""
    section = _section(request, answers.view(page, values))
    content = answers.content(page, values, section)
    if content.figure is None:
        raise Missing(f"{section.id} has no chart", "a section with one")
    return Response(render.script(content.figure(width=NARROW, container=True)), media_type="application/json")


def _file(request: Request, answers: Answers, page: Page, values: Values) -> Response:
    from nomoat.views.render import render as drawn

    kind = request.path_params["kind"]
    view = answers.view(page, values)
    section = _section(request, view)
    content = answers.content(page, values, section)
    figure = None if content.figure is None else content.figure()
    table = render.twin(section, content, figure)
    have = render.kinds(figure)
    if kind not in have:
        raise Missing(
            f"{section.id} has no .{kind[:20]}", "one of " + ", ".join(have) if have else "a section with a table"
        )
    if kind == "csv":
        now = _orders(request, view).get(section.id)
        body = (order.ordered(table, now) if now else table).csv().encode()
    else:
        assert figure is not None
        body = answers.written(page, values, f"{section.id}.{kind}", partial(drawn, figure, kind))
    name = f"{page.path}-{section.id}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=TYPES[kind], headers=headers)


def _section(request: Request, view: View) -> Section:
    name = request.path_params["section"]
    try:
        return view.section(name)
    except KeyError:
        said = UnknownName.of("section", name[:80], [section.id for section in view.sections])
        raise Missing(said.seen, said.expected) from None


def _api(request: Request, answers: Answers, page: Page, values: Values) -> Response:
    view = answers.view(page, values)

    def written() -> str:
        found: str = view.answer.json()
        return found

    # Some results are computed only when they are asked for: fifty who ask at once wait for one.
    return Response(answers.written(page, values, "json", written), media_type="application/json")


async def _openapi(request: Request) -> Response:
    return JSONResponse(api.document())


async def _papers(request: Request) -> Response:
    return Response(render.papers(), media_type="text/css")


async def _vega(request: Request) -> Response:
    from nomoat.explorer.bundle import bundle

    body = await run_in_threadpool(bundle)
    return Response(body, media_type="text/javascript", headers={"cache-control": "max-age=86400"})


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name in GRAPH:
        return Response(render.asset(name), media_type=GRAPH[name])
    files = {path.name: path for path in STATIC.iterdir()}
    path = files.get(name)
    if path is None:
        return PlainTextResponse("No such file.\n", status_code=404)
    kind = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}.get(path.suffix, "text/plain")
    return Response(path.read_bytes(), media_type=kind)


async def _icon(request: Request) -> Response:
    return Response((STATIC / "icon.svg").read_bytes(), media_type="image/svg+xml")


async def _missing(request: Request, error: Exception) -> Response:
    return refused(
        Missing(f"Nothing at {request.url.path[:120]}", "a page of the navigation"), "/api/" in request.url.path
    )


async def _broken(request: Request, error: Exception) -> Response:
    failed = NomoatError("The explorer failed on this question", "an answer")
    if request.url.path.startswith("/api/"):
        said = {"seen": failed.seen, "expected": failed.expected, "next": "the command line"}
        return JSONResponse({"error": said}, status_code=500)
    return Response(render.error(failed, 500, None, {}), status_code=500, media_type="text/html")
