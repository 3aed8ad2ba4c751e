"""Puts a daemon together: the one place that knows every room.

Nothing here differs between production and a drill but the ports that are handed in.
"""

from collections.abc import Callable
from importlib.metadata import version

from starfoundry.config.bus import ConfigBus
from starfoundry.config.lower import LowerLayers
from starfoundry.config.model import COORDINATOR
from starfoundry.config.rpc import ConfigRpc
from starfoundry.config.rpc_history import ConfigHistoryRpc
from starfoundry.config.rpc_layers import ConfigLayersRpc
from starfoundry.config.service import ConfigService
from starfoundry.config.watch import Watching
from starfoundry.containers.model import Container
from starfoundry.containers.rpc import ContainersRpc
from starfoundry.containers.runner import Runner
from starfoundry.containers.supervisor import Supervisor
from starfoundry.daemon.access.rpc import AccessRpc
from starfoundry.daemon.brake.rpc import BrakeRpc
from starfoundry.daemon.examiner import Examiner
from starfoundry.daemon.export.rpc import ExportRpc
from starfoundry.daemon.foundation import Foundation, lay_foundation, server_of
from starfoundry.daemon.health import HealthRpc
from starfoundry.daemon.market_doors import market_doors
from starfoundry.daemon.metrics.looking import Looking
from starfoundry.daemon.metrics.scrape import Scraping
from starfoundry.daemon.patience import OnceReady, letting_go
from starfoundry.daemon.players.rpc import PlayersRpc
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.report.rpc import ReportRpc
from starfoundry.daemon.retention import Retention
from starfoundry.daemon.running import Daemon
from starfoundry.daemon.servicer import compose
from starfoundry.daemon.settings import Settings
from starfoundry.fleet.flight.rpc import FlightRpc
from starfoundry.fleet.flight.runner import FLIGHT, FlightRunner
from starfoundry.fleet.flight.service import FlightService
from starfoundry.fleet.growth_runner import GROWTH, GrowthRunner
from starfoundry.fleet.rpc import FleetRpc
from starfoundry.fleet.service import FleetService
from starfoundry.fleet.shipyard.rpc import YardRpc
from starfoundry.forecast.api.rpc import ForecastRpc
from starfoundry.forecast.api.service import ForecastService
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.ledger.rpc import LedgerRpc
from starfoundry.manufacturing.earning import Earning
from starfoundry.manufacturing.inquiry import Inquiry
from starfoundry.manufacturing.rpc import ManufacturingRpc
from starfoundry.manufacturing.rpc_work import ExplanationRpc
from starfoundry.manufacturing.runner import ManufacturingRunner
from starfoundry.manufacturing.service import ManufacturingService


async def build(ports: Ports, settings: Settings) -> Daemon:
    """A daemon on these ports; its data directory exists. Raises Refused for a database or a key that is no good."""
    base = await lay_foundation(ports, settings)
    await base.players.seal_anew()
    bus = _bus(base, settings)
    lower = LowerLayers(base.database, bus)
    service = ConfigService(base.database, bus, ports.clock)
    watching = Watching(base.database, bus, service)
    coordinators = _coordinators(base, bus)
    runners: dict[str, Runner] = {COORDINATOR: coordinators, **_fleet_runners(base)}
    supervisor = Supervisor(
        base.database,
        base.logbook,
        ports.clock,
        runners={type_: OnceReady(base.sessions, runner) for type_, runner in runners.items()},
        clear_up=letting_go(base.sessions),
    )
    base.eras.end_with(supervisor, base.sessions)
    examiner = _examiner(base, settings, coordinators)
    health = _health(base, settings, examiner)
    servicer = compose(
        _containers(base, supervisor),
        *_configuration(base, service, watching, lower),
        _manufacturing(base, supervisor, coordinators),
        _explanations(base, supervisor, coordinators, service),
        *_fleet(base, supervisor),
        *market_doors(base),
        *_books(base),
        _players(base),
        health,
        _brake(base, settings),
        _forecasts(base, service),
        AccessRpc(base.tokens),
    )
    return Daemon(
        servicer=servicer,
        supervisor=supervisor,
        sessions=base.sessions,
        eras=base.eras,
        database=base.database,
        transport=ports.transport,
        ports=ports,
        retention=Retention(base.database, ports.clock, settings.retention),
        watching=watching,
        health=health,
        tokens=base.tokens,
        scraping=_scraping(base, settings, examiner, bus),
        timings=base.timings,
        is_safe=settings.safe_configuration,
    )


def _bus(base: Foundation, settings: Settings) -> ConfigBus:
    return ConfigBus(
        is_safe=settings.safe_configuration,
        stopwatch=base.ports.stopwatch,
        now=base.ports.clock.now,
        timing=base.timings,
    )


def _coordinators(base: Foundation, bus: ConfigBus) -> ManufacturingRunner:
    return ManufacturingRunner(
        database=base.database,
        bus=bus,
        logbook=base.logbook,
        clock=base.ports.clock,
        session_of=base.sessions.get,
        api_share=lambda: base.budget.reading().used_share,
    )


