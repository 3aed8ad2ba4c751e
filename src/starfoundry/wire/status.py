"""Conversion of the error families to gRPC status and back.

`answering` wraps every method of the daemon's servicer once, where the servicer is composed; rpc classes only raise.
Clients in other languages read the same facts from the standard details: ErrorInfo (`reason` is the family, `metadata`
the given values, by field) and BadRequest (each field with what is allowed).
"""

import functools
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from contextvars import ContextVar
from typing import Any, NoReturn, Protocol, TypeVar, cast

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]
from grpc_status import rpc_status

from starfoundry.kernel.errors import (
    FieldProblem,
    InDoubt,
    Missing,
    NotPermitted,
    Refused,
    Stale,
    StarFoundryError,
    Unauthenticated,
    Unavailable,
)
from starfoundry.wire.calling import AUTHOR_KEY

DOMAIN = "starfoundry"

# A status travels in a trailer, which gRPC limits to 8 KiB: texts are cut (in bytes) so that it always arrives.
_LONGEST_MESSAGE = 500
_LONGEST_ALLOWED = 300
_LONGEST_GIVEN = 100
_LONGEST_FIELD = 100
_MOST_FIELDS = 24  # all settings, and some more
_ALL_FIELDS = 3000  # for the texts of all fields together

_CODES: dict[type[StarFoundryError], grpc.StatusCode] = {
    Refused: grpc.StatusCode.INVALID_ARGUMENT,
    Missing: grpc.StatusCode.NOT_FOUND,
    Stale: grpc.StatusCode.ABORTED,
    Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    NotPermitted: grpc.StatusCode.PERMISSION_DENIED,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    InDoubt: grpc.StatusCode.UNKNOWN,
    StarFoundryError: grpc.StatusCode.INTERNAL,
}
_FAMILIES = {family.__name__: family for family in _CODES}

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Abortable(Protocol):
    """The part of gRPC's context that `answering` needs."""

    async def abort_with_status(self, status: grpc.Status) -> NoReturn:
        """End the call with this status; never returns."""


async def abort(context: Abortable, error: StarFoundryError) -> NoReturn:
    """End a call with an error; never returns."""
    await context.abort_with_status(rpc_status.to_status(to_status(error)))


def family_of(error: StarFoundryError) -> type[StarFoundryError]:
    """The family of an error, whatever its own class."""
    return next(family for family in _CODES if isinstance(error, family))


