"""The input of a decision: everything it may depend on, as values read at one time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.game.model import CargoItem
from starfoundry.kernel.ids import Good, Revision, ShipSymbol, WaypointSymbol
from starfoundry.manufacturing.domain.model import (
    FactoryState,
    Pipeline,
    PipelineKind,
    PipelineStatus,
    Task,
    TaskKind,
    TaskStatus,
)
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import Board
from starfoundry.manufacturing.planner.trips.estimate import InputValue
from starfoundry.manufacturing.planner.trips.input_values import FactoryNeeds
from starfoundry.market.domain.model import Sighting

FUEL_RESERVE = 2_000
"""Credits never spent on goods, besides the operator's reserve: a fleet without fuel money cannot sell its cargo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipView:
    """A ship in the planner's form. Capacity and free room in cargo units; `waypoint` is where it is now."""

    ship: ShipSymbol
    waypoint: WaypointSymbol
    capacity: int
    free: int
    engine_speed: int
    fuel_capacity: int
    cargo: tuple[CargoItem, ...] = ()


class Journey(msgspec.Struct, frozen=True, gc=False):
    """The cost of a flight: seconds, and credits for fuel."""

    seconds: float
    fuel: int

    def then(self, other: "Journey") -> "Journey":
        """This journey followed by another."""
        return Journey(self.seconds + other.seconds, self.fuel + other.fuel)


Travel = Callable[[ShipView, WaypointSymbol, WaypointSymbol], Journey | None]
"""Returns a ship's journey from one place to another; None if it cannot get there."""


def treasury_floor(config: ManufacturingConfig) -> int:
    """Credits that every purchase of goods must leave: the operator's reserve, and some to fly on with."""
    return config.min_balance + FUEL_RESERVE


def spendable_credits(
    balance: int,
    config: ManufacturingConfig,
    tasks: Iterable[Task],
    sighting_of: Callable[[WaypointSymbol, Good], Sighting | None],
) -> int:
    """Credits that goods may cost now: above the treasury floor, and above what ships on their way will spend.

    A ship on its way to its source has bought nothing yet; its planned units count at the price last seen there.
    """
    coming = [(task, sighting_of(task.source, task.good)) for task in tasks if task.status.is_in_flight]
    committed = sum(
        task.units_planned * seen.quote.ask for task, seen in coming if seen is not None and task.units_bought == 0
    )
    return balance - treasury_floor(config) - committed


def is_share_used(api_share: float, config: ManufacturingConfig) -> bool:
    """Whether more of the request budget (0 to 1) is used than the configuration allows."""
    return 100 * api_share > config.max_api_share


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The input of one decision.

    `spendable` is what goods may cost now: credits minus the reserve minus what ships under way will spend. `idle`
    are the free ships; `prefix` and `next_pipeline` give the next id. Pipelines are in the order they were opened;
    ended ones and their tasks may be missing. `cooling` are goods in a cooldown with its seconds left: at sources
    that a ship has just left without the good, since the market must change first, and in the holds of ships that
    could not sell them. `elsewhere` are the ships that other containers command, `input_values` the values of goods
    to factories that are short of them.
    """

    now: datetime
    config: ManufacturingConfig
    revision: Revision
    spendable: int
    board: Board
    recipes: Recipes
    travel: Travel
    idle: tuple[ShipView, ...]
    largest_hold: int
    pipelines: tuple[Pipeline, ...]
    tasks: tuple[Task, ...]
    factories: tuple[FactoryState, ...]
    prefix: str
    next_pipeline: int
    input_values: FactoryNeeds
    cooling: Mapping[tuple[WaypointSymbol | ShipSymbol, Good], float] = field(default_factory=dict)
    api_share: float = 0.0
    elsewhere: frozenset[ShipSymbol] = frozenset()

    @property
    def is_api_busy(self) -> bool:
        """Whether no further ship is sent, since the allowed share of the request budget is used."""
        return is_share_used(self.api_share, self.config)

    @property
    def busy_workers(self) -> int:
        """The number of ships working on a task."""
        return sum(task.status.is_in_flight for task in self.tasks)

    @property
    def busy_traders(self) -> int:
        """The number of ships working on a trade."""
        return sum(task.status.is_in_flight for task in self.tasks if task.kind is TaskKind.TRADE)

    def wanted(self, waypoint: WaypointSymbol, good: Good) -> tuple[InputValue, ...]:
        """The values of a good to the factories at a market."""
        return self.input_values.get((waypoint, good), ())

    def tasks_of(self, pipeline_id: str) -> tuple[Task, ...]:
        """Every task of a pipeline, ended ones included, in the order they were created."""
        return tuple(task for task in self.tasks if task.pipeline_id == pipeline_id)

    def waiting(self, status: TaskStatus) -> tuple[Task, ...]:
        """The tasks in one waiting status, in the order they were created."""
        return tuple(task for task in self.tasks if task.status is status)

    def ready_trips(self) -> tuple[Task, ...]:
        """The ready tasks that any ship may be given: all but sales of the leftover cargo of one ship."""
        return tuple(task for task in self.waiting(TaskStatus.READY) if task.kind is not TaskKind.LIQUIDATE)

    def active(self, *kinds: PipelineKind) -> tuple[Pipeline, ...]:
        """The active pipelines of these kinds, oldest first."""
        return tuple(p for p in self.pipelines if p.status is PipelineStatus.EXECUTING and p.kind in kinds)

    def draining(self) -> tuple[Pipeline, ...]:
        """The youngest fabrications above the capacity in force: they finish what is in flight and start nothing."""
        return self.active(PipelineKind.FABRICATION)[self.config.max_pipelines :]

    def with_pipeline(self, pipeline: Pipeline) -> "View":
        """The view after this pipeline was opened or changed."""
        if any(known.id == pipeline.id for known in self.pipelines):
            pipelines = tuple(pipeline if known.id == pipeline.id else known for known in self.pipelines)
            return replace(self, pipelines=pipelines)
        return replace(self, pipelines=(*self.pipelines, pipeline), next_pipeline=self.next_pipeline + 1)

    def with_task(self, task: Task) -> "View":
        """The view after this task was created or changed."""
        return replace(self, tasks=self._tasks_with(task))

    def with_assignment(self, task: Task, spending: int) -> "View":
        """The view after a ship has left for this task: the ship is busy, its trades and its money are committed."""
        board = self.board.claimed(task.source, task.good, -(task.units_planned - task.units_bought))
        board = board.claimed(task.target, task.good, task.units_planned)
        return replace(
            self,
            board=board,
            idle=tuple(hull for hull in self.idle if hull.ship != task.ship),
            spendable=self.spendable - spending,
            tasks=self._tasks_with(task),
            input_values=self.input_values.after(board, (task.source, task.target), task.good),
        )

    def _tasks_with(self, task: Task) -> tuple[Task, ...]:
        if any(known.id == task.id for known in self.tasks):
            return tuple(task if known.id == task.id else known for known in self.tasks)
        return (*self.tasks, task)
