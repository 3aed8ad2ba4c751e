"""The next event of a universe."""

from collections.abc import Iterator
from dataclasses import dataclass

from starfoundry.sandbox.state.universe import Universe


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingEvent:
    """An event at a time in milliseconds since 1970: ARRIVAL, RESTED, DEADLINE or TURN, and its subject."""

    at: int
    kind: str
    subject: str


def next_event(universe: Universe, now: int) -> UpcomingEvent | None:
    """The next arrival, end of a cooldown or contract deadline; with none of them, the next tick of a market."""
    ahead = [each for each in _of_agents(universe) if each.at > now]
    if not ahead:
        ahead = list(_of_markets(universe, now))
    return min(ahead, key=lambda each: (each.at, each.kind, each.subject), default=None)


def _of_agents(universe: Universe) -> Iterator[UpcomingEvent]:
    for agent in universe.agents.values():
        for ship in agent.ships.values():
            yield UpcomingEvent(at=ship.arrives_at, kind="ARRIVAL", subject=ship.symbol)
            yield UpcomingEvent(at=ship.cooldown.ends_at, kind="RESTED", subject=ship.symbol)
        for contract in agent.contracts:
            if contract.is_accepted and not contract.is_fulfilled:
                yield UpcomingEvent(at=contract.deliver_by, kind="DEADLINE", subject=contract.id)


def _of_markets(universe: Universe, now: int) -> Iterator[UpcomingEvent]:
    for system_state in universe.system_states():
        turn = system_state.next_tick(now)
        if turn is not None:
            yield UpcomingEvent(at=turn, kind="TURN", subject=system_state.system.symbol)
