"""Outcomes of a call that moves money or cargo. Doubt is an outcome of its own."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The server applied it and confirmed."""

    receipt: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The server refused it with a reason; nothing happened."""

    code: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """No byte of it left this machine; nothing happened."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It was sent and no reliable answer came: it may have happened, or may still."""

    reason: str


Outcome = Done[T] | Declined | NotSent | Unknown
