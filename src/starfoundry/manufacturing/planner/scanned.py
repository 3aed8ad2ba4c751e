"""Everything that the known markets offer: the chains, and the best trade lane from each source."""

from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.model import PipelineKind, TaskKind
from starfoundry.manufacturing.opportunities import Opportunity, opportunities
from starfoundry.manufacturing.planner.trades import Sale, best_sale, lanes_of, no_trades
from starfoundry.manufacturing.view import Hull, View


def scanned(view: View, hull: Hull) -> tuple[Opportunity, ...]:
    """Every chain and lane, best first, those that are refused last; lanes are reckoned from where the ship is."""
    found = [*opportunities(view, hull), *_lanes(view, hull)]
    return tuple(sorted(found, key=lambda each: (each.refusal is not None, -each.per_hour)))


def _lanes(view: View, hull: Hull) -> list[Opportunity]:
    """Every lane that pays by the configuration in force; none where no ship may trade."""
    if no_trades(view) is not None:
        return []
    sinks_of: dict[tuple[str, str], list[Opportunity]] = {}
    for lane in lanes_of(view).lanes:
        sale = best_sale(view, hull, TaskKind.TRADE, lane.source, (lane.sink,))
        if not isinstance(sale, Reason):
            key = (lane.source.waypoint, lane.source.quote.good)
            sinks_of.setdefault(key, []).append(_opportunity(sale))
    return [max(found, key=lambda each: each.per_hour) for found in sinks_of.values()]


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