def to_status(error: StarFoundryError) -> Status:
    """The error as a google.rpc.Status; long texts are cut so that it fits a trailer."""
    family = family_of(error)
    problems = error.fields[:_MOST_FIELDS]
    if more := len(error.fields) - len(problems):
        allowed = f"also wrong: {more} more fields, not listed here"
        problems = (*problems, FieldProblem(field="(others)", given="", allowed=allowed))
    share = _ALL_FIELDS // max(1, len(problems))
    longest_given, longest_allowed = min(_LONGEST_GIVEN, share // 4), min(_LONGEST_ALLOWED, share * 3 // 4)
    info = ErrorInfo(
        reason=family.__name__,
        domain=DOMAIN,
        metadata={_cut(problem.field, _LONGEST_FIELD): _cut(problem.given, longest_given) for problem in problems},
    )
    details: list[ErrorInfo | BadRequest] = [info]
    if problems:
        violations = [
            BadRequest.FieldViolation(
                field=_cut(problem.field, _LONGEST_FIELD), description=_cut(problem.allowed, longest_allowed)
            )
            for problem in problems
        ]
        details.append(BadRequest(field_violations=violations))
    status = Status(code=_CODES[family].value[0], message=_cut(error.message, _LONGEST_MESSAGE))
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def from_status(status: Status) -> StarFoundryError:
    """The error in a status; one from elsewhere becomes a plain StarFoundryError."""
    info, request = ErrorInfo(), BadRequest()
    for detail in status.details:
        detail.Unpack(info) or detail.Unpack(request)
    family = _FAMILIES.get(info.reason, StarFoundryError) if info.domain == DOMAIN else StarFoundryError
    problems = tuple(
        FieldProblem(field=violation.field, given=info.metadata.get(violation.field, ""), allowed=violation.description)
        for violation in request.field_violations
    )
    return family(status.message, fields=problems)


def from_call_error(error: grpc.RpcError) -> StarFoundryError:
    """The error behind a client's failed call, even if the daemon never answered."""
    call = cast("grpc.Call", error)  # gRPC raises the call itself for a failed unary call
    status = rpc_status.from_call(call)
    if status is not None:
        return from_status(status)
    details = call.details() or call.code().name
    match call.code():
        case grpc.StatusCode.UNAVAILABLE | grpc.StatusCode.RESOURCE_EXHAUSTED:
            return Unavailable(f"the daemon did not accept the call: {details}")
        case grpc.StatusCode.CANCELLED:
            return InDoubt("the call was interrupted before it was answered; it may still have been done")
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return InDoubt("the daemon did not answer in time; it may still have done it")
        case grpc.StatusCode.UNIMPLEMENTED:
            return StarFoundryError("the daemon does not support this call; is it older than the command line?")
        case code:
            return StarFoundryError(f"{code.name}: {details}")


def answering(
    method: Callable[[Any, Any, Any], Awaitable[Answer]],
) -> Callable[[Any, Any, Any], Awaitable[Answer]]:
    """The servicer method with errors turned into a rich status; unexpected errors are logged and become INTERNAL."""

    @functools.wraps(method)
    async def answered(servicer: object, request: object, context: Abortable) -> Answer:
        try:
            return await method(servicer, request, context)
        except StarFoundryError as error:
            failure = error
        except grpc.aio.AbortError:
            raise
        except Exception:  # noqa: BLE001 (the outermost handler: a caller gets an answer, whatever broke)
            _log.exception("%s failed", method.__name__)
            failure = StarFoundryError(f"{method.__name__} failed inside the daemon; its log says why")
        await abort(context, failure)
        raise AssertionError("abort never returns")

    return answered


def answering_each(
    method: Callable[[Any, Any, Any], AsyncGenerator[Answer]],
) -> Callable[[Any, Any, Any], AsyncIterator[Answer]]:
    """The same for a method that answers with a stream; the stream is closed as soon as its reader leaves."""

    @functools.wraps(method)
    async def answered(servicer: object, request: object, context: Abortable) -> AsyncIterator[Answer]:
        try:
            async with aclosing(method(servicer, request, context)) as answers:
                async for each in answers:
                    yield each
        except StarFoundryError as error:
            failure = error
        except grpc.aio.AbortError:
            raise
        except Exception:  # noqa: BLE001  (as above)
            _log.exception("%s failed", method.__name__)
            failure = StarFoundryError(f"{method.__name__} failed inside the daemon; its log says why")
        else:
            return
        await abort(context, failure)

    return answered


class InProcessContext:
    """Replaces gRPC's context for a servicer that is called without a socket: an abort raises its error."""

    async def abort_with_status(self, status: grpc.Status) -> NoReturn:
        """Raise the error in the status."""
        for key, value in status.trailing_metadata or ():
            if key == "grpc-status-details-bin":
                raise from_status(Status.FromString(value))
        raise StarFoundryError(status.details)

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        """Empty: the caller is this process."""
        return ()


AUTHOR: ContextVar[str] = ContextVar("author", default="")
"""The caller's name, if it is authenticated; a name that a client claims is then ignored."""


def author_of(context: object) -> str:
    """The authenticated caller, or else the name that the caller claims to act for; empty for neither."""
    if known := AUTHOR.get():
        return known
    metadata: Iterable[tuple[str, object]] = getattr(context, "invocation_metadata", tuple)() or ()
    return next((str(value) for key, value in metadata if key == AUTHOR_KEY), "")


def _cut(text: str, longest_bytes: int) -> str:
    encoded = text.encode(errors="replace")
    if len(encoded) <= longest_bytes:
        return text
    return encoded[: longest_bytes - 3].decode(errors="ignore") + "…"
