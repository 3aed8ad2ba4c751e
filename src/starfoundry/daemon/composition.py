"""Puts a daemon together: the one place that knows every room.

Nothing here differs between production and a drill but the ports that are handed in.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import version

from starfoundry.config.api.history_rpc import ConfigHistoryRpc
from starfoundry.config.api.layers_rpc import ConfigLayersRpc
from starfoundry.config.api.rpc import ConfigRpc
from starfoundry.config.domain.model import COORDINATOR
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.config.service.watch import SettingsWatch
from starfoundry.containers.api.rpc import ContainersRpc
from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.runner import Runner
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.daemon.access.rpc import AccessRpc
from starfoundry.daemon.foundation import Foundation, lay_foundation, server_of
from starfoundry.daemon.halt.rpc import HaltRpc
from starfoundry.daemon.health.checks import HealthChecks
from starfoundry.daemon.health.rpc import HealthRpc
from starfoundry.daemon.metrics.looking import Looking
from starfoundry.daemon.metrics.scrape import Scraping
from starfoundry.daemon.players.await_session import AwaitSession, letting_go
from starfoundry.daemon.players.rpc import PlayersRpc
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.report.rpc import ReportRpc
from starfoundry.daemon.retention import Retention
from starfoundry.daemon.running import Daemon
from starfoundry.daemon.servicer import compose
from starfoundry.daemon.settings import Settings
from starfoundry.fleet.api.flight_rpc import FlightRpc
from starfoundry.fleet.api.flight_service import FlightService
from starfoundry.fleet.api.rpc import FleetRpc
from starfoundry.fleet.api.service import FleetService
from starfoundry.fleet.api.shipyard_rpc import ShipyardRpc
from starfoundry.fleet.runtime.flight_runner import FLIGHT, FlightRunner
from starfoundry.fleet.runtime.growth_runner import GROWTH, GrowthRunner
from starfoundry.kernel.ids import ContainerId, Good, PlayerId
from starfoundry.ledger.api.rpc import LedgerRpc
from starfoundry.manufacturing.api.rpc import ManufacturingRpc
from starfoundry.manufacturing.api.service import ManufacturingService
from starfoundry.manufacturing.api.trading_conditions import TradingConditions
from starfoundry.manufacturing.api.why import Why
from starfoundry.manufacturing.api.work_rpc import ExplanationRpc
from starfoundry.manufacturing.runtime.runner import ManufacturingRunner
from starfoundry.market.api.forecast_rpc import MarketForecastRpc
from starfoundry.market.api.rpc import MarketRpc
from starfoundry.market.runtime.book import MarketBook


async def build(ports: Ports, settings: Settings) -> Daemon:
    """A daemon on these ports; its data directory exists. Raises Refused for a database or a key that is no good."""
    base = await lay_foundation(ports, settings)
    await base.players.seal_anew()
    bus = _bus(base, settings)
    lower = SharedLayers(base.database, bus)
    service = ConfigService(base.database, bus, ports.clock)
    watching = SettingsWatch(base.database, bus, service)
    coordinators = _coordinators(base, bus)
    runners: dict[str, Runner] = {COORDINATOR: coordinators, **_fleet_runners(base)}
    supervisor = Supervisor(
        base.database,
        base.logbook,
        ports.clock,
        runners={type_: AwaitSession(base.sessions, runner) for type_, runner in runners.items()},
        clear_up=letting_go(base.sessions),
    )
    base.eras.end_with(supervisor, base.sessions)
    health_checks = _health_checks(base, settings, coordinators)
    health = _health(base, settings, health_checks)
    servicer = compose(
        _containers(base, supervisor),
        *_configuration(base, service, watching, lower),
        _manufacturing(base, supervisor, coordinators),
        _explanations(base, supervisor, coordinators, service),
        *_fleet(base, supervisor),
        *_markets(base),
        *_books(base),
        _players(base),
        health,
        _halt_files(base, settings),
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
        scraping=_scraping(base, settings, health_checks, bus),
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
        held = base.halt_files.holding(container.player_id, container.id)
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
    base: Foundation, service: ConfigService, watching: SettingsWatch, lower: SharedLayers
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
    inquiry = Why(
        clock=base.ports.clock,
        database=base.database,
        runner=coordinators,
        session_of=base.sessions.get,
        as_it_is=supervisor.as_it_is,
        halted_by=_halted_by(base),
    )
    return ExplanationRpc(inquiry, configs, base.ports.clock, base.gate)


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
        ShipyardRpc(service, base.gate, base.ports.clock),
        FlightRpc(flights, base.gate),
    )


def _markets(base: Foundation) -> tuple[object, ...]:
    async def book_of(player_id: PlayerId) -> MarketBook:
        """The markets as a player sees them; as they were last seen, where its universe is over."""
        if not await base.players.is_over(player_id):
            return (await base.sessions.get(player_id)).book
        book = MarketBook(base.database, base.ports.clock, player_id)
        await book.load()
        return book

    async def inputs_of(player_id: PlayerId) -> Mapping[Good, tuple[Good, ...]]:
        """What each good is made from; nothing, where the player's universe is over."""
        return {} if await base.players.is_over(player_id) else (await base.sessions.get(player_id)).supply_chain

    return (
        MarketRpc(book_of=book_of, clock=base.ports.clock, gate=base.gate),
        MarketForecastRpc(book_of=book_of, inputs_of=inputs_of, clock=base.ports.clock, gate=base.gate),
    )


def _books(base: Foundation) -> tuple[object, ...]:
    return (
        LedgerRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
        ReportRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
    )


def _players(base: Foundation) -> PlayersRpc:
    def credits_now(player_id: PlayerId) -> int | None:
        session = base.sessions.opened(player_id)
        return None if session is None else session.gateway.credits

    return PlayersRpc(base.players, credits_now=credits_now, arrived=base.sessions.begin)


def _health_checks(base: Foundation, settings: Settings, coordinators: ManufacturingRunner) -> HealthChecks:
    def is_halted(player_id: PlayerId, container_id: ContainerId) -> bool:
        return base.halt_files.holding(player_id, container_id) is not None

    earning = TradingConditions(
        database=base.database, runner=coordinators, clock=base.ports.clock, is_halted=is_halted
    )
    return HealthChecks(
        database=base.database,
        clock=base.ports.clock,
        conditions=base.conditions,
        budget=base.budget,
        halt_files=base.halt_files,
        data_dir=settings.data_dir,
        sessions=base.sessions.all_opened,
        earning=earning.conditions,
        is_safe=settings.safe_configuration,
    )


def _health(base: Foundation, settings: Settings, health_checks: HealthChecks) -> HealthRpc:
    return HealthRpc(
        health_checks=health_checks,
        budget=base.budget,
        ports=base.ports,
        data_dir=settings.data_dir,
        plays_on=server_of(settings),
    )


def _scraping(base: Foundation, settings: Settings, health_checks: HealthChecks, bus: ConfigBus) -> Scraping:
    looking = Looking(
        database=base.database,
        health_checks=health_checks,
        budget=base.budget,
        bus=bus,
        halt_files=base.halt_files,
        sessions=base.sessions.all_opened,
        version=version("starfoundry"),
        plays_on=server_of(settings),
    )
    return Scraping(looking, base.timings)


def _halt_files(base: Foundation, settings: Settings) -> HaltRpc:
    return HaltRpc(
        database=base.database,
        halt_files=base.halt_files,
        under_way=base.under_way,
        data_dir=settings.data_dir,
        gate=base.gate,
    )
