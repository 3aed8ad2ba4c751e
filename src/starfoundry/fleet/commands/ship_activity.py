"""Present work of each ship, or the reason it is idle, as `ship list` and `ship show` print it."""

from typing import TYPE_CHECKING

from starfoundry.terminal.arguments.options import Terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.reasons import reason_json, reason_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starfoundry.wire.daemon_pb2 import Explanation, Task

IDLE = "IDLE"


STANDS = {IDLE: "Idle because", "WAITING": "Waits because"}
"""How the reason of a ship that stands still is headed, by its state."""


def doings(terminal: Terminal, ship: str = "") -> "dict[str, list[Explanation]]":
    """What each ship does, or the one that is named, by its symbol; of an idle ship for each coordinator."""
    from starfoundry.wire.daemon_pb2 import ExplainWorkRequest

    request = ExplainWorkRequest(player_id=terminal.player_id(), subject=ship)
    found = terminal.call("ExplainWork", request).explanations
    by_ship: dict[str, list[Explanation]] = {}
    for each in found:
        if each.subject == "SHIP":
            by_ship.setdefault(each.name, []).append(each)
    return by_ship


def doing_text(doing: "Sequence[Explanation]") -> str:
    """The same in one line, each reason once."""
    return "; ".join(dict.fromkeys(each.reason.text for each in doing))


def doing_json(doing: "Sequence[Explanation]") -> dict[str, object]:
    """The same for machines, for a list of ships. `others` are the reasons of further coordinators."""
    first, others = (doing[0], doing[1:]) if doing else (None, ())
    return {
        "state": first.state or None if first is not None else None,
        "reason": reason_json(first.reason) if first is not None else None,
        "others": [reason_json(each.reason) | {"container_id": each.container_id} for each in others],
    }


def work_json(doing: "Sequence[Explanation]") -> dict[str, object]:
    """What a single ship does and has earned, for machines."""
    first = _first(doing)
    task = first.work.task if first.work.HasField("task") else None
    return {
        **doing_json(doing),
        "behind": [reason_json(each) for each in first.behind],
        "task_id": task.task_id if task is not None else None,
        "destination": task.target if task is not None else None,
        "profit": first.work.profit,
        "profit_last_day": first.work.profit_last_day,
    }


def work_facts(doing: "Sequence[Explanation]") -> list[tuple[str, render.Cell]]:
    """The same for people."""
    first = _first(doing)
    work = first.work
    return [
        (STANDS.get(first.state, "Does"), doing_text(doing)),
        *(_task_facts(work.task) if work.HasField("task") else []),
        ("Profit", f"{work.profit:+,} by all its tasks, {work.profit_last_day:+,} in the last 24 h"),
    ]


def remedy_text(terminal: Terminal, doing: "Sequence[Explanation]") -> str:
    """What lies behind the reasons of a ship that stands still and what changes it; empty for a ship that works."""
    lines: list[str] = []
    for each in doing:
        if each.state not in STANDS:
            continue
        if len(doing) > 1:
            lines.append(render.on_terminal(f"{each.container_id}: {each.reason.text}", hanging="  "))
        lines += reason_lines(terminal, each.reason, indent="")
        for one in each.behind:
            lines += [render.on_terminal(f"because {one.text}"), *reason_lines(terminal, one, indent="  ")]
    return "\n".join(lines)


def _first(doing: "Sequence[Explanation]") -> "Explanation":
    from starfoundry.wire.daemon_pb2 import Explanation

    return doing[0] if doing else Explanation()


def _task_facts(task: "Task") -> list[tuple[str, render.Cell]]:
    return [
        ("Task", f"{task.task_id}: {task.kind} {task.good}, {task.status}"),
        ("From", task.source),
        ("Destination", task.target),
    ]
