"""The seam to the outside: one request out, one answer back. What fails says how far the request got."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starfoundry.kernel.errors import InDoubt, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. `path` begins with a slash, follows the base URL and carries its query.

    `timeout_seconds` is for a transport that must know it; whoever sends also gives up by itself then. The headers hold
    the token, so they are never shown.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None
    timeout_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ConnectionNeverMade(Unavailable):
    """No byte of the request left this machine: it cannot have happened."""


class AnswerLost(InDoubt):
    """Bytes left and no whole answer came back in time: it may have happened, or may still."""


class Transport(Protocol):
    """Carries requests to one server. It never repeats one, never follows a redirect, never keeps a cookie."""

    async def send(self, request: Request) -> Response:
        """The server's answer; raises ConnectionNeverMade or AnswerLost, and nothing else."""

    async def close(self) -> None:
        """Let go of every connection; safe to call twice."""
