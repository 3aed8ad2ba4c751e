"""`spacetraders tune`: studies that search for better settings in the background."""

from typing import TYPE_CHECKING

import click

from starfoundry.config.commands.config_options import container_of, container_option
from starfoundry.config.commands.config_output import show_change
from starfoundry.kernel.errors import Missing
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json
from starfoundry.tuning.commands.follow_command import follow
from starfoundry.tuning.commands.output import (
    explanation,
    follow_text,
    study_json,
    study_row,
    study_text,
)
from starfoundry.tuning.domain.tune_command import tune_command

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

OBJECTIVES = ("profit_per_hour", "credits_per_request")
number_option = click.option(
    "--study", "number", type=click.IntRange(0), default=0, metavar="N", help="The study; default: the newest."
)


@click.group("tune")
def tune() -> None:
    """Find better settings: a study simulates many of them in the background and proposes the best."""


@tune.command("start")
@container_option
@click.option(
    "--settings",
    required=True,
    metavar="NAME[=LOW..HIGH],...",
    help="The settings to vary; a number without bounds is varied from a quarter to four times its value.",
)
@click.option("--objective", type=click.Choice(OBJECTIVES), default=OBJECTIVES[0], show_default=True, help="The goal.")
@click.option(
    "--constraint", default="", metavar="TEXT", help='For example "drawdown < 10 %", relative to the current credits.'
)
@click.option("--budget", type=int, default=200, show_default=True, metavar="N", help="Number of runs.")
@click.option(
    "--hours",
    "seconds",
    type=Duration(bare_unit="h"),
    default="24",
    show_default=True,
    metavar="H",
    help="Simulated hours of each run: 24, 90m or 2d.",
)
@click.option(
    "--apply-within",
    default="",
    metavar="NAME=LOW..HIGH,...",
    help="Apply a proposal within these bounds automatically, and revert it if the real profit falls.",
)
@click.option(
    "--cluster",
    default="",
    metavar="ADDRESS",
    help="Run on a Dask cluster instead of this machine: tcp://HOST:PORT of its scheduler.",
)
@click.option(
    "--batch",
    type=int,
    default=8,
    show_default=True,
    metavar="N",
    help="Number of trials that are proposed together and run in parallel.",
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
    apply_within: str,
    cluster: str,
    batch: int,
) -> None:
    """Start a study. It runs in the background, and continues after a restart of the daemon.

    No setting is changed unless you give --apply-within.
    """
    from starfoundry.wire.daemon_pb2 import StartTuningRequest

    request = StartTuningRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        settings=[word for word in settings.split(",") if word.strip()],
        objective=objective,
        constraint=constraint,
        budget=budget,
        hours=seconds / 3_600,
        apply_within=[word for word in apply_within.split(",") if word.strip()],
        cluster=cluster,
        batch=batch,
    )
    study = terminal.call("StartTuning", request)
    _show(terminal, study)
    progress = tune_command("status", study.container_id)
    terminal.note(f"See its progress: {terminal.addressed(progress)}")


@tune.command("status")
@container_option
@number_option
@with_terminal
def status(terminal: Terminal, container_id: str, number: int) -> None:
    """Show the progress of a study and its best result. With the settings that follow market conditions."""
    request = _request(terminal, container_id, number)
    answer = terminal.call("ListTunings", request)
    following = answer.follow if answer.HasField("follow") else None
    if not answer.studies and following is None:
        raise _nothing_begun(request.container_id)
    study = answer.studies[0] if answer.studies else None
    parts = [*([] if study is None else [study_text(study)]), *([] if following is None else [follow_text(following)])]
    terminal.show(
        lambda: (
            terminal.player()
            | ({} if study is None else study_json(study))
            | {"follow": None if following is None else message_json(following)}
        ),
        lambda: "\n\n".join(parts),
    )


@tune.command("stop")
@container_option
@number_option
@with_terminal
def stop(terminal: Terminal, container_id: str, number: int) -> None:
    """Stop a running study. Its results are kept."""
    _show(terminal, terminal.call("StopTuning", _request(terminal, container_id, number)))


@tune.command("history")
@container_option
@with_list_terminal
def history(terminal: Terminal, container_id: str) -> None:
    """List the studies of a coordinator, newest first."""
    from starfoundry.wire.daemon_pb2 import Tuning

    studies = terminal.call("ListTunings", _request(terminal, container_id, 0)).studies
    heads = ["Study", "Status", "Settings", "Objective", "Runs", "Hours", "Gain", "80 % range"]
    terminal.show_list(
        lambda: terminal.player() | {"studies": [study_json(each) for each in studies]},
        lambda: render.table(heads, [study_row(each) for each in studies], empty="there are no studies yet"),
        rows="studies",
        blank=lambda: study_json(Tuning()),
    )


@tune.command("explain")
@container_option
@number_option
@with_terminal
def explain(terminal: Terminal, container_id: str, number: int) -> None:
    """Show every trial and the weight of each setting. With a chart of profit and risk."""
    study = _study(terminal, container_id, number)
    terminal.show(lambda: terminal.player() | study_json(study), lambda: explanation(study))


@tune.command("apply")
@container_option
@number_option
@with_terminal
def apply(terminal: Terminal, container_id: str, number: int) -> None:
    """Apply the proposal of a study, as a revision by `tuner`.

    It is refused if a setting was changed since the study started.
    """
    show_change(terminal, terminal.call("ApplyTuning", _request(terminal, container_id, number)))


def _request(terminal: Terminal, container_id: str, number: int) -> "pb.TuningRequest":
    from starfoundry.wire.daemon_pb2 import TuningRequest

    container = container_of(terminal, container_id)
    return TuningRequest(container_id=container, player_id=terminal.player_id(), number=number)


def _study(terminal: Terminal, container_id: str, number: int) -> "pb.Tuning":
    request = _request(terminal, container_id, number)
    studies = terminal.call("ListTunings", request).studies
    if not studies:
        raise _nothing_begun(request.container_id)
    found: pb.Tuning = studies[0]
    return found


def _nothing_begun(container_id: str) -> Missing:
    start = tune_command("start", container_id, "--settings NAME")
    return Missing(f"there are no studies yet; start one with: {start}")


def _show(terminal: Terminal, study: "pb.Tuning") -> None:
    terminal.show(lambda: terminal.player() | study_json(study), lambda: study_text(study))


tune.add_command(follow)
