"""Reads what a call in doubt would have changed: the hold, the tank or the number of ships, then the money."""

from dataclasses import dataclass

from starfoundry.game.model import Agent, NavStatus, Ship, TradeRecord
from starfoundry.game.port import Game, Priority
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import CallKind, Intent

GAPS_MAX = 16
"""How many numbers in a row may tell of no ship before the newest is taken for found: ships that were scrapped."""

NUMBERS_MAX = 1_000
"""How many numbers beyond the agent's count are asked for at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReader:
    """What was read. `ship` is the ship of the call; for a ship purchase the one that may have been bought."""

    now: int
    credits: int
    records: tuple[TradeRecord, ...]
    ship: Ship | None


async def hear(game: Game, intent: Intent) -> EvidenceReader:
    """Ask the game about `intent`; raises what the reads raise. No other money call may be under way meanwhile."""
    if intent.kind is CallKind.SHIP_PURCHASE:
        return await _hear_of_the_fleet(game, intent)
    ship = await game.ship(intent.ship)
    is_told = ship.cargo.units_of(intent.good) > 0 or ship.cargo.is_told_wholly
    if intent.kind is not CallKind.REFUEL and not is_told:
        raise Unavailable(
            f"the hold of {ship.symbol} cannot be read wholly, so it does not tell what became of the call"
        )
    now = ship.fuel.current if intent.kind is CallKind.REFUEL else ship.cargo.units_of(intent.good)
    records = await _remembered(game, intent, ship) if intent.kind.money_sign else ()
    agent = await game.agent()
    return EvidenceReader(now=now, credits=agent.credits, records=records, ship=ship)


async def _hear_of_the_fleet(game: Game, intent: Intent) -> EvidenceReader:
    """How many ships there are; by the agent's own count where one ship is broken and the list fails with it."""
    try:
        ships = await game.ships()
    except Unavailable as listing:
        agent = await game.agent()
        if not agent.ship_count:
            raise listing from None
        newest = await _newest(game, agent) if agent.ship_count > intent.before else None
        return EvidenceReader(now=agent.ship_count, credits=agent.credits, records=(), ship=newest)
    agent = await game.agent()
    if len(ships) < agent.ship_count:  # the list is cut short, or one of them cannot be read
        newest = await _newest(game, agent) if agent.ship_count > intent.before else None
        return EvidenceReader(now=agent.ship_count, credits=agent.credits, records=(), ship=newest)
    return EvidenceReader(
        now=len(ships), credits=agent.credits, records=(), ship=max(ships, key=_age_rank, default=None)
    )


async def _newest(game: Game, agent: Agent) -> Ship | None:
    """The ship bought last, asked for by its number; None when the game tells of none from the agent's count on."""
    newest, number, gaps = None, agent.ship_count, 0
    while gaps < GAPS_MAX and number < agent.ship_count + NUMBERS_MAX:
        try:
            newest, gaps = await game.ship(ShipSymbol(f"{agent.symbol}-{number:X}")), 0
        except StarFoundryError:  # the money is what counts here; the next start asks for every ship anew
            gaps += 1
        number += 1
    return newest


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
