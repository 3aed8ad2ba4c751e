"""The servicer of the wire contract, composed of the rooms' methods."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

from starfoundry.daemon.access.authorization import authorize
from starfoundry.daemon.access.caller import caller_of
from starfoundry.kernel.errors import Unavailable
from starfoundry.wire import daemon_pb2
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer
from starfoundry.wire.status import answering, answering_each

Method = Callable[[Any, Any], Awaitable[Any]]

CALLS_MAX = 256
"""Concurrent calls, not counting streams, which have a bound of their own."""

STREAMS_OF_A_CONNECTION_MAX = 1_000

METHODS: tuple[str, ...] = tuple(
    method.name for method in daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].methods
)
"""Every method of the contract."""


_STREAMING = frozenset(
    method.name for method in daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].methods if method.server_streaming
)


def compose(*doors: object) -> DaemonServiceServicer:
    """A servicer that forwards each call to the one part with a method of its name.

    The parts together implement the whole contract. Every method gets `answering` and the check of the caller's role
    here, so that no room can forget either.
    """
    call_limit, streams = CallLimit(CALLS_MAX), StreamLimit()
    methods = {name: _servicer_method(name, _only(name, doors), call_limit, streams) for name in METHODS}
    servicer = type("Servicer", (DaemonServiceServicer,), methods)()
    assert isinstance(servicer, DaemonServiceServicer)
    return servicer


def _only(name: str, doors: tuple[object, ...]) -> Method:
    methods: list[Method] = [getattr(door, name) for door in doors if hasattr(door, name)]
    assert len(methods) == 1, f"{name} belongs to one door, not to {len(methods)}"
    return methods[0]


class CallLimit:
    """A limit of concurrent calls; a call beyond it is refused rather than queued."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._inside = 0

    def __enter__(self) -> None:
        """Enter. Raises Unavailable at the limit."""
        if self._inside >= self._most:
            raise Unavailable(f"{self._most} calls are under way already; try again in a moment")
        self._inside += 1

    def __exit__(self, *_error: object) -> None:
        """Leave."""
        self._inside -= 1


class StreamLimit:
    """A limit of streams per connection: gRPC would let an excess stream wait without an answer."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_of(self, context: object) -> Iterator[None]:
        """Count a stream of the caller's connection within this context. Raises Unavailable at the limit."""
        peer = str(getattr(context, "peer", str)())
        if self._open[peer] >= STREAMS_OF_A_CONNECTION_MAX:
            raise Unavailable(
                f"this connection already has {STREAMS_OF_A_CONNECTION_MAX:,} watches; end some and try again,"
                " or open another connection"
            )
        self._open[peer] += 1
        try:
            yield
        finally:
            self._open[peer] -= 1
            if not self._open[peer]:
                del self._open[peer]


def _servicer_method(
    name: str,
    method: Any,  # noqa: ANN401  (one answer or many)
    call_limit: CallLimit,
    streams: StreamLimit,
) -> Callable[[Any, Any, Any], Any]:
    if name in _STREAMING:

        async def handed_on_each(_servicer: object, request: object, context: object) -> AsyncGenerator[object]:
            authorize(caller_of(context), name)
            with streams.one_of(context):
                async with aclosing(method(request, context)) as events:
                    async for event in events:
                        yield event

        handed_on_each.__name__ = name
        return answering_each(handed_on_each)

    async def handed_on(_servicer: object, request: object, context: object) -> object:
        authorize(caller_of(context), name)
        with call_limit:
            return await method(request, context)

    handed_on.__name__ = name
    return answering(handed_on)
