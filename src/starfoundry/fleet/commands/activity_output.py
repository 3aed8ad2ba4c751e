"""Output of each ship's current work, or the reason it is idle, for `ship list` and `ship show`."""

from typing import TYPE_CHECKING

from starfoundry.terminal.arguments.options import Terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json
from starfoundry.terminal.rendering.reasons import reason_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starfoundry.wire.daemon_pb2 import Explanation, Task

IDLE = "IDLE"


REASON_HEADINGS = {IDLE: "Idle because", "WAITING": "Waits because"}
"""The heading of a waiting or idle ship's reason, by state."""


def ship_activities(terminal: Terminal, ship: str = "") -> "dict[str, list[Explanation]]":
    """The work of each ship, or of the named one, by symbol; for an idle ship the reason of each coordinator."""
    from starfoundry.wire.daemon_pb2 import ExplainWorkRequest

    request = ExplainWorkRequest(player_id=terminal.player_id(), subject=ship)
    found = terminal.call("ExplainWork", request).explanations
    by_ship: dict[str, list[Explanation]] = {}
    for each in found:
        if each.subject == "SHIP":
            by_ship.setdefault(each.name, []).append(each)
    return by_ship


def activity_text(activities: "Sequence[Explanation]") -> str:
    """The work on one line, each reason once."""
    return "; ".join(dict.fromkeys(each.reason.text for each in activities))


def activity_json(activities: "Sequence[Explanation]") -> dict[str, object]:
    """The work as JSON, for a list of ships. `others` are the reasons of further coordinators."""
    first, others = (activities[0], activities[1:]) if activities else (None, ())
    return {
        "state": first.state or None if first is not None else None,
        "reason": message_json(first.reason) if first is not None else None,
        "others": [message_json(each.reason) | {"container_id": each.container_id} for each in others],
    }


def work_json(activities: "Sequence[Explanation]") -> dict[str, object]:
    """The work and earnings of a single ship as JSON."""
    first = _first(activities)
    task = first.work.task if first.work.HasField("task") else None
    return {
        **activity_json(activities),
        "behind": [message_json(each) for each in first.behind],
        "task_id": task.task_id if task is not None else None,
        "destination": task.target if task is not None else None,
        "profit": first.work.profit,
        "profit_last_day": first.work.profit_last_day,
    }


def work_facts(activities: "Sequence[Explanation]") -> list[tuple[str, render.Cell]]:
    """The work and earnings of a single ship as text."""
    first = _first(activities)
    work = first.work
    return [
        (REASON_HEADINGS.get(first.state, "Does"), activity_text(activities)),
        *(_task_facts(work.task) if work.HasField("task") else []),
        ("Profit", f"{work.profit:+,} by all its tasks, {work.profit_last_day:+,} in the last 24 h"),
    ]


def remedy_text(terminal: Terminal, activities: "Sequence[Explanation]") -> str:
    """The rules behind an idle ship's reasons, and the remedies; empty for a ship that works."""
    lines: list[str] = []
    for each in activities:
        if each.state not in REASON_HEADINGS:
            continue
        if len(activities) > 1:
            lines.append(render.on_terminal(f"{each.container_id}: {each.reason.text}", hanging="  "))
        lines += reason_lines(terminal, each.reason, indent="")
        for one in each.behind:
            lines += [render.on_terminal(f"because {one.text}"), *reason_lines(terminal, one, indent="  ")]
    return "\n".join(lines)


def _first(activities: "Sequence[Explanation]") -> "Explanation":
    from starfoundry.wire.daemon_pb2 import Explanation

    return activities[0] if activities else Explanation()


def _task_facts(task: "Task") -> list[tuple[str, render.Cell]]:
    return [
        ("Task", f"{task.task_id}: {task.kind} {task.good}, {task.status}"),
        ("From", task.source),
        ("Destination", task.target),
    ]
