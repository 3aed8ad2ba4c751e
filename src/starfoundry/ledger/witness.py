"""Reads what a call in doubt would have changed: the hold, the tank or the list of ships, then the money."""

from dataclasses import dataclass

from starfoundry.game.model import NavStatus, Ship, TradeRecord
from starfoundry.game.port import Game, Priority
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.ledger.model import CallKind, Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """What was read. `ship` is the ship of the call; for a ship purchase the one that may have been bought."""

    now: int
    credits: int
    records: tuple[TradeRecord, ...]
    ship: Ship | None


async def hear(game: Game, intent: Intent) -> Testimony:
    """Ask the game about `intent`; raises what the reads raise. No other money call may be under way meanwhile."""
    if intent.kind is CallKind.SHIP_PURCHASE:
        ships = await game.ships()
        newest = max(ships, key=_age_rank, default=None)
        agent = await game.agent()
        return Testimony(now=len(ships), credits=agent.credits, records=(), ship=newest)
    ship = await game.ship(intent.ship)
    now = ship.fuel.current if intent.kind is CallKind.REFUEL else ship.cargo.units_of(intent.good)
    records = await _remembered(game, intent, ship) if intent.kind.money_sign else ()
    agent = await game.agent()
    return Testimony(now=now, credits=agent.credits, records=records, ship=ship)


async def _remembered(game: Game, intent: Intent, ship: Ship) -> tuple[TradeRecord, ...]:
    """The market's recent trades, a second opinion; none when the ship has left or the market does not answer."""
    if ship.nav.waypoint != intent.waypoint or ship.nav.status is NavStatus.IN_TRANSIT:
        return ()
    try:
        return (await game.market(intent.waypoint, priority=Priority.MONEY)).records
    except StarFoundryError:
        return ()


def _age_rank(ship: Ship) -> tuple[int, str]:
    """Greater for ships bought later: the game counts them in hexadecimal after the callsign."""
    suffix = ship.symbol.rpartition("-")[2]
    try:
        return int(suffix, 16), ship.symbol
    except ValueError:
        return -1, ship.symbol
