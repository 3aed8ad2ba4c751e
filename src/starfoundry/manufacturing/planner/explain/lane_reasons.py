"""Reasons why no further ship trades a good, one for each market that sells it."""

from starfoundry.kernel.ids import Good
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.assignments import holds_wanted, staffing
from starfoundry.manufacturing.planner.explanation import Explanation, Subject
from starfoundry.manufacturing.planner.plan import Turn
from starfoundry.manufacturing.planner.ranking.lanes import Lane, lanes_of_good
from starfoundry.manufacturing.planner.trips.eligibility import unsold
from starfoundry.manufacturing.planner.trips.trades import best_sale, no_trades
from starfoundry.manufacturing.planner.view import View
from starfoundry.manufacturing.reasons import ships, trips


def of_lanes(turn: Turn, good: Good, *, would_another_pay: bool | None = None) -> list[Explanation]:
    """Why no further ship is sent to each market that sells a good; `would_another_pay`: whether one more would."""
    view = turn.after
    answers = lanes_of_good(view, good)
    return [
        Explanation(
            subject=Subject.LANE,
            name=f"{good} from {source.waypoint}",
            good=good,
            state="NOT_TRADED",
            reason=_reason(view, good, answers.get(source.waypoint), would_another_pay=would_another_pay),
        )
        for source in view.board.sources(good)
    ]


def _reason(view: View, good: Good, answer: list[Lane] | Reason | None, *, would_another_pay: bool | None) -> Reason:
    if good in view.config.blocked_goods:
        return trips.blocked(good, view.config)
    if answer is None:
        return unsold(view, good, view.board.sinks(good))
    if isinstance(answer, Reason):
        return answer
    if held := staffing(view) or no_trades(view):
        return held
    sinks = [lane.sink for lane in answer]
    trading = [hull for hull in view.idle if not holds_wanted(view, hull)]
    sales = [best_sale(view, hull, TaskKind.TRADE, answer[0].source, sinks) for hull in trading]
    refusals = [sale for sale in sales if isinstance(sale, Reason)]
    return next(iter(refusals), ships.no_free_ship(would_another_pay=would_another_pay))
