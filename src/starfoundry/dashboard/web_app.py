"""The page's web application: its files, requests and event stream."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from typing import Any

from aiohttp import web

from starfoundry.dashboard.access_rules import PageAccess, add_headers
from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.event_stream import EventStream
from starfoundry.dashboard.reading import ledger_files, openapi
from starfoundry.dashboard.reading.page_queries import QUESTIONS, EntriesQuery, PageQuestion, read, words_of
from starfoundry.dashboard.requests import (
    alert_requests,
    change_requests,
    forecast_requests,
    halt_requests,
)
from starfoundry.dashboard.views.subscription import VIEWS, Asked
from starfoundry.kernel.errors import InDoubt, Missing, NotPermitted, Refused, Stale, StarFoundryError, Unavailable
from starfoundry.terminal.arguments.exits import error_json
from starfoundry.terminal.rendering.message_json import plain

BODY_BYTES_MAX = 64 * 1024
BODY_SECONDS = 5.0
HALT_SECONDS = 30.0

_HTTP_STATUS: dict[type[StarFoundryError], int] = {
    Refused: 400,
    NotPermitted: 403,
    Missing: 404,
    Stale: 409,
    Unavailable: 503,
    InDoubt: 504,
}
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FIRST_FILE = "index.html"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebApp:
    """The page's routes behind their access rules."""

    link: AsyncDaemonClient
    guard: PageAccess

    def application(self) -> web.Application:
        """The site, ready to be served."""
        guarded = self.guard.middleware(_failure)
        site = web.Application(middlewares=[guarded, _telling], client_max_size=BODY_BYTES_MAX)
        site.on_response_prepare.append(add_headers)
        for path, handler in _files().items():
            site.router.add_get(path, handler)
        site.router.add_get("/api/session", self._session)
        site.router.add_get("/api/openapi.json", self._openapi)
        for name, question in QUESTIONS.items():
            site.router.add_get(f"/api/{name}", self._answering(question))
        site.router.add_get("/api/ledger.csv", self._csv)
        site.router.add_get("/api/ledger.parquet", self._parquet)
        site.router.add_get("/api/events", self._events)
        site.router.add_post("/api/halt", self._halt)
        site.router.add_post("/api/acknowledge", self._acknowledge)
        site.router.add_post("/api/mute", self._mute)
        site.router.add_post("/api/preview", self._preview)
        site.router.add_post("/api/apply", self._apply)
        site.router.add_post("/api/forecast", self._forecast)
        return site

    async def _session(self, _request: web.Request) -> web.Response:
        """The token of a change, which another site can ask for and not read, and the file formats."""
        return web.json_response({"token": self.guard.token, "formats": ledger_files.formats()})

    async def _openapi(self, _request: web.Request) -> web.Response:
        """The OpenAPI document of the requests that only read."""
        return web.json_response(openapi.document(version("starfoundry")))

    def _answering(self, question: PageQuestion) -> Handler:
        """The handler of a question."""

        async def handler(request: web.Request) -> web.Response:
            return web.json_response(await question.answered(self.link, request.query))

        return handler

    async def _csv(self, request: web.Request) -> web.StreamResponse:
        """The matching entries as a file. An error before the first line is answered; after it the file ends."""
        asked = read(request.query, EntriesQuery)
        pieces = ledger_files.as_csv(self.link, asked.player_id, words_of(asked))
        first = await anext(pieces)
        disposition = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": "attachment; filename=ledger.csv",
        }
        response = web.StreamResponse(headers=disposition)
        response.force_close()
        await response.prepare(request)
        await response.write(first)
        async for piece in pieces:
            await response.write(piece)
        return response

    async def _parquet(self, request: web.Request) -> web.Response:
        """The matching entries as a file for programs."""
        asked = read(request.query, EntriesQuery)
        file = await ledger_files.as_parquet(self.link, asked.player_id, words_of(asked))
        disposition = {"Content-Disposition": "attachment; filename=ledger.parquet"}
        return web.Response(body=file, headers=disposition, content_type="application/vnd.apache.parquet")

    async def _acknowledge(self, request: web.Request) -> web.Response:
        """Acknowledge an open alert, or all."""
        wanted = alert_requests.acknowledgement(await _body(request))
        return web.json_response(plain(await self.link.call("AcknowledgeAlert", wanted)))

    async def _mute(self, request: web.Request) -> web.Response:
        """Mute an alert rule, or all, or end a mute."""
        wanted = alert_requests.mute(await _body(request))
        return web.json_response(plain(await self.link.call("MuteAlerts", wanted)))

    async def _halt(self, request: web.Request) -> web.Response:
        """Halt, or resume."""
        wanted = halt_requests.read(await _body(request))
        answer = await self.link.call("SetHalt", halt_requests.request_of(wanted), timeout_seconds=HALT_SECONDS)
        return web.json_response(plain(answer))

    async def _preview(self, request: web.Request) -> web.Response:
        """The result that a change would have; nothing is changed."""
        return await self._revise(request, validate_only=True)

    async def _apply(self, request: web.Request) -> web.Response:
        """Make the change."""
        return await self._revise(request, validate_only=False)

    async def _revise(self, request: web.Request, *, validate_only: bool) -> web.Response:
        wanted = change_requests.read(await _body(request))
        return web.json_response(await change_requests.revise(self.link, wanted, validate_only=validate_only))

    async def _forecast(self, request: web.Request) -> web.StreamResponse:
        """The forecast of proposed settings, a line of JSON after each round, until one of both hangs up.

        An error is a line too, and the last; an empty one says nothing new.
        """
        wanted = forecast_requests.read(await _body(request))
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        with suppress(ConnectionResetError):  # the page was closed, or has heard enough
            async with aclosing(forecast_requests.rounds(self.link, wanted)) as rounds:
                try:
                    async for round_ in rounds:
                        await response.write(json.dumps(round_).encode() + b"\n" if round_ else b"\n")
                except StarFoundryError as error:
                    await response.write(json.dumps(_error_content(error)).encode() + b"\n")
        return response

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """News of a view as server-sent events, until one of both hangs up."""
        asked = read(request.query, Asked)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        pieces = EventStream(self.link, asked).pieces()
        try:
            async for name, value in pieces:
                await response.write(f"event: {name}\ndata: {json.dumps(value)}\n\n".encode())
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            await pieces.aclose()
        return response


