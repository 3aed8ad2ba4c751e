"""What goes wrong in a drill: every fault by its name, with its unit and its bounds, and a choice of them by seed."""

from dataclasses import dataclass, fields, replace
from random import Random  # noqa: TID251  (named as a type only)

from starfoundry.kernel.errors import Refused

LATE_SECONDS_MAX = 50.0
"""A call may still be applied this long after its connection broke. The lane waits a minute before it reads traces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFaults:
    """Shares are of all requests (or of all database calls), from 0 to 1; together those of requests are at most 1."""

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
    """429 without them, from something before the game; applied or not."""

    failed_before: float = 0.0
    """A 5xx; not applied."""

    failed_after: float = 0.0
    """A 5xx; applied all the same."""

    truncated: float = 0.0
    """Applied; the answer breaks off in the middle and pretends to be whole."""

    html: float = 0.0
    """Applied; answered with a page for people."""

    doubled: float = 0.0
    """Delivered twice, both times applied if the game takes it; the first answer arrives."""

    disk: float = 0.0
    """The database refuses a piece of work, as a full disk does; nothing of it is done."""

    broken_ship: bool = False
    """From some moment on every request that names one of the ships is answered with 500."""

    reset: bool = False
    """The storm ends with a reset of the universe, and the agent begins anew when it has cleared."""

    crashes: int = 0
    """How often the power goes, each time at some call of a port."""

    changes: bool = True
    """Whether an operator changes settings meanwhile."""

    def __post_init__(self) -> None:
        for name in (*REQUEST_FAULTS, "disk"):
            if not 0 <= getattr(self, name) <= 1:
                raise Refused.of(name, getattr(self, name), "a share from 0 to 1")
        if sum(getattr(self, name) for name in REQUEST_FAULTS) > 1:
            raise Refused("the shares of requests add up to more than all of them")
        if self.crashes < 0:
            raise Refused.of("crashes", self.crashes, "0 or more")

    def without(self, *names: str) -> "DrillFaults":
        """The same with some of them off."""
        calm = DrillFaults()
        return replace(self, **{name: getattr(calm, name) for name in names})

    @property
    def explain_no_refusal(self) -> bool:
        """Whether every request arrives once and is answered: then one who knows his ships is refused nothing."""
        return self.without("crashes", "changes") == DrillFaults()

    def told(self) -> str:
        """Those that are on, in words."""
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
"""Those of which at most one strikes a request."""

_SHARES = (0.002, 0.04)
_CRASHES_MAX = 4


def swarm(chance: Random) -> DrillFaults:
    """A choice of faults: each is on or off, so that one that is everywhere hides none of the others."""
    shares = {name: chance.uniform(*_SHARES) if chance.random() < 0.5 else 0.0 for name in REQUEST_FAULTS}
    others = DrillFaults(
        disk=chance.uniform(0.0, 0.01) if chance.random() < 0.3 else 0.0,
        broken_ship=chance.random() < 0.15,
        crashes=chance.randint(1, _CRASHES_MAX) if chance.random() < 0.7 else 0,
    )
    return replace(others, **shares)  # type: ignore[arg-type]  # all of them are numbers
