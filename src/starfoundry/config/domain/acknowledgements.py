"""A coordinator's answers to a revision: decided with it, refused it, or a preview of what it would do."""

from dataclasses import dataclass
from datetime import datetime

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRevision:
    """A coordinator's word that it has decided with `revision`, and what its first decision under it did.

    `at_elapsed` is the moment of the decision, by the bus's stopwatch in seconds; the word comes when what was decided
    is on the disk. `config` are the values it decided with. `at` is the bus's time of the word.
    """

    revision: Revision
    effects: tuple[str, ...] = ()
    at_elapsed: float
    config: ManufacturingConfig | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRevision:
    """A coordinator's word that it will not decide with `revision`, and why; it goes on as before."""

    revision: Revision
    reason: str
    at_elapsed: float
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a coordinator would do at once under other settings, and what there is to think of.

    With an `objection` it would refuse them, for that reason, and do nothing.
    """

    effects: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    objection: str = ""
