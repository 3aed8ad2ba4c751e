"""Trade lanes that would gain by the prices of now: any market that sells a good to any that buys it."""

from dataclasses import dataclass

from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.trips.eligibility import closed, margin_of, too_old
from starfoundry.manufacturing.planner.view import Offer, View
from starfoundry.manufacturing.reasons import trades


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A source and a sink of one good; `gain` is what the first unit would earn at the prices of now, in credits."""

    source: Offer
    sink: Offer
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """The lanes that would gain at the prices of now; where there is none, why the last one looked at is not."""

    lanes: tuple[Lane, ...]
    refusal: Reason


def lanes_of(view: View) -> Lanes:
    """Every lane whose first unit gains its least margin by the prices of now."""
    least = 1 + margin_of(view.config, TaskKind.TRADE)
    found: list[Lane] = []
    refusal: Reason = trades.no_trade_seen()
    for good in view.board.offers:
        if good in view.config.blocked_goods:
            continue
        sinks = [(sink, earned_at(view, sink)) for sink in view.board.sinks(good) if not too_old(view, sink)]
        if not sinks:
            continue
        for source in view.board.sources(good):
            if (held := closed(view, TaskKind.TRADE, source)) is not None:
                refusal = held
                continue
            ask = source.curve.ask
            gaining = [
                Lane(source=source, sink=sink, gain=earned - ask)
                for sink, earned in sinks
                if earned > ask * least and sink.waypoint != source.waypoint
            ]
            found += gaining
            if not gaining:
                best = max(earned for _, earned in sinks)
                refusal = trades.margin_too_thin(good, best / ask - 1, least - 1)
    return Lanes(lanes=tuple(found), refusal=refusal)


def earned_at(view: View, sink: Offer) -> float:
    """Credits that the first unit brings at a sink, with what a factory there gives for it."""
    wanted = view.wanted(sink.waypoint, sink.quote.good)
    return sink.curve.bid + sum(value.per_unit for value in wanted)
