"""Loading of a player's ships: the list, checked against the agent's own count, and single ships that are missing."""

from dataclasses import dataclass

from starfoundry.fleet.registry.quarantine import Quarantine
from starfoundry.game.model import Agent, Ship
from starfoundry.game.port import Game
from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.kernel.ids import ShipSymbol

GAPS_MAX = 16
"""The most ship numbers in a row that may be unused (scrapped ships)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipList:
    """The ships that the game reports, and how many more it counts, quarantined ones included."""

    agent: str
    ships: tuple[Ship, ...]
    missing: int


async def load_ships(game: Game, quarantine: Quarantine) -> ShipList:
    """Every ship that the game can report; the others are quarantined.

    The list alone is not trusted: it may be incomplete, or fail because of one ship. Raises what the game's reads
    raise, Unavailable if the fault is not a single ship's.
    """
    listing: Unavailable | None = None
    listed: tuple[Ship, ...] = ()
    try:
        listed = await game.ships()
    except Unavailable as error:
        listing = error
    agent = await game.agent()
    found = {ship.symbol: ship for ship in listed}
    broken: dict[ShipSymbol, str] = {}
    if listing is not None or len(found) < agent.ship_count:
        await _one_by_one(game, agent, found, broken)
    if not found:
        raise listing or Unavailable(f"the game reports no ship of agent {agent.symbol}")
    for symbol, why in broken.items():
        if quarantine.of(symbol) is None:
            await quarantine.admit(symbol, f"the game answers for everything except this ship ({why})")
    missing = max(0, agent.ship_count - len(found) - len(broken))
    return ShipList(agent=agent.symbol, ships=tuple(found.values()), missing=missing)


async def _one_by_one(game: Game, agent: Agent, found: dict[ShipSymbol, Ship], broken: dict[ShipSymbol, str]) -> None:
    """Ask for each ship that the list lacks: the game numbers an agent's ships in hexadecimal after its callsign."""
    number = gaps = 0
    while len(found) + len(broken) < agent.ship_count and gaps < GAPS_MAX:
        number += 1
        symbol = ShipSymbol(f"{agent.symbol}-{number:X}")
        if symbol in found:
            gaps = 0
            continue
        try:
            found[symbol] = await game.ship(symbol)
            gaps = 0
        except Missing:
            gaps += 1
        except Unavailable:
            await game.agent()  # raises if the game fails, not the ship
            try:
                found[symbol] = await game.ship(symbol)
            except Unavailable as error:
                broken[symbol] = error.message
