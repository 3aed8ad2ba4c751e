"""`spacetraders health`: the daemon's conditions and request budget."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from starfoundry.terminal.arguments.options import (
    Terminal,
    with_terminal,
)
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Health, HealthCondition


@click.command()
@with_terminal
def health(terminal: Terminal) -> None:
    """Show the daemon's health and its use of the request budget."""
    from starfoundry.wire.daemon_pb2 import GetHealthRequest

    found = terminal.call("GetHealth", GetHealthRequest())
    terminal.show(message_json(found), lambda: _describe_health(found, terminal.addressed))


def _describe_health(found: "Health", addressed: Callable[[str], str]) -> str:
    summary = render.facts(
        [
            ("Status", found.status),
            ("Version", found.version),
            ("Running since", _since_text(found)),
            ("Up for", _up_for_text(found)),
            ("Data directory", found.data_directory),
            ("Database", found.database),
            ("Plays on", found.game_api),
            ("Running containers", found.running_containers),
            ("Requests", found.requests),
            ("Refused as too many", found.rate_limited),
            ("Budget used, last minute", f"{found.budget_used:.0%}"),
        ]
    )
    spent = render.table(
        ["Requests for", "Count", "Waited (s)"],
        [[line.purpose, line.requests, line.waited_seconds] for line in found.budget],
        empty="No requests yet.",
    )
    return "\n\n".join(part for part in (summary, _conditions_text(found, addressed), spent) if part)


def _since_text(found: "Health") -> str:
    """The start time, and what was recovered then."""
    since = f"{render.moment(found.started_at)} UTC"
    taken_up = {0: "", 1: "1 container recovered"}.get(
        found.recovered_containers, f"{found.recovered_containers} containers recovered"
    )
    crash = "recovered from a run that ended without a shutdown" if found.after_crash else ""
    events = "; ".join(part for part in (crash, taken_up) if part)
    return f"{since} ({events})" if events else since


def _up_for_text(found: "Health") -> str:
    """The uptime; if the sandbox's time runs at another speed, in both times."""
    real = found.real_uptime_seconds
    if abs(found.uptime_seconds - real) <= max(2.0, real / 20):
        return render.age(found.uptime_seconds)
    return f"{render.age(found.uptime_seconds)} of game time, {render.age(real)} of real time"


def _conditions_text(found: "Health", addressed: Callable[[str], str]) -> str:
    """Degrading conditions first, then the others; each with its next step below."""
    parts = []
    for heading, degrades in (("Problems", True), ("Also", False)):
        held = [each for each in found.conditions if each.degrades is degrades]
        if held:
            parts.append("\n".join([f"{heading}:", *(_condition_text(each, addressed) for each in held)]))
    parts += [f"  and {count} more: {kind}" for kind, count in sorted(found.more_conditions.items())]
    return "\n".join(parts)


def _condition_text(condition: "HealthCondition", addressed: Callable[[str], str]) -> str:
    whose = f"player {condition.player_id}: " if condition.player_id else ""
    lines = [
        render.on_terminal(
            f"- {whose}{condition.reason} (since {render.moment(condition.since)} UTC)", indent="  ", hanging="  "
        )
    ]
    if step := condition.next_step:
        words, command, rest = step.partition("spacetraders ")
        step_text = f"{words}{addressed(command + rest)}" if command else step
        lines.append(render.on_terminal(f"Next: {step_text}", indent="    ", hanging="  "))
    return "\n".join(lines)
