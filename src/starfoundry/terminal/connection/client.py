"""One connection from the command line to the daemon. gRPC is imported when the first call is made, not before."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from starfoundry.kernel.errors import NotPermitted, Unavailable
from starfoundry.terminal.connection.presence import ChangeUnanswered, DaemonNotThere, DaemonSilent, require_answer
from starfoundry.terminal.connection.remote import RemoteDaemon, remote
from starfoundry.terminal.rendering.output import is_change
from starfoundry.terminal.rendering.sanitize import clean

if TYPE_CHECKING:
    import grpc
    from google.protobuf.message import Message

LARGEST_ANSWER_BYTES = 16 * 1024 * 1024

LOOK_SECONDS = 1.0
"""How long an answer is waited for before it is seen whether the daemon runs; twice as long each time."""

CHANNEL_OPTIONS = (("grpc.max_receive_message_length", LARGEST_ANSWER_BYTES), ("grpc.enable_http_proxy", 0))


class Client:
    """Calls the daemon's methods by their names. `context` is the one that told the socket, if one did."""

    def __init__(self, socket: Path, context: str = "") -> None:
        self._socket = socket
        self._context = context
        self._channel: grpc.Channel | None = None
        self._remote: RemoteDaemon | None = None

    def call(self, method: str, request: "Message", *, timeout_seconds: float) -> Any:  # noqa: ANN401
        """The method's answer; raises the error family that the daemon answered with.

        Raises DaemonNotThere at once when nobody listens, DaemonSilent soon when nobody answers: a person at a
        terminal retries by hand. Of a change that was sent before the daemon fell silent it raises ChangeUnanswered.
        """
        channel = self._channel or self._connect()
        import grpc

        from starfoundry.wire import calling
        from starfoundry.wire.status import AUTHOR_KEY, from_call_error

        metadata = ((AUTHOR_KEY, author()), *self._token())
        try:
            sent = calling.unary(channel, method).future(request, timeout=timeout_seconds, metadata=metadata)
            return clean(self._answer(sent, is_change=is_change(method, request)))
        except grpc.RpcError as error:
            if nobody_listens(error):
                raise self._not_there() from None
            raise from_call_error(error) from None

    def _answer(self, sent: Any, *, is_change: bool) -> Any:  # noqa: ANN401
        """The answer to a call that was sent, however long it takes as long as the daemon runs."""
        import grpc

        pause = LOOK_SECONDS
        while True:
            try:
                return sent.result(timeout=pause)
            except grpc.FutureTimeoutError:
                pause *= 2
            if self._is_elsewhere():
                continue
            try:
                require_answer(self._socket, self._context)
            except DaemonNotThere:
                continue  # the call says so itself
            except DaemonSilent as silent:
                sent.cancel()
                raise ChangeUnanswered(silent) if is_change else silent from None

    def stream(self, method: str, request: "Message") -> Iterator[Any]:
        """The method's answers, one after another, until the daemon ends; raises as `call`."""
        channel = self._channel or self._connect()
        import grpc

        from starfoundry.wire import calling
        from starfoundry.wire.status import AUTHOR_KEY, from_call_error

        try:
            yield from map(
                clean, calling.stream(channel, method)(request, metadata=((AUTHOR_KEY, author()), *self._token()))
            )
        except grpc.RpcError as error:
            if nobody_listens(error):
                raise self._not_there() from None
            raise from_call_error(error) from None

    def close(self) -> None:
        """Hang up; safe to call twice."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _token(self) -> tuple[tuple[str, str], ...]:
        return () if self._remote is None else self._remote.metadata()

    def _is_elsewhere(self) -> bool:
        return self._remote is not None and bool(self._remote.address)

    def _not_there(self) -> Unavailable:
        if self._remote is not None and self._remote.address:
            return Unavailable(f"no daemon answers at {self._remote.address}, or not as the one its certificate names")
        return DaemonNotThere(self._socket, self._context)

    def _connect(self) -> "grpc.Channel":
        self._remote = remote()
        if self._remote.address:
            quieten_grpc()
            self._channel = self._remote.channel(CHANNEL_OPTIONS)
            return self._channel
        require_own_socket(self._socket, self._context)
        require_answer(self._socket, self._context)
        quieten_grpc()
        import grpc

        self._channel = grpc.insecure_channel(target_of(self._socket), options=CHANNEL_OPTIONS)
        return self._channel


def require_own_socket(socket: Path, context: str = "") -> None:
    """Raise DaemonNotThere where there is no socket, and NotPermitted for one that somebody else put there.

    Tokens go through it, so it has to be our own.
    """
    try:
        owner = socket.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        raise DaemonNotThere(socket, context) from None
    except PermissionError:
        raise NotPermitted(f"{socket} may not be reached by this user") from None
    if owner not in (os.getuid(), 0):
        raise NotPermitted(f"{socket} belongs to another user")


def quieten_grpc() -> None:
    """Keep gRPC's library from writing to stderr, which is ours; only before it is first imported."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")


def target_of(socket: Path) -> str:
    """The socket as gRPC names it."""
    return f"unix:{quote(str(socket))}"


def nobody_listens(error: "grpc.RpcError") -> bool:
    """Whether gRPC itself failed to connect; a daemon that answers UNAVAILABLE says so with a rich status."""
    import grpc

    call = cast("grpc.Call", error)
    trailers = {key for key, _value in call.trailing_metadata() or ()}
    return call.code() is grpc.StatusCode.UNAVAILABLE and "grpc-status-details-bin" not in trailers


def author() -> str:
    """The name this user logged in with, as far as it fits a header."""
    import getpass

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
    return name.encode("ascii", "replace").decode()
