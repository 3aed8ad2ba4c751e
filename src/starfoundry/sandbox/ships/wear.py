"""Wear of ships: its effects, repair prices and scrap values.

A worn-out engine counts distances 1.5 times and a worn-out reactor adds 5 seconds to a cooldown; yields are unaffected,
half wear is not reached in a week, and a repair permanently lowers a part's integrity (M, D). Other figures are
assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.catalogue.events import AT_WORK, UNDER_WAY
from starfoundry.sandbox.ships.fleet import Ship, Wear

EVENT_CHANCE = 0.005
EVENT_HARM = (0.01, 0.05)
FLIGHT_HARM_PER_UNIT = 4e-7
DISTANCE_WORN_OUT = 1.5
DELAY_WORN_OUT_SECONDS = 5
INTEGRITY_LOST = 0.1  # of the repaired wear
REPAIR_SHARE = 0.15  # of the price, for a part worn down to nothing
SCRAP_SHARE = 0.3
PARTS = ("frame", "reactor", "engine")
PRICE_WHERE_NONE = 150_000  # the assumed price of a frigate, which is never sold


@dataclass(frozen=True, slots=True)
class Event:
    """An event that damaged a part of a ship."""

    symbol: str
    part: str


def fly(ship: Ship, units: float, entropy: Entropy) -> tuple[Event, ...]:
    """The wear of a flight."""
    ship.wear.engine = max(0.0, ship.wear.engine - units * FLIGHT_HARM_PER_UNIT)
    return _events(ship, UNDER_WAY, entropy)


def strain(ship: Ship, entropy: Entropy) -> tuple[Event, ...]:
    """The wear of mining or siphoning."""
    return _events(ship, AT_WORK, entropy)


def effective_distance(ship: Ship, units: float) -> float:
    """A distance as the ship's engine counts it for the flight time."""
    return units * (1 + (DISTANCE_WORN_OUT - 1) * (1 - ship.wear.engine))


def delay_seconds(ship: Ship) -> int:
    """The seconds a worn reactor adds to a cooldown."""
    return round(DELAY_WORN_OUT_SECONDS * (1 - ship.wear.reactor))


def repair(ship: Ship) -> None:
    """Repair the wear; some integrity is lost."""
    for part in PARTS:
        lost = INTEGRITY_LOST * (1 - getattr(ship.wear, part))
        setattr(ship.integrity, part, max(0.0, getattr(ship.integrity, part) - lost))
    ship.wear = Wear()


def repair_price(ship: Ship) -> int:
    """The price of a full repair, in credits."""
    worn = 3.0 - ship.wear.frame - ship.wear.reactor - ship.wear.engine
    return round(worn / 3.0 * REPAIR_SHARE * _value(ship))


def scrap_price(ship: Ship) -> int:
    """The scrap value, in credits."""
    sound = (ship.wear.frame + ship.wear.reactor + ship.wear.engine) / 3.0
    return round(sound * SCRAP_SHARE * _value(ship))


def _value(ship: Ship) -> int:
    return ship.type.price or PRICE_WHERE_NONE


def _events(ship: Ship, kinds: Mapping[str, str], entropy: Entropy) -> tuple[Event, ...]:
    rng = entropy.stream("wear")
    if rng.random() >= EVENT_CHANCE:
        return ()
    symbol = rng.choice([*kinds])
    event = Event(symbol, kinds[symbol])
    harm = rng.uniform(*EVENT_HARM)
    part = event.part.lower()
    setattr(ship.wear, part, max(0.0, getattr(ship.wear, part) - harm))
    return (event,)
