"""The bottleneck of a working coordinator, and what one more unit of it is worth.

The first of these that holds: a setting that lets no further ship leave while one is free, requests, money, the ships
that may work or those there are, and else the markets. Ships are scarce as long as another one would find carriage in
the markets seen so far that the fleet leaves undone (trips/carrier_demand.py) and would earn its price in time; what it
would earn is the price of a ship's hour.
"""

from dataclasses import replace

from starfoundry.fleet.domain.demand import Demand, earns_its_price
from starfoundry.fleet.domain.growth import CARRIER_SPEED, HOLDS, SHUTTLE
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.assignments import holds_wanted, staffing
from starfoundry.manufacturing.planner.ranking.ranked_trips import RankedTrips
from starfoundry.manufacturing.planner.trips.trades import no_trades
from starfoundry.manufacturing.planner.view import View
from starfoundry.manufacturing.reasons import bottlenecks


def bottleneck(view: View, demand: Demand, carriage: float, price: int | None) -> Reason:
    """The addition that would earn most; `carriage` is what all ships with a hold count for in those of the demand.

    `price` is that of a shuttle in credits, None while it is unknown.
    """
    added = demand.added(carriage, demand.weight(HOLDS[SHUTTLE], CARRIER_SPEED))
    held = staffing(view) or no_trades(view)
    if view.idle and held is not None:
        return bottlenecks.held(held, len(view.idle), _forgone(view))
    if view.spendable <= 0 and any(
        task.kind is not TaskKind.LIQUIDATE for task in view.tasks if task.status.is_waiting
    ):
        return bottlenecks.money(view.spendable, view.config)
    if view.idle or added <= 0:
        return bottlenecks.markets(len(view.idle), carriage, demand.carriers)
    if price is not None and not earns_its_price(added, price):
        return bottlenecks.saturated(SHUTTLE, added, price)
    if view.busy_workers >= view.config.max_workers:
        return bottlenecks.workers(SHUTTLE, added, view.config)
    return bottlenecks.ships(SHUTTLE, added, carriage, demand.carriers)


def _forgone(view: View) -> int:
    """Credits an hour of the best trip that a free ship would make if it might leave; 0 if none pays."""
    is_trade_held = staffing(view) is None
    lifted = replace(view.config, trade_max_ships=view.busy_traders + 1) if is_trade_held else view.config
    freed = replace(view, config=lifted)
    trading = [ship for ship in freed.idle if not holds_wanted(freed, ship)]
    found = RankedTrips(freed, trading, freed.ready_trips()).best(freed)
    return 0 if isinstance(found, Reason) else found[1].prospect.per_hour
