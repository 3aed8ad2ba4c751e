"""Injected faults: the affected requests, the probability, and the effect."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from starfoundry.game.transport.transport import Request
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.sandbox.core.random_streams import RandomStream


class FaultKind(enum.Enum):
    """The effect on a request."""

    LATENCY = "latency"
    RATE_LIMITED = "rate-limited"
    ERROR_BEFORE = "error-before"
    ERROR_AFTER = "error-after"
    LOST = "lost"
    LATE = "late"
    TRUNCATED = "truncated"
    BROKEN_SHIP = "broken-ship"
    RESET = "reset"


_STATUSES = range(500, 600)
_SECONDS_MAX = 3_600.0


@dataclass(slots=True, kw_only=True)
class Fault:
    """One rule. `path` is a pattern with `*`, without /v2; `times` counts down to 0, None means without end."""

    kind: FaultKind
    number: int = 0
    method: str = "*"
    path: str = "*"
    ship: str = ""
    probability: float = 1.0
    times: int | None = None
    seconds: float = 1.0
    status: int = 500

    def __post_init__(self) -> None:
        """Raises Refused for a value out of bounds."""
        if not 0 < self.probability <= 1:
            raise Refused.of("probability", self.probability, "above 0, at most 1")
        if self.times is not None and self.times < 1:
            raise Refused.of("times", self.times, "at least 1")
        if not 0 <= self.seconds <= _SECONDS_MAX:
            raise Refused.of("seconds", self.seconds, f"from 0 to {_SECONDS_MAX:.0f}")
        if self.status not in _STATUSES:
            raise Refused.of("status", self.status, "from 500 to 599")
        if self.kind is FaultKind.BROKEN_SHIP and not self.ship:
            raise Refused.of("ship", self.ship, "a ship's symbol")

    def matches(self, request: Request) -> bool:
        """Whether the rule matches a request."""
        path = request.path.partition("?")[0]
        if self.method not in ("*", request.method) or not fnmatchcase(path, self.path):
            return False
        return not self.ship or self.ship in path.split("/") or f'"{self.ship}"'.encode() in (request.body or b"")


@dataclass(slots=True)
class InjectedFaults:
    """The active rules, oldest first. False while there is none, for a fast check of each request."""

    rng: RandomStream
    rules: list[Fault] = field(default_factory=list)
    _numbered: int = 0

    def __bool__(self) -> bool:
        return bool(self.rules)

    def add(self, fault: Fault) -> Fault:
        """Activate a rule; it gets a number."""
        self._numbered += 1
        fault.number = self._numbered
        self.rules.append(fault)
        return fault

    def remove(self, number: int) -> None:
        """Remove a rule. Raises Missing."""
        left = [each for each in self.rules if each.number != number]
        if len(left) == len(self.rules):
            raise Missing(f"there is no fault {number}")
        self.rules = left

    def clear(self) -> None:
        """Remove every rule."""
        self.rules = []

    def pick(self, request: Request) -> Fault | None:
        """The first rule that applies to this request; it is counted."""
        for fault in self.rules:
            if fault.matches(request) and (fault.probability == 1 or self.rng.random() < fault.probability):
                if fault.times is not None:
                    fault.times -= 1
                    self.rules = [each for each in self.rules if each.times != 0]
                return fault
        return None


def kinds() -> Sequence[str]:
    """The names of the kinds of fault."""
    return [kind.value for kind in FaultKind]
