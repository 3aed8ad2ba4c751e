"""Reasons why a chain is not opened, one function per rule."""

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.reasons.trips import WAITS_FOR_PRICES


def sells_too_cheap(good: Good, bid: int, least: int) -> Reason:
    """No market pays the minimum price for the product; `bid` is the best one, in credits."""
    return Reason(
        rule="sells_too_cheap",
        text=f"price too low: {good} sells for {bid:,} a unit, min_purchase_price is {least:,}",
        figures={"good": good, "bid": bid, "min_purchase_price": least},
        setting="min_purchase_price",
        good=good,
        would_pass={"min_purchase_price": bid},
        remedy="lower the minimum price",
    )


def recipe_unknown(good: Good, waypoint: WaypointSymbol) -> Reason:
    """The inputs of the factory are unknown."""
    return Reason(
        rule="recipe_unknown",
        text=f"recipe unknown: no known recipe of {good} has inputs that {waypoint} buys",
        figures={"good": good, "waypoint": waypoint},
        remedy="wait until the factory has made enough without inputs",
    )


def makes_nothing(waypoint: WaypointSymbol) -> Reason:
    """The market has no factory."""
    return Reason(
        rule="makes_nothing",
        text=f"no factory: nothing is made at {waypoint}, so nothing waits there",
        figures={"waypoint": waypoint},
        remedy="nothing to do",
        command=f"spacetraders market show {waypoint}",
    )


def input_missing(good: Good) -> Reason:
    """No market sells an input."""
    return Reason(
        rule="input_missing",
        text=f"input missing: no market is known to sell {good}",
        figures={"good": good},
        remedy="visit more markets; probes do so automatically",
        command="spacetraders ship buy SHIP_PROBE",
    )


def round_loses(profit: int) -> Reason:
    """Feeding and collecting together lose credits."""
    return Reason(
        rule="round_loses",
        text=f"not profitable: the round would earn {profit:+,}",
        figures={"profit": profit},
        remedy=WAITS_FOR_PRICES,
    )


def capacity_used(config: ManufacturingConfig, active: int) -> Reason:
    """The maximum number of fabrications is open."""
    return Reason(
        rule="capacity_used",
        text=f"capacity used: {active} of {config.max_pipelines} pipelines are open",
        figures={"active": active, "max_pipelines": config.max_pipelines},
        setting="max_pipelines",
        would_pass={"max_pipelines": active + 1},
        remedy="allow more pipelines, or wait until one ends",
    )


def collections_wait(waiting: int, most: int) -> Reason:
    """More collections are waiting than ships could take."""
    return Reason(
        rule="collections_wait",
        text=f"enough are waiting: {waiting} collections wait for ships, the maximum is {most}",
        figures={"waiting": waiting, "most": most},
        remedy="wait until a ship takes one of them",
    )


def chain_open(pipeline_id: str) -> Reason:
    """A pipeline works on it already."""
    return Reason(
        rule="chain_open",
        text=f"open already: {pipeline_id} works on it",
        figures={"pipeline": pipeline_id},
        remedy="nothing to do",
    )


def not_made(good: Good) -> Reason:
    """No known market makes the good."""
    return Reason(
        rule="not_made",
        text=f"not made here: no known market makes {good}, so there is no chain for it",
        figures={"good": good},
        remedy="buy it at an exchange, or bring it from another system",
    )
