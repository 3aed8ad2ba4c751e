"""`spacetraders manufacturing tasks`: a command that lists a coordinator's tasks and why they wait."""

import re
from typing import TYPE_CHECKING

import click

from starfoundry.config.commands.config_options import container_of, container_option
from starfoundry.containers.domain.naming import short
from starfoundry.fleet.commands.ship_argument import ship_of
from starfoundry.manufacturing.domain.model import TaskKind, TaskStatus
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal
from starfoundry.terminal.arguments.player import INT32_MAX
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as wire


WHY = "spacetraders manufacturing status"


@click.command("tasks")
@container_option
@click.option(
    "--pipeline", "pipeline_id", default="", metavar="ID", help="Only this pipeline's; of 3f9a1c-p2 the p2 is enough."
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([each.value for each in TaskStatus], case_sensitive=False),
    help="Only those in this status, an ended one too; may be repeated.",
)
@click.option(
    "--type",
    "kinds",
    multiple=True,
    type=click.Choice([each.value for each in TaskKind], case_sensitive=False),
    help="Only those of this type; may be repeated.",
)
@click.option("--ship", default="", metavar="SHIP", help="Only those that this ship works on.")
@click.option("--good", default="", metavar="GOOD", help="Only those that move this good.")
@click.option("--all", "include_ended", is_flag=True, help="Include ended ones.")
@click.option(
    "--limit", type=click.IntRange(1, INT32_MAX), default=50, show_default=True, help="How many, newest first."
)
@with_list_terminal
def tasks(
    terminal: Terminal,
    container_id: str,
    pipeline_id: str,
    statuses: tuple[str, ...],
    kinds: tuple[str, ...],
    ship: str,
    good: str,
    include_ended: bool,
    limit: int,
) -> None:
    """List a coordinator's tasks.

    Each is shown with its ship or the reason why it waits.
    """
    from starfoundry.wire.daemon_pb2 import ListTasksRequest, Task

    container_id = container_of(terminal, container_id)
    if re.fullmatch(r"p\d+", pipeline_id):
        pipeline_id = f"{short(container_id)}-{pipeline_id}"
    ship = ship_of(terminal, ship) if ship else ""
    request = ListTasksRequest(
        container_id=container_id,
        player_id=terminal.player_id(),
        pipeline_id=pipeline_id,
        include_ended=include_ended,
        limit=limit,
        statuses=statuses,
        kinds=kinds,
        ship=ship,
        good=good,
    )
    found = terminal.call("ListTasks", request).tasks
    is_filtered = bool(pipeline_id or statuses or kinds or ship or good)
    terminal.show_list(
        {"tasks": [message_json(each) for each in found]},
        lambda: _table(terminal, found, is_filtered=is_filtered),
        rows="tasks",
        blank=lambda: message_json(Task()),
    )


def _table(terminal: Terminal, found: "list[wire.Task]", *, is_filtered: bool) -> str:
    return render.table(
        ["Task", "Kind", "Status", "Good", "From", "To", "Predicted", "Profit", "Ship, or why it waits"],
        [
            [
                *(each.task_id, each.kind, each.status, each.good, each.source, each.target),
                render.money(each.predicted_profit, signed=True) if each.HasField("predicted_profit") else None,
                render.money(each.profit, signed=True) if each.HasField("profit") else None,
                each.ship or each.waiting_for,
            ]
            for each in found
        ],
        empty="no such task" if is_filtered else f"no task; see why: {terminal.addressed(WHY)}",
    )
