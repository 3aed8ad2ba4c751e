"""Kinds of injected faults, with their units and bounds, and a choice of them by seed."""

from dataclasses import dataclass, fields, replace
from random import Random  # noqa: TID251  (named as a type only)

from starfoundry.kernel.errors import Refused

LATE_SECONDS_MAX = 50.0
"""A call may be applied this long after its connection broke. The gateway waits a minute before it looks for evidence.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFaults:
    """Shares are of all requests (or of all database calls), from 0 to 1; those of requests add up to at most 1."""

    slow: float = 0.0
    """Applied and answered several seconds later."""

    unsent: float = 0.0
    """The connection is never made: no byte leaves."""

    lost_before: float = 0.0
    """The connection breaks before the request arrives; never applied."""

    lost_after: float = 0.0
    """Applied; the answer is lost."""

    late: float = 0.0
    """The connection breaks, and the request is applied up to LATE_SECONDS_MAX seconds later."""

    limited: float = 0.0
    """429 with the game's own headers; not applied."""

    limited_by_stranger: float = 0.0
    """429 without them, from a proxy before the game; applied or not."""

    failed_before: float = 0.0
    """A 5xx; not applied."""

    failed_after: float = 0.0
    """A 5xx; applied anyway."""

    truncated: float = 0.0
    """Applied; the answer is truncated but claims to be complete."""

    html: float = 0.0
    """Applied; answered with an HTML page."""

    doubled: float = 0.0
    """Delivered twice, both applied if the game accepts them; the first answer arrives."""

    disk: float = 0.0
    """The database refuses a piece of work, as a full disk does; nothing of it is done."""

    broken_ship: bool = False
    """From some time on every request that names one of the ships is answered with 500."""

    reset: bool = False
    """The storm ends with a reset of the universe, and the agent registers again afterwards."""

    crashes: int = 0
    """The number of power cuts, each at some call of a port."""

    changes: bool = True
    """Whether an operator changes settings during the run."""

    def __post_init__(self) -> None:
        for name in (*REQUEST_FAULTS, "disk"):
            if not 0 <= getattr(self, name) <= 1:
                raise Refused.of(name, getattr(self, name), "a share from 0 to 1")
        if sum(getattr(self, name) for name in REQUEST_FAULTS) > 1:
            raise Refused("the shares of requests add up to more than all of them")
        if self.crashes < 0:
            raise Refused.of("crashes", self.crashes, "0 or more")

    def without(self, *names: str) -> "DrillFaults":
        """A copy with some of them off."""
        calm = DrillFaults()
        return replace(self, **{name: getattr(calm, name) for name in names})

    @property
    def explain_no_refusal(self) -> bool:
        """Whether every request arrives once and is answered: then correct orders to ships are never refused."""
        return self.without("crashes", "changes") == DrillFaults()

    def summary(self) -> str:
        """The active faults in words."""
        calm = DrillFaults()
        chosen = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return " ".join(
            f"{name}={value:.3f}" if isinstance(value, float) else f"{name}={value}"
            for name, value in chosen
            if value != getattr(calm, name)
        )


REQUEST_FAULTS = (
    "slow",
    "unsent",
    "lost_before",
    "lost_after",
    "late",
    "limited",
    "limited_by_stranger",
    "failed_before",
    "failed_after",
    "truncated",
    "html",
    "doubled",
)
"""The faults of which at most one affects a request."""

_SHARES = (0.002, 0.04)
_CRASHES_MAX = 4


def swarm(rng: Random) -> DrillFaults:
    """A random choice of faults: each is on or off, so that one active everywhere does not hide the others."""
    shares = {name: rng.uniform(*_SHARES) if rng.random() < 0.5 else 0.0 for name in REQUEST_FAULTS}
    others = DrillFaults(
        disk=rng.uniform(0.0, 0.01) if rng.random() < 0.3 else 0.0,
        broken_ship=rng.random() < 0.15,
        crashes=rng.randint(1, _CRASHES_MAX) if rng.random() < 0.7 else 0,
    )
    return replace(others, **shares)  # type: ignore[arg-type]  # all of them are numbers
