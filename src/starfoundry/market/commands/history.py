"""`spacetraders market history`: what a good cost, at each market that trades it, whenever it was seen to change."""

from typing import TYPE_CHECKING

import click

from starfoundry.terminal.arguments.options import Terminal, with_list_terminal
from starfoundry.terminal.arguments.time_options import since_option
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import PricePoint


@click.command("history")
@click.argument("good")
@click.option("--at", "waypoint", default="", metavar="WAYPOINT", help="Only at this market.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=1_000, show_default=True, help="How many, newest first."
)
@since_option()
@with_list_terminal
def history(terminal: Terminal, good: str, waypoint: str, limit: int, since: str) -> None:
    """List the prices of a good as seen.

    The oldest come first, one line whenever a reading showed a change.
    """
    from starfoundry.wire.daemon_pb2 import ListPriceHistoryRequest, PricePoint

    request = ListPriceHistoryRequest(
        player_id=terminal.player_id(), good=good, waypoint=waypoint, since=since, limit=limit
    )
    found = terminal.call("ListPriceHistory", request)
    terminal.show_list(
        {"good": found.good, "prices": [message_json(each) for each in found.points]},
        lambda: _table(list(found.points)),
        rows="prices",
        blank=lambda: message_json(PricePoint()),
    )


def _table(points: "list[PricePoint]") -> str:
    return render.table(
        ["When", "Market", "Supply", "Activity", "Volume", "Ask", "Bid"],
        [
            [
                render.moment(each.at),
                each.waypoint,
                each.supply,
                each.activity,
                each.trade_volume,
                each.ask,
                each.bid,
            ]
            for each in points
        ],
        empty="No price of it has been seen yet",
    )
