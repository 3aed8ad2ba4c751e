"""Composition root of the daemon: the only module that knows every room.

Production and drills differ only in the ports passed in.
"""

from collections.abc import Mapping

from starfoundry.config.domain.model import COORDINATOR
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.service.settings_watch import SettingsWatch
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.containers.runtime.runner import Runner
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.daemon.access.rpc import AccessRpc
from starfoundry.daemon.composition.foundation import Foundation, open_foundation
from starfoundry.daemon.composition.observers import (
    alerts_of,
    health_checks_of,
    health_of,
    scraping_of,
    summary_writer_of,
)
from starfoundry.daemon.composition.room_rpcs import (
    books_rpcs,
    configuration_rpcs,
    containers_rpc,
    explanations_rpc,
    fleet_rpcs,
    manufacturing_rpcs,
    markets_rpcs,
    players_rpc,
)
from starfoundry.daemon.composition.running import Daemon
from starfoundry.daemon.composition.servicer import compose
from starfoundry.daemon.composition.simulations import simulations
from starfoundry.daemon.halt.rpc import HaltRpc
from starfoundry.daemon.players.await_session import AwaitSession, ship_release
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.retention import Retention
from starfoundry.daemon.settings import Settings
from starfoundry.fleet.runtime.flight_runner import FLIGHT, FlightRunner
from starfoundry.fleet.runtime.growth_runner import GROWTH, GrowthRunner
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner


async def build(ports: Ports, settings: Settings) -> Daemon:
    """A daemon on these ports; its data directory exists. Raises Refused for an unusable database or key."""
    base = await open_foundation(ports, settings)
    await base.players.reencrypt_tokens()
    bus = _bus(base, settings)
    service = ConfigService(base.database, bus, ports.clock)
    watching = SettingsWatch(base.database, bus, service)
    coordinators = _coordinators(base, bus)
    supervisor = _supervisor(base, {COORDINATOR: coordinators, **_fleet_runners(base)})
    health_checks = health_checks_of(base, settings, coordinators)
    health = health_of(base, settings, health_checks)
    containers = containers_rpc(base, supervisor)
    explanations = explanations_rpc(base, supervisor, coordinators, service)
    summaries = summary_writer_of(base, health, containers, explanations)
    pager, alerts = await alerts_of(base, health_checks, coordinators, summaries)
    simulated = simulations(base, service, coordinators)
    servicer = compose(
        containers,
        *configuration_rpcs(base, service, watching, SharedLayers(base.database, bus)),
        *manufacturing_rpcs(base, supervisor, coordinators, service),
        explanations,
        *fleet_rpcs(base, supervisor),
        *markets_rpcs(base),
        *books_rpcs(base),
        players_rpc(base),
        health,
        _halt_files(base, settings),
        *simulated.doors,
        AccessRpc(base.tokens),
        alerts,
    )
    return Daemon(
        servicer=servicer,
        supervisor=supervisor,
        sessions=base.sessions,
        reset_watch=base.reset_watch,
        database=base.database,
        ports=ports,
        retention=Retention(base.database, ports.clock, settings.retention),
        watching=watching,
        tuner=simulated.tuner,
        tuning_watch=simulated.tuning_watch,
        health=health,
        tokens=base.tokens,
        pager=pager,
        scraping=scraping_of(base, settings, health_checks, bus),
        timings=base.timings,
        is_safe=settings.safe_configuration,
    )


def _bus(base: Foundation, settings: Settings) -> ConfigBus:
    return ConfigBus(
        is_safe=settings.safe_configuration,
        stopwatch=base.ports.stopwatch,
        now=base.ports.clock.now,
        timing=base.timings,
        tracer=base.ports.tracer,
    )


def _supervisor(base: Foundation, runners: Mapping[str, Runner]) -> Supervisor:
    supervisor = Supervisor(
        base.database,
        base.logbook,
        base.ports.clock,
        runners={type_: AwaitSession(base.sessions, runner) for type_, runner in runners.items()},
        clean_up=ship_release(base.sessions),
    )
    base.reset_watch.end_with(supervisor, base.sessions)
    return supervisor


def _coordinators(base: Foundation, bus: ConfigBus) -> ManufacturingRunner:
    return ManufacturingRunner(
        database=base.database,
        bus=bus,
        logbook=base.logbook,
        clock=base.ports.clock,
        session_of=base.sessions.get,
        api_share=lambda: base.budget.reading().used_share,
    )


def _fleet_runners(base: Foundation) -> dict[str, Runner]:
    growth = GrowthRunner(session_of=base.sessions.get, logbook=base.logbook)
    flights = FlightRunner(session_of=base.sessions.get, logbook=base.logbook)
    return {GROWTH: growth, FLIGHT: flights}


def _halt_files(base: Foundation, settings: Settings) -> HaltRpc:
    return HaltRpc(
        database=base.database,
        halt_files=base.halt_files,
        in_flight=base.in_flight,
        data_dir=settings.data_dir,
        gate=base.gate,
    )
