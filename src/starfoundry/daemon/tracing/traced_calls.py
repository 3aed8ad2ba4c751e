"""The interceptor that records each call that can change something as a span, within the trace of its caller."""

from typing import Any

import grpc

from starfoundry.daemon.access.interceptor import SERVICE_PREFIX
from starfoundry.kernel.tracing import Attributes, Tracer
from starfoundry.wire.calling import TRACE_KEY
from starfoundry.wire.methods import can_change

_SUBJECTS = ("container_id", "player_id")


class TracingInterceptor(grpc.aio.ServerInterceptor):
    """Records changes only: an open page reads every few seconds, and such traces would hide all others."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    async def intercept_service(self, continuation: Any, details: Any) -> Any:  # noqa: ANN401  (gRPC's own types)
        """The method's handler, within a span."""
        handler = await continuation(details)
        method = details.method.removeprefix(SERVICE_PREFIX)
        if handler is None or handler.unary_unary is None or "/" in method or not can_change(method):
            return handler

        async def traced(request: object, context: Any) -> object:  # noqa: ANN401
            place = self._tracer.place_of(_traceparent(context))
            with self._tracer.span_at(place, method, _attributes(method, request)):
                return await handler.unary_unary(request, context)

        return handler._replace(unary_unary=traced)


def _traceparent(context: Any) -> str:  # noqa: ANN401
    return next((str(value) for key, value in context.invocation_metadata() or () if key == TRACE_KEY), "")


def _attributes(method: str, request: object) -> Attributes:
    subjects = {f"starfoundry.{name}": value for name in _SUBJECTS if (value := getattr(request, name, None))}
    return {"rpc.system": "grpc", "rpc.method": method, **subjects}
