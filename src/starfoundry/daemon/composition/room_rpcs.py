"""RPCs of every room, each built on the foundation and what it serves."""

from collections.abc import Callable, Mapping

from starfoundry.config.api.history_rpc import ConfigHistoryRpc
from starfoundry.config.api.layers_rpc import ConfigLayersRpc
from starfoundry.config.api.rpc import ConfigRpc
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.service.settings_watch import SettingsWatch
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.containers.api.rpc import ContainersRpc
from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.daemon.composition.foundation import Foundation
from starfoundry.daemon.export.rpc import ExportRpc
from starfoundry.daemon.players.rpc import PlayersRpc
from starfoundry.daemon.report.rpc import ReportRpc
from starfoundry.fleet.api.flight_rpc import FlightRpc
from starfoundry.fleet.api.flight_service import FlightService
from starfoundry.fleet.api.rpc import FleetRpc
from starfoundry.fleet.api.service import FleetService
from starfoundry.fleet.api.shipyard_rpc import ShipyardRpc
from starfoundry.kernel.ids import Good, PlayerId
from starfoundry.ledger.api.rpc import LedgerRpc
from starfoundry.manufacturing.api.decision_rpc import DecisionRpc
from starfoundry.manufacturing.api.decisions import DecisionExplainer
from starfoundry.manufacturing.api.reports import WorkReports
from starfoundry.manufacturing.api.rpc import ManufacturingRpc
from starfoundry.manufacturing.api.service import ManufacturingService
from starfoundry.manufacturing.api.why import Why
from starfoundry.manufacturing.api.work_rpc import ExplanationRpc
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.market.api.forecast_rpc import MarketForecastRpc
from starfoundry.market.api.price_history_rpc import PriceHistoryRpc
from starfoundry.market.api.rpc import MarketRpc
from starfoundry.market.runtime.market_book import MarketBook


def _halted_by(base: Foundation) -> Callable[[Container], str]:
    """The scope of the halt that blocks a container's calls: `container`, `player` or `all`; empty for none."""

    def halted_by(container: Container) -> str:
        held = base.halt_files.halt_of(container.player_id, container.id)
        return "" if held is None else held.kind

    return halted_by


def containers_rpc(base: Foundation, supervisor: Supervisor) -> ContainersRpc:
    """The methods for containers."""
    return ContainersRpc(
        database=base.database,
        supervisor=supervisor,
        logbook=base.logbook,
        gate=base.gate,
        halted_by=_halted_by(base),
    )


def configuration_rpcs(
    base: Foundation, service: ConfigService, watching: SettingsWatch, lower: SharedLayers
) -> tuple[object, ...]:
    """The methods for settings."""
    return (
        ConfigRpc(service, base.gate),
        ConfigHistoryRpc(base.database, service, watching, base.gate),
        ConfigLayersRpc(service, lower, base.ports.clock, base.gate),
    )


def manufacturing_rpcs(
    base: Foundation, supervisor: Supervisor, coordinators: ManufacturingRunner, configs: ConfigService
) -> tuple[object, ...]:
    """The methods for scanning, starting, reporting and explaining decisions."""
    service = ManufacturingService(
        database=base.database,
        supervisor=supervisor,
        session_of=base.sessions.get,
        clock=base.ports.clock,
        entropy=base.ports.entropy,
    )
    reports = WorkReports(
        database=base.database,
        supervisor=supervisor,
        runner=coordinators,
        session_of=base.sessions.get,
        clock=base.ports.clock,
        halted_by=_halted_by(base),
    )
    explainer = DecisionExplainer(database=base.database, runner=coordinators, reports=reports)
    return (
        ManufacturingRpc(service, reports, base.gate),
        DecisionRpc(explainer, configs, base.gate),
    )


def explanations_rpc(
    base: Foundation, supervisor: Supervisor, coordinators: ManufacturingRunner, configs: ConfigService
) -> ExplanationRpc:
    """The methods that explain why something does not work."""
    inquiry = Why(
        clock=base.ports.clock,
        database=base.database,
        runner=coordinators,
        session_of=base.sessions.get,
        with_current_status=supervisor.with_current_status,
        halted_by=_halted_by(base),
    )
    return ExplanationRpc(inquiry, configs, base.ports.clock, base.gate)


def fleet_rpcs(base: Foundation, supervisor: Supervisor) -> tuple[object, ...]:
    """The methods for ships, shipyards and flights by hand."""
    service = FleetService(session_of=base.sessions.get, supervisor=supervisor, entropy=base.ports.entropy)
    flights = FlightService(
        session_of=base.sessions.get, supervisor=supervisor, clock=base.ports.clock, entropy=base.ports.entropy
    )
    return (
        FleetRpc(service, base.gate),
        ShipyardRpc(service, base.gate, base.ports.clock),
        FlightRpc(flights, base.gate),
    )


def markets_rpcs(base: Foundation) -> tuple[object, ...]:
    """The methods for markets, the history of their prices, and their forecasts."""

    async def book_of(player_id: PlayerId) -> MarketBook:
        """The markets as a player sees them; as they were last seen, where its universe is over."""
        if not await base.players.is_over(player_id):
            return (await base.sessions.get(player_id)).book
        book = MarketBook(base.database, base.ports.clock, player_id)
        await book.load()
        return book

    async def inputs_of(player_id: PlayerId) -> Mapping[Good, tuple[Good, ...]]:
        """The inputs of each good; empty where the player's universe is over."""
        return {} if await base.players.is_over(player_id) else (await base.sessions.get(player_id)).supply_chain

    return (
        MarketRpc(book_of=book_of, clock=base.ports.clock, gate=base.gate),
        PriceHistoryRpc(database=base.database, book_of=book_of, clock=base.ports.clock, gate=base.gate),
        MarketForecastRpc(book_of=book_of, inputs_of=inputs_of, clock=base.ports.clock, gate=base.gate),
    )


def books_rpcs(base: Foundation) -> tuple[object, ...]:
    """The methods for the ledger, reports and exports."""
    return (
        LedgerRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
        ReportRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
        ExportRpc(database=base.database, gate=base.gate, clock=base.ports.clock),
    )


def players_rpc(base: Foundation) -> PlayersRpc:
    """The methods for players."""

    def credits_now(player_id: PlayerId) -> int | None:
        session = base.sessions.opened(player_id)
        return None if session is None else session.gateway.credits

    return PlayersRpc(base.players, credits_now=credits_now, on_added=base.sessions.begin)
