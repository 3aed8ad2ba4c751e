"""`config effect`: the effect of a revision, next to the revision that was in force before it."""

from typing import TYPE_CHECKING

import click

from starfoundry.config.commands.config_options import REVISION_MAX, container_of, container_option
from starfoundry.config.commands.config_output import changes_line, fact_text, revision_json
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

SECONDS_PER_HOUR = 3_600
COMPARABLE_SECONDS = 3_600
"""The least seconds in force for a meaningful comparison: earlier trips end within them."""

RATE_SECONDS_MIN = 60
"""The least seconds in force for an hourly rate."""


@click.command("effect")
@click.argument("revision", type=click.IntRange(1, REVISION_MAX))
@container_option
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@with_terminal
def effect(terminal: Terminal, revision: int, container_id: str, limit: int) -> None:
    """Show the effect of a revision.

    That is the decisions made under it and the profit of its trades, next to the revision before it.
    """
    from starfoundry.wire.daemon_pb2 import GetConfigEffectRequest

    request = GetConfigEffectRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        revision=revision,
        limit=limit,
    )
    answer = terminal.call("GetConfigEffect", request)
    terminal.show(lambda: terminal.player() | _effect_json(answer), lambda: _effect_text(answer))


def _effect_json(answer: "pb.ConfigEffect") -> dict[str, object]:
    return {
        "container_id": answer.container_id,
        "revision": revision_json(answer.revision),
        "effects": list(answer.effects),
        **_figures_json(answer),
        "decisions": [message_json(each) for each in answer.decisions],
        "before": {"revision": revision_json(answer.before.revision), **_figures_json(answer.before)}
        if answer.HasField("before")
        else None,
    }


def _figures_json(answer: "pb.ConfigEffect") -> dict[str, object]:
    return {
        "counts": {each.kind: each.decisions for each in answer.counts},
        "profit": answer.profit,
        "profit_per_hour": _per_hour(answer.profit, answer),
        "first_at": answer.first_at or None,
        "last_at": answer.last_at or None,
        "until": answer.until or None,
        "in_force_seconds": answer.in_force_seconds,
    }


def _per_hour(amount: int, answer: "pb.ConfigEffect") -> int | None:
    """The amount per hour in force; None if the revision was in force for less than LEAST_SECONDS."""
    if answer.in_force_seconds < RATE_SECONDS_MIN:
        return None
    return round(amount * SECONDS_PER_HOUR / answer.in_force_seconds)


def _effect_text(answer: "pb.ConfigEffect") -> str:
    has_before = answer.HasField("before")
    head = render.facts(
        [
            ("Revision", str(answer.revision.revision)),
            ("By", answer.revision.author),
            ("Changes", changes_line(answer.revision)),
            ("Because", answer.revision.reason),
            ("At once", ", ".join(answer.effects) or "nothing"),
            ("In force", _span(answer)),
            ("Compared with", f"revision {answer.before.revision.revision}, {_span(answer.before)}")
            if has_before
            else ("Compared with", "nothing: no revision was in force before it"),
        ]
    )
    kinds = {each.kind: each.decisions for each in answer.counts}
    before = {each.kind: each.decisions for each in answer.before.counts}
    headings = ["", f"Revision {answer.revision.revision}", "An hour"]
    rows: list[list[render.Cell]] = [["profit", f"{answer.profit:+,}", _signed(_per_hour(answer.profit, answer))]]
    rows += [[kind, kinds.get(kind, 0), _per_hour(kinds.get(kind, 0), answer)] for kind in sorted({**kinds, **before})]
    if has_before:
        headings += [f"Revision {answer.before.revision.revision}", "An hour"]
        rows[0] += [f"{answer.before.profit:+,}", _signed(_per_hour(answer.before.profit, answer.before))]
        for row in rows[1:]:
            times = before.get(str(row[0]), 0)
            row += [times, _per_hour(times, answer.before)]
    decided: list[list[render.Cell]] = [
        [render.moment(each.at), each.kind, each.subject, fact_text(each.facts_json)] for each in answer.decisions
    ]
    parts = [head, render.table(headings, rows)]
    if has_before and min(answer.in_force_seconds, answer.before.in_force_seconds) < COMPARABLE_SECONDS:
        parts.append(
            render.on_terminal("Less than an hour is too short to compare: trips may end under a later revision.")
        )
    return "\n\n".join([*parts, render.table(["At", "Decision", "About", "Facts"], decided)])


def _span(answer: "pb.ConfigEffect") -> str:
    if not answer.first_at:
        return "never" if not answer.profit else "no longer known"
    until = render.moment(answer.until) if answer.until else "now"
    return f"{render.moment(answer.first_at)} to {until}, {render.age(answer.in_force_seconds)}"


def _signed(amount: int | None) -> str | None:
    return None if amount is None else f"{amount:+,}"
