"""Text and JSON output of studies and of settings that follow conditions."""

import json
from typing import TYPE_CHECKING, Any

from starfoundry.config.commands.config_output import changes_json, changes_text
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json
from starfoundry.tuning.commands.risk_picture import BEST, EFFICIENT, OTHER, TODAY, Point, risk_picture

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


def study_json(study: "pb.Tuning") -> dict[str, object]:
    """A study as JSON."""
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


def study_text(study: "pb.Tuning") -> str:
    """The progress, the best trial and the proposal of a study."""
    head = [
        ("Study", str(study.number)),
        ("Container", study.container_id),
        ("Status", study.status),
        ("Varies", ", ".join(study.settings)),
        ("Objective", study.objective + _bound(study)),
        ("Runs", f"{study.runs_used} of {study.budget}, {render.counted(study.hours, 'hour')} each"),
        ("Trials", f"{len(study.trials)}, {sum(each.state == 'CUT' for each in study.trials)} stopped early"),
        *_where(study),
    ]
    if study.HasField("best_trial"):
        best = next(each for each in study.trials if each.number == study.best_trial)
        head.append(("Current", _value(study.trials[0])))
        head.append(("Best so far", f"{_value(best)} by trial {best.number}: {_words(best)}"))
    if study.apply_within:
        head.append(("Auto-apply", f"within {', '.join(study.apply_within)}"))
    if study.probation:
        head.append(("Probation", study.probation + (f": {study.probation_reason}" if study.probation_reason else "")))
    parts = [render.facts(head)]
    if study.reason:
        parts.append(render.on_terminal(study.reason))
    if study.HasField("proposal"):
        parts.append(_proposal_text(study))
    return "\n\n".join(parts)


def _where(study: "pb.Tuning") -> list[tuple[str, str]]:
    place = study.cluster or "this machine"
    if study.status != "RUNNING":
        return [("Ran on", place)]
    rows = [("Runs on", f"{place}, {study.workers} worker{'' if study.workers == 1 else 's'}")]
    if study.waits:
        rows.append(("Waits", study.waits))
    return rows + [("Refused", each) for each in study.refused_workers]


def _bound(study: "pb.Tuning") -> str:
    return f", drawdown < {study.drawdown_max_percent:g} %" if study.HasField("drawdown_max_percent") else ""


def _proposal_text(study: "pb.Tuning") -> str:
    proposal, difference = study.proposal, study.proposal.difference
    share = 100 * difference.mean / abs(proposal.before) if proposal.before else 0.0
    summary = (
        f"proposed, after {difference.pairs} new worlds: {difference.mean:+,.0f} {study.objective} ({share:+.0f} %),"
        f" 80 % range {difference.low:+,.0f} to {difference.high:+,.0f}"
    )
    mattered = ", ".join(f"{name} {100 * share:.0f} %" for name, share in _by_share(proposal))
    lines = [summary, *([f"importance: {mattered}"] if mattered else [])]
    return "\n".join([changes_text(changes_json(proposal.changes)), *map(render.on_terminal, lines)])


def _by_share(proposal: "pb.TuningProposal") -> list[tuple[str, float]]:
    return sorted(proposal.importance.items(), key=lambda each: (-each[1], each[0]))


def study_row(study: "pb.Tuning") -> list[render.Cell]:
    """A study as a row of the history."""
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


def explanation(study: "pb.Tuning") -> str:
    """A study with every trial, the best first."""
    heads = ["Trial", "State", "Worlds", "Value", "Drawdown", "Efficient", "Settings"]
    rows: list[list[render.Cell]] = [
        [
            each.number,
            each.state if each.keeps_constraint else f"{each.state}, violates the constraint",
            each.worlds,
            _value(each),
            round(each.drawdown),
            "yes" if each.is_efficient else "",
            "current" if each.number == 0 else _words(each),
        ]
        for each in sorted(study.trials, key=lambda each: -(each.value if each.HasField("value") else float("-inf")))
    ]
    table = render.table(heads, rows, empty="no trials yet")
    return "\n\n".join(each for each in (study_text(study), table, _picture(study)) if each)


def _picture(study: "pb.Tuning") -> str:
    """The complete trials, profit against risk."""
    best = study.best_trial if study.HasField("best_trial") else None

    def mark(each: "pb.TuningTrial") -> str:
        if each.number == best:
            return BEST
        return TODAY if each.number == 0 else EFFICIENT if each.is_efficient else OTHER

    done = [each for each in study.trials if each.state == "COMPLETE"]
    return risk_picture([Point(each.drawdown, each.value, mark(each)) for each in done], study.objective)


def _value(each: "pb.TuningTrial") -> str:
    return f"{each.value:,.1f}" if each.HasField("value") else ""


def _words(each: "pb.TuningTrial") -> str:
    return ", ".join(f"{name}={as_text(value)}" for name, value in _settings(each).items())


def follow_text(follow: "pb.TuningFollow") -> str:
    """The followed settings with their bounds and states, and the newest adjustments."""
    if not follow.is_on:
        return f"no settings of {follow.container_id} are followed"
    head = [
        ("Follows", f"conditions of {follow.container_id}, requested by {follow.author} at {render.moment(follow.at)}"),
        ("Adjusts", f"each setting at most every {follow.least_seconds / 60:g} min"),
    ]
    if follow.waits:
        head.append(("Waits", follow.waits))
    settings = render.table(
        ["Setting", "Value", "Bounds", "State", "Condition"],
        [[each.name, each.value, f"{each.low}..{each.high}", each.state, each.detail] for each in follow.settings],
    )
    moves = render.table(
        ["Revision", "Time", "Adjustment", "Condition"],
        [
            [each.revision, render.moment(each.at), f"{each.name} {each.before} -> {each.after}", each.reason]
            for each in follow.moves
        ],
        empty="no adjustments yet",
    )
    return "\n\n".join([render.facts(head), settings, moves])
