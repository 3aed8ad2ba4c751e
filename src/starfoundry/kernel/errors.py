"""The error families. Each tells the caller what to do next; gRPC status and exit code follow from the family."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One refused field: its name, the given value, and what is allowed (or who changed it)."""

    field: str
    given: str
    allowed: str


class StarFoundryError(Exception):
    """Base of every error raised on purpose; `fields` names the wrong inputs."""

    def __init__(self, message: str, *, fields: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class Refused(StarFoundryError):
    """The request is wrong: fix it and send it again (INVALID_ARGUMENT, exit 2)."""

    @classmethod
    def of(cls, field: str, given: object, allowed: str) -> Self:
        """The error for one wrong field."""
        problem = FieldProblem(field=field, given=str(given), allowed=allowed)
        return cls(f"{field} must be {allowed}, was {given!r}", fields=(problem,))


class Missing(StarFoundryError):
    """The named thing does not exist (NOT_FOUND, exit 3)."""


class Stale(StarFoundryError):
    """The request is based on outdated data: read again, then retry (ABORTED, exit 4)."""


class NotPermitted(StarFoundryError):
    """The caller may not do this (PERMISSION_DENIED, exit 5)."""


class Unauthenticated(NotPermitted):
    """The caller is unknown: a valid token is needed (UNAUTHENTICATED, exit 5)."""


class Unavailable(StarFoundryError):
    """Nothing was done; try again later (UNAVAILABLE, exit 6)."""


class InDoubt(StarFoundryError):
    """It may or may not have happened: reconcile before anything else (UNKNOWN, exit 1)."""
