"""Findings of an audit: violated guarantees, and facts worth knowing."""

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa


class Severity(enum.Enum):
    """BROKEN: a guarantee is violated. NOTED: nothing is wrong, but an operator should know."""

    BROKEN = "BROKEN"
    NOTED = "NOTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One problematic row, in words with its numbers."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One guarantee for every database. `examine` yields its violations."""

    name: str
    says: str
    examine: Callable[[sa.Connection], Iterable[AuditFinding]]


def broken(texts: Iterable[str]) -> Iterator[AuditFinding]:
    """The texts as violations."""
    return (AuditFinding(severity=Severity.BROKEN, text=text) for text in texts)


def noted(texts: Iterable[str]) -> Iterator[AuditFinding]:
    """The texts as facts worth knowing."""
    return (AuditFinding(severity=Severity.NOTED, text=text) for text in texts)
