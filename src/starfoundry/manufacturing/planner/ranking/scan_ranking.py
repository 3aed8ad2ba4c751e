"""Ranking of everything that the known markets offer: the chains, and the best trade lane from each source."""

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.manufacturing.domain.model import PipelineKind, TaskKind
from starfoundry.manufacturing.planner.pipelines.opportunities import Opportunity, opportunities
from starfoundry.manufacturing.planner.ranking.lanes import Lane, lanes_of
from starfoundry.manufacturing.planner.trips.trades import Sale, best_sale, no_trades
from starfoundry.manufacturing.planner.view import ShipView, View


def scanned(view: View, hull: ShipView) -> tuple[Opportunity, ...]:
    """Every chain and lane, best first, refused ones last; lanes are estimated from where the ship is."""
    found = [*opportunities(view, hull), *_lanes(view, hull)]
    return tuple(sorted(found, key=lambda each: (each.refusal is not None, -each.per_hour)))


def _lanes(view: View, hull: ShipView) -> list[Opportunity]:
    """Every lane that pays by the configuration in force; none if no ship may trade."""
    if no_trades(view) is not None:
        return []
    from_source: dict[tuple[WaypointSymbol, Good], list[Lane]] = {}
    for lane in lanes_of(view).lanes:
        from_source.setdefault((lane.source.waypoint, lane.source.quote.good), []).append(lane)
    sales = [
        best_sale(view, hull, TaskKind.TRADE, lanes[0].source, [lane.sink for lane in lanes])
        for lanes in from_source.values()
    ]
    return [_opportunity(sale) for sale in sales if isinstance(sale, Sale)]


def _opportunity(sale: Sale) -> Opportunity:
    return Opportunity(
        kind=PipelineKind.TRADE,
        good=sale.good,
        factory=sale.source.waypoint,
        sell_market=sale.sink.waypoint,
        supply=sale.source.supply,
        ask=sale.source.quote.ask,
        bid=sale.sink.quote.bid,
        prospect=sale.prospect,
        age=max(sale.source.age, sale.sink.age),
    )
