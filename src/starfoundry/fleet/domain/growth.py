"""The next ship to buy from earnings, or the reason for buying none: a pure decision on fleet, money and prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starfoundry.fleet.domain.demand import PAYBACK_HOURS, Demand, earns_its_price
from starfoundry.fleet.domain.model import YardSighting
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.reason import Reason

PROBE = "SHIP_PROBE"
SHUTTLE = "SHIP_LIGHT_SHUTTLE"
HAULER = "SHIP_LIGHT_HAULER"
CARRIERS = (SHUTTLE, HAULER)
HOLDS = {SHUTTLE: 40, HAULER: 80}
"""Cargo units of these ships (M); a shipyard that shows only prices shows neither hold nor engine."""

CARRIER_SPEED = 15
"""The speed of both (M)."""

WORKING_CAPITAL = 60_000
"""Credits kept for trading after a ship was bought: about one hold of an expensive good for a shuttle (A)."""

CAPITAL_PER_CARRIER = 25_000
"""Further credits kept for each carrier there is: they all buy before they sell (A)."""

CARRIERS_BEFORE_PROBES = 2
"""Carriers bought before a second probe: a hold earns from its first minute, and sees markets on its way (M).

They are not held against the demand for carriers: it counts markets that were seen, and these are few by then.
"""

EARLY_PROBES = 2
"""Probes bought before further carriers: prices are seen only where a ship is, and a probe costs little (M)."""

IDLE_CARRIERS_MAX = 1
"""The most idle carriers: with more, the markets or the settings do not keep up, and another would be idle too."""

SHUTTLES_FIRST = 3
"""Carriers bought as shuttles; a hauler carries twice as much for three times the price and half the requests (M)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthLimits:
    """The limits of growth. `reserve` is in credits and is never spent."""

    max_haulers: int
    max_probes: int
    reserve: int

    def to_map(self) -> dict[str, object]:
        """The limits as stored in the container's config."""
        return {"max_haulers": self.max_haulers, "max_probes": self.max_probes, "reserve": self.reserve}


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCount:
    """The ships there are: `carriers` have a hold (the command frigate too), `probes` have none.

    `idle_carriers` have no work at present. `carriage` is the weight of the carriers in the units of `demand`,
    which is None while it is unknown.
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
    """Send a ship to see prices: this shipyard sells what is wanted next, at an unknown price."""

    ship_type: str
    shipyard: WaypointSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Buy nothing now, and why."""

    reason: Reason


def limits_of(config: Mapping[str, object]) -> GrowthLimits:
    """The limits in a container's stored config. Raises Refused naming the key that is missing or wrong."""
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
    """The next step: one probe and two carriers first, then the most useful ship, with capital left for trading."""
    is_complete = fleet.carriers - 1 >= limits.max_haulers
    hindrance, paying = (None, ()) if is_complete else _paying_carriers(fleet, yards)
    wanted = _wanted(fleet, limits, paying)
    if not wanted:
        return Save(reason=_fleet_complete(fleet, limits) if is_complete else hindrance or _no_shipyard(CARRIERS))
    spendable = credits_now - limits.reserve - WORKING_CAPITAL - CAPITAL_PER_CARRIER * max(0, fleet.carriers - 1)
    reason = _no_shipyard(wanted)
    for ship_type in wanted:
        selling = _selling(yards, ship_type)
        offer = cheapest_offer(selling, ship_type)
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


def cheapest_offer(yards: Sequence[YardSighting], ship_type: str) -> tuple[int, WaypointSymbol] | None:
    """The lowest price seen, and its shipyard; None while none was seen."""
    return min(((offer.price, yard.waypoint) for yard in yards if (offer := yard.offer(ship_type))), default=None)


def _paying_carriers(fleet: FleetCount, yards: Sequence[YardSighting]) -> tuple[Reason | None, tuple[str, ...]]:
    """The carriers on sale that would earn their price, as far as is known; if there is none, the reason."""
    if fleet.idle_carriers > IDLE_CARRIERS_MAX:
        return _carriers_idle(fleet), ()
    if fleet.demand is not None and fleet.carriers >= fleet.demand.max_workers:
        return _workers_enough(fleet.carriers, fleet.demand.max_workers), ()
    hindrance: Reason | None = None
    paying: list[str] = []
    for ship_type in CARRIERS:
        selling = _selling(yards, ship_type)
        offer = cheapest_offer(selling, ship_type)
        refusal = None if offer is None else _carriage_enough(fleet, ship_type, offer[0])
        hindrance = refusal or hindrance
        if selling and refusal is None:
            paying.append(ship_type)
    return hindrance, tuple(paying)


def _carriage_enough(fleet: FleetCount, ship_type: str, price: int) -> Reason | None:
    """Why one more such carrier does not pay; None if it may, and for the first two, bought before markets are seen."""
    demand = fleet.demand
    if demand is None or fleet.carriers <= CARRIERS_BEFORE_PROBES:
        return None
    added = demand.added(fleet.carriage, demand.weight(HOLDS[ship_type], CARRIER_SPEED))
    if earns_its_price(added, price):
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
        remedy="wait until markets that make or use more are seen",
    )


def _carriers_idle(fleet: FleetCount) -> Reason:
    return Reason(
        rule="carriers_idle",
        text=f"{fleet.idle_carriers} ships with a hold are idle; another would be idle too",
        figures={"idle_carriers": fleet.idle_carriers, "most": IDLE_CARRIERS_MAX},
        remedy="see why they are idle",
        command="spacetraders why",
    )


def _workers_enough(carriers: int, max_workers: int) -> Reason:
    return Reason(
        rule="workers_enough",
        text=f"{carriers} ships have a hold, and max_workers lets {max_workers} work at once",
        figures={"carriers": carriers, "max_workers": max_workers},
        remedy="allow more workers, and another ship is bought if it would earn its price",
        command=f"spacetraders manufacturing config set max_workers={carriers + 1}",
    )


def _fleet_complete(fleet: FleetCount, limits: GrowthLimits) -> Reason:
    return Reason(
        rule="fleet_complete",
        text="the fleet has reached its limits",
        figures={
            "carriers": fleet.carriers,
            "probes": fleet.probes,
            "max_haulers": limits.max_haulers,
            "max_probes": limits.max_probes,
        },
        remedy="stop this growth and start one with higher limits",
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
        remedy="wait for more earnings, or grow with a smaller reserve",
    )


def _wanted(fleet: FleetCount, limits: GrowthLimits, paying: tuple[str, ...]) -> tuple[str, ...]:
    """The types wanted now, most wanted first; `paying` are the carriers that would earn their price."""
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
