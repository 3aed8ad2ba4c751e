"""A transport that records each request to the game as a span."""

import re
from dataclasses import dataclass

from starfoundry.game.transport.transport import Request, Response, Transport
from starfoundry.kernel.tracing import Tracer

_SYMBOL = re.compile(r"(?<=/)(ships|systems|waypoints|contracts|factions|agents)/[^/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTransport:
    """Sends requests through `inner`. Headers and bodies are not recorded: they contain tokens."""

    inner: Transport
    tracer: Tracer

    async def send(self, request: Request) -> Response:
        """The answer of `inner`, or its error."""
        attributes = {"http.request.method": request.method, "url.path": request.path.partition("?")[0]}
        with self.tracer.span(span_name(request), attributes) as span:
            response = await self.inner.send(request)
            span.note("http.response.status_code", response.status)
            return response

    async def close(self) -> None:
        """Close every connection."""
        await self.inner.close()


def span_name(request: Request) -> str:
    """The method and the path with `{}` for symbols, so that requests of one kind have one name."""
    path = _SYMBOL.sub(r"\1/{}", request.path.partition("?")[0])
    return f"{request.method} {path}"
