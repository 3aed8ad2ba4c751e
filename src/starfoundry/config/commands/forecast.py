"""`config forecast`: the expected result of proposed settings, and a review of earlier forecasts."""

from typing import TYPE_CHECKING, Literal

import click

from starfoundry.config.commands.config_options import assignments, container_of, container_option
from starfoundry.config.commands.config_output import changes_json
from starfoundry.config.commands.setting_completion import complete_assignment
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

Part = Literal["difference", "first_hours_difference", "steady_difference"]
PARTS: dict[Part, str] = {
    "difference": "all hours",
    "first_hours_difference": "first 6 h",
    "steady_difference": "then",
}
"""The differences that a forecast reports, and their labels."""

HOURS_MAX_SECONDS = 240 * 3_600.0


@click.command("forecast")
@click.argument("words", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_assignment)
@container_option
@click.option("--preset", metavar="NAME", help="Propose this preset; an empty name proposes to remove it.")
@click.option(
    "--hours",
    "seconds",
    type=Duration(bare_unit="h", maximum_seconds=HOURS_MAX_SECONDS),
    default="24",
    show_default=True,
    metavar="H",
    help="Simulated hours: 24, 90m or 2d.",
)
@click.option(
    "--runs",
    type=click.IntRange(1, 200),
    default=8,
    show_default=True,
    metavar="N",
    help="Maximum number of simulated worlds.",
)
@click.option("--review", is_flag=True, help="Compare stored forecasts with the real results.")
@with_terminal
def forecast(
    terminal: Terminal,
    /,
    words: tuple[str, ...],
    container_id: str,
    preset: str | None,
    seconds: float,
    runs: int,
    review: bool,
) -> None:
    """Forecast the result of proposed settings.

    Simulates both the current and the proposed settings, starting from the daemon's current data, and compares the
    results. Nothing is changed, and no request is sent to the game. Without proposed settings only the current ones are
    forecast. Ctrl-C ends it.
    """
    texts = assignments(words)
    container = container_of(terminal, container_id)
    if review:
        if texts or preset is not None:
            raise Refused("--review cannot be combined with proposed settings")
        _show_reviews(terminal, container)
        return
    from starfoundry.wire.daemon_pb2 import ForecastConfigRequest

    request = ForecastConfigRequest(
        container_id=container, player_id=terminal.player_id(), texts=texts, hours=seconds / 3_600, runs=runs
    )
    if preset is not None:
        request.preset = preset
    found = None
    for found in terminal.stream("ForecastConfig", request):
        if not found.is_over:
            terminal.note(f"round {found.rounds} of at most {found.runs}: {_progress(found)}")
    assert found is not None, "a forecast ends with its answer or an error"
    answer = found
    terminal.show(lambda: terminal.player() | forecast_json(answer), lambda: _text(answer))


def _show_reviews(terminal: Terminal, container: str) -> None:
    from starfoundry.wire.daemon_pb2 import ListConfigForecastsRequest

    request = ListConfigForecastsRequest(container_id=container, player_id=terminal.player_id())
    answer = terminal.call("ListConfigForecasts", request)
    reviewed = {
        "container_id": container,
        "reviews": [_review_json(each) for each in answer.reviews],
        "held": answer.held,
        "judged": answer.judged,
    }
    terminal.show(lambda: terminal.player() | reviewed, lambda: _reviews_text(answer))


def forecast_json(found: "pb.ConfigForecast") -> dict[str, object]:
    """A forecast as JSON, with its result in one sentence."""
    return {**message_json(found), "verdict": verdict(found)}


def verdict(found: "pb.ConfigForecast") -> str:
    """The result of the forecast in one sentence."""
    if not found.HasField("difference"):
        return f"the current settings earn about {found.today.profit_per_hour:,.0f} credits an hour"
    difference = found.difference
    if not difference.told_from_zero:
        return f"the difference is not significant ({render.counted(found.rounds, 'round')})"
    share = abs(difference.mean) / abs(found.today.profit_per_hour) if found.today.profit_per_hour else 0.0
    more = "more" if difference.mean > 0 else "less"
    return f"{abs(difference.mean):,.0f} credits an hour {more} than the current settings ({100 * share:.0f} %)"


