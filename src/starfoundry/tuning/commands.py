"""`spacetraders tune`: settings found by trying, in studies that go on in the daemon."""

import json
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.commands.config_options import container_of, container_option
from starfoundry.config.commands.config_output import changes_json, changes_text, show_change
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.kernel.errors import Missing
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

OBJECTIVES = ("profit_per_hour", "credits_per_request")
number_option = click.option(
    "--study", "number", type=click.IntRange(0), default=0, metavar="N", help="Which study; default: the newest."
)


@click.group("tune")
def tune() -> None:
    """Find settings by trying: a study plays on from what the daemon knows, and proposes what was surely better."""


@tune.command("start")
@container_option
@click.option(
    "--settings",
    required=True,
    metavar="NAME[=LOW..HIGH],...",
    help="What may be changed; numbers without bounds from a quarter of what they are to four times that.",
)
@click.option(
    "--objective", type=click.Choice(OBJECTIVES), default=OBJECTIVES[0], show_default=True, help="What counts."
)
@click.option("--constraint", default="", metavar="TEXT", help='Such as "drawdown < 10 %" of today\'s credits.')
@click.option("--budget", type=int, default=200, show_default=True, metavar="N", help="Runs.")
@click.option(
    "--hours",
    "seconds",
    type=Duration(bare_unit="h"),
    default="24",
    show_default=True,
    metavar="H",
    help="Simulated hours of each run: 24, 90m or 2d.",
)
@with_terminal
def start(
    terminal: Terminal,
    /,
    container_id: str,
    settings: str,
    objective: str,
    constraint: str,
    budget: int,
    seconds: float,
) -> None:
    """Begin a study. It goes on in the background, and after a restart of the daemon; nothing is set by itself."""
    from starfoundry.wire.daemon_pb2 import StartTuningRequest

    request = StartTuningRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        settings=[word for word in settings.split(",") if word.strip()],
        objective=objective,
        constraint=constraint,
        budget=budget,
        hours=seconds / 3_600,
    )
    _show(terminal, terminal.call("StartTuning", request))
    terminal.note(f"Watch it: {terminal.addressed('spacetraders tune status')}")


@tune.command("status")
@container_option
@number_option
@with_terminal
def status(terminal: Terminal, container_id: str, number: int) -> None:
    """Show how far a study is, and what is best so far."""
    _show(terminal, _study(terminal, container_id, number))


@tune.command("stop")
@container_option
@number_option
@with_terminal
def stop(terminal: Terminal, container_id: str, number: int) -> None:
    """End a study that runs. What it has tried stays."""
    _show(terminal, terminal.call("StopTuning", _request(terminal, container_id, number)))


@tune.command("history")
@container_option
@with_terminal
def history(terminal: Terminal, container_id: str) -> None:
    """List the studies of a coordinator, newest first."""
    studies = terminal.call("ListTunings", _request(terminal, container_id, 0)).studies
    heads = ["Study", "Status", "Settings", "Objective", "Runs", "Hours", "Gain", "80 % range"]
    terminal.show(
        lambda: terminal.player() | {"studies": [study_json(each) for each in studies]},
        lambda: render.table(heads, [_row(each) for each in studies], empty="no study was begun yet"),
    )


@tune.command("explain")
@container_option
@number_option
@with_terminal
def explain(terminal: Terminal, container_id: str, number: int) -> None:
    """Show every trial, profit against risk, and which settings mattered."""
    study = _study(terminal, container_id, number)
    terminal.show(lambda: terminal.player() | study_json(study), lambda: _explanation(study))


@tune.command("apply")
@container_option
@number_option
@with_terminal
def apply(terminal: Terminal, container_id: str, number: int) -> None:
    """Set what a study proposes, as a revision by `tuner`; not if anybody changed a setting since it began."""
    show_change(terminal, terminal.call("ApplyTuning", _request(terminal, container_id, number)))


def _request(terminal: Terminal, container_id: str, number: int) -> "pb.TuningRequest":
    from starfoundry.wire.daemon_pb2 import TuningRequest

    container = container_of(terminal, container_id)
    return TuningRequest(container_id=container, player_id=terminal.player_id(), number=number)


def _study(terminal: Terminal, container_id: str, number: int) -> "pb.Tuning":
    studies = terminal.call("ListTunings", _request(terminal, container_id, number)).studies
    if not studies:
        raise Missing("no study was begun yet; `spacetraders tune start` begins one")
    found: pb.Tuning = studies[0]
    return found


