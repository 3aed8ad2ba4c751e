"""The transport over HTTP. It accepts no redirect, cookie, external proxy or endless answer."""

import asyncio
from dataclasses import dataclass
from ipaddress import ip_address
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp

from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.kernel.errors import Refused

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 3.0
"""How long an unused connection is kept. Servers drop theirs after 5 s or more, and a request on a connection just
dropped is in doubt; so we close ours first.
"""

BODY_BYTES_MAX = 4 * 1024 * 1024  # the longest answer of the game is some 100 kB
CONNECTIONS_MAX = 10

_NEVER_MADE = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_LOST = (aiohttp.ClientError, OSError, TimeoutError, ValueError)


class AiohttpTransport:
    """Sends requests to the server at `base_url`; implements transport.Transport.

    It opens its session in the event loop of the first request.
    """

    def __init__(
        self, base_url: str, *, allow_plain_http: bool = False, connect_seconds: float = CONNECT_SECONDS
    ) -> None:
        self._base_url = checked_base_url(base_url, allow_plain_http=allow_plain_http)
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request) -> Response:
        """The server's answer; raises ConnectionNeverMade or AnswerLost."""
        session = self._opened()
        for name, value in request.headers.items():
            if not (value.isascii() and value.isprintable()):
                raise ConnectionNeverMade(f"not sent: the header {name} holds a character that no header may hold")
        progress = _Progress()
        try:
            async with session.request(
                request.method,
                self._base_url + request.path,
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=request.timeout_seconds, sock_connect=self._connect_seconds),
                trace_request_ctx=progress,
            ) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(status=answer.status, headers=headers, body=await _whole_body(answer))
        except _NEVER_MADE as error:
            raise ConnectionNeverMade(f"the game cannot be reached: {_described(error)}") from error
        except _LOST as error:
            if not progress.is_sending:
                raise ConnectionNeverMade(f"not sent: {_described(error)}") from error
            raise AnswerLost(f"the answer was lost: {_described(error)}") from error

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            await asyncio.sleep(0)  # lets connections finish closing

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"user-agent": "StarFoundry"},
                skip_auto_headers=("content-type",),  # the game refuses an announced body that is missing
                trust_env=False,
                trace_configs=[_tracing()],
            )
            # There is no public switch: a GET with a truncated answer would be sent again, outside our budget.
            self._session._retry_connection = False  # noqa: SLF001
        return self._session


@dataclass(slots=True)
class _Progress:
    """The progress of one request. A failure before its headers are written has sent nothing."""

    is_sending: bool = False


def _tracing() -> aiohttp.TraceConfig:
    async def headers_are_written(_session: object, context: SimpleNamespace, _details: object) -> None:
        context.trace_request_ctx.is_sending = True

    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(headers_are_written)
    return config


def checked_base_url(base_url: str, *, allow_plain_http: bool = False) -> str:
    """The base URL without a slash at its end. Raises Refused unless it is https, or http to this machine.

    Our tokens go there: over plain HTTP to another machine anyone on the way can read them, so that must be allowed
    explicitly.
    """
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.username is not None or parts.query or parts.fragment:
        raise Refused.of("api.base_url", base_url, "a URL such as https://api.spacetraders.io/v2")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and (allow_plain_http or _is_loopback(host)))
    if not is_safe:
        raise Refused.of("api.base_url", base_url, "https, or http to this machine only")
    return base_url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _whole_body(answer: aiohttp.ClientResponse) -> bytes:
    """The complete body. Raises if it is longer than BODY_BYTES_MAX."""
    parts: list[bytes] = []
    length = 0
    async for part in answer.content.iter_any():
        length += len(part)
        if length > BODY_BYTES_MAX:
            raise ValueError(f"the answer is longer than {BODY_BYTES_MAX} bytes")
        parts.append(part)
    return b"".join(parts)


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
