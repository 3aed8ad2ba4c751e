"""Reader of a coordinator's market conditions from the daemon's data, without requests to the game."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from starfoundry.game.budget import BudgetReading
from starfoundry.kernel.ids import ContainerId, Good, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.market.domain.model import Sighting
from starfoundry.tuning.domain.market_conditions import Conditions

SEEN_WITHIN = timedelta(hours=1)
"""Prices seen before that say nothing of the present."""


class ConditionReader:
    """Reads the conditions of the coordinators that work."""

    def __init__(
        self, live: Mapping[ContainerId, Coordinator], budget: Callable[[], BudgetReading], clock: Clock
    ) -> None:
        self._live = live
        self._budget = budget
        self._clock = clock

    def read(self, container_id: ContainerId) -> Conditions | None:
        """The conditions of a coordinator at this moment; None while it does not work."""
        coordinator = self._live.get(container_id)
        if coordinator is None:
            return None
        views = coordinator.view_builder
        return conditions_of(
            views.session.book.usable(), views.work_state.tasks(), self._budget().used_share, self._clock.now()
        )


def conditions_of(sightings: Iterable[Sighting], tasks: Iterable[Task], used_share: float, now: datetime) -> Conditions:
    """The conditions that these prices, trips and this share of the request budget make."""
    fresh = [each for each in sightings if now - each.seen_at <= SEEN_WITHIN]
    outputs = [each.quote.supply for each in fresh if each.quote.kind is TradeKind.EXPORT]
    return Conditions(
        supplies=tuple(sorted(level - SupplyLevel.SCARCE for level in outputs if level is not None)),
        spreads=tuple(sorted(_spreads(fresh))),
        contention=_contention([each for each in tasks if each.status.is_in_flight]),
        budget=100 * used_share,
    )


def _spreads(sightings: Iterable[Sighting]) -> Iterable[float]:
    asks: dict[Good, int] = {}
    bids: dict[Good, int] = {}
    for quote in (each.quote for each in sightings):
        if quote.kind is not TradeKind.IMPORT and quote.ask > 0:
            asks[quote.good] = min(asks.get(quote.good, quote.ask), quote.ask)
        if quote.kind is not TradeKind.EXPORT:
            bids[quote.good] = max(bids.get(quote.good, 0), quote.bid)
    return (100 * (bids[good] / ask - 1) for good, ask in asks.items() if good in bids)


def _contention(trips: list[Task]) -> float | None:
    """The percentage of trips whose good another one trades at the same market; None while nobody flies."""
    if not trips:
        return None
    ends: Counter[tuple[Good, WaypointSymbol]] = Counter()
    for each in trips:
        ends.update({(each.good, each.source), (each.good, each.target)})
    shared = sum(max(ends[each.good, each.source], ends[each.good, each.target]) > 1 for each in trips)
    return 100 * shared / len(trips)
