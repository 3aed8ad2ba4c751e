"""`spacetraders market list|show`."""

from typing import TYPE_CHECKING

import click

from starfoundry.terminal import render
from starfoundry.terminal.options import Terminal, with_list_terminal, with_terminal

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Market, TradeGood


@click.group()
def market() -> None:
    """What is known of the markets: what they trade, and prices where a ship of yours was."""


@market.command("list")
@click.option("--system", default="", help="Only markets of this system; default: every one known.")
@click.option("--good", default="", help="Only markets that trade this good, with its prices.")
@with_list_terminal
def list_markets(terminal: Terminal, system: str, good: str) -> None:
    """List the markets, and how old the prices known of them are."""
    from starfoundry.wire.daemon_pb2 import ListMarketsRequest, Market

    request = ListMarketsRequest(player_id=terminal.player_id(), system=system, good=good)
    markets = terminal.call("ListMarkets", request).markets
    terminal.show_list(
        {"markets": [_as_json(each) for each in markets]},
        lambda: _prices_table(markets) if good else _markets_table(markets),
        rows="markets",
        blank=lambda: _as_json(Market()),
    )
    if any(not each.observed_at for each in markets):
        unseen = "Prices show once a ship has been there; a coordinator sends scouts: manufacturing start"
        terminal.note(render.on_terminal(unseen, hanging="  "))


@market.command("show")
@click.argument("waypoint")
@with_terminal
def show_market(terminal: Terminal, waypoint: str) -> None:
    """Show one market with every good it trades, as last seen."""
    from starfoundry.wire.daemon_pb2 import GetMarketRequest

    found = terminal.call("GetMarket", GetMarketRequest(player_id=terminal.player_id(), waypoint=waypoint))
    terminal.show(_as_json(found), lambda: _describe(found))


def _as_json(found: "Market") -> dict[str, object]:
    return {
        "waypoint": found.waypoint,
        "observed_at": found.observed_at or None,
        "age_seconds": found.age_seconds if found.observed_at else None,
        "goods": [_good_as_json(good) for good in found.goods],
        "imports": list(found.imports),
        "exports": list(found.exports),
        "exchange": list(found.exchange),
    }


def _good_as_json(good: "TradeGood") -> dict[str, object]:
    return {
        "good": good.good,
        "type": good.type,
        "supply": good.supply or None,
        "activity": good.activity or None,
        "trade_volume": good.trade_volume,
        "ask": good.ask,
        "bid": good.bid,
    }


def _age(found: "Market") -> str:
    return render.age(found.age_seconds if found.observed_at else None)


def _markets_table(markets: "list[Market]") -> str:
    return render.table(
        ["Market", "Seen", "Makes", "Uses", "Passes on"],
        [
            [each.waypoint, _age(each), ", ".join(each.exports), ", ".join(each.imports), ", ".join(each.exchange)]
            for each in markets
        ],
        empty="No market is known yet",
    )


def _prices_table(markets: "list[Market]") -> str:
    return render.table(
        ["Market", "Seen", "Type", "Supply", "Activity", "Volume", "Ask", "Bid"],
        [
            [
                each.waypoint,
                _age(each),
                good.type,
                good.supply,
                good.activity,
                good.trade_volume,
                good.ask,
                good.bid,
            ]
            for each in markets
            for good in each.goods
        ],
        empty="Nobody has seen a price of it yet",
    )


def _describe(found: "Market") -> str:
    goods = render.table(
        ["Good", "Type", "Supply", "Activity", "Volume", "Ask", "Bid"],
        [
            [good.good, good.type, good.supply, good.activity, good.trade_volume, good.ask, good.bid]
            for good in found.goods
        ],
        empty="No ship of yours has been there yet",
    )
    told = render.facts(
        [
            ("Market", found.waypoint),
            ("Seen", _age(found)),
            ("Makes", ", ".join(found.exports)),
            ("Uses", ", ".join(found.imports)),
            ("Passes on", ", ".join(found.exchange)),
        ]
    )
    return f"{told}\n\n{goods}"