def _show(terminal: Terminal, study: "pb.Tuning") -> None:
    terminal.show(lambda: terminal.player() | study_json(study), lambda: _text(study))


def study_json(study: "pb.Tuning") -> dict[str, object]:
    """What machines read of a study."""
    proposal = _proposal_json(study.proposal) if study.HasField("proposal") else None
    return {**message_json(study), "proposal": proposal}


def _proposal_json(proposal: "pb.TuningProposal") -> dict[str, object]:
    difference = proposal.difference
    return {
        "trial": proposal.trial,
        "changes": changes_json(proposal.changes),
        "before": round(proposal.before, 2),
        "after": round(proposal.after, 2),
        "gain": round(difference.mean, 2),
        "low": round(difference.low, 2),
        "high": round(difference.high, 2),
        "worlds": difference.pairs,
        "importance": {name: round(share, 3) for name, share in _by_share(proposal)},
    }


def _settings(each: "pb.TuningTrial") -> dict[str, Any]:
    return {name: json.loads(text) for name, text in sorted(each.settings_json.items())}


def _text(study: "pb.Tuning") -> str:
    head = [
        ("Study", str(study.number)),
        ("Container", study.container_id),
        ("Status", study.status),
        ("Varies", ", ".join(study.settings)),
        ("Wants", study.objective + _bound(study)),
        ("Runs", f"{study.runs_used} of {study.budget}, of {study.hours:g} hours each"),
        ("Trials", f"{len(study.trials)}, {sum(each.state == 'CUT' for each in study.trials)} cut early"),
    ]
    if study.HasField("best_trial"):
        best = next(each for each in study.trials if each.number == study.best_trial)
        head.append(("Today", _value(study.trials[0])))
        head.append(("Best so far", f"{_value(best)} by trial {best.number}: {_words(best)}"))
    parts = [render.facts(head)]
    if study.reason:
        parts.append(render.on_terminal(study.reason))
    if study.HasField("proposal"):
        parts.append(_proposal_text(study))
    return "\n\n".join(parts)


def _bound(study: "pb.Tuning") -> str:
    return f", drawdown < {study.drawdown_max_percent:g} %" if study.HasField("drawdown_max_percent") else ""


def _proposal_text(study: "pb.Tuning") -> str:
    proposal, difference = study.proposal, study.proposal.difference
    share = 100 * difference.mean / abs(proposal.before) if proposal.before else 0.0
    told = (
        f"proposed, after {difference.pairs} fresh worlds: {difference.mean:+,.0f} {study.objective} ({share:+.0f} %),"
        f" 80 % range {difference.low:+,.0f} to {difference.high:+,.0f}"
    )
    mattered = ", ".join(f"{name} {100 * share:.0f} %" for name, share in _by_share(proposal))
    lines = [told, *([f"what mattered: {mattered}"] if mattered else [])]
    return "\n".join([changes_text(changes_json(proposal.changes)), *map(render.on_terminal, lines)])


def _by_share(proposal: "pb.TuningProposal") -> list[tuple[str, float]]:
    return sorted(proposal.importance.items(), key=lambda each: (-each[1], each[0]))


def _row(study: "pb.Tuning") -> list[render.Cell]:
    difference = study.proposal.difference if study.HasField("proposal") else None
    return [
        study.number,
        study.status,
        ", ".join(study.settings),
        study.objective,
        study.runs_used,
        f"{study.hours:g}",
        None if difference is None else f"{difference.mean:+,.0f}",
        None if difference is None else f"{difference.low:+,.0f} to {difference.high:+,.0f}",
    ]


def _explanation(study: "pb.Tuning") -> str:
    heads = ["Trial", "State", "Worlds", "Value", "Drawdown", "Efficient", "Settings"]
    rows: list[list[render.Cell]] = [
        [
            each.number,
            each.state if each.keeps_constraint else f"{each.state}, beyond the constraint",
            each.worlds,
            _value(each),
            round(each.drawdown),
            "yes" if each.is_efficient else "",
            "today's" if each.number == 0 else _words(each),
        ]
        for each in sorted(study.trials, key=lambda each: -(each.value if each.HasField("value") else float("-inf")))
    ]
    return "\n\n".join([_text(study), render.table(heads, rows, empty="nothing was tried yet")])


def _value(each: "pb.TuningTrial") -> str:
    return f"{each.value:,.1f}" if each.HasField("value") else ""


def _words(each: "pb.TuningTrial") -> str:
    return ", ".join(f"{name}={as_text(value)}" for name, value in _settings(each).items())
