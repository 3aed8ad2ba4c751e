"""The page's asynchronous client of the daemon, over the socket and contract of the command line."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.terminal.connection.daemon_client import (
    CHANNEL_OPTIONS,
    author,
    is_unreachable,
    require_own_socket,
    silence_grpc,
    target_of,
)
from starfoundry.terminal.connection.presence import ChangeUnanswered, ConnectionCut, why_unreached
from starfoundry.wire.methods import is_safe_to_repeat

silence_grpc()

import grpc  # noqa: E402  (silenced before)

from starfoundry.wire.calling import AUTHOR_KEY  # noqa: E402
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceStub  # noqa: E402
from starfoundry.wire.status import from_call_error  # noqa: E402

if TYPE_CHECKING:
    from google.protobuf.message import Message

CALL_SECONDS = 15.0

_SOON = 300  # milliseconds; gRPC would wait longer and longer for a daemon that is being restarted
_RECONNECTS_SOON = tuple((f"grpc.{name}_reconnect_backoff_ms", _SOON) for name in ("initial", "min", "max"))


class AsyncDaemonClient:
    """Calls the daemon's methods by their names; it may come and go meanwhile."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._channel: grpc.aio.Channel | None = None
        self._probe = SingleThread("probe")  # it waits for the daemon's first byte

    async def call(self, method: str, request: "Message", *, timeout_seconds: float = CALL_SECONDS) -> Any:  # noqa: ANN401
        """The method's answer; raises the error family that the daemon answered with, Unavailable for none.

        If the connection is cut while the daemon runs, what is safe to repeat is sent again, once; any other change
        raises ChangeUnanswered.
        """
        try:
            return await self._call(method, request, timeout_seconds)
        except ConnectionCut as cut:
            if not is_safe_to_repeat(method, request):
                raise ChangeUnanswered(cut) from None
            return await self._call(method, request, timeout_seconds, is_again=True)

    async def _call(
        self,
        method: str,
        request: "Message",
        timeout_seconds: float,
        *,
        is_again: bool = False,  # the connection was just cut, so gRPC is waited for until it has a new one
    ) -> Any:  # noqa: ANN401
        call = getattr(self._stub(), method)
        try:
            return await call(request, timeout=timeout_seconds, metadata=_metadata(), wait_for_ready=is_again)
        except grpc.RpcError as error:
            raise await self._family(error) from None

    async def stream(self, method: str, request: "Message") -> AsyncGenerator[Any, None]:
        """The method's answers, until the daemon ends; raises as `call`. Whoever closes it ends it there too."""
        call = getattr(self._stub(), method)(request, metadata=_metadata())
        try:
            async for answer in call:
                yield answer
        except grpc.RpcError as error:
            raise await self._family(error) from None
        finally:
            call.cancel()

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        if self._channel is not None:
            await self._channel.close()
            self._channel = None
        self._probe.close()

    def _stub(self) -> Any:  # noqa: ANN401  (its methods are found by name)
        require_own_socket(self._socket)
        if self._channel is None:
            options = (*CHANNEL_OPTIONS, *_RECONNECTS_SOON)
            self._channel = grpc.aio.insecure_channel(target_of(self._socket), options=options)
        return DaemonServiceStub(self._channel)

    async def _family(self, error: grpc.RpcError) -> Exception:
        if is_unreachable(error):
            return await self._probe.run(lambda: why_unreached(self._socket))
        return from_call_error(error)


def _metadata() -> tuple[tuple[str, str], ...]:
    return ((AUTHOR_KEY, author()),)
