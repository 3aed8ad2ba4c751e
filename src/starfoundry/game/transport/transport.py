"""The port to the network: one request, one answer. Errors say how far the request got."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starfoundry.kernel.errors import InDoubt, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. `path` begins with a slash, follows the base URL and contains its query.

    `timeout_seconds` is for a transport that needs it; the sender also enforces it. The headers contain the token, so
    they are never shown.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None
    timeout_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A complete answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ConnectionNeverMade(Unavailable):
    """No byte of the request left this machine: it cannot have happened."""


class AnswerLost(InDoubt):
    """The request was sent and no complete answer came in time: it may have happened, or may still."""


class Transport(Protocol):
    """Sends requests to one server. It never repeats one, follows a redirect or keeps a cookie."""

    async def send(self, request: Request) -> Response:
        """The server's answer. Raises ConnectionNeverMade or AnswerLost, and nothing else."""

    async def close(self) -> None:
        """Close every connection; safe to call twice."""