def _progress(found: "pb.ConfigForecast") -> str:
    if not found.HasField("difference"):
        return f"{found.today.profit_per_hour:,.0f} an hour"
    return f"{found.difference.mean:+,.0f} an hour"


def _text(found: "pb.ConfigForecast") -> str:
    arms = [("current", found.today), *([("proposed", found.proposed)] if found.HasField("proposed") else [])]
    heads = ["", "Profit/h", "80 % range", "First 6 h", "Then", "Drawdown", "Requests/h", "Ships"]
    hours, rounds = render.counted(found.hours, "hour"), render.counted(found.rounds, "round")
    parts = [
        f"{hours} from {render.moment(found.at)}, {rounds}",
        render.table(heads, [_row(name, arm) for name, arm in arms]),
    ]
    lines = [verdict(found), *(f"  {reason}" for reason in found.reasons)]
    if found.HasField("difference"):
        rows = [_difference_row(found, name) for name in PARTS if found.HasField(name)]
        parts.append(render.table(["Proposed - current", "Credits/h", "80 % range"], rows))
    if found.unseen_goods:
        lines.append(f"{found.unseen_goods} goods at markets were never seen; typical stocks are assumed for them")
    return "\n\n".join([*parts, "\n".join(render.on_terminal(line, hanging="  ") for line in lines)])


def _row(name: str, arm: "pb.ArmForecast") -> list[render.Cell]:
    return [
        name,
        round(arm.profit_per_hour),
        f"{arm.low:,.0f} to {arm.high:,.0f}" if arm.HasField("low") else None,
        round(arm.first_hours),
        round(arm.steady) if arm.HasField("steady") else None,
        round(arm.drawdown),
        round(arm.requests_per_hour),
        f"{arm.ships:.1f}",
    ]


def _difference_row(found: "pb.ConfigForecast", name: "Part") -> list[render.Cell]:
    each: pb.ForecastDifference = getattr(found, name)
    bounds = f"{each.low:+,.0f} to {each.high:+,.0f}" if each.HasField("low") else None
    return [PARTS[name], f"{each.mean:+,.0f}", bounds]


def _review_json(each: "pb.ForecastReview") -> dict[str, object]:
    return {**message_json(each), "forecast": forecast_json(each.forecast)}


def _reviews_text(answer: "pb.ListConfigForecastsResponse") -> str:
    heads = ["No.", "At", "Hours", "Proposed", "Tried", "Expected/h", "80 % range", "Real/h", "Verdict"]
    table = render.table(heads, [_review_row(each) for each in answer.reviews], empty="there are no forecasts yet")
    parts = [table]
    old = [
        f"No. {each.forecast.number} is out of date: {'; '.join(each.unlike)}" for each in answer.reviews if each.unlike
    ]
    if old:
        parts.append("\n".join(render.on_terminal(line, hanging="  ") for line in old))
    if answer.judged:
        share = 100 * answer.held / answer.judged
        parts.append(f"{answer.held} of {answer.judged} held ({share:.0f} %; 80 % are expected)")
    return "\n\n".join(parts)


def _review_row(each: "pb.ForecastReview") -> list[render.Cell]:
    found = each.forecast
    arm = found.proposed if each.tried == "proposed" else found.today
    changed = ", ".join(f"{name}={as_text(pair['after'])}" for name, pair in changes_json(found.changes).items())
    return [
        found.number,
        render.moment(found.at),
        f"{found.hours:g}",
        changed,
        each.tried,
        round(arm.profit_per_hour),
        f"{arm.low:,.0f} to {arm.high:,.0f}" if arm.HasField("low") else None,
        round(each.came) if each.HasField("came") else None,
        each.verdict,
    ]
