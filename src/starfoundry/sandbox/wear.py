"""How ships wear, what a repair costs and what scrap brings. Figures assumed; wear does not slow a ship yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.facts.events import AT_WORK, UNDER_WAY
from starfoundry.sandbox.fleet import Ship

EVENT_CHANCE = 0.01
EVENT_HARM = (0.01, 0.05)
FLIGHT_HARM_PER_UNIT = 2e-6
REPAIR_SHARE = 0.15  # of the price, for a part worn down to nothing
SCRAP_SHARE = 0.3
PRICE_WHERE_NONE = 150_000  # what a frigate, which is never sold, counts as


@dataclass(frozen=True, slots=True)
class Event:
    """Something that harmed a part of a ship."""

    symbol: str
    part: str


def fly(ship: Ship, units: float, entropy: Entropy) -> tuple[Event, ...]:
    """The wear of a flight."""
    ship.wear.engine = max(0.0, ship.wear.engine - units * FLIGHT_HARM_PER_UNIT)
    return _events(ship, UNDER_WAY, entropy)


def strain(ship: Ship, entropy: Entropy) -> tuple[Event, ...]:
    """The wear of digging or siphoning."""
    return _events(ship, AT_WORK, entropy)


def repair_price(ship: Ship) -> int:
    """What making it as good as new costs, in credits."""
    worn = 3.0 - ship.wear.frame - ship.wear.reactor - ship.wear.engine
    return round(worn / 3.0 * REPAIR_SHARE * _value(ship))


def scrap_price(ship: Ship) -> int:
    """What it brings as scrap, in credits."""
    sound = (ship.wear.frame + ship.wear.reactor + ship.wear.engine) / 3.0
    return round(sound * SCRAP_SHARE * _value(ship))


def _value(ship: Ship) -> int:
    return ship.type.price or PRICE_WHERE_NONE


def _events(ship: Ship, kinds: Mapping[str, str], entropy: Entropy) -> tuple[Event, ...]:
    chance = entropy.stream("wear")
    if chance.random() >= EVENT_CHANCE:
        return ()
    symbol = chance.choice([*kinds])
    event = Event(symbol, kinds[symbol])
    harm = chance.uniform(*EVENT_HARM)
    part = event.part.lower()
    setattr(ship.wear, part, max(0.0, getattr(ship.wear, part) - harm))
    return (event,)
