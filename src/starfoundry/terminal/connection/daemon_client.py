"""Connection from the command line to the daemon. gRPC is imported at the first call, for a fast start."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from starfoundry.kernel.errors import NotPermitted, StarFoundryError, Unavailable
from starfoundry.terminal.connection.presence import (
    USUAL_TIMEOUTS,
    AnswerTimeouts,
    ChangeUnanswered,
    ConnectionCut,
    DaemonNotThere,
    DaemonSilent,
    require_answer,
    why_unreached,
)
from starfoundry.terminal.connection.remote import RemoteDaemon, remote
from starfoundry.terminal.rendering.sanitize import clean
from starfoundry.wire.methods import is_change, is_safe_to_repeat

if TYPE_CHECKING:
    import grpc
    from google.protobuf.message import Message

LARGEST_ANSWER_BYTES = 16 * 1024 * 1024

_TRACEPARENT = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

CHANNEL_OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_ANSWER_BYTES),
    ("grpc.enable_http_proxy", 0),
    ("grpc.use_local_subchannel_pool", 1),  # a new channel is a new connection
)


class DaemonClient:
    """Calls the daemon's methods by name. `context` is the context that named the socket, if one did."""

    def __init__(self, socket: Path, context: str = "", timeouts: AnswerTimeouts = USUAL_TIMEOUTS) -> None:
        self._socket = socket
        self._context = context
        self._timeouts = timeouts
        self._channel: grpc.Channel | None = None
        self._remote: RemoteDaemon | None = None

    def call(self, method: str, request: "Message", *, timeout_seconds: float) -> Any:  # noqa: ANN401
        """The method's answer. Raises the error family the daemon answered with.

        Raises DaemonNotThere at once when no daemon listens, and DaemonSilent soon when it does not answer: a person at
        a terminal retries by hand. If the daemon fell silent after a change was sent, raises ChangeUnanswered.

        If the connection is cut while the daemon runs, what is safe to repeat is sent again, once, over a new one: the
        old one may still be the one that was cut. Any other change raises ChangeUnanswered.
        """
        try:
            return self._call(method, request, timeout_seconds)
        except ConnectionCut as cut:
            if not is_safe_to_repeat(method, request):
                raise ChangeUnanswered(cut) from None
            self.close()
            return self._call(method, request, timeout_seconds)

    def _call(self, method: str, request: "Message", timeout_seconds: float) -> Any:  # noqa: ANN401
        channel = self._channel or self._connect()
        import grpc

        from starfoundry.wire import calling

        metadata = ((calling.AUTHOR_KEY, author()), *_trace(calling.TRACE_KEY), *self._token())
        try:
            sent = calling.unary(channel, method).future(request, timeout=timeout_seconds, metadata=metadata)
            return clean(self._answer(sent, is_change=is_change(method, request)))
        except grpc.RpcError as error:
            raise self._failure(error) from None

    def _answer(self, sent: Any, *, is_change: bool) -> Any:  # noqa: ANN401
        """The answer to a call that was sent, however long it takes while the daemon runs."""
        import grpc

        pause = self._timeouts.check
        while True:
            try:
                return sent.result(timeout=pause)
            except grpc.FutureTimeoutError:
                pause *= 2
            if self._is_elsewhere():
                continue
            try:
                require_answer(self._socket, self._context, self._timeouts)
            except DaemonNotThere:
                continue  # the call itself reports it
            except DaemonSilent as silent:
                sent.cancel()
                raise ChangeUnanswered(silent) if is_change else silent from None

    def stream(self, method: str, request: "Message") -> Iterator[Any]:
        """The method's answers, one after another, until the daemon ends the stream. Raises as `call`."""
        channel = self._channel or self._connect()
        import grpc

        from starfoundry.wire import calling

        try:
            yield from map(
                clean,
                calling.stream(channel, method)(request, metadata=((calling.AUTHOR_KEY, author()), *self._token())),
            )
        except grpc.RpcError as error:
            raise self._failure(error) from None

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _failure(self, error: "grpc.RpcError") -> StarFoundryError:
        """The error behind a failed call."""
        if is_unreachable(error):
            return self._unreached()
        from starfoundry.wire.status import from_call_error  # a call that is answered needs none of it

        return from_call_error(error)

    def _token(self) -> tuple[tuple[str, str], ...]:
        return () if self._remote is None else self._remote.metadata()

    def _is_elsewhere(self) -> bool:
        return self._remote is not None and bool(self._remote.address)

    def _unreached(self) -> Unavailable:
        """Why gRPC has not reached the daemon, here or on another machine."""
        if self._remote is not None and self._remote.address:
            return Unavailable(f"no daemon answers at {self._remote.address}, or not as the one its certificate names")
        return why_unreached(self._socket, self._context, self._timeouts)

    def _connect(self) -> "grpc.Channel":
        self._remote = remote()
        if self._remote.address:
            silence_grpc()
            self._channel = self._remote.channel(CHANNEL_OPTIONS)
            return self._channel
        require_own_socket(self._socket, self._context)
        require_answer(self._socket, self._context, self._timeouts)
        silence_grpc()
        import grpc

        self._channel = grpc.insecure_channel(target_of(self._socket), options=CHANNEL_OPTIONS)
        return self._channel


def require_own_socket(socket: Path, context: str = "") -> None:
    """Raise DaemonNotThere if there is no socket, and NotPermitted for one that belongs to another user.

    Tokens are sent through it, so it must be our own.
    """
    try:
        owner = socket.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        raise DaemonNotThere(socket, context) from None
    except PermissionError:
        raise NotPermitted(f"{socket} cannot be accessed by this user") from None
    if owner not in (os.getuid(), 0):
        raise NotPermitted(f"{socket} belongs to another user")


def silence_grpc() -> None:
    """Stop gRPC's library from writing to our stderr. Call it before the first import of gRPC."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")


def target_of(socket: Path) -> str:
    """The socket in gRPC's address syntax."""
    return f"unix:{quote(str(socket))}"


def is_unreachable(error: "grpc.RpcError") -> bool:
    """Whether gRPC itself failed to connect; a daemon that answers UNAVAILABLE adds a rich status."""
    import grpc

    call = cast("grpc.Call", error)
    trailers = {key for key, _value in call.trailing_metadata() or ()}
    return call.code() is grpc.StatusCode.UNAVAILABLE and "grpc-status-details-bin" not in trailers


def _trace(key: str) -> tuple[tuple[str, str], ...]:
    """The trace that the environment names, as programs do that record traces; none if that is unreadable."""
    named = os.environ.get("TRACEPARENT", "")
    return ((key, named),) if _TRACEPARENT.fullmatch(named) else ()


def author() -> str:
    """The login name of this user, as far as it fits a header."""
    import getpass

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
    return name.encode("ascii", "replace").decode()
