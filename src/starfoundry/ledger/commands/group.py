"""`spacetraders ledger list|summary|verify`: the commands of the ledger."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.commands.container_argument import container_of
from starfoundry.kernel.errors import InDoubt, Unavailable
from starfoundry.ledger.commands.output import list_text, summary_text
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.time_options import since_option, until_option
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import ListLedgerRequest, ListPlayersResponse, SummarizeLedgerRequest

KINDS = ("OPENING", "PURCHASE", "SALE", "REFUEL", "SHIP_PURCHASE", "ADJUSTMENT")
KEYS = ("kind", "good", "ship", "chain", "container", "hour", "pipeline", "trip")

LOOKS_MAX = 20


class CallsInDoubt(Unavailable):
    """The ledger and the game differ while calls are unsettled; those may explain the difference."""

    next_step = "verify again in two minutes: calls in doubt are settled automatically"

    def __init__(self, difference: int, calls: Sequence[str]) -> None:
        what = "a call is" if len(calls) == 1 else f"{len(calls)} calls are"
        super().__init__(f"{what} in doubt, which may explain a difference of {difference:,} credits")


@click.group()
def ledger() -> None:
    """The source and use of every credit."""


def narrowing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that select entries by subject and time."""
    options = (
        click.option("--good", default="", metavar="GOOD", help="Only deals in this good."),
        click.option("--ship", default="", metavar="SHIP", help="Only deals of this ship."),
        click.option(
            "--container",
            "container_id",
            default="",
            metavar="ID",
            help="Only entries of this container, by its id, the start or end of it, or its system.",
        ),
        since_option(),
        until_option(),
    )
    for add in reversed(options):
        command = add(command)
    return command


@ledger.command("list")
@click.option("--limit", type=click.IntRange(1, 5_000), default=50, show_default=True, help="How many, newest first.")
@click.option("--before", type=click.IntRange(0), default=0, metavar="N", help="Only entries older than number N.")
@click.option("--kind", type=click.Choice(KINDS, case_sensitive=False), help="Only entries of this kind.")
@narrowing_options
@with_list_terminal
def list_entries(
    terminal: Terminal, /, limit: int, before: int, kind: str | None, container_id: str, **narrowing: str
) -> None:
    """List purchases, sales and payments.

    The newest come first.
    """
    from starfoundry.wire.daemon_pb2 import LedgerEntry, ListLedgerRequest

    request = ListLedgerRequest(
        container_id=_container_filter(terminal, container_id),
        player_id=terminal.player_id(),
        limit=limit,
        before_sequence=before,
        kind=kind or "",
        **narrowing,
    )
    answer = terminal.call("ListLedger", request)
    is_part = bool(kind or before) or _is_part(request)
    terminal.show_list(
        {
            "agent": answer.agent,
            "universe": answer.universe,
            "since": answer.since or None,
            "until": answer.until or None,
            "has_more": answer.has_more,
            "entries": [message_json(entry) for entry in answer.entries],
        },
        lambda: list_text(answer, is_part=is_part),
        rows="entries",
        blank=lambda: message_json(LedgerEntry()),
    )
    if answer.has_more:
        terminal.note(f"older ones: --before {answer.entries[-1].sequence}")


@ledger.command("summary")
@click.option("--by", type=click.Choice(KEYS), default="kind", show_default=True, help="Group by this key.")
@narrowing_options
@with_list_terminal
def summary(terminal: Terminal, /, by: str, container_id: str, **narrowing: str) -> None:
    """Summarize the ledger. Profit is sales minus goods and fuel; ships are counted separately.

    For completed trips it shows the profit predicted when each ship was sent, and the profit realised.
    """
    from starfoundry.wire.daemon_pb2 import LedgerLine, SummarizeLedgerRequest

    request = SummarizeLedgerRequest(
        container_id=_container_filter(terminal, container_id), player_id=terminal.player_id(), by=by, **narrowing
    )
    answer = terminal.call("SummarizeLedger", request)
    terminal.show_list(
        {"by": by, **message_json(answer)},
        lambda: summary_text(answer, by, is_part=_is_part(request)),
        rows="lines",
        blank=lambda: message_json(LedgerLine()),
    )


def _is_part(request: "ListLedgerRequest | SummarizeLedgerRequest") -> bool:
    """Whether the filter selects fewer than all entries of its period."""
    return bool(request.container_id or request.good or request.ship)


def _container_filter(terminal: Terminal, named: str) -> str:
    """The id of the named container; empty for all."""
    return container_of(terminal, named) if named else ""


@ledger.command("verify")
@with_terminal
def verify(terminal: Terminal) -> None:
    """Compare the ledger with the game.

    The balances must agree to the credit; unexplained differences are reported.
    """
    from starfoundry.wire.daemon_pb2 import GetHealthRequest, ListPlayersRequest, SummarizeLedgerRequest

    player_id = terminal.player_id()
    for _look in range(LOOKS_MAX):
        before = _credits(terminal.call("ListPlayers", ListPlayersRequest()), player_id)
        totals = terminal.call("SummarizeLedger", SummarizeLedgerRequest(player_id=player_id, by="kind"))
        after = _credits(terminal.call("ListPlayers", ListPlayersRequest()), player_id)
        if before == after:  # otherwise a deal was booked in between
            break
    adjusted = sum(line.net for line in totals.lines if line.key == "ADJUSTMENT")
    adds_up = totals.opening + totals.profit - totals.spent_on_ships + adjusted
    conditions = terminal.call("GetHealth", GetHealthRequest()).conditions
    ours = [each for each in conditions if each.player_id == player_id]
    incidents = [each.reason for each in ours if each.kind == "book-difference"]
    in_doubt = [each.reason for each in ours if each.kind == "call-in-doubt"]
    answer: dict[str, Any] = {
        **terminal.player(),
        "opening": totals.opening,
        "adds_up_to": adds_up,
        "closing": totals.closing,
        "game_says": after,
        "adjustments": adjusted,
        "kept": adds_up == totals.closing == after,
        "incidents": incidents,
        "in_doubt": in_doubt,
    }
    terminal.show(answer, lambda: _verified(answer, [*in_doubt, *incidents]))
    if not answer["kept"] and adds_up == totals.closing and in_doubt:
        raise CallsInDoubt(abs(after - totals.closing), in_doubt)
    if not answer["kept"]:
        raise InDoubt(
            f"the ledger ends at {totals.closing:,} credits, adds up to {adds_up:,}, the game reports {after:,}"
        )


def _credits(players: "ListPlayersResponse", player_id: int) -> int:
    return next(int(player.credits) for player in players.players if player.player_id == player_id)


def _verified(answer: dict[str, Any], incidents: list[str]) -> str:
    facts = render.facts(
        [
            ("Opening", answer["opening"]),
            ("Sum of the ledger", answer["adds_up_to"]),
            ("Credits in the game", answer["game_says"]),
            ("Adjusted", answer["adjustments"]),
            ("They agree", "yes, to the credit" if answer["kept"] else "no"),
        ]
    )
    return facts + "".join(f"\n  - {render.clean(each)}" for each in incidents)
