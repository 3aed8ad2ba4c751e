"""Calls the roll of a player's ships, also where the list of them fails because of one."""

from starfoundry.fleet.quarantine import Quarantine
from starfoundry.game.model import Ship
from starfoundry.game.port import Game
from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.kernel.ids import ShipSymbol

GAPS_MAX = 16
"""How many numbers in a row may belong to no ship: those of ships that were scrapped."""


async def muster(game: Game, quarantine: Quarantine) -> list[Ship]:
    """Every ship that the game can tell of; the others are quarantined.

    Raises what the game's reads raise, Unavailable when it is not one ship that is wrong.
    """
    try:
        return list(await game.ships())
    except Unavailable as error:
        return await _one_by_one(game, quarantine, error)


async def _one_by_one(game: Game, quarantine: Quarantine, listing: Unavailable) -> list[Ship]:
    """The game numbers an agent's ships in hexadecimal after its callsign, so each can be asked for."""
    agent = await game.agent()
    found: list[Ship] = []
    broken: dict[ShipSymbol, str] = {}
    number = gaps = 0
    while len(found) + len(broken) < agent.ship_count and gaps < GAPS_MAX:
        number += 1
        symbol = ShipSymbol(f"{agent.symbol}-{number:X}")
        try:
            found.append(await game.ship(symbol))
            gaps = 0
        except Missing:
            gaps += 1
        except Unavailable:
            await game.agent()  # raises where it is the game and not the ship
            try:
                found.append(await game.ship(symbol))
            except Unavailable as error:
                broken[symbol] = error.message
    if not found:
        raise listing
    for symbol, why in broken.items():
        if quarantine.of(symbol) is None:
            await quarantine.admit(symbol, f"the game answers for everything but this ship ({why})")
    return found
