"""Present obstacles of a fleet, for the end of a report: conditions, then the largest hindrances."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starfoundry.config.domain.model import COORDINATOR
from starfoundry.daemon.report.output import Blocker

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container, HealthCondition, Hindrance

HINDRANCES_MAX = 5
"""The number of hindrances listed; `spacetraders why` lists all."""

_AT_WORK = ("PENDING", "RUNNING", "PAUSING", "DRAINING", "STOPPING")


def has_coordinator_at_work(containers: "Iterable[Container]") -> bool:
    """Whether any coordinator works."""
    return any(each.type == COORDINATOR and each.status in _AT_WORK for each in containers)


def blockers(
    player_id: int,
    conditions: "Iterable[HealthCondition]",
    containers: "Iterable[Container]",
    ranked: "Iterable[Hindrance]",
    addressed: Callable[[str], str] = str,
) -> list[Blocker]:
    """The player's obstacles, no remedy twice; `addressed` adds the options that reach the daemon to a command."""
    found = [
        Blocker(kind=each.kind, subject=each.subject, reason=each.reason, next_step=each.next_step)
        for each in conditions
        if each.player_id in (0, player_id)
    ]
    known = list(containers)
    if not has_coordinator_at_work(known):
        is_stopped = any(each.type == COORDINATOR for each in known)
        next_step = "spacetraders container start" if is_stopped else "spacetraders manufacturing start"
        nobody = Blocker(kind="nobody-at-work", subject="", reason="no coordinator is running", next_step=next_step)
        return [*found, nobody]
    offered = {each.next_step for each in found if each.next_step}
    telling = [
        each for each in ranked if (each.ships or each.tasks or each.containers) and each.reason.command not in offered
    ]
    return [*found, *(_held_back(each, addressed) for each in telling[:HINDRANCES_MAX])]


def _held_back(each: "Hindrance", addressed: Callable[[str], str]) -> Blocker:
    return Blocker(
        kind=each.reason.rule,
        subject=", ".join(each.names),
        reason=each.reason.text,
        next_step=addressed(each.reason.command),
        ships=each.ships,
        tasks=each.tasks,
    )
