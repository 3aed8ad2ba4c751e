"""`spacetraders manufacturing explain`: the decision about a task, a pipeline or a good, and the alternatives."""

from typing import TYPE_CHECKING

import click

from starfoundry.config.commands.config_options import container_of, container_option
from starfoundry.manufacturing.commands.estimates import estimate_text
from starfoundry.manufacturing.commands.supply_tree import MARK, doing_text, every_node, tree_text
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json
from starfoundry.terminal.rendering.reasons import reason_lines, setting_text

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as wire


@click.command("explain")
@click.argument("subject", metavar="TASK|PIPELINE|GOOD")
@container_option
@with_terminal
def explain(terminal: Terminal, subject: str, container_id: str) -> None:
    """Explain a decision about a task, a pipeline or a good.

    Shows its figures, and the alternatives.

    For a task it shows the detailed estimate, the trips that the ship could have made instead, and the settings in
    force; for a pipeline the same for each trip, and the other chains; for a good its supply chain as a tree, with the
    bottleneck. The id of a task or pipeline can be shortened, such as p12-t1.
    """
    from starfoundry.wire.daemon_pb2 import ExplainDecisionRequest

    request = ExplainDecisionRequest(
        player_id=terminal.player_id(), container_id=container_of(terminal, container_id), subject=subject
    )
    found = terminal.call("ExplainDecision", request)
    terminal.show(lambda: terminal.player() | _as_json(found), lambda: _text(terminal, found))


def _as_json(found: "wire.DecisionExplanation") -> dict[str, object]:
    thresholds = [{**message_json(each.setting), "then": _value(each.then_json)} for each in found.thresholds]
    return {**message_json(found), "thresholds": thresholds}


def _value(text: str) -> object:
    import json

    return json.loads(text) if text else None


def _text(terminal: Terminal, found: "wire.DecisionExplanation") -> str:
    parts = {"TASK": _task_parts, "PIPELINE": _pipeline_parts, "GOOD": _good_parts}[found.subject](terminal, found)
    return "\n\n".join([*parts, _thresholds(found)])


def _task_parts(terminal: Terminal, found: "wire.DecisionExplanation") -> list[str]:
    return [_trip(terminal, each, found.system) for each in found.trips]


def _pipeline_parts(terminal: Terminal, found: "wire.DecisionExplanation") -> list[str]:
    pipeline = found.pipeline
    ended = f", {pipeline.reason}" if pipeline.reason else ""
    head = render.on_terminal(
        f"pipeline {pipeline.pipeline_id}: {pipeline.kind} {pipeline.good}, {pipeline.status}{ended}. Opened"
        f" {render.moment(pipeline.created_at)} under revision {pipeline.revision}, expected profit of a round"
        f" {_signed(pipeline.expected_profit)}; profit so far {_signed(pipeline.profit)}.",
        hanging="  ",
    )
    trips = [_trip(terminal, each, found.system) for each in found.trips]
    return [head, *trips, *([_ranking(found)] if found.chains else [])]


def _good_parts(terminal: Terminal, found: "wire.DecisionExplanation") -> list[str]:
    held = [render.on_terminal(f"{MARK} {each}", hanging="  ") for each in found.bottlenecks]
    return [
        render.on_terminal(
            f"{found.name} in {found.system}. Stock counts trade volumes around a market's target.{_above(found)}"
        ),
        tree_text(found),
        "\n".join(held) or "No bottleneck is known.",
        f"What {found.container_id} does with it:\n{doing_text(found)}",
        *([_ranking(found)] if found.chains else []),
        *_unopened(terminal, found),
    ]


def _above(found: "wire.DecisionExplanation") -> str:
    return " ↑ is explained further up." if any(node.is_above for node in every_node(found.sellers)) else ""


def _unopened(terminal: Terminal, found: "wire.DecisionExplanation") -> list[str]:
    """The reason why no chain is open, for each factory without one."""
    indent = "  "
    return [
        "\n".join(
            [
                render.on_terminal(f"{each.good} at {each.factory}: {each.reason.text}", hanging=indent),
                *reason_lines(terminal, each.reason, indent=indent),
            ]
        )
        for each in found.chains
        if each.HasField("reason")
    ]


def _trip(terminal: Terminal, each: "wire.TripDecision", system: str) -> str:
    task = each.task
    head = f"task {task.task_id}: {task.kind} {task.good} from {task.source} to {task.target}, {task.status}"
    lines = [
        render.on_terminal(head, hanging="  "),
        render.on_terminal(_decided(each), hanging="  "),
        render.on_terminal(each.reason.text, hanging="  "),
        *(reason_lines(terminal, each.reason, indent="  ") if not each.is_past else []),
    ]
    if each.HasField("estimate"):
        lines += ["", estimate_text(each.estimate, system=f"{system}-")]
    if task.HasField("profit"):
        lines.append(f"Expected profit {_signed(task.predicted_profit)}, real profit {_signed(task.profit)}.")
    if each.alternatives:
        lines += ["", _alternatives(each, f"{system}-")]
    return "\n".join(lines)


def _decided(each: "wire.TripDecision") -> str:
    if each.is_past:
        if not each.task.decided_at:
            return "no ship was ever sent for it"
        return f"{each.ship} was sent {render.moment(each.task.decided_at)} under revision {each.revision}"
    estimate = f", estimated for {each.ship} from its current location" if each.ship else ""
    return f"the decision now, under revision {each.revision}{estimate}"


def _alternatives(each: "wire.TripDecision", system: str) -> str:
    """The other trips of the ship, best first. A better one than the chosen trip was excluded by another rule."""
    rows: list[list[render.Cell]] = [
        [
            f"{one.kind} {one.good}",
            f"{one.source.removeprefix(system)}-{one.target.removeprefix(system)}",
            _signed(one.profit),
            render.age(one.seconds),
            _signed(one.per_hour),
            _signed(-one.lost_by),
        ]
        for one in each.alternatives
    ]
    return render.table(["Instead", "Way", "Profit", "Time", "An hour", "Differs"], rows)


def _ranking(found: "wire.DecisionExplanation") -> str:
    system = f"{found.system}-"
    rows: list[list[render.Cell]] = [
        [
            f"{each.good} at {each.factory.removeprefix(system)}",
            each.opportunity.kind or None,
            _signed(each.opportunity.estimate.profit) if each.HasField("opportunity") else None,
            _signed(each.opportunity.estimate.profit_per_hour) if each.HasField("opportunity") else None,
            each.pipeline_id or each.reason.text,
        ]
        for each in found.chains
    ]
    return render.table(["Chain", "Kind", "A round", "An hour", "Pipeline, or why none is open"], rows)


def _thresholds(found: "wire.DecisionExplanation") -> str:
    lines = [f"Settings used, at revision {found.revision}:"]
    for each in found.thresholds:
        then = f"; {each.then_json} when it was decided" if each.then_json else ""
        lines.append(render.on_terminal(f"{setting_text(each.setting)}{then}", indent="  ", hanging="  "))
    return "\n".join(lines)


def _signed(amount: int) -> str:
    return render.money(amount, signed=True)