@web.middleware
async def _telling(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The answer, or the error as JSON under the status of its family."""
    try:
        return await handler(request)
    except StarFoundryError as error:
        return _failure(error)
    except web.HTTPException as error:
        return web.json_response({"error": {"code": "HTTP", "message": error.reason}}, status=error.status)


def _failure(error: StarFoundryError) -> web.Response:
    status = next((status for family, status in _HTTP_STATUS.items() if isinstance(error, family)), 500)
    return web.json_response(_error_content(error), status=status)


def _error_content(error: StarFoundryError) -> dict[str, Any]:
    content: dict[str, Any] = error_json(error)
    content["error"]["next_step"] = getattr(error, "next_step", None)
    return content


async def _body(request: web.Request) -> bytes:
    """The body of a request; raises Refused if it does not come in time."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Refused(f"the request was not sent within {BODY_SECONDS:g} seconds") from None


def _files() -> dict[str, Handler]:
    """The page's files by their paths, read once: they are few and small. Every view has the address of its name."""
    folder = resources.files("starfoundry.dashboard") / "page"
    handlers = dict(_within(folder, ""))
    first = handlers.pop(f"/{_FIRST_FILE}")
    return handlers | dict.fromkeys(["/", *(f"/{view}" for view in VIEWS)], first)


def _within(folder: Traversable, path: str) -> Iterator[tuple[str, Handler]]:
    for file in folder.iterdir():
        ending = file.name[file.name.rfind(".") :]
        if file.is_dir():
            yield from _within(file, f"{path}/{file.name}")
        elif ending in _TYPES:
            yield f"{path}/{file.name}", _file(file.read_bytes(), _TYPES[ending])


def _file(content: bytes, content_type: str) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=content, content_type=content_type, charset="utf-8")

    return handler
