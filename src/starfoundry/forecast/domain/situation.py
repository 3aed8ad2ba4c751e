"""Everything a daemon knows of one player's game at one moment, as a value that another process can play on from.

No token is part of it. Moments are aware times in UTC, money is in credits.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec


class KnownPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A waypoint of the home system and what is traded there."""

    symbol: str
    type: str
    x: int
    y: int
    imports: Sequence[str]
    exports: Sequence[str]
    exchange: Sequence[str]
    has_shipyard: bool


class KnownStock(msgspec.Struct, frozen=True, kw_only=True):
    """The stock behind a good's prices by the market law, as it is expected now.

    `units` is the mean and `deviation` the standard deviation of what stands there now, in cargo units; `rate` what one
    tick moves as a share of the volume, with `rate_deviation`. `next_tick` are bounds of the next tick in seconds from
    now, None where no tick was noticed yet.
    """

    base: int
    steepness: int
    units: int
    deviation: float
    rate: float
    rate_deviation: float
    next_tick: tuple[float, float] | None


class KnownGood(msgspec.Struct, frozen=True, kw_only=True):
    """A good at a market as it was read last; `stock` is None where the market law does not explain the prices."""

    waypoint: str
    good: str
    kind: str
    supply: str
    activity: str
    volume: int
    ask: int
    bid: int
    stock: KnownStock | None


class KnownShipyard(msgspec.Struct, frozen=True, kw_only=True):
    """The ships that a shipyard sells, and the prices that were seen."""

    waypoint: str
    ship_types: Sequence[str]
    prices: Mapping[str, int]


class KnownShip(msgspec.Struct, frozen=True, kw_only=True):
    """A ship where it is, or under way, with its tank and hold; `waypoint` is where it is or flies to."""

    symbol: str
    role: str
    frame: str
    speed: int
    fuel: int
    fuel_capacity: int
    cargo_capacity: int
    cargo: Mapping[str, int]
    waypoint: str
    origin: str
    departed_at: datetime
    arrives_at: datetime
    status: str
    mode: str


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A player's game. `rows` are the rows of the daemon's database that its coordinators go on from, by table."""

    at: datetime
    player_id: int
    agent: str
    universe: str
    headquarters: str
    system: str
    credits: int
    container_id: str
    places: Sequence[KnownPlace]
    goods: Sequence[KnownGood]
    shipyards: Sequence[KnownShipyard]
    ships: Sequence[KnownShip]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]


def encode(situation: Situation) -> bytes:
    """The situation as a file's content."""
    return msgspec.msgpack.encode(situation)


def decode(content: bytes) -> Situation:
    """The situation in a file's content; raises msgspec.MsgspecError."""
    return msgspec.msgpack.decode(content, type=Situation)
