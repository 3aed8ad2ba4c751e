"""Event log entries for the actions of a ship."""

from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe


def record(
    universe: Universe,
    agent: Agent,
    ship: Ship,
    event_kind: EventKind,
    subject: str,
    units: int,
    now: int,
    *,
    price: int = 0,
    credit_change: int = 0,
) -> None:
    """Record an applied action at the ship's waypoint."""
    universe.event_log.note(
        event_kind,
        at=now,
        agent=agent.symbol,
        ship=ship.symbol,
        waypoint=ship.destination.symbol,
        subject=subject,
        units=units,
        price=price,
        credit_change=credit_change,
        credits_after=agent.credits,
    )
