"""Composition of the daemon's monitoring: health, metrics and alerts."""

from importlib.metadata import version

from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.containers.api.rpc import ContainersRpc
from starfoundry.daemon.alerts.daily_summary import DailySummaries
from starfoundry.daemon.alerts.delivery.deliveries import Deliveries
from starfoundry.daemon.alerts.delivery.summary_text import SummaryWriter
from starfoundry.daemon.alerts.delivery.targets import Targets
from starfoundry.daemon.alerts.facts.fact_reader import AlertFactReader
from starfoundry.daemon.alerts.pager import Pager
from starfoundry.daemon.alerts.rpc import AlertsRpc
from starfoundry.daemon.composition.foundation import Foundation, server_of
from starfoundry.daemon.health.checks import HealthChecks
from starfoundry.daemon.health.rpc import HealthRpc
from starfoundry.daemon.metrics.metrics_reader import MetricsReader
from starfoundry.daemon.metrics.scrape import Scraping
from starfoundry.daemon.report.rpc import ReportRpc
from starfoundry.daemon.settings import Settings
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.manufacturing.api.trading_conditions import TradingConditions
from starfoundry.manufacturing.api.work_rpc import ExplanationRpc
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner


def health_checks_of(base: Foundation, settings: Settings, coordinators: ManufacturingRunner) -> HealthChecks:
    """The checks behind health, metrics and alerts."""

    def is_halted(player_id: PlayerId, container_id: ContainerId) -> bool:
        return base.halt_files.halt_of(player_id, container_id) is not None

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


def health_of(base: Foundation, settings: Settings, health_checks: HealthChecks) -> HealthRpc:
    """The method for health."""
    return HealthRpc(
        health_checks=health_checks,
        budget=base.budget,
        ports=base.ports,
        data_dir=settings.data_dir,
        plays_on=server_of(settings),
    )


def scraping_of(base: Foundation, settings: Settings, health_checks: HealthChecks, bus: ConfigBus) -> Scraping:
    """The metrics that Prometheus scrapes."""
    looking = MetricsReader(
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


def summary_writer_of(
    base: Foundation, health: HealthRpc, containers: ContainersRpc, explanations: ExplanationRpc
) -> SummaryWriter:
    """The writer of the daily summary."""
    report = ReportRpc(database=base.database, gate=base.gate, clock=base.ports.clock)
    return SummaryWriter(report=report, health=health, containers=containers, explanations=explanations)


async def alerts_of(
    base: Foundation, health_checks: HealthChecks, coordinators: ManufacturingRunner, writer: SummaryWriter
) -> tuple[Pager, AlertsRpc]:
    """The pager and its methods; the targets are loaded."""
    targets = Targets(base.database, base.cipher, base.ports.clock)
    await targets.load()
    looking = AlertFactReader(
        database=base.database,
        clock=base.ports.clock,
        health_checks=health_checks,
        budget=base.budget,
        halt_files=base.halt_files,
        public_api=base.public_api,
        runner=coordinators,
    )
    deliveries = Deliveries(
        database=base.database,
        clock=base.ports.clock,
        targets=targets,
        messenger=base.ports.messenger,
        conditions_of=base.conditions.of,
    )
    summaries = DailySummaries(deliveries, writer.write)
    pager = Pager(deliveries=deliveries, summaries=summaries, looking=looking)
    return pager, AlertsRpc(gate=base.gate, deliveries=deliveries, summaries=summaries, pager=pager)
