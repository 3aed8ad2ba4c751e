"""What an audit finds: promises that were not kept, and things worth knowing."""

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa


class Severity(enum.Enum):
    """BROKEN: something is promised that does not hold. NOTED: nothing is wrong, and somebody should know."""

    BROKEN = "BROKEN"
    NOTED = "NOTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One row that is not as it should be, in words with its numbers."""

    weight: Severity
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One thing that holds for every database of ours. `examine` yields whatever contradicts it."""

    name: str
    says: str
    examine: Callable[[sa.Connection], Iterable[AuditFinding]]


def broken(texts: Iterable[str]) -> Iterator[AuditFinding]:
    """These, as promises not kept."""
    return (AuditFinding(weight=Severity.BROKEN, text=text) for text in texts)


def noted(texts: Iterable[str]) -> Iterator[AuditFinding]:
    """These, as things worth knowing."""
    return (AuditFinding(weight=Severity.NOTED, text=text) for text in texts)
