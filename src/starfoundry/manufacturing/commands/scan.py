"""`spacetraders manufacturing scan`: the chains and lanes that the known markets offer."""

from typing import TYPE_CHECKING

import click

from starfoundry.config.domain.declarations.core_settings import PREFER_BUY, PREFER_FABRICATE, SMART
from starfoundry.manufacturing.commands.estimates import estimate_text
from starfoundry.market.commands.unseen_markets import note_unseen
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal
from starfoundry.terminal.arguments.player import INT32_MAX
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as wire

STRATEGIES = (PREFER_BUY, PREFER_FABRICATE, SMART)


@click.command("scan")
@click.option("--system", default="", help="The system to look at; default: the player's home system.")
@click.option(
    "--min-price",
    type=click.IntRange(0, INT32_MAX),
    default=1000,
    show_default=True,
    help="Minimum bid for a product, in credits.",
)
@click.option(
    "--limit", type=click.IntRange(1, INT32_MAX), default=10, show_default=True, help="How many chains to show."
)
@click.option("--strategy", type=click.Choice(STRATEGIES), help="How inputs are obtained.")
@click.option(
    "--detail", is_flag=True, help="Show each estimate in detail: every purchase, sale and flight, with its price."
)
@with_list_terminal
def scan(terminal: Terminal, system: str, min_price: int, limit: int, strategy: str | None, *, detail: bool) -> None:
    """Show the chains and lanes in the known markets.

    The best come first. For unprofitable ones the reason is shown.
    """
    from starfoundry.wire.daemon_pb2 import Opportunity, ScanOpportunitiesRequest

    request = ScanOpportunitiesRequest(
        player_id=terminal.player_id(), system=system, min_price=min_price, limit=limit, strategy=strategy or ""
    )
    answer = terminal.call("ScanOpportunities", request)
    terminal.show_list(
        {
            "system": answer.system,
            "markets_seen": answer.markets_seen,
            "markets_known": answer.markets_known,
            "opportunities": [message_json(chance) for chance in answer.opportunities],
        },
        lambda: _detailed(answer) if detail else _table(answer),
        rows="opportunities",
        blank=lambda: message_json(Opportunity()),
    )
    if answer.markets_seen < answer.markets_known:
        note_unseen(terminal, [answer.system])


def _title(answer: "wire.ScanOpportunitiesResponse") -> str:
    return f"{answer.system}: {answer.markets_seen} of {answer.markets_known} markets seen"


def _table(answer: "wire.ScanOpportunitiesResponse") -> str:
    """The table; the title names the system once for every waypoint, so that a row fits a terminal."""
    rows: list[list[render.Cell]] = [
        [
            chance.good,
            chance.kind,
            chance.factory.removeprefix(f"{answer.system}-"),
            chance.sell_market.removeprefix(f"{answer.system}-"),
            chance.supply,
            chance.ask,
            chance.bid,
            chance.estimate.profit,
            chance.estimate.profit_per_hour,
            chance.verdict,
        ]
        for chance in answer.opportunities
    ]
    heads = ["Good", "Kind", "Factory", "Sell", "Supply", "Ask", "Bid", "Profit", "Per hour", "Verdict"]
    return f"{_title(answer)}\n\n{render.table(heads, rows, empty='no chain is known yet')}"


def _detailed(answer: "wire.ScanOpportunitiesResponse") -> str:
    """Each opportunity with the estimates of its trips; places are named by their last part."""
    if not answer.opportunities:
        return _table(answer)
    blocks = [_opened(chance, place, f"{answer.system}-") for place, chance in enumerate(answer.opportunities, start=1)]
    return "\n\n".join([_title(answer), *blocks])


def _opened(chance: "wire.Opportunity", place: int, system: str) -> str:
    estimate = chance.estimate
    head = (
        f"{place}. {chance.kind} {chance.good}: {render.money(estimate.profit, signed=True)} credits a round,"
        f" {render.money(estimate.profit_per_hour, signed=True)} an hour, prices {render.age(chance.age_seconds)} old"
    )
    verdict = "" if chance.verdict == "go" else render.on_terminal(f"not now: {chance.verdict}", indent="   ") + "\n"
    trips = "\n\n".join(estimate_text(trip, system=system) for trip in chance.trips)
    return f"{render.on_terminal(head, hanging='   ')}\n{verdict}{trips}"
