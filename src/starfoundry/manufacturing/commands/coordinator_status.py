"""`spacetraders manufacturing status|pipelines`: commands that show a coordinator's work and what it earns."""

from typing import TYPE_CHECKING

import click

from starfoundry.config.api.proto_values import plain
from starfoundry.config.commands.config_options import container_of, container_option
from starfoundry.config.domain.declarations.value_text import SAFE_NOTICE
from starfoundry.ledger.commands.output import earnings_facts
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.player import INT32_MAX
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as wire


@click.command("status")
@container_option
@with_terminal
def status(terminal: Terminal, container_id: str) -> None:
    """Show a coordinator's work and earnings.

    The reasons why tasks wait are shown too.
    """
    from starfoundry.wire.daemon_pb2 import GetManufacturingConfigRequest, GetManufacturingStatusRequest

    request = GetManufacturingStatusRequest(
        container_id=container_of(terminal, container_id), player_id=terminal.player_id()
    )
    found = terminal.call("GetManufacturingStatus", request)
    terminal.show(
        lambda: terminal.player() | message_json(found) | {"config": plain(found.config)}, lambda: _status_text(found)
    )
    settings = GetManufacturingConfigRequest(container_id=found.container_id, player_id=terminal.player_id())
    if not terminal.as_json and terminal.call("GetManufacturingConfig", settings).safe_configuration:
        terminal.note(SAFE_NOTICE)


@click.command("pipelines")
@container_option
@click.option("--all", "include_ended", is_flag=True, help="Include ended ones.")
@click.option(
    "--limit", type=click.IntRange(1, INT32_MAX), default=50, show_default=True, help="How many, newest first."
)
@with_list_terminal
def pipelines(terminal: Terminal, container_id: str, include_ended: bool, limit: int) -> None:
    """List a coordinator's pipelines.

    Each is shown with its profit. Expected is what one round promised when the pipeline was opened; predicted is the
    profit promised by its completed trips.
    """
    from starfoundry.wire.daemon_pb2 import ListPipelinesRequest, Pipeline

    request = ListPipelinesRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        include_ended=include_ended,
        limit=limit,
    )
    found = terminal.call("ListPipelines", request).pipelines
    why = terminal.addressed("spacetraders manufacturing status")
    terminal.show_list(
        {"pipelines": [message_json(each) for each in found]},
        lambda: _pipeline_table(found, why),
        rows="pipelines",
        blank=lambda: message_json(Pipeline()),
    )


def _status_text(found: "wire.ManufacturingStatus") -> str:
    config = found.config
    observed = (
        "" if found.observed_revision == found.revision else f" (latest decision with: {found.observed_revision})"
    )
    facts = render.facts(
        [
            ("Container", found.container_id),
            ("Status", render.with_halt(found.status, found.halted)),
            ("System", found.system),
            ("Balance", f"{render.money(found.credits)} credits of the player"),
            *earnings_facts(found.earnings),
            ("Pipelines", f"{found.active_pipelines} of {config.max_pipelines}, {found.draining_pipelines} draining"),
            ("Collections", found.collection_pipelines),
            ("Trades", f"{found.trade_pipelines} of {config.trade_max_ships} ships"),
            ("Workers", f"{found.busy_workers} of {config.max_workers} busy"),
            (
                "Tasks",
                f"{found.ready_tasks:,} ready, {found.waiting_tasks:,} waiting, {found.completed_tasks:,} completed",
            ),
            ("Configuration", f"revision {found.revision}{observed}"),
            ("Last decision", _decision_line(found)),
        ]
    )
    factories = render.table(
        ["Factory", "Makes", "Supply", "Inputs", "Ready, or why not"],
        [_factory_row(state) for state in found.factories],
        empty="none is supplied now",
    )
    shown = [render.on_terminal(reason, indent="  ", hanging="  ") for reason in found.idle_reasons]
    reasons = "\n".join(shown) or "  nothing: every ship works"
    return f"{facts}\n\nFactories:\n{factories}\n\nWhy it does not do more:\n{reasons}"


def _factory_row(state: "wire.FactoryState") -> list[render.Cell]:
    ready = "yes" if state.ready else state.waiting_for
    return [state.factory, state.good, state.supply, ", ".join(state.inputs), ready]


def _decision_line(found: "wire.ManufacturingStatus") -> str:
    last = found.last_decision
    return f"{last.kind}, {last.subject}, {render.moment(last.at)}" if last.at else ""


def _pipeline_table(found: "list[wire.Pipeline]", why: str) -> str:
    return render.table(
        [
            "Pipeline",
            "Kind",
            "Status",
            "Good",
            "Factory",
            "Sell at",
            "Tasks",
            "Expected",
            "Predicted",
            "Profit",
        ],
        [
            [
                each.pipeline_id,
                each.kind,
                each.status,
                each.good,
                each.factory,
                each.sell_market,
                f"{each.tasks_completed}/{each.tasks_total}",
                each.expected_profit,
                each.predicted_profit if each.trips_compared else None,
                each.profit,
            ]
            for each in found
        ],
        empty=f"no pipeline; see why: {why}",
    )
