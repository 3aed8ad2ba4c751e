"""Supply levels that let work start and continue: where the configuration in force is, and what it judges first."""

from datetime import datetime

from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.kernel.ids import Good, Revision, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import FactoryState, TaskKind

NO_REVISION = Revision(0)


class TaskReadinessSpecification:
    """The supply that a source must have before a ship is sent, and again when the ship is there.

    Holds one immutable configuration and replaces it as a whole, so that no answer mixes two revisions: that of a
    running coordinator is the configuration in force. LIQUIDATE buys nothing and has no level.
    """

    def __init__(self, config: ManufacturingConfig, revision: Revision = NO_REVISION) -> None:
        self._config = config
        self._revision = revision

    @property
    def config(self) -> ManufacturingConfig:
        """The configuration in use."""
        return self._config

    @property
    def revised(self) -> Revised:
        """The configuration in use, with its revision."""
        return Revised(config=self._config, revision=self._revision)

    def update_config(self, config: ManufacturingConfig, revision: Revision = NO_REVISION) -> None:
        """Use `config` from now on."""
        self._config = config
        self._revision = revision

    def get_minimum_start_supply(self, kind: TaskKind, good: str = "") -> SupplyLevel:
        """The least supply of `good` at the source for a ship to be sent."""
        config = self._config.for_good(good)
        match kind:
            case TaskKind.COLLECT_SELL:
                return config.collect_min_start_supply
            case TaskKind.ACQUIRE_DELIVER:
                return config.acquire_min_start_supply
            case TaskKind.TRADE:
                return config.trade_min_start_supply
            case TaskKind.LIQUIDATE:
                return SupplyLevel.SCARCE

    def get_minimum_execute_supply(self, kind: TaskKind, good: str = "") -> SupplyLevel:
        """The least supply of `good` at the source for a ship that has arrived to buy."""
        config = self._config.for_good(good)
        match kind:
            case TaskKind.COLLECT_SELL:
                return config.collect_min_execute_supply
            case TaskKind.ACQUIRE_DELIVER:
                return config.acquire_min_execute_supply
            case TaskKind.TRADE:
                return config.trade_min_execute_supply
            case TaskKind.LIQUIDATE:
                return SupplyLevel.SCARCE

    def can_start(self, kind: TaskKind, supply: SupplyLevel | None, good: str = "") -> bool:
        """Whether a ship may be sent; an unreadable supply never suffices."""
        return supply is not None and supply.meets_or_exceeds(self.get_minimum_start_supply(kind, good))

    def can_execute(self, kind: TaskKind, supply: SupplyLevel | None, good: str = "") -> bool:
        """Whether a ship that has arrived may buy; an unreadable supply never suffices."""
        return supply is not None and supply.meets_or_exceeds(self.get_minimum_execute_supply(kind, good))


class FactoryStateTracker:
    """Every factory that one coordinator observes, judged by the configuration that `readiness` holds.

    A new configuration or reading judges them again at once; both return the states that changed.
    """

    def __init__(self, readiness: TaskReadinessSpecification) -> None:
        self._readiness = readiness
        self._states: dict[tuple[str, WaypointSymbol, Good], FactoryState] = {}

    def states(self) -> tuple[FactoryState, ...]:
        """Every state, in the order in which the factories were added."""
        return tuple(self._states.values())

    def of_pipeline(self, pipeline_id: str) -> tuple[FactoryState, ...]:
        """The states that one pipeline observes."""
        return tuple(state for state in self._states.values() if state.pipeline_id == pipeline_id)

    def put(self, state: FactoryState) -> None:
        """Add a factory, or replace its state."""
        self._states[state.pipeline_id, state.factory, state.good] = state

    def forget_pipeline(self, pipeline_id: str) -> None:
        """Remove the factories of a pipeline."""
        for key in [key for key in self._states if key[0] == pipeline_id]:
            del self._states[key]

    def judge_again(self, now: datetime) -> tuple[FactoryState, ...]:
        """Judge every factory by a configuration that has changed; returns the states that changed."""
        return self._replaced(list(self.judged_by(self._readiness.config, now)))

    def saw(
        self, factory: WaypointSymbol, good: Good, supply: SupplyLevel | None, now: datetime
    ) -> tuple[FactoryState, ...]:
        """Record the supply of an output at a market; returns the states that changed."""
        minimum = self._readiness.get_minimum_start_supply(TaskKind.COLLECT_SELL, good)
        return self._replaced(
            [
                FactoryState(
                    pipeline_id=state.pipeline_id,
                    factory=factory,
                    good=good,
                    supply=supply,
                    ready_since=state.ready_since,
                    delivered=state.delivered,
                ).judged(minimum, now)
                for state in self.states()
                if state.factory == factory and state.good == good
            ]
        )

    def judged_by(self, config: ManufacturingConfig, now: datetime) -> tuple[FactoryState, ...]:
        """Every state as `config` would judge it; nothing changes."""
        return tuple(state.judged(config.for_good(state.good).collect_min_start_supply, now) for state in self.states())

    def _replaced(self, states: list[FactoryState]) -> tuple[FactoryState, ...]:
        changed = [s for s in states if self._states[s.pipeline_id, s.factory, s.good] != s]
        for state in changed:
            self.put(state)
        return tuple(changed)
