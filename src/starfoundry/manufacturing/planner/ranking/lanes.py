"""Trade lanes that would gain at current prices: from any market that sells a good to any that buys it."""

from dataclasses import dataclass

import msgspec

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.eligibility import closed, margin_of, too_old
from starfoundry.manufacturing.planner.view import View
from starfoundry.manufacturing.reasons import trades


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A source and a sink of one good; `gain` is the profit of the first unit at current prices, in credits."""

    source: Offer
    sink: Offer
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """The lanes that would gain at current prices; if there is none, the reason for the last one considered."""

    lanes: tuple[Lane, ...]
    refusal: Reason


def lanes_of(view: View) -> Lanes:
    """Every lane whose first unit gains the minimum margin at current prices."""
    found: list[Lane] = []
    refusal: Reason = trades.no_trade_seen()
    for good in view.board.offers:
        if good in view.config.blocked_goods:
            continue
        for answer in lanes_of_good(view, good).values():
            if isinstance(answer, Reason):
                refusal = answer
            else:
                found += answer
    return Lanes(lanes=tuple(found), refusal=refusal)


def lanes_of_good(view: View, good: Good) -> dict[WaypointSymbol, list[Lane] | Reason]:
    """By source, the lanes of a good, or why there is none; empty if no buyer was seen lately."""
    fresh = [sink for sink in view.board.sinks(good) if not too_old(view, sink)]
    if not fresh:
        return {}
    least = 1 + margin_of(view.config, TaskKind.TRADE)
    answers: dict[WaypointSymbol, list[Lane] | Reason] = {}
    sinks: list[tuple[Offer, float]] = []
    for source in view.board.sources(good):
        if (held := closed(view, TaskKind.TRADE, source)) is not None:
            answers[source.waypoint] = held
            continue
        sinks = sinks or [(sink, earned_at(view, sink)) for sink in fresh]
        ask = source.curve.ask
        gaining = [
            Lane(source=source, sink=sink, gain=earned - ask)
            for sink, earned in sinks
            if earned > ask * least and sink.waypoint != source.waypoint
        ]
        if gaining:
            answers[source.waypoint] = gaining
        else:
            best = max(earned for _, earned in sinks)
            answers[source.waypoint] = trades.margin_too_thin(good, best / ask - 1, least - 1)
    return answers


def earned_at(view: View, sink: Offer) -> float:
    """The credits for the first unit at a sink, with its value to a factory there."""
    wanted = view.wanted(sink.waypoint, sink.quote.good)
    return sink.curve.bid + sum(value.per_unit for value in wanted)
