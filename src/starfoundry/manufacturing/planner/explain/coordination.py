"""The coordinator's reason for each node of a supply chain and for each waiting task."""

from dataclasses import dataclass

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.planner.assignments import Match, match_of
from starfoundry.manufacturing.planner.explain.decided_trip import DecidedTrip, alternatives, estimate_of, promising
from starfoundry.manufacturing.planner.explain.supply_chain import ChainNode, ChainRole, ChainTree, NodeKey
from starfoundry.manufacturing.planner.explanation import of_chains, of_task
from starfoundry.manufacturing.planner.pipelines.feeds import Feeds
from starfoundry.manufacturing.planner.pipelines.opportunities import KINDS, Opportunity, chain_at
from starfoundry.manufacturing.planner.plan import Turn
from starfoundry.manufacturing.planner.view import ShipView


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainDecision:
    """A factory's output as a chain: what it would bring, and the pipeline that works on it or why none is opened."""

    good: Good
    factory: WaypointSymbol
    opportunity: Opportunity | None
    pipeline_id: str = ""
    reason: Reason | None = None


def chain_decisions(turn: Turn) -> tuple[ChainDecision, ...]:
    """Every chain that the markets show: those that pay most first, then the refused, last those not looked at."""
    reasons = {each.name: each.reason for each in of_chains(turn)}
    feeds = Feeds(turn.judged, turn.hull)
    found = []
    for product in turn.judged.board.exports():
        good, factory = product.quote.good, product.waypoint
        chance = chain_at(turn.judged, turn.hull, product, feeds)
        found.append(
            ChainDecision(
                good=good,
                factory=factory,
                opportunity=chance if isinstance(chance, Opportunity) else None,
                pipeline_id=next(iter(_pipelines(turn, good, factory)), ""),
                reason=reasons.get(f"{good} at {factory}"),
            )
        )
    return tuple(sorted(found, key=_place))


def _place(each: ChainDecision) -> tuple[bool, bool, int, Good, WaypointSymbol]:
    chance = each.opportunity
    is_refused, per_hour = (True, 0) if chance is None else (chance.refusal is not None, chance.per_hour)
    return chance is None, is_refused, -per_hour, each.good, each.factory


def _pipelines(turn: Turn, good: Good, factory: WaypointSymbol) -> list[str]:
    return [each.id for each in turn.after.active(*KINDS) if (each.good, each.factory) == (good, factory)]


def doings(turn: Turn, chain: ChainTree) -> dict[NodeKey, str]:
    """The work at each place of a chain, or why there is none; empty where there is nothing to do."""
    reasons = {each.name: each.reason for each in of_chains(turn)}
    nodes = [node for top in (*chain.sellers, *chain.buyers) for node in top.every()]
    return {node.key: _doing(turn, node, reasons.get(f"{node.good} at {node.waypoint}")) for node in nodes}


def _doing(turn: Turn, node: ChainNode, reason: Reason | None) -> str:
    if node.role is ChainRole.EXCHANGE:
        return ""
    if node.role is ChainRole.FACTORY:
        open_ = _pipelines(turn, node.good, node.waypoint)
        return f"{open_[0]} is open" if open_ else "" if reason is None else f"no chain is open: {reason.text}"
    tasks = [
        task
        for task in turn.after.tasks
        if (task.good, task.target) == (node.good, node.waypoint) and not task.status.is_over
    ]
    return "; ".join(_described(turn, task) for task in tasks)


def _described(turn: Turn, task: Task) -> str:
    if task.status.is_in_flight:
        return f"{task.ship} brings {task.units_bought or task.units_planned} ({task.id})"
    return f"{task.id} waits: {of_task(turn, task).text}"


def waiting_trip(turn: Turn, task: Task) -> tuple[ShipView, DecidedTrip] | None:
    """The trip that a free ship, or else the ship used for estimates, would make for a waiting task.

    None where it could not make the trip: the reason that holds the task back says why.
    """
    for hull in (*turn.after.idle, turn.hull):
        match = match_of(turn.after, hull, task)
        if isinstance(match, Match):
            lanes = promising(turn.after)
            return hull, DecidedTrip(
                task=task,
                estimate=estimate_of(turn.after, hull, task, match.prospect),
                alternatives=alternatives(turn.after, hull, task, lanes),
            )
    return None
