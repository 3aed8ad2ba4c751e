"""How a call that moves money or cargo may end. Doubt is an outcome, never an assumption."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The server applied it and said so."""

    receipt: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The server refused it with a reason of its own; nothing happened."""

    code: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """No byte of it left this machine; nothing happened."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It was sent and no trustworthy answer came: it may have happened, or may still."""

    reason: str


Outcome = Done[T] | Declined | NotSent | Unknown
