"""Which ship to buy next out of earnings, or why none: a pure decision on fleet, money and known prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starfoundry.fleet.domain.demand import PAYBACK_HOURS, Demand
from starfoundry.fleet.domain.model import YardSighting
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.reason import Reason

PROBE = "SHIP_PROBE"
SHUTTLE = "SHIP_LIGHT_SHUTTLE"
HAULER = "SHIP_LIGHT_HAULER"
CARRIERS = (SHUTTLE, HAULER)
HOLDS = {SHUTTLE: 40, HAULER: 80}
"""Cargo units that such a ship carries (M); a shipyard that shows its prices only tells neither hold nor engine."""

CARRIER_SPEED = 15
"""The speed of both (M)."""

WORKING_CAPITAL = 60_000
"""Credits left to trade with after buying a ship: about one hold of a dear good for a shuttle (A)."""

CAPITAL_PER_CARRIER = 25_000
"""Further credits left for each carrier there is: they all buy before they sell (A)."""

CARRIERS_BEFORE_PROBES = 1
"""Carriers bought before a second probe: a hold earns from its first minute, and looks where it goes (M)."""

EARLY_PROBES = 2
"""Probes bought before further carriers: prices are seen only where a ship is, and a probe costs little (M)."""

IDLE_CARRIERS_MAX = 1
"""More carriers without work than this, and the markets or the settings keep up no longer: another would stand too."""

SHUTTLES_FIRST = 3
"""Carriers bought as shuttles; a hauler carries twice as much for three times the price and half the requests (M)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthLimits:
    """How far the fleet may grow. `reserve` is in credits and never touched."""

    max_haulers: int
    max_probes: int
    reserve: int

    def to_map(self) -> dict[str, object]:
        """As the container's config stores it."""
        return {"max_haulers": self.max_haulers, "max_probes": self.max_probes, "reserve": self.reserve}


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCount:
    """What there is: `carriers` have a hold, the command frigate included; `probes` have none.

    `idle_carriers` are those that nobody has work for at the moment. `carriage` is what the carriers
    count for in those of `demand`, which is None while nobody can reckon it.
    """

    carriers: int
    probes: int
    idle_carriers: int = 0
    carriage: float = 0.0
    demand: Demand | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyShip:
    """Buy this type here, at the price seen."""

    ship_type: str
    shipyard: WaypointSymbol
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeePrices:
    """Go and look: this shipyard sells what is wanted next, at a price nobody has seen."""

    ship_type: str
    shipyard: WaypointSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Nothing now, and why."""

    reason: Reason


def limits_of(config: Mapping[str, object]) -> GrowthLimits:
    """The limits in a container's stored config; raises Refused naming the key that is missing or wrong."""
    values: dict[str, int] = {}
    for name in ("max_haulers", "max_probes", "reserve"):
        value = config.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Refused.of(name, value, "a whole number, 0 or more")
        values[name] = value
    return GrowthLimits(**values)


def next_purchase(
    fleet: FleetCount, credits_now: int, limits: GrowthLimits, yards: Sequence[YardSighting]
) -> BuyShip | SeePrices | Save:
    """One probe and one carrier first, then what sees and what pays; each only with capital left to trade with."""
    hindrance, paying = _paying_carriers(fleet, yards)
    wanted = _wanted(fleet, limits, paying)
    if not wanted:
        is_complete = fleet.carriers - 1 >= limits.max_haulers
        return Save(reason=_fleet_complete(fleet, limits) if is_complete else hindrance or _no_shipyard(CARRIERS))
    spendable = credits_now - limits.reserve - WORKING_CAPITAL - CAPITAL_PER_CARRIER * max(0, fleet.carriers - 1)
    reason = _no_shipyard(wanted)
    for ship_type in wanted:
        selling = _selling(yards, ship_type)
        offer = _cheapest(selling, ship_type)
        if offer is None:
            if selling:
                return SeePrices(ship_type=ship_type, shipyard=selling[0].waypoint)
            continue
        price, shipyard = offer
        if price <= spendable:
            return BuyShip(ship_type=ship_type, shipyard=shipyard, price=price)
        reason = _too_dear(ship_type, price, max(0, spendable), limits)
    return Save(reason=reason)


def _selling(yards: Sequence[YardSighting], ship_type: str) -> list[YardSighting]:
    return [yard for yard in yards if ship_type in yard.ship_types]


