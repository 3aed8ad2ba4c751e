"""Preconditions of a change (expected revision, plan, request id), and the errors if they no longer hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.kernel.errors import FieldProblem, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Preconditions:
    """The preconditions of one change; a field is empty if the caller did not give it.

    `fingerprint` is a hash of the requested change, to tell it from another one with the same request id.
    """

    expected_revision: int | None = None
    request_id: str = ""
    fingerprint: str = ""
    validate_only: bool = False
    plan: str = ""


NO_PRECONDITIONS = Preconditions()
"""Those of a change that the program makes by itself."""


def revision_conflict(expected: int, present: int, since: Sequence[RevisionRecord], names: Iterable[str]) -> Stale:
    """The error for a change based on an outdated revision: the changes since then, with author and time.

    Settings that this change names too come first.
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
    since_text = "; ".join(f"{one.field} is {one.allowed}" for one in problems)
    return Stale(f"the configuration is at revision {present}, not {expected}: {since_text}", fields=problems)


def stale_plan(given: str, now: str, where: str) -> Stale:
    """The error for a stale plan."""
    return Stale(f"plan {given} is stale: {where} the plan of this change is {now}; run --dry-run again")
