"""`spacetraders market list|show|places|history|forecast`."""

import re
from typing import TYPE_CHECKING, Any

import click

from starfoundry.kernel.errors import Missing
from starfoundry.kernel.nearest import did_you_mean, whole_name
from starfoundry.market.commands.forecast import forecast
from starfoundry.market.commands.history import history
from starfoundry.market.commands.unseen_markets import note_unseen
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Market

_WAYPOINT = re.compile(r"[A-Z0-9]+-[A-Z0-9]+-[A-Z0-9]+")
"""A waypoint's symbol; symbols of goods have no dash."""


@click.group()
def market() -> None:
    """Known markets.

    What they trade, and prices where one of your ships has been.
    """


market.add_command(forecast)
market.add_command(history)


@market.command("list")
@click.option("--system", default="", help="Only markets of this system; default: every one known.")
@click.option("--good", default="", help="Only markets that trade this good, with its prices.")
@with_list_terminal
def list_markets(terminal: Terminal, system: str, good: str) -> None:
    """List the markets and the age of their prices."""
    from starfoundry.wire.daemon_pb2 import ListMarketsRequest, Market

    request = ListMarketsRequest(player_id=terminal.player_id(), system=system, good=good)
    markets = terminal.call("ListMarkets", request).markets
    terminal.show_list(
        {"markets": [message_json(each) for each in markets]},
        lambda: _prices_table(markets) if good else _markets_table(markets),
        rows="markets",
        blank=lambda: message_json(Market()),
    )
    if broken := [each.waypoint for each in markets if each.unreadable]:
        which = f"spacetraders market show {broken[0]}"
        terminal.note(f"Unreadable markets are retried automatically. Why: {terminal.addressed(which)}")
    if unseen := {each.waypoint.rpartition("-")[0] for each in markets if not each.observed_at}:
        note_unseen(terminal, unseen)


@market.command("show")
@click.argument("waypoint_or_good", metavar="WAYPOINT|GOOD")
@with_list_terminal
def show_market(terminal: Terminal, waypoint_or_good: str) -> None:
    """Show one market, or a good in every market.

    A market is shown with every good it trades, a good with every market that sells or buys it, as last seen. A
    dash stands for the price of a market that no ship has seen yet.
    """
    from starfoundry.wire.daemon_pb2 import GetMarketRequest, ListMarketsRequest, Market, TradeGood

    player_id, wanted = terminal.player_id(), waypoint_or_good.upper()
    traded = []
    if not _WAYPOINT.fullmatch(wanted):
        found = terminal.call("ListMarkets", ListMarketsRequest(player_id=player_id, good=wanted)).markets
        traded = [_trade(each, wanted) for each in found]
        wanted = wanted if traded else _waypoint_of(terminal, wanted)
    if traded:
        terminal.show_list(
            {"good": wanted, "markets": traded},
            lambda: _good_text(wanted, traded),
            rows="markets",
            blank=lambda: _trade(Market(), wanted),
        )
        return
    market = terminal.call("GetMarket", GetMarketRequest(player_id=player_id, waypoint=wanted))
    terminal.show_list(
        lambda: message_json(market), lambda: _describe(market), rows="goods", blank=lambda: message_json(TradeGood())
    )


@market.command("places")
@click.option("--system", default="", help="Only waypoints of this system; default: every one known.")
@with_list_terminal
def list_places(terminal: Terminal, system: str) -> None:
    """List known waypoints.

    Shows their location, and whether goods or ships are sold there.
    """
    from starfoundry.wire.daemon_pb2 import ListWaypointsRequest, Waypoint

    request = ListWaypointsRequest(player_id=terminal.player_id(), system=system)
    found = terminal.call("ListWaypoints", request).waypoints
    rows: list[list[render.Cell]] = [
        [each.waypoint, each.type, each.x, each.y, each.has_market, each.has_shipyard] for each in found
    ]
    terminal.show_list(
        {"waypoints": [message_json(each) for each in found]},
        lambda: render.table(
            ["Waypoint", "Type", "X", "Y", "Market", "Shipyard"], rows, empty="No waypoint is known yet"
        ),
        rows="waypoints",
        blank=lambda: message_json(Waypoint()),
    )


