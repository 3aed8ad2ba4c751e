"""A coordinator's answers to a revision: applied, refused, or a preview of its effects."""

from dataclasses import dataclass
from datetime import datetime

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRevision:
    """The acknowledgement that the coordinator decides with `revision`, and the effects of its first decision under it.

    `at_elapsed` is the time of the decision on the bus's stopwatch, in seconds; the acknowledgement is sent when
    the decision is on disk. `config` holds the values it decided with. `at` is the bus's time of the
    acknowledgement.
    """

    revision: Revision
    effects: tuple[str, ...] = ()
    at_elapsed: float
    config: ManufacturingConfig | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRevision:
    """The acknowledgement that the coordinator will not decide with `revision`, and why.

    It keeps the settings it has.
    """

    revision: Revision
    reason: str
    at_elapsed: float
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The immediate effects of other settings on a coordinator, and warnings.

    With an `objection` the coordinator would refuse them for that reason and do nothing.
    """

    effects: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    objection: str = ""
