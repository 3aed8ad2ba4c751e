"""Figures of a daemon at one moment, as they are shown to monitoring."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starfoundry.game.budget import BudgetReading
from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.ledger.domain.model import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerFigures:
    """One player whose universe is not over. Money is whole credits.

    `ledger` is the sum of the entries of each kind since the book was opened, expenses negative. `incidents` counts
    warnings and errors of its containers by level since this daemon started. What only an open session knows is None
    without one.
    """

    player_id: PlayerId
    agent: str
    ledger: Mapping[EntryKind, int]
    profit: int
    incidents: Mapping[str, int]
    credits: int | None = None
    calls_in_doubt: int | None = None
    ships: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorFigures:
    """Figures of a coordinator alone. `running` is None where none runs; `refused` is 0 for no refused revision."""

    desired: int
    observed: int
    running: int | None
    refused: int
    pipelines: Mapping[tuple[str, str], int]
    tasks: Mapping[tuple[str, str], int]
    pipelines_opened: int
    tasks_completed: int
    profit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerFigures:
    """One container that works, will work again, or has failed."""

    container_id: ContainerId
    player_id: PlayerId
    type: str
    status: str
    restarts: int
    is_halted: bool
    coordinator: CoordinatorFigures | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFigures:
    """One look at the whole daemon."""

    version: str
    game_api: str
    is_degraded: bool
    budget: BudgetReading
    conditions: tuple[Condition, ...] = ()
    players: tuple[PlayerFigures, ...] = ()
    containers: tuple[ContainerFigures, ...] = ()

    def of_players(self, seen: frozenset[int] | None) -> "MetricFigures":
        """The same without what belongs to players other than these; None is every player."""
        if seen is None:
            return self
        return replace(
            self,
            conditions=tuple(each for each in self.conditions if each.player_id is None or each.player_id in seen),
            players=tuple(each for each in self.players if each.player_id in seen),
            containers=tuple(each for each in self.containers if each.player_id in seen),
        )
