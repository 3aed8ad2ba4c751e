"""Malformed requests: answered as the caller's mistake, with one log line and no traceback."""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import grpc

from starfoundry.kernel.errors import Refused
from starfoundry.wire.status import abort

_log = logging.getLogger(__name__)

Deserializer = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class MalformedRequest:
    """Placeholder for a request that could not be parsed."""

    problem: str


class MalformedInterceptor(grpc.aio.ServerInterceptor):
    """Makes every method answer INVALID_ARGUMENT to bytes that are not a message of its type."""

    async def intercept_service(self, continuation: Any, details: Any) -> Any:  # noqa: ANN401  (gRPC's own types)
        """The method's handler, preceded by the check."""
        handler = await continuation(details)
        if handler is None:
            return None
        reader = _reading(handler.request_deserializer)
        name = details.method.rpartition("/")[2]
        if handler.request_streaming:
            return _of_many(handler, reader, name)
        if handler.response_streaming:

            async def stream(request: object, context: Any) -> AsyncIterator[object]:  # noqa: ANN401
                await _require_readable(request, context, name)
                async for answer in handler.unary_stream(request, context):
                    yield answer

            return handler._replace(request_deserializer=reader, unary_stream=stream)

        async def unary(request: object, context: Any) -> object:  # noqa: ANN401
            await _require_readable(request, context, name)
            return await handler.unary_unary(request, context)

        return handler._replace(request_deserializer=reader, unary_unary=unary)


def _of_many(handler: Any, reader: Deserializer, name: str) -> Any:  # noqa: ANN401
    async def checked(requests: AsyncIterator[object], context: Any) -> AsyncIterator[object]:  # noqa: ANN401
        async for request in requests:
            await _require_readable(request, context, name)
            yield request

    async def stream(requests: AsyncIterator[object], context: Any) -> AsyncIterator[object]:  # noqa: ANN401
        async for answer in handler.stream_stream(checked(requests, context), context):
            yield answer

    assert handler.response_streaming, "no service here takes a stream and answers once"
    return handler._replace(request_deserializer=reader, stream_stream=stream)


def _reading(deserializer: Deserializer) -> Deserializer:
    def read(content: bytes) -> object:
        try:
            return deserializer(content)
        except Exception as error:  # noqa: BLE001  (the library's errors for bytes that are not a message)
            return MalformedRequest(str(error).splitlines()[0] if str(error) else type(error).__name__)

    return read


async def _require_readable(request: object, context: Any, name: str) -> None:  # noqa: ANN401
    if isinstance(request, MalformedRequest):
        _log.warning("a request to %s was not a message: %s", name, request.problem)
        refused = Refused.of("request", "invalid bytes", f"a valid request of {name}")
        await abort(context, refused)
