"""Composition of forecasts and tuning, which take turns at running simulations."""

from dataclasses import dataclass

from starfoundry.config.service.config_service import ConfigService
from starfoundry.daemon.composition.foundation import Foundation
from starfoundry.forecast.api.rpc import ForecastRpc
from starfoundry.forecast.api.service import ForecastService
from starfoundry.forecast.runtime.turns import Turns
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.tuning.api.follow_service import FollowService
from starfoundry.tuning.api.rpc import TuningRpc
from starfoundry.tuning.api.service import TuningService
from starfoundry.tuning.runtime.condition_reader import ConditionReader
from starfoundry.tuning.runtime.follower import Follower
from starfoundry.tuning.runtime.probations import Probations
from starfoundry.tuning.runtime.tuner import Tuner
from starfoundry.tuning.runtime.watch import TuningWatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulations:
    """The doors of both, and the tuner and its watch, which go on in the background."""

    doors: tuple[object, ...]
    tuner: Tuner
    tuning_watch: TuningWatch


def simulations(base: Foundation, configs: ConfigService, coordinators: ManufacturingRunner) -> Simulations:
    """Forecasts and tuning on a daemon's foundation."""
    ports, turns = base.ports, Turns()
    forecasts = ForecastService(
        database=base.database,
        session_of=base.sessions.get,
        opened=base.sessions.opened,
        clock=ports.clock,
        entropy=ports.entropy,
        simulator=ports.simulator,
        turns=turns,
    )

    follower, watch = _watching(base, configs, coordinators)
    tuner = Tuner(base.database, ports.simulator, turns, base.conditions.of, watch.wake)
    tuning = TuningService(
        database=base.database,
        configs=configs,
        session_of=base.sessions.get,
        tuner=tuner,
        clock=ports.clock,
        entropy=ports.entropy,
        simulator=ports.simulator,
    )
    follows = FollowService(database=base.database, configs=configs, follower=follower, watch=watch, clock=ports.clock)
    doors = (ForecastRpc(forecasts, configs, base.gate), TuningRpc(tuning, follows, base.gate, base.gate.is_owner))
    return Simulations(doors=doors, tuner=tuner, tuning_watch=watch)


def _watching(
    base: Foundation, configs: ConfigService, coordinators: ManufacturingRunner
) -> tuple[Follower, TuningWatch]:
    """The automatic parts of tuning, and the loop that runs them."""

    def works(player_id: PlayerId, container_id: ContainerId) -> bool:
        return container_id in coordinators.live and base.halt_files.halt_of(player_id, container_id) is None

    follower = Follower(
        database=base.database,
        configs=configs,
        reader=ConditionReader(coordinators.live, base.budget.reading, base.ports.clock),
        clock=base.ports.clock,
        conditions_of=base.conditions.of,
    )
    probations = Probations(database=base.database, configs=configs, clock=base.ports.clock, works=works)
    return follower, TuningWatch([follower, probations])
