"""Explanations of idle ships, waiting tasks, unready factories and unopened chains, from the turn that decided."""

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starfoundry.game.model import CargoItem
from starfoundry.kernel.ids import Good
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import FactoryState, Task, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.assignments import Match, match_of, staffing, trip_of
from starfoundry.manufacturing.planner.pipelines.feeds import Feeds
from starfoundry.manufacturing.planner.pipelines.open_pipelines import hindrance, unsaleable
from starfoundry.manufacturing.planner.pipelines.opportunities import KINDS, chain_at
from starfoundry.manufacturing.planner.pipelines.update_pipelines import held
from starfoundry.manufacturing.planner.plan import Turn
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.planner.view import ShipView, View
from starfoundry.manufacturing.reasons import containers, ships, trips
from starfoundry.market.domain.restriction import restriction_of

REASONS_BEHIND_MAX = 3
"""The most reasons listed behind a reason; the most frequent come first."""


IDLE, WAITING, BUSY = "IDLE", "WAITING", "BUSY"


class Subject(enum.Enum):
    """The kinds of subjects that are explained."""

    SHIP = "SHIP"
    TASK = "TASK"
    FACTORY = "FACTORY"
    CHAIN = "CHAIN"
    LANE = "LANE"
    CONTAINER = "CONTAINER"


