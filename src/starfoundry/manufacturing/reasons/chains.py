"""Every rule that keeps a chain from being opened, as the reason that the rule gives."""

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import PipelineKind
from starfoundry.manufacturing.reasons.trips import WAITS_FOR_PRICES


def sells_too_cheap(good: Good, bid: int, least: int) -> Reason:
    """No market pays the least price for the product; `bid` is the best one, in credits."""
    return Reason(
        rule="sells_too_cheap",
        text=f"sells too cheap: {good} brings {bid:,} a unit, min_purchase_price is {least:,}",
        figures={"good": good, "bid": bid, "min_purchase_price": least},
        setting="min_purchase_price",
        good=good,
        would_pass={"min_purchase_price": bid},
        remedy="make cheaper products too",
    )


def not_looked_for(kind: PipelineKind) -> Reason:
    """No chain of the kind is looked for at the moment."""
    return Reason(
        rule="not_looked_for",
        text=f"not looked for: no further {kind.value} is opened at the moment",
        figures={"kind": kind.value},
    )


def recipe_unknown(good: Good, waypoint: WaypointSymbol) -> Reason:
    """Nothing is known that could be brought to the factory to have it make more."""
    return Reason(
        rule="recipe_unknown",
        text=f"cannot be fed: no recipe of {good} is known whose inputs {waypoint} takes",
        figures={"good": good, "waypoint": waypoint},
        remedy="wait until it has made enough by itself",
    )


def input_missing(good: Good) -> Reason:
    """No market sells an input."""
    return Reason(
        rule="input_missing",
        text=f"input missing: no market is known to sell {good}",
        figures={"good": good},
        remedy="look at more markets; more probes see more of them",
        command="spacetraders ship buy SHIP_PROBE",
    )


def round_loses(profit: int) -> Reason:
    """Feeding and lifting together bring nothing, in credits."""
    return Reason(
        rule="round_loses",
        text=f"does not pay: the round would bring {profit:+,}",
        figures={"profit": profit},
        remedy=WAITS_FOR_PRICES,
    )


def capacity_used(config: ManufacturingConfig, active: int) -> Reason:
    """As many fabrications are open as may be."""
    return Reason(
        rule="capacity_used",
        text=f"capacity used: {active} of {config.max_pipelines} pipelines are open",
        figures={"active": active, "max_pipelines": config.max_pipelines},
        setting="max_pipelines",
        would_pass={"max_pipelines": active + 1},
        remedy="allow more pipelines, or wait until one ends",
    )


def collections_wait(waiting: int, most: int) -> Reason:
    """More collections than ships could take wait already."""
    return Reason(
        rule="collections_wait",
        text=f"enough waits already: {waiting} collections wait, {most} at most are opened ahead",
        figures={"waiting": waiting, "most": most},
        remedy="wait until a ship takes one of them",
    )


def chain_open(pipeline_id: str) -> Reason:
    """A pipeline works on it already."""
    return Reason(
        rule="chain_open",
        text=f"open already: {pipeline_id} works on it",
        figures={"pipeline": pipeline_id},
        remedy="nothing has to change",
    )


def not_made(good: Good) -> Reason:
    """No known market makes the good."""
    return Reason(
        rule="not_made",
        text=f"not made here: no known market makes {good}, so there is no chain for it",
        figures={"good": good},
        remedy="it can only be bought where it is passed on, or brought from another system",
    )
