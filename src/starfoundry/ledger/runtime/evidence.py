"""Reading of evidence for a call in doubt: the hold, the tank or the number of ships, then the money."""

from dataclasses import dataclass

from starfoundry.game.model import Agent, NavStatus, Ship, TradeRecord
from starfoundry.game.port import Game, Priority
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import CallKind, Intent

GAPS_MAX = 16
"""The unused ship numbers in a row after which the newest ship counts as found (ships may have been scrapped)."""

NUMBERS_MAX = 1_000
"""The most ship numbers that are tried beyond the agent's count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReader:
    """The facts that were read. `ship` is the ship of the call.

    For a ship purchase, the one that may have been bought.
    """

    now: int
    credits: int
    records: tuple[TradeRecord, ...]
    ship: Ship | None


async def read_evidence(game: Game, intent: Intent) -> EvidenceReader:
    """Ask the game about `intent`; raises what the reads raise. No other money call may be in flight meanwhile."""
    if intent.kind is CallKind.SHIP_PURCHASE:
        return await _read_fleet(game, intent)
    ship = await game.ship(intent.ship)
    is_known = ship.cargo.units_of(intent.good) > 0 or ship.cargo.is_complete
    if intent.kind is not CallKind.REFUEL and not is_known:
        raise Unavailable(f"the hold of {ship.symbol} cannot be read completely, so it is no evidence of the call")
    now = ship.fuel.current if intent.kind is CallKind.REFUEL else ship.cargo.units_of(intent.good)
    records = await _recent_trades(game, intent, ship) if intent.kind.money_sign else ()
    agent = await game.agent()
    return EvidenceReader(now=now, credits=agent.credits, records=records, ship=ship)


async def _read_fleet(game: Game, intent: Intent) -> EvidenceReader:
    """The number of ships; from the agent's count if the list fails because one ship cannot be read."""
    try:
        ships = await game.ships()
    except Unavailable as listing:
        agent = await game.agent()
        if not agent.ship_count:
            raise listing from None
        newest = await _newest(game, agent) if agent.ship_count > intent.before else None
        return EvidenceReader(now=agent.ship_count, credits=agent.credits, records=(), ship=newest)
    agent = await game.agent()
    if len(ships) < agent.ship_count:  # the list is incomplete, or one of the ships cannot be read
        newest = await _newest(game, agent) if agent.ship_count > intent.before else None
        return EvidenceReader(now=agent.ship_count, credits=agent.credits, records=(), ship=newest)
    return EvidenceReader(
        now=len(ships), credits=agent.credits, records=(), ship=max(ships, key=_age_rank, default=None)
    )


async def _newest(game: Game, agent: Agent) -> Ship | None:
    """The ship bought last, found by its number; None if no number from the agent's count on is used."""
    newest, number, gaps = None, agent.ship_count, 0
    while gaps < GAPS_MAX and number < agent.ship_count + NUMBERS_MAX:
        try:
            newest, gaps = await game.ship(ShipSymbol(f"{agent.symbol}-{number:X}")), 0
        except StarFoundryError:  # the money is what counts here; the next start reads every ship again
            gaps += 1
        number += 1
    return newest


async def _recent_trades(game: Game, intent: Intent, ship: Ship) -> tuple[TradeRecord, ...]:
    """The market's recent trades, as additional evidence; none if the ship has left or the market does not answer."""
    if ship.nav.waypoint != intent.waypoint or ship.nav.status is NavStatus.IN_TRANSIT:
        return ()
    try:
        return (await game.market(intent.waypoint, priority=Priority.MONEY)).records
    except StarFoundryError:
        return ()


def _age_rank(ship: Ship) -> tuple[int, str]:
    """Greater for ships bought later: the game numbers them in hexadecimal after the callsign."""
    suffix = ship.symbol.rpartition("-")[2]
    try:
        return int(suffix, 16), ship.symbol
    except ValueError:
        return -1, ship.symbol