def _trade(found: "Market", good: str) -> dict[str, object]:
    """A market's trade in one good; prices are None if they were never seen."""
    kinds = {"EXPORT": found.exports, "IMPORT": found.imports, "EXCHANGE": found.exchange}
    seen = next((each for each in found.goods if each.good == good), None)
    return {
        "waypoint": found.waypoint,
        "type": seen.type if seen else next((kind for kind, goods in kinds.items() if good in goods), None),
        "supply": seen.supply or None if seen else None,
        "activity": seen.activity or None if seen else None,
        "trade_volume": seen.trade_volume if seen else None,
        "ask": seen.ask if seen else None,
        "bid": seen.bid if seen else None,
        "observed_at": found.observed_at or None,
        "age_seconds": found.age_seconds if found.observed_at else None,
        "unreadable": found.unreadable or None,
    }


def _waypoint_of(terminal: Terminal, wanted: str) -> str:
    """The market with the given last part, such as A2. Raises Missing with the nearest good."""
    from starfoundry.wire.daemon_pb2 import ListMarketsRequest

    markets = terminal.call("ListMarkets", ListMarketsRequest(player_id=terminal.player_id())).markets
    if found := whole_name(wanted, [each.waypoint for each in markets]):
        return found
    known = {good for each in markets for good in (*each.exports, *each.imports, *each.exchange)}
    meant = did_you_mean(wanted, sorted(known))
    hint = meant or f"goods: {', '.join(sorted(known)) or 'none known yet'}"
    raise Missing(f"no known market trades {wanted}; {hint}")


def _good_text(good: str, traded: list[dict[str, Any]]) -> str:
    """The markets that sell the good, cheapest first, and those that buy it, highest price first."""
    sellers = [each for each in traded if each["type"] in ("EXPORT", "EXCHANGE")]
    buyers = [each for each in traded if each["type"] in ("IMPORT", "EXCHANGE")]
    sellers.sort(key=lambda each: (each["ask"] is None, each["ask"]))
    buyers.sort(key=lambda each: (each["bid"] is None, -(each["bid"] or 0)))
    parts = [f"{good}: sold by {len(sellers)}, bought by {len(buyers)} of the known markets"]
    for title, price, markets in (("Buy it at:", "ask", sellers), ("Sell it at:", "bid", buyers)):
        rows: list[list[render.Cell]] = [
            [
                each["waypoint"],
                each[price],
                each["type"],
                each["supply"],
                each["activity"],
                each["trade_volume"],
                _seen(each["age_seconds"], each["unreadable"]),
            ]
            for each in markets
        ]
        heads = ["Market", price.capitalize(), "Type", "Supply", "Activity", "Volume", "Seen"]
        parts.append(f"{title}\n{render.table(heads, rows, empty='no known market')}")
    return "\n\n".join(parts)


def _age(found: "Market") -> str:
    return _seen(found.age_seconds if found.observed_at else None, found.unreadable)


def _seen(age_seconds: int | None, unreadable: str | None) -> str:
    """The age of the prices, with a mark if the last answer could not be read."""
    return f"{render.age(age_seconds)}, unreadable" if unreadable else render.age(age_seconds)


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
        empty="No price of it has been seen yet",
    )


def _describe(found: "Market") -> str:
    goods = render.table(
        ["Good", "Type", "Supply", "Activity", "Volume", "Ask", "Bid"],
        [
            [good.good, good.type, good.supply, good.activity, good.trade_volume, good.ask, good.bid]
            for good in found.goods
        ],
        empty="None of your ships has been there yet",
    )
    facts = render.facts(
        [
            ("Market", found.waypoint),
            ("Seen", _age(found)),
            ("Unreadable", found.unreadable or None),
            ("Makes", ", ".join(found.exports)),
            ("Uses", ", ".join(found.imports)),
            ("Passes on", ", ".join(found.exchange)),
        ]
    )
    return f"{facts}\n\n{goods}"