def _halted_by(base: Foundation) -> Callable[[Container], str]:
    """What is halted that holds a container's calls: `container`, `player` or `all`; empty for nothing."""

    def halted_by(container: Container) -> str:
        held = base.brake.holding(container.player_id, container.id)
        return "" if held is None else held.kind

    return halted_by


def _containers(base: Foundation, supervisor: Supervisor) -> ContainersRpc:
    return ContainersRpc(
        database=base.database,
        supervisor=supervisor,
        logbook=base.logbook,
        gate=base.gate,
        halted_by=_halted_by(base),
    )


def _configuration(
    base: Foundation, service: ConfigService, watching: Watching, lower: LowerLayers
) -> tuple[object, ...]:
    return (
        ConfigRpc(service, base.gate),
        ConfigHistoryRpc(base.database, service, watching, base.gate),
        ConfigLayersRpc(service, lower, base.ports.clock, base.gate),
    )


def _manufacturing(base: Foundation, supervisor: Supervisor, coordinators: ManufacturingRunner) -> ManufacturingRpc:
    service = ManufacturingService(
        database=base.database,
        supervisor=supervisor,
        runner=coordinators,
        session_of=base.sessions.get,
        clock=base.ports.clock,
        entropy=base.ports.entropy,
    )
    return ManufacturingRpc(service, base.gate, _halted_by(base))


def _explanations(
    base: Foundation, supervisor: Supervisor, coordinators: ManufacturingRunner, configs: ConfigService
) -> ExplanationRpc:
    inquiry = Inquiry(
        clock=base.ports.clock,
        database=base.database,
        runner=coordinators,
        session_of=base.sessions.get,
        as_it_is=supervisor.as_it_is,
        halted_by=_halted_by(base),
    )
    return ExplanationRpc(inquiry, configs, base.ports.clock, base.gate)


def _forecasts(base: Foundation, configs: ConfigService) -> ForecastRpc:
    service = ForecastService(
        database=base.database,
        session_of=base.sessions.get,
        clock=base.ports.clock,
        entropy=base.ports.entropy,
        simulator=base.ports.simulator,
    )
    return ForecastRpc(service, configs, base.gate)


def _fleet_runners(base: Foundation) -> dict[str, Runner]:
    growth = GrowthRunner(session_of=base.sessions.get, logbook=base.logbook)
    flights = FlightRunner(session_of=base.sessions.get, logbook=base.logbook)
    return {GROWTH: growth, FLIGHT: flights}


def _fleet(base: Foundation, supervisor: Supervisor) -> tuple[object, ...]:
    service = FleetService(session_of=base.sessions.get, supervisor=supervisor, entropy=base.ports.entropy)
    flights = FlightService(
        session_of=base.sessions.get, supervisor=supervisor, clock=base.ports.clock, entropy=base.ports.entropy
    )
    return (
        FleetRpc(service, base.gate),
        YardRpc(service, base.gate, base.ports.clock),
        FlightRpc(flights, base.gate),
    )


def _books(base: Foundation) -> tuple[object, ...]:
    return (
        LedgerRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
        ReportRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
        ExportRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
    )


def _players(base: Foundation) -> PlayersRpc:
    def credits_now(player_id: PlayerId) -> int | None:
        session = base.sessions.opened(player_id)
        return None if session is None else session.lane.credits

    return PlayersRpc(base.players, credits_now=credits_now, arrived=base.sessions.begin)


def _examiner(base: Foundation, settings: Settings, coordinators: ManufacturingRunner) -> Examiner:
    def is_halted(player_id: PlayerId, container_id: ContainerId) -> bool:
        return base.brake.holding(player_id, container_id) is not None

    earning = Earning(database=base.database, runner=coordinators, clock=base.ports.clock, is_halted=is_halted)
    return Examiner(
        database=base.database,
        clock=base.ports.clock,
        conditions=base.conditions,
        budget=base.budget,
        brake=base.brake,
        data_dir=settings.data_dir,
        sessions=base.sessions.all_opened,
        earning=earning.conditions,
        is_safe=settings.safe_configuration,
    )


def _health(base: Foundation, settings: Settings, examiner: Examiner) -> HealthRpc:
    return HealthRpc(
        examiner=examiner,
        budget=base.budget,
        ports=base.ports,
        data_dir=settings.data_dir,
        plays_on=server_of(settings),
    )


def _scraping(base: Foundation, settings: Settings, examiner: Examiner, bus: ConfigBus) -> Scraping:
    looking = Looking(
        database=base.database,
        examiner=examiner,
        budget=base.budget,
        bus=bus,
        brake=base.brake,
        sessions=base.sessions.all_opened,
        version=version("starfoundry"),
        plays_on=server_of(settings),
    )
    return Scraping(looking, base.timings)


def _brake(base: Foundation, settings: Settings) -> BrakeRpc:
    return BrakeRpc(
        database=base.database,
        brake=base.brake,
        under_way=base.under_way,
        data_dir=settings.data_dir,
        gate=base.gate,
    )
