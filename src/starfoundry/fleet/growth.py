"""Which ship to buy next out of earnings, or why none: a pure decision on fleet, money and known prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starfoundry.fleet.model import YardSighting
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.reason import Reason

PROBE = "SHIP_PROBE"
SHUTTLE = "SHIP_LIGHT_SHUTTLE"
HAULER = "SHIP_LIGHT_HAULER"
CARRIERS = (SHUTTLE, HAULER)

WORKING_CAPITAL = 60_000
"""Credits left to trade with after buying a ship: about one hold of a dear good for a shuttle (A)."""

CAPITAL_PER_CARRIER = 25_000
"""Further credits left for each carrier there is: they all buy before they sell (A)."""

EARLY_PROBES = 2
"""Probes bought before any carrier: prices are seen only where a ship is, and a probe costs a tenth of a hauler (M)."""

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

    `idle_carriers` are those that nobody has work for at the moment.
    """

    carriers: int
    probes: int
    idle_carriers: int = 0


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
    """A few probes first, then carriers, then the rest of the probes; each only with capital left to trade with."""
    wanted = _wanted(fleet, limits)
    if not wanted and fleet.idle_carriers > IDLE_CARRIERS_MAX:
        return Save(reason=_carriers_idle(fleet))
    if not wanted:
        return Save(reason=_fleet_complete(fleet, limits))
    spendable = credits_now - limits.reserve - WORKING_CAPITAL - CAPITAL_PER_CARRIER * max(0, fleet.carriers - 1)
    reason = _no_shipyard(wanted)
    for ship_type in wanted:
        selling = [yard for yard in yards if ship_type in yard.ship_types]
        offers = [(offer.price, yard.waypoint) for yard in selling if (offer := yard.offer(ship_type)) is not None]
        if not offers:
            if selling:
                return SeePrices(ship_type=ship_type, shipyard=selling[0].waypoint)
            continue
        price, shipyard = min(offers)
        if price <= spendable:
            return BuyShip(ship_type=ship_type, shipyard=shipyard, price=price)
        reason = _too_dear(ship_type, price, max(0, spendable), limits)
    return Save(reason=reason)


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


def _wanted(fleet: FleetCount, limits: GrowthLimits) -> tuple[str, ...]:
    """The types wanted now, most wanted first."""
    if fleet.probes < min(EARLY_PROBES, limits.max_probes):
        return (PROBE,)
    bought = fleet.carriers - 1
    if fleet.idle_carriers > IDLE_CARRIERS_MAX:
        return (PROBE,) if fleet.probes < limits.max_probes else ()
    if bought < limits.max_haulers and (bought < SHUTTLES_FIRST or fleet.probes >= min(2 * bought, limits.max_probes)):
        return (SHUTTLE, HAULER) if bought < SHUTTLES_FIRST else (HAULER, SHUTTLE)
    if fleet.probes < limits.max_probes:
        return (PROBE,)
    return CARRIERS if bought < limits.max_haulers else ()
