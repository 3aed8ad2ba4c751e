"""On what a change is based: a revision, a plan, a request that may come twice; and what to say when it has moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.kernel.errors import FieldProblem, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Preconditions:
    """The terms of one change; empty where the caller did not say.

    `fingerprint` tells the change that was asked for from any other one that comes with its request id.
    """

    expected_revision: int | None = None
    request_id: str = ""
    fingerprint: str = ""
    validate_only: bool = False
    plan: str = ""


def moved(expected: int, present: int, since: Sequence[RevisionRecord], names: Iterable[str]) -> Stale:
    """The error for a change that was based on another revision: what has changed since, by whom and when.

    Settings that the change speaks of as well come first.
    """
    latest = {name: (record, pair["after"]) for record in since for name, pair in record.changes.items()}
    wanted = tuple(names)
    order = [*(name for name in latest if name in wanted), *(name for name in latest if name not in wanted)]
    problems = tuple(
        FieldProblem(
            field=name,
            given=f"revision {expected}",
            allowed=f"{latest[name][1]}, set by {latest[name][0].author} at {latest[name][0].at:%Y-%m-%d %H:%M:%S} UTC"
            f" (revision {latest[name][0].revision})" + (": in conflict with this change" if name in wanted else ""),
        )
        for name in order
    )
    if expected > present:
        return Stale(f"there is no revision {expected} yet: the newest is {present}")
    told = "; ".join(f"{one.field} is {one.allowed}" for one in problems)
    return Stale(f"the configuration is at revision {present}, not {expected}: {told}", fields=problems)


def plan_moved(given: str, now: str, where: str) -> Stale:
    """The error for a plan that holds no longer."""
    return Stale(
        f"plan {given} holds no longer: {where} this change is another one (its plan is {now});"
        " look at it anew with --dry-run"
    )
