"""What the game refuses, typed by its numeric code, each in the family that says what to do next."""

from collections.abc import Mapping

from starfoundry.kernel.errors import FieldProblem, Missing, NotPermitted, Refused, StarFoundryError, Unavailable


class Rejection(StarFoundryError):
    """The game said no, and nothing happened. `code` is the game's own, or the HTTP status where it gave none."""

    def __init__(self, message: str, *, code: int = 0, fields: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(message, fields=fields)
        self.code = code


class GameRefused(Rejection, Refused):
    """The request does not fit the state of the game, or its rules."""


class OnCooldown(GameRefused):
    """The ship must rest before it does this again."""


class ShipInTransit(GameRefused):
    """The ship flies; it can do nothing until it arrives."""


class NotEnoughFuel(GameRefused):
    """The tank holds too little for this flight."""


class AlreadyThere(GameRefused):
    """The ship is where it was told to go."""


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
    """The game does not know the thing named."""


class TokenRejected(Rejection, NotPermitted):
    """The token does not act for an agent (any more)."""


class UniverseReset(TokenRejected):
    """The universe was reset since this token was given: everything must be registered anew."""


class RateLimited(Rejection, Unavailable):
    """Too much was asked."""


class ServerTrouble(Unavailable):
    """The server failed, or what stands before it did. What was only to be read can be read later."""


class Unanswered(ServerTrouble):
    """Asked as often as we ask, each time without an answer in time; it may have been heard all the same."""


class Unreadable(Unavailable):
    """The answer is not what this client understands."""


class Garbled(Unreadable):
    """The answer is no JSON: it broke off on its way, or something before the game gave a page for people."""


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
_CALLSIGN_CODES = (4109, 4110, 4111)  # taken or reserved: nothing is wrong with the token


def refusal(status: int, code: int, message: str) -> Rejection:
    """The error for a refusal of HTTP `status`; `code` is the game's own, or the status where it gave none."""
    if code == UNIVERSE_RESET:
        return UniverseReset(message, code=code)
    if code in _REFUSALS:
        return _REFUSALS[code](message, code=code)
    if status in (401, 403) or (code in _TOKEN_CODES and code not in _CALLSIGN_CODES):
        return TokenRejected(message, code=code)
    if status == 404:
        return GameMissing(message, code=code)
    return GameRefused(message, code=code)
