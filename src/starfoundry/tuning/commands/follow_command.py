"""`tune follow`: settings adjusted to market conditions, within an operator's bounds."""

import click

from starfoundry.config.commands.config_options import container_of, container_option
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.rendering.json_forms import message_json
from starfoundry.tuning.commands.output import follow_text
from starfoundry.tuning.domain.tune_command import tune_command


@click.command("follow")
@container_option
@click.option(
    "--within",
    metavar="NAME=LOW..HIGH,...",
    help="The settings to adjust, with their bounds; default: show the current state.",
)
@click.option(
    "--least",
    "least_seconds",
    type=Duration(bare_unit="m"),
    default="30m",
    show_default=True,
    metavar="TIME",
    help="Minimum time between two adjustments of one setting.",
)
@click.option("--off", is_flag=True, help="Stop following. The current values are kept.")
@with_terminal
def follow(terminal: Terminal, /, container_id: str, within: str | None, least_seconds: float, off: bool) -> None:
    """Adjust settings to market conditions.

    They stay within your bounds, until you use --off.

    Supply levels follow the supply of the factories' goods, trade_min_margin the spreads, trade_max_ships contention,
    and max_workers the request budget. Every adjustment is a revision by `tuner`, with the condition as its reason. A
    setting that somebody else changes is no longer adjusted.
    """
    from starfoundry.wire.daemon_pb2 import FollowTuningRequest, TuningRequest

    if off and within is not None:
        raise Refused("--off cannot be combined with --within")
    container, player = container_of(terminal, container_id), terminal.player_id()
    if within is None and not off:
        answer = terminal.call("ListTunings", TuningRequest(container_id=container, player_id=player))
        if not answer.HasField("follow"):
            start = tune_command("follow", container, "--within NAME=LOW..HIGH")
            raise Missing(f"no settings of {container} are followed; start with: {start}")
        found = answer.follow
    else:
        request = FollowTuningRequest(
            container_id=container,
            player_id=player,
            within=[word for word in (within or "").split(",") if word.strip()],
            least_seconds=least_seconds,
            off=off,
        )
        found = terminal.call("FollowTuning", request)
    terminal.show(lambda: terminal.player() | message_json(found), lambda: follow_text(found))
