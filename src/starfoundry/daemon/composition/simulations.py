"""Forecasts and tuning put together: both play simulations, and take turns at it."""

import asyncio
from dataclasses import dataclass

from starfoundry.config.service.config_service import ConfigService
from starfoundry.daemon.composition.foundation import Foundation
from starfoundry.forecast.api.rpc import ForecastRpc
from starfoundry.forecast.api.service import ForecastService
from starfoundry.tuning.api.rpc import TuningRpc
from starfoundry.tuning.api.service import TuningService
from starfoundry.tuning.runtime.tuner import Tuner


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulations:
    """The doors of both, and the tuner, which goes on in the background."""

    doors: tuple[object, ...]
    tuner: Tuner


def simulations(base: Foundation, configs: ConfigService) -> Simulations:
    """Forecasts and tuning on a daemon's foundation."""
    ports, turn = base.ports, asyncio.Lock()
    tuner = Tuner(base.database, ports.simulator, turn)
    forecasts = ForecastService(
        database=base.database,
        session_of=base.sessions.get,
        clock=ports.clock,
        entropy=ports.entropy,
        simulator=ports.simulator,
        turn=turn,
    )
    tuning = TuningService(
        database=base.database,
        configs=configs,
        session_of=base.sessions.get,
        tuner=tuner,
        clock=ports.clock,
        entropy=ports.entropy,
        can_simulate=ports.simulator is not None,
    )
    doors = (ForecastRpc(forecasts, configs, base.gate), TuningRpc(tuning, base.gate))
    return Simulations(doors=doors, tuner=tuner)
