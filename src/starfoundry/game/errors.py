"""The game's refusals, typed by numeric code, each in the error family that says what to do next."""

from collections.abc import Mapping

from starfoundry.kernel.errors import FieldProblem, Missing, NotPermitted, Refused, StarFoundryError, Unavailable


class Rejection(StarFoundryError):
    """The game refused, and nothing happened. `code` is the game's own, or the HTTP status if it gave none."""

    def __init__(self, message: str, *, code: int = 0, fields: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(message, fields=fields)
        self.code = code


class GameRefused(Rejection, Refused):
    """The request does not fit the state of the game, or its rules."""


class OnCooldown(GameRefused):
    """The ship is on cooldown for this action."""


class ShipInTransit(GameRefused):
    """The ship is in flight; it can do nothing until it arrives."""


class NotEnoughFuel(GameRefused):
    """The tank holds too little for this flight."""


class AlreadyThere(GameRefused):
    """The ship is already at the destination."""


class NotInOrbit(GameRefused):
    """The ship must leave the dock first."""


class NotDocked(GameRefused):
    """The ship must dock first."""


class HoldFull(GameRefused):
    """The hold has too little room."""


class CargoMissing(GameRefused):
    """The hold has too few units of the good, or none."""


class CannotAfford(GameRefused):
    """There are too few credits."""


class NoShipAtShipyard(GameRefused):
    """None of our ships is at that shipyard."""


class NotTradedHere(GameRefused):
    """The market does not sell, or does not buy, this good."""


class OverTradeVolume(GameRefused):
    """More units than one transaction may move."""


class GameMissing(Rejection, Missing):
    """The game does not know the named thing."""


class TokenRejected(Rejection, NotPermitted):
    """The token does not act for an agent (any more)."""


class UniverseReset(TokenRejected):
    """The universe was reset since this token was given: agents must register again."""


class RateLimited(Rejection, Unavailable):
    """Too many requests."""


class ServerTrouble(Unavailable):
    """The server, or a proxy before it, failed. Reads can be repeated later."""


class Unanswered(ServerTrouble):
    """No answer in time after the maximum number of attempts; the request may have been applied all the same."""


class Unreadable(Unavailable):
    """The answer cannot be decoded by this client."""


class Garbled(Unreadable):
    """The answer is not JSON: it was truncated in transit, or a proxy before the game sent a page for people."""


UNIVERSE_RESET = 4113

_REFUSALS: Mapping[int, type[GameRefused]] = {
    4000: OnCooldown,
    4200: ShipInTransit,
    4203: NotEnoughFuel,
    4204: AlreadyThere,
    4214: ShipInTransit,
    4216: CannotAfford,
    4217: HoldFull,
    4218: CargoMissing,
    4219: CargoMissing,
    4225: NotDocked,
    4228: HoldFull,
    4236: NotInOrbit,
    4244: NotDocked,
    4245: NoShipAtShipyard,
    4600: CannotAfford,
    4601: NotTradedHere,
    4602: NotTradedHere,
    4604: OverTradeVolume,
}

IN_TRANSIT = tuple(code for code, error in _REFUSALS.items() if error is ShipInTransit)
"""The codes of a refusal because the ship is in flight."""

_TOKEN_CODES = range(4100, 4114)
_CALLSIGN_CODES = (4109, 4110, 4111)  # taken or reserved: the token itself is valid


def refusal(status: int, code: int, message: str) -> Rejection:
    """The error for a refusal of HTTP `status`; `code` is the game's own, or the status if it gave none."""
    if code == UNIVERSE_RESET:
        return UniverseReset(message, code=code)
    if code in _REFUSALS:
        return _REFUSALS[code](message, code=code)
    if status in (401, 403) or (code in _TOKEN_CODES and code not in _CALLSIGN_CODES):
        return TokenRejected(message, code=code)
    if status == 404:
        return GameMissing(message, code=code)
    return GameRefused(message, code=code)
