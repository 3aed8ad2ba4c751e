"""The interceptor before every method: it identifies the caller, limits changes, and writes the audit trail."""

import asyncio
import functools
import pwd
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from starfoundry.daemon.access.audit_trail import STARTED
from starfoundry.daemon.access.authorization import is_permitted
from starfoundry.daemon.access.caller import CALLER
from starfoundry.daemon.access.model import Principal, Role
from starfoundry.daemon.access.rate_limit import RateLimit
from starfoundry.daemon.access.recorder import UNAUTHENTICATED, AuditedCall, Recorder
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.daemon.listeners.peer_proxy import Peer
from starfoundry.kernel.errors import StarFoundryError, Unauthenticated
from starfoundry.wire.methods import can_change, is_dry_run
from starfoundry.wire.status import AUTHOR, abort

SERVICE_PREFIX = "/daemon.DaemonService/"
AUTHORIZATION = "authorization"
_BEARER = "Bearer "


class AccessInterceptor(grpc.aio.ServerInterceptor):
    """Identifies each caller by a token, a client certificate or the operating system's user; refuses all others.

    `peer_at` returns the peer at an address, None for one not made by the peer proxy; `identified` takes the address of
    a caller that has been identified.
    """

    def __init__(
        self,
        *,
        tokens: Tokens,
        recorder: Recorder,
        pace: RateLimit,
        peer_at: Callable[[str], Peer | None],
        identified: Callable[[str], None],
    ) -> None:
        self._tokens = tokens
        self._recorder = recorder
        self._pace = pace
        self._peer_at = peer_at
        self._note_identified = identified

    async def intercept_service(self, continuation: Any, details: Any) -> Any:  # noqa: ANN401  (gRPC's own types)
        """The method's handler, wrapped by the checks."""
        handler = await continuation(details)
        if handler is None:
            return None
        method = details.method.removeprefix(SERVICE_PREFIX)
        if handler.response_streaming:
            inner = handler.stream_stream if handler.request_streaming else handler.unary_stream

            async def stream(request: object, context: Any) -> AsyncIterator[object]:  # noqa: ANN401
                principal = await self._known(method, context)
                with self._as(principal):
                    try:
                        async for answer in inner(request, context):
                            await self._end_if_revoked(principal, context)
                            yield answer
                    except asyncio.CancelledError:
                        await self._end_if_revoked(principal, context)
                        raise

            name = "stream_stream" if handler.request_streaming else "unary_stream"
            return handler._replace(**{name: stream})

        async def unary(request: object, context: Any) -> object:  # noqa: ANN401
            principal = await self._known(method, context)
            with self._as(principal):
                return await self._answered(handler.unary_unary, method, principal, request, context)

        return handler._replace(unary_unary=unary)

    async def _answered(
        self,
        inner: Any,  # noqa: ANN401
        method: str,
        principal: Principal,
        request: object,
        context: Any,  # noqa: ANN401
    ) -> object:
        """The method's answer. A change is in the audit trail before it is made, its outcome before it is answered."""
        changes = can_change(method) and _is_ours(method)
        call = self._recorder.call(method, principal, request)
        try:
            if changes:
                self._take_pace(principal, request)
                if is_permitted(principal, method) and not is_dry_run(request):
                    await asyncio.shield(self._recorder.write(call, STARTED))
            answer = await inner(request, context)
        except StarFoundryError as error:
            await self._write(call, type(error).__name__)
            await abort(context, error)
            raise
        except grpc.aio.AbortError:
            await self._write(call, _code_of(context))
            raise
        except asyncio.CancelledError:
            if changes:  # the change may be done anyway
                await asyncio.shield(self._write(call, "CANCELLED"))
            await self._end_if_revoked(principal, context)
            raise
        if changes:
            await asyncio.shield(self._write(call, "OK", answer))
        return answer

    async def _known(self, method: str, context: Any) -> Principal:  # noqa: ANN401
        """The identified caller. Ends the call if there is none."""
        try:
            principal = self._identified(context)
        except Unauthenticated as error:
            await self._recorder.refuse_stranger(method, str(context.peer()))
            await abort(context, error)
            raise
        self._note_identified(str(context.peer()))
        return principal

    def _identified(self, context: Any) -> Principal:  # noqa: ANN401
        peer = str(context.peer())
        visitor = self._peer_at(peer)
        if visitor is None:
            raise Unauthenticated("the connection did not come through the daemon's peer proxy")
        for key, value in context.invocation_metadata() or ():
            if key == AUTHORIZATION:
                return self._tokens.verify(str(value).removeprefix(_BEARER), visitor.origin)
        if visitor.certificate_sha256:
            return self._tokens.verify_certificate(visitor.certificate_sha256, visitor.origin)
        if visitor.user is None:
            raise Unauthenticated("a caller over the network needs a token, or a client certificate")
        return Principal(name=f"user {login_name(visitor.user)}", role=Role.ADMIN, origin=visitor.origin)

    def _take_pace(self, principal: Principal, request: object) -> None:
        if is_dry_run(request):
            return
        player, container = (str(getattr(request, name, "") or "") for name in ("player_id", "container_id"))
        self._pace.take(principal.name, f"player {player}" if player else "", container)

    @contextmanager
    def _as(self, principal: Principal) -> Iterator[None]:
        """Within this context the call belongs to this caller."""
        CALLER.set(principal)
        if principal.token_id:
            AUTHOR.set(principal.name)
        with self._tokens.call_of(principal):
            yield

    async def _end_if_revoked(self, principal: Principal, context: Any) -> None:  # noqa: ANN401
        """End the call, and say so, if the caller's token is no longer valid."""
        if not self._tokens.holds(principal.token_id):
            await abort(context, Unauthenticated("the token or certificate has expired, or was revoked"))

    async def _write(self, call: AuditedCall, outcome: str, answer: object = None) -> None:
        """Add an entry to the trail for a change, or for a call refused by permission."""
        if outcome != "OK" and not can_change(call.method) and outcome not in _REFUSALS:
            return
        await self._recorder.write(call, outcome, answer)


_REFUSALS = (UNAUTHENTICATED, "PERMISSION_DENIED")


def _is_ours(method: str) -> bool:
    """Whether the method belongs to the daemon's own service, as does a name without a path."""
    return "/" not in method


def _code_of(context: Any) -> str:  # noqa: ANN401
    code = context.code()
    found = next((each for each in grpc.StatusCode if code in (each, each.value[0])), None)
    return "UNKNOWN" if found is None else found.name


@functools.cache
def login_name(user: int) -> str:
    """The login name of a user of this machine; the number of one that the system does not list."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
