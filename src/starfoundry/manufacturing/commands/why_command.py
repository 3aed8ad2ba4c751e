"""`spacetraders why`: a command that explains why a ship, task, factory, chain or container does not work."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json
from starfoundry.terminal.rendering.reasons import reason_lines

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as wire

KINDS = (
    ("ships", "ship", "ships"),
    ("tasks", "task", "tasks"),
    ("factories", "factory", "factories"),
    ("chains", "chain", "chains"),
    ("containers", "container", "containers"),
)
NAMES_SHOWN = 6


@click.command("why")
@click.argument("subject", default="", metavar="[SHIP|TASK|GOOD|CONTAINER]")
@with_terminal
def why(terminal: Terminal, subject: str) -> None:
    """Explain what blocks something.

    Shows the first rule, its figures, the setting behind it, and what changes it. Without a name: everything that
    waits, by the most frequent reason. A pipeline or a waypoint may be named too.
    """
    from starfoundry.wire.daemon_pb2 import ExplainWorkRequest

    request = ExplainWorkRequest(player_id=terminal.player_id(), subject=subject)
    answer = terminal.call("ExplainWork", request)
    terminal.show(
        lambda: terminal.player() | message_json(answer),
        lambda: _each(terminal, answer) if subject else _summary(terminal, answer),
    )


def _summary(terminal: Terminal, answer: "wire.ExplainWorkResponse") -> str:
    head = (
        f"{answer.idle_ships} of {answer.ships} ships idle, {_counted(answer.waiting_tasks, 'task', 'tasks')} waiting"
    )
    if not answer.ranked:
        return f"{head}. Nothing waits."
    coordinators = {each.container_id for each in answer.ranked if each.tasks or each.factories or each.chains}
    is_shared = len(coordinators) > 1
    blocks = [_ranked(terminal, place, each, is_shared) for place, each in enumerate(answer.ranked, start=1)]
    return "\n\n".join([f"{head}. Most frequent reason first:", *blocks])


def _ranked(terminal: Terminal, place: int, each: "wire.Hindrance", is_shared: bool) -> str:
    """One reason and what it blocks, with the container's name if several containers are concerned."""
    counts = [(getattr(each, kind), one, many) for kind, one, many in KINDS]
    held = ", ".join(_counted(count, one, many) for count, one, many in counts if count)
    indent = " " * 3
    return "\n".join(
        [
            render.on_terminal(f"{place}. {held}: {each.reason.text}", hanging=indent),
            *reason_lines(terminal, each.reason, indent=indent),
            render.on_terminal(f"holds: {_names(list(each.names))}", indent=indent, hanging="  "),
            *([f"{indent}worth: {_worth(each)}"] if each.pipelines or each.shared_pipelines else []),
            *([f"{indent}for:   {each.container_id}"] if is_shared and each.container_id else []),
        ]
    )


def _worth(each: "wire.Hindrance") -> str:
    shared = _counted(each.shared_pipelines, "pipeline", "pipelines")
    if not each.pipelines:
        return f"counted above ({shared})"
    counted = _counted(each.pipelines, "pipeline", "pipelines")
    more = f", and {shared} counted above" if each.shared_pipelines else ""
    return f"{each.expected_profit:,} credits (expected profit of {counted}{more})"


def _each(terminal: Terminal, answer: "wire.ExplainWorkResponse") -> str:
    counted = Counter((each.subject, each.name) for each in answer.explanations)
    shared = {key for key, count in counted.items() if count > 1}
    return "\n\n".join(
        _explanation_text(terminal, each, (each.subject, each.name) in shared) for each in answer.explanations
    )


def _explanation_text(terminal: Terminal, each: "wire.Explanation", is_shared: bool) -> str:
    """One explanation, with the container's name if several containers explain the subject."""
    indent = " " * 2
    name = f"{each.name} for {each.container_id}" if is_shared else each.name
    lines = [
        render.on_terminal(f"{each.subject.lower()} {name}, {each.state}: {each.reason.text}", hanging=indent),
        *reason_lines(terminal, each.reason, indent=indent),
    ]
    for one in each.behind:
        lines.append(render.on_terminal(f"because {one.text}", indent=indent, hanging="  "))
        lines += reason_lines(terminal, one, indent=f"{indent}  ")
    if each.HasField("work"):
        profit = f"{each.work.profit:+,} in all, {each.work.profit_last_day:+,} in the last 24 h"
        lines.append(render.on_terminal(f"profit of its tasks: {profit}", indent=indent, hanging="  "))
    return "\n".join(lines)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _names(names: list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"{', '.join(names[:NAMES_SHOWN])}{more}"