NOUNS = {
    Subject.SHIP: ("ship", "ships"),
    Subject.TASK: ("task", "tasks"),
    Subject.FACTORY: ("factory", "factories"),
    Subject.CHAIN: ("chain", "chains"),
    Subject.CONTAINER: ("container", "containers"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The first rule that blocks a subject. `behind` lists why what it waits for does not happen.

    `state` is IDLE, BUSY or WAITING (for a market's stock) for a ship, else its status; `container_id` is the
    container that decides. A ship that several coordinators could send has an explanation for each.
    """

    subject: Subject
    name: str
    reason: Reason
    behind: tuple[Reason, ...] = ()
    good: Good = Good("")
    container_id: str = ""
    state: str = ""

    @property
    def is_busy(self) -> bool:
        """Whether it is only information, and the subject is not blocked."""
        return self.state == BUSY

    @property
    def root(self) -> Reason:
        """The reason that must be removed first."""
        return self.behind[0] if self.behind else self.reason


def of_tasks(turn: Turn, *, would_another_pay: bool | None = None) -> list[Explanation]:
    """Why each task that waited at the beginning of the turn has no ship.

    `would_another_pay`: whether one more ship would earn its price; None if that was not asked.
    """
    after = {task.id: task for task in turn.after.tasks}
    return [
        Explanation(
            subject=Subject.TASK,
            name=task.id,
            good=task.good,
            state=task.status.value,
            reason=of_task(turn, after[task.id], would_another_pay=would_another_pay),
        )
        for task in turn.seen.tasks
        if task.status.is_waiting
    ]


def of_task(turn: Turn, task: Task, *, would_another_pay: bool | None = None) -> Reason:
    """The first rule that blocks a task that waited at the beginning of the turn, by its state after it."""
    if not task.status.is_waiting:
        next_ = f"{task.ship} takes it" if task.status is TaskStatus.ASSIGNED else f"it ends, {task.waiting_for}"
        return ships.decided_next(next_)
    if task.status is TaskStatus.PENDING:
        return held(turn.judged, task) or ships.decided_next(f"{task.kind.value} {task.good}")
    short = staffing(turn.after)
    if short is not None:
        return short
    if task.kind is TaskKind.LIQUIDATE and task.ship not in [hull.ship for hull in turn.after.idle]:
        return ships.ship_not_free(task.ship)
    answers = [match_of(turn.after, hull, task) for hull in turn.after.idle]
    reasons = [answer for answer in answers if isinstance(answer, Reason)]
    telling = [reason for reason in reasons if reason.rule not in ("hold_not_empty", "other_ship_holds_it")]
    return next(iter([*telling, *reasons]), ships.no_free_ship(would_another_pay=would_another_pay))


def of_ships(turn: Turn) -> list[Explanation]:
    """Why each ship that was free at the beginning of the turn is still idle after it."""
    going = {task.ship: task for task in turn.after.tasks if task.status is TaskStatus.ASSIGNED}
    idle = [hull.ship for hull in turn.after.idle]
    found: list[Explanation] = []
    for hull in turn.seen.idle:
        if hull.ship in idle:
            found.append(_of_ship(turn, hull))
            continue
        task = going[hull.ship]
        reason = ships.decided_next(f"{task.kind.value} {task.good} to {task.target}")
        found.append(Explanation(subject=Subject.SHIP, name=hull.ship, state=IDLE, reason=reason))
    return found


def _of_ship(turn: Turn, hull: ShipView) -> Explanation:
    view = turn.after
    reason, behind = staffing(view), tuple[Reason, ...]()
    ready = view.waiting(TaskStatus.READY)
    if reason is None and hull.cargo:
        reason, behind = ships.hold_not_empty(hull.cargo), tuple(_unsold(view, hull, item) for item in hull.cargo)
    elif reason is None:
        answers = [match_of(view, hull, task) for task in ready if task.kind is not TaskKind.LIQUIDATE]
        reason = next((answer for answer in answers if not isinstance(answer, Match)), None)
    if reason is None:
        waiting = view.waiting(TaskStatus.PENDING)
        reason, behind = ships.no_ready_task(len(waiting)), _behind(turn, waiting)
        trade = trip_of(view, hull)
        behind = (*((trade,) if isinstance(trade, Reason) and view.config.trade_max_ships else ()), *behind)
    return Explanation(subject=Subject.SHIP, name=hull.ship, state=IDLE, reason=reason, behind=behind)


def _unsold(view: View, hull: ShipView, item: CargoItem) -> Reason:
    """Why a ship does not sell its cargo."""
    for task in view.waiting(TaskStatus.READY):
        if task.kind is TaskKind.LIQUIDATE and task.ship == hull.ship and task.good == item.good:
            answer = match_of(view, hull, task)
            if isinstance(answer, Reason):
                return answer
    return unsaleable(view, hull, item.good) or ships.decided_next(f"sell {item.good}")


def _behind(turn: Turn, waiting: Sequence[Task]) -> tuple[Reason, ...]:
    """The reasons that keep tasks from being ready; if there is no task, those that keep chains from being opened."""
    found = [of_task(turn, task) for task in waiting] or [each.reason for each in of_chains(turn)]
    return most_frequent(found or [trips.nothing_seen()])


def most_frequent(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """One reason of each rule and setting, the most frequent first, a few at most."""
    listed = list(reasons)
    counted = Counter((reason.rule, reason.setting) for reason in listed)
    first = {(reason.rule, reason.setting): reason for reason in reversed(listed)}
    return tuple(first[key] for key, _ in counted.most_common(REASONS_BEHIND_MAX))


def of_factories(turn: Turn) -> list[Explanation]:
    """Why the output of each factory that a pipeline observes is not ready to be collected."""
    return [_of_factory(turn, state) for state in turn.seen.factories if not state.is_ready]


def _of_factory(turn: Turn, state: FactoryState) -> Explanation:
    kind = TaskKind.COLLECT_SELL
    needed = TaskReadinessSpecification(turn.seen.config).get_minimum_start_supply(kind, state.good)
    if state.supply is None and turn.seen.board.offer(state.factory, state.good) is None:
        reason = trips.never_seen(state.good, state.factory)
    else:
        reason = trips.supply_below_start(state.good, state.factory, state.supply, needed, kind)
    feeds = [
        task
        for task in turn.after.tasks_of(state.pipeline_id)
        if task.kind is TaskKind.ACQUIRE_DELIVER and task.target == state.factory and task.status.is_waiting
    ]
    return Explanation(
        subject=Subject.FACTORY,
        name=f"{state.good} at {state.factory}",
        good=state.good,
        state="NOT_READY",
        reason=reason,
        behind=(*most_frequent(of_task(turn, task) for task in feeds), *_starvation(turn, state)),
    )


def _starvation(turn: Turn, state: FactoryState) -> tuple[Reason, ...]:
    """Why the factory is RESTRICTED, if it is, by the last readings of its market."""
    market = turn.seen.board.at(state.factory)
    output = next((s for s in market if s.quote.good == state.good and s.quote.kind is TradeKind.EXPORT), None)
    restriction = restriction_of(output, market, turn.seen.recipes.inputs) if output is not None else None
    if restriction is None:
        return ()
    return (trips.restricted(state.good, state.factory, restriction.sentence()),)


def of_chains(turn: Turn) -> list[Explanation]:
    """Why no chain is opened for each factory's output that no pipeline works on."""
    view = turn.judged
    open_already = {(pipeline.factory, pipeline.good) for pipeline in view.active(*KINDS)}
    found: list[Explanation] = []
    feeds = Feeds(view, turn.hull)
    for product in view.board.exports():
        if (product.waypoint, product.quote.good) in open_already:
            continue
        chance = chain_at(view, turn.hull, product, feeds)
        reason = chance if isinstance(chance, Reason) else hindrance(view, chance)
        found.append(
            Explanation(
                subject=Subject.CHAIN,
                name=f"{product.quote.good} at {product.waypoint}",
                good=product.quote.good,
                state="NOT_OPEN",
                reason=reason or ships.decided_next(f"a chain for {product.quote.good}"),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """One root reason and everything that it blocks."""

    reason: Reason
    container_id: str
    held: tuple[Explanation, ...]

    @property
    def text(self) -> str:
        """The number of blocked subjects, and the reason."""
        counts = ((self.count(subject), *NOUNS[subject]) for subject in NOUNS)
        held = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)
        return f"{held}: {self.reason.text}"

    @property
    def tasks(self) -> tuple[str, ...]:
        """The names of the blocked tasks."""
        return tuple(each.name for each in self.held if each.subject is Subject.TASK)

    def count(self, subject: Subject) -> int:
        """The number of blocked subjects of a kind."""
        return sum(each.subject is subject for each in self.held)


def ranked(explanations: Iterable[Explanation]) -> list[Hindrance]:
    """Blocked subjects grouped by root reason: those that block most ships first, then most tasks.

    Trade lanes are left out: nothing waits for one.
    """
    groups: dict[tuple[str, str, str], list[Explanation]] = {}
    for each in explanations:
        if not each.is_busy and each.subject is not Subject.LANE:
            groups.setdefault((each.root.rule, each.root.setting, _ruled_by(each)), []).append(each)
    order = (Subject.SHIP, Subject.TASK, Subject.FACTORY, Subject.CONTAINER, Subject.CHAIN)
    found = [
        Hindrance(
            reason=held[0].root,
            container_id=key[2],
            held=tuple(sorted(held, key=lambda each: order.index(each.subject))),
        )
        for key, held in groups.items()
    ]
    return sorted(found, key=lambda each: tuple(-each.count(subject) for subject in order))


def _ruled_by(each: Explanation) -> str:
    """The container whose rule it is; empty for a halt that holds all containers alike."""
    scope = each.root.figures.get("scope") if each.root.rule == containers.HALTED else None
    return each.container_id if scope in (None, "container") else ""
