"""Ship names on the command line: a whole symbol, or the part after the callsign."""

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.arguments.options import Terminal

CHOICES_MAX = 12


def ship_of(terminal: Terminal, named: str) -> str:
    """The symbol of the ship. Raises Missing or Refused naming the choices.

    If there are several players and none was given, a whole symbol decides the player.
    """
    from starfoundry.wire.daemon_pb2 import ListShipsRequest

    wanted = named.strip().upper()
    owners = [number for number, agent in terminal.agents().items() if agent == wanted.rpartition("-")[0]]
    if owners:
        if terminal.is_player_open:
            terminal.select_player(owners[-1])
        return wanted
    ships = terminal.call("ListShips", ListShipsRequest(player_id=terminal.player_id())).ships
    symbols = [str(each.ship) for each in ships]
    fitting = [symbol for symbol in symbols if symbol.endswith(f"-{wanted}")]
    if len(fitting) > 1:
        raise Refused.of("ship", named, f"one of {', '.join(fitting)}")
    if not fitting:
        more = [f"{len(symbols) - CHOICES_MAX} more"] if len(symbols) > CHOICES_MAX else []
        choices = ", ".join([*symbols[:CHOICES_MAX], *more]) or "none yet"
        raise Missing(f"there is no ship {named}; there are: {choices}")
    return fitting[0]
