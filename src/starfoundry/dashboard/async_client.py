"""The page's asynchronous client of the daemon, over the socket and contract of the command line."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starfoundry.terminal.connection.daemon_client import (
    CHANNEL_OPTIONS,
    author,
    is_unreachable,
    require_own_socket,
    silence_grpc,
    target_of,
)
from starfoundry.terminal.connection.presence import DaemonNotThere

silence_grpc()

import grpc  # noqa: E402  (told to be quiet before)

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

    async def call(self, method: str, request: "Message", *, timeout_seconds: float = CALL_SECONDS) -> Any:  # noqa: ANN401
        """The method's answer; raises the error family that the daemon answered with, DaemonNotThere for none."""
        try:
            return await getattr(self._stub(), method)(request, timeout=timeout_seconds, metadata=_metadata())
        except grpc.RpcError as error:
            raise self._family(error) from None

    async def stream(self, method: str, request: "Message") -> AsyncGenerator[Any, None]:
        """The method's answers, until the daemon ends; raises as `call`. Whoever closes it ends it there too."""
        call = getattr(self._stub(), method)(request, metadata=_metadata())
        try:
            async for answer in call:
                yield answer
        except grpc.RpcError as error:
            raise self._family(error) from None
        finally:
            call.cancel()

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        if self._channel is not None:
            await self._channel.close()
            self._channel = None

    def _stub(self) -> Any:  # noqa: ANN401  (its methods are found by name)
        require_own_socket(self._socket)
        if self._channel is None:
            options = (*CHANNEL_OPTIONS, *_RECONNECTS_SOON)
            self._channel = grpc.aio.insecure_channel(target_of(self._socket), options=options)
        return DaemonServiceStub(self._channel)

    def _family(self, error: grpc.RpcError) -> Exception:
        return DaemonNotThere(self._socket) if is_unreachable(error) else from_call_error(error)


def _metadata() -> tuple[tuple[str, str], ...]:
    return ((AUTHOR_KEY, author()),)
