"""`spacetraders market forecast`: each good's stock at a later time, its range, and what restricts it."""

from typing import TYPE_CHECKING

import click

from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import GoodForecast, MarketForecast

DEFAULT_SECONDS = 1_800.0


@click.command("forecast")
@click.argument("waypoint")
@click.option(
    "--in",
    "seconds",
    type=Duration(bare_unit="m", maximum_seconds=172_800),
    default=DEFAULT_SECONDS,
    metavar="TIME",
    help="How far ahead: 90m, 2h, 1d.  [default: 30m]",
)
@with_terminal
def forecast(terminal: Terminal, waypoint: str, seconds: float) -> None:
    """Show stocks expected at a later time.

    The forecast assumes that nobody trades. The last part of a waypoint, such as A2, is enough.

    Stocks count trade volumes around a market's target: positive when full. The range holds in four of five cases.
    It is learned from readings: the more often a market is seen, the narrower it is.
    """
    from starfoundry.wire.daemon_pb2 import ForecastMarketRequest

    request = ForecastMarketRequest(player_id=terminal.player_id(), waypoint=waypoint, seconds=int(seconds))
    found = terminal.call("ForecastMarket", request)
    terminal.show(message_json(found), lambda: _text(found))


def _text(found: "MarketForecast") -> str:
    head = render.facts(
        [("Market", found.waypoint), ("Seen", render.moment(found.observed_at)), ("At", render.moment(found.at))]
    )
    heads = ["Good", "Level", "Then", "Stock", "Then", "Range", "Step", "Next step"]
    parts = [head, render.table(heads, [_row(good) for good in found.goods])]
    reasons = [render.on_terminal(good.restriction, hanging="  ") for good in found.goods if good.restriction]
    if reasons:
        parts.append("\n".join(reasons))
    return "\n\n".join(parts)


def _row(good: "GoodForecast") -> list[render.Cell]:
    if not good.is_explained:
        return [good.good, good.supply, "", "", "", "no forecast", "", ""]
    volume = good.trade_volume
    return [
        good.good,
        good.supply,
        good.supply_expected,
        f"{good.stock / volume:+.1f}",
        f"{good.stock_expected / volume:+.1f}",
        f"{good.stock_low / volume:+.1f} to {good.stock_high / volume:+.1f}",
        f"{good.step:.2f}" if good.steps_seen else f"about {good.step:.1f}",
        f"by {good.next_step_until[11:16]}" if good.next_step_until else "not known yet",
    ]
