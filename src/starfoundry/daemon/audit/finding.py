"""What an audit finds: promises that were not kept, and things worth knowing."""

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa


class Weight(enum.Enum):
    """BROKEN: something is promised that does not hold. NOTED: nothing is wrong, and somebody should know."""

    BROKEN = "BROKEN"
    NOTED = "NOTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row that is not as it should be, in words with its numbers."""

    weight: Weight
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One thing that holds for every database of ours. `examine` yields whatever contradicts it."""

    name: str
    says: str
    examine: Callable[[sa.Connection], Iterable[Finding]]


def broken(texts: Iterable[str]) -> Iterator[Finding]:
    """These, as promises not kept."""
    return (Finding(weight=Weight.BROKEN, text=text) for text in texts)


def noted(texts: Iterable[str]) -> Iterator[Finding]:
    """These, as things worth knowing."""
    return (Finding(weight=Weight.NOTED, text=text) for text in texts)