def _cheapest(yards: Sequence[YardSighting], ship_type: str) -> tuple[int, WaypointSymbol] | None:
    """The lowest price seen, and where; None while none was seen."""
    return min(((offer.price, yard.waypoint) for yard in yards if (offer := yard.offer(ship_type))), default=None)


def _paying_carriers(fleet: FleetCount, yards: Sequence[YardSighting]) -> tuple[Reason | None, tuple[str, ...]]:
    """The carriers on sale that would earn what they cost, as far as is known; where there is none, why."""
    if fleet.idle_carriers > IDLE_CARRIERS_MAX:
        return _carriers_idle(fleet), ()
    hindrance: Reason | None = None
    paying: list[str] = []
    for ship_type in CARRIERS:
        selling = _selling(yards, ship_type)
        offer = _cheapest(selling, ship_type)
        refusal = None if offer is None else _carriage_enough(fleet, ship_type, offer[0])
        hindrance = refusal or hindrance
        if selling and refusal is None:
            paying.append(ship_type)
    return hindrance, tuple(paying)


def _carriage_enough(fleet: FleetCount, ship_type: str, price: int) -> Reason | None:
    """Why one more such carrier does not pay; None when it may, and for the first, bought before markets are seen."""
    demand = fleet.demand
    if demand is None or fleet.carriers <= CARRIERS_BEFORE_PROBES:
        return None
    added = demand.added(fleet.carriage, demand.weight(HOLDS[ship_type], CARRIER_SPEED))
    if added * PAYBACK_HOURS >= price:
        return None
    return Reason(
        rule="carriage_enough",
        text=f"another {ship_type} would earn {added:,.0f} credits an hour more and costs {price:,}:"
        f" more than {PAYBACK_HOURS:.0f} hours of that",
        figures={
            "ship_type": ship_type,
            "price": price,
            "earned_an_hour": round(added),
            "payback_hours": PAYBACK_HOURS,
            "carriers": round(fleet.carriage, 1),
            "carriers_busy_at_most": round(demand.carriers, 1),
        },
        remedy="wait until markets are seen that make or use more",
    )


def _carriers_idle(fleet: FleetCount) -> Reason:
    return Reason(
        rule="carriers_idle",
        text=f"{fleet.idle_carriers} ships with a hold are idle; another would only join them",
        figures={"idle_carriers": fleet.idle_carriers, "most": IDLE_CARRIERS_MAX},
        remedy="see why they are idle",
        command="spacetraders why",
    )


def _fleet_complete(fleet: FleetCount, limits: GrowthLimits) -> Reason:
    return Reason(
        rule="fleet_complete",
        text="the fleet is as large as it may be",
        figures={
            "carriers": fleet.carriers,
            "probes": fleet.probes,
            "max_haulers": limits.max_haulers,
            "max_probes": limits.max_probes,
        },
        remedy="stop this growth and start one that may buy more",
        command=f"spacetraders ship grow --max-haulers {limits.max_haulers + 1} --max-probes {limits.max_probes + 1}",
    )


def _no_shipyard(wanted: Sequence[str]) -> Reason:
    return Reason(
        rule="no_shipyard",
        text=f"no known shipyard sells {' or '.join(wanted)}",
        figures={"wanted": ", ".join(wanted)},
        remedy="wait until a shipyard that sells it is known",
    )


def _too_dear(ship_type: str, price: int, spendable: int, limits: GrowthLimits) -> Reason:
    return Reason(
        rule="ship_too_dear",
        text=f"{ship_type} costs {price:,}; {spendable:,} credits may be spent",
        figures={"ship_type": ship_type, "price": price, "spendable": spendable, "reserve": limits.reserve},
        remedy="wait until more is earned, or grow with a smaller reserve",
    )


def _wanted(fleet: FleetCount, limits: GrowthLimits, paying: tuple[str, ...]) -> tuple[str, ...]:
    """The types wanted now, most wanted first; `paying` are the carriers that would earn what they cost."""
    bought = fleet.carriers - 1
    carriers = () if bought >= limits.max_haulers else paying if bought < SHUTTLES_FIRST else paying[::-1]
    may_probe = fleet.probes < limits.max_probes
    if may_probe and fleet.probes == 0:
        return (PROBE,)
    if carriers and bought < CARRIERS_BEFORE_PROBES:
        return carriers
    if may_probe and (fleet.probes < EARLY_PROBES or not carriers):
        return (PROBE,)
    if may_probe and bought >= SHUTTLES_FIRST and fleet.probes < 2 * bought:
        return (PROBE,)
    return carriers
