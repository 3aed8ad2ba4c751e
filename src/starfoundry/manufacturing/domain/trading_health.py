"""The check, for health, whether a coordinator trades as planned. Pure."""

from dataclasses import dataclass

QUIET_SECONDS = 900.0
"""Seconds without a deal after which a coordinator is checked; trips within a system take less (M)."""

LATE_SECONDS = 600.0
"""A trip is late if it is over its planned time by more than this many seconds, and by more than the planned time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTrip:
    """A task under way: its text, its planned seconds, and its seconds so far."""

    ship: str
    words: str
    planned_seconds: float
    passed_seconds: float

    @property
    def is_late(self) -> bool:
        """Whether it should have ended long ago."""
        return self.passed_seconds > self.planned_seconds + max(LATE_SECONDS, self.planned_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The figures of a coordinator. `quiet_seconds` is the time since its last deal, or since this run began.

    `carriers` counts the ships with a hold, `free` those that it could send, `elsewhere` those of other containers;
    `scouts` are its ships that look at markets. `fresh` of `markets` have prices recent enough for trading.
    `reason` says why nothing more is done.
    """

    quiet_seconds: float
    trips: tuple[PlannedTrip, ...]
    carriers: int
    free: int
    elsewhere: int
    scouts: int
    markets: int
    fresh: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Why a coordinator does not trade. One that does not degrade is not a fault: there is nothing to do."""

    kind: str
    reason: str
    degrades: bool = True


def standstill(seen: Progress) -> Standstill | None:
    """The reason; None while it trades, or while its trips are on time."""
    if seen.quiet_seconds < QUIET_SECONDS:
        return None
    quiet = f"no deal for {_span(seen.quiet_seconds)}"
    if seen.trips:
        late = [trip for trip in seen.trips if trip.is_late]
        if len(late) < len(seen.trips):
            return None
        worst = max(late, key=lambda trip: trip.passed_seconds - trip.planned_seconds)
        counted = "the only trip under way is late" if len(late) == 1 else f"all {len(late)} trips under way are late"
        took = f"{_span(worst.passed_seconds)} for {_span(worst.planned_seconds)}"
        return Standstill(kind="coordinator-stalled", reason=f"{quiet}: {counted}, {worst.ship} {worst.words} ({took})")
    if seen.scouts and not seen.free:
        reason = f"{quiet}: {seen.scouts} of its ships scout markets, {seen.fresh} of {seen.markets} are known"
        return Standstill(kind="no-opportunity", reason=reason, degrades=False)
    if seen.markets and not seen.fresh:
        reason = f"{quiet}: the prices of none of the {seen.markets} markets are recent enough to trade on"
        return Standstill(kind="no-prices", reason=reason)
    if seen.elsewhere and seen.elsewhere == seen.carriers:
        reason = f"{quiet}: all {seen.carriers} ships with a hold work for other containers"
        return Standstill(kind="no-ship", reason=reason, degrades=False)
    if not seen.free:
        holds = "no ship has a hold" if not seen.carriers else f"none of the {seen.carriers} ships with a hold is free"
        return Standstill(kind="no-ship", reason=f"{quiet}: {holds}")
    why = f": {seen.reason}" if seen.reason else ""
    return Standstill(kind="no-opportunity", reason=f"{quiet}, since there is nothing to do{why}", degrades=False)


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
