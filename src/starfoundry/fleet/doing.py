"""Present work of each ship, or the reason it is idle, as `ship list` and `ship show` print it."""

from typing import TYPE_CHECKING

from starfoundry.terminal import render
from starfoundry.terminal.options import Terminal
from starfoundry.terminal.reasons import reason_json, reason_lines

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Explanation, Task

IDLE = "IDLE"


def doings(terminal: Terminal, ship: str = "") -> "dict[str, Explanation]":
    """What each ship does, or the one that is named, by its symbol."""
    from starfoundry.wire.daemon_pb2 import ExplainWorkRequest  # noqa: PLC0415  (commands start light)

    request = ExplainWorkRequest(player_id=terminal.player_id(), subject=ship)
    found = terminal.call("ExplainWork", request).explanations
    return {each.name: each for each in found if each.subject == "SHIP"}


def doing_json(doing: "Explanation") -> dict[str, object]:
    """The same for machines, for a list of ships."""
    return {
        "state": doing.state or None,
        "reason": reason_json(doing.reason) if doing.HasField("reason") else None,
    }


def work_json(doing: "Explanation") -> dict[str, object]:
    """What a single ship does and has earned, for machines."""
    task = doing.work.task if doing.work.HasField("task") else None
    return {
        **doing_json(doing),
        "behind": [reason_json(each) for each in doing.behind],
        "task_id": task.task_id if task is not None else None,
        "destination": task.target if task is not None else None,
        "profit": doing.work.profit,
        "profit_last_day": doing.work.profit_last_day,
    }


def work_facts(doing: "Explanation") -> list[tuple[str, render.Cell]]:
    """The same for people."""
    work = doing.work
    idle: list[tuple[str, render.Cell]] = [("Idle because", doing.reason.text)]
    return [
        *(idle if doing.state == IDLE else [("Does", doing.reason.text)]),
        *(_task_facts(work.task) if work.HasField("task") else []),
        ("Profit", f"{work.profit:+,} by all its tasks, {work.profit_last_day:+,} in the last 24 h"),
    ]


def remedy_text(terminal: Terminal, doing: "Explanation") -> str:
    """What lies behind an idle ship's reason and what changes it; empty for a ship that works."""
    if doing.state != IDLE:
        return ""
    lines = reason_lines(terminal, doing.reason, indent="")
    for each in doing.behind:
        lines += [render.on_terminal(f"because {each.text}"), *reason_lines(terminal, each, indent="  ")]
    return "\n".join(lines)


def _task_facts(task: "Task") -> list[tuple[str, render.Cell]]:
    return [
        ("Task", f"{task.task_id}: {task.kind} {task.good}, {task.status}"),
        ("From", task.source),
        ("Destination", task.target),
    ]
