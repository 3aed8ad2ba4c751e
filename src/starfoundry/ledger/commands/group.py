"""`spacetraders ledger list|summary|verify`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.commands.arguments import container_of
from starfoundry.kernel.errors import InDoubt, Unavailable
from starfoundry.ledger.commands.output import entry_json, line_json, list_text, summary_json, summary_text
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.time_options import since_option, until_option
from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import ListLedgerRequest, ListPlayersResponse, SummarizeLedgerRequest

KINDS = ("OPENING", "PURCHASE", "SALE", "REFUEL", "SHIP_PURCHASE", "ADJUSTMENT")
KEYS = ("kind", "good", "ship", "chain", "container", "hour")

LOOKS_MAX = 20


class CallsInDoubt(Unavailable):
    """Book and game differ while calls are not settled; whether that explains it cannot be said yet."""

    next_step = "verify again in two minutes: calls in doubt are settled by themselves"

    def __init__(self, difference: int, calls: Sequence[str]) -> None:
        what = "a call is" if len(calls) == 1 else f"{len(calls)} calls are"
        super().__init__(f"{what} in doubt, which may explain a difference of {difference:,} credits")


@click.group()
def ledger() -> None:
    """Where every credit came from and went."""


def narrowing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which part of the book is meant: of what, and from when to when."""
    options = (
        click.option("--good", default="", metavar="GOOD", help="Only deals in this good."),
        click.option("--ship", default="", metavar="SHIP", help="Only deals of this ship."),
        click.option(
            "--container",
            "container_id",
            default="",
            metavar="ID",
            help="Only what this container moved, by its id, the beginning or the end of it, or its system.",
        ),
        since_option(),
        until_option(),
    )
    for add in reversed(options):
        command = add(command)
    return command


@ledger.command("list")
@click.option("--limit", type=click.IntRange(1, 5_000), default=50, show_default=True, help="The newest so many.")
@click.option("--before", type=click.IntRange(0), default=0, metavar="N", help="Only entries older than number N.")
@click.option("--kind", type=click.Choice(KINDS, case_sensitive=False), help="Only entries of this kind.")
@narrowing_options
@with_list_terminal
def list_entries(
    terminal: Terminal, /, limit: int, before: int, kind: str | None, container_id: str, **narrowing: str
) -> None:
    """List what was bought, sold and paid, newest first."""
    from starfoundry.wire.daemon_pb2 import LedgerEntry, ListLedgerRequest

    request = ListLedgerRequest(
        container_id=_moved_by(terminal, container_id),
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
            "entries": [entry_json(entry) for entry in answer.entries],
        },
        lambda: list_text(answer, is_part=is_part),
        rows="entries",
        blank=lambda: entry_json(LedgerEntry()),
    )
    if answer.has_more:
        terminal.note(f"older ones: --before {answer.entries[-1].sequence}")


@ledger.command("summary")
@click.option("--by", type=click.Choice(KEYS), default="kind", show_default=True, help="What to add up by.")
@narrowing_options
@with_list_terminal
def summary(terminal: Terminal, /, by: str, container_id: str, **narrowing: str) -> None:
    """Add the book up. Profit is sales less goods and fuel; ships are counted apart."""
    from starfoundry.wire.daemon_pb2 import LedgerLine, SummarizeLedgerRequest

    request = SummarizeLedgerRequest(
        container_id=_moved_by(terminal, container_id), player_id=terminal.player_id(), by=by, **narrowing
    )
    answer = terminal.call("SummarizeLedger", request)
    terminal.show_list(
        summary_json(answer, by),
        lambda: summary_text(answer, by, is_part=_is_part(request)),
        rows="lines",
        blank=lambda: line_json(LedgerLine()),
    )


def _is_part(request: "ListLedgerRequest | SummarizeLedgerRequest") -> bool:
    """Whether less is meant than all entries of a stretch of time."""
    return bool(request.container_id or request.good or request.ship)


def _moved_by(terminal: Terminal, named: str) -> str:
    """The id of the container that is named; empty for all of them."""
    return container_of(terminal, named) if named else ""


@ledger.command("verify")
@with_terminal
def verify(terminal: Terminal) -> None:
    """Hold the book against what the game says there is, to the credit, and tell what nobody could explain."""
    from starfoundry.wire.daemon_pb2 import GetHealthRequest, ListPlayersRequest, SummarizeLedgerRequest

    player_id = terminal.player_id()
    for _look in range(LOOKS_MAX):
        before = _credits(terminal.call("ListPlayers", ListPlayersRequest()), player_id)
        book = terminal.call("SummarizeLedger", SummarizeLedgerRequest(player_id=player_id, by="kind"))
        after = _credits(terminal.call("ListPlayers", ListPlayersRequest()), player_id)
        if before == after:  # else a deal was booked in between
            break
    adjusted = sum(line.net for line in book.lines if line.key == "ADJUSTMENT")
    adds_up = book.opening + book.profit - book.spent_on_ships + adjusted
    conditions = terminal.call("GetHealth", GetHealthRequest()).conditions
    ours = [each for each in conditions if each.player_id == player_id]
    incidents = [each.reason for each in ours if each.kind == "book-difference"]
    in_doubt = [each.reason for each in ours if each.kind == "call-in-doubt"]
    answer: dict[str, Any] = {
        **terminal.who(),
        "opening": book.opening,
        "adds_up_to": adds_up,
        "closing": book.closing,
        "game_says": after,
        "adjustments": adjusted,
        "kept": adds_up == book.closing == after,
        "incidents": incidents,
        "in_doubt": in_doubt,
    }
    terminal.show(answer, lambda: _verified(answer, [*in_doubt, *incidents]))
    if not answer["kept"] and adds_up == book.closing and in_doubt:
        raise CallsInDoubt(abs(after - book.closing), in_doubt)
    if not answer["kept"]:
        raise InDoubt(f"the book ends at {book.closing:,} credits, adds up to {adds_up:,}, the game says {after:,}")


def _credits(players: "ListPlayersResponse", player_id: int) -> int:
    return next(int(player.credits) for player in players.players if player.player_id == player_id)


def _verified(answer: dict[str, Any], incidents: list[str]) -> str:
    told = render.facts(
        [
            ("Opening", answer["opening"]),
            ("The book adds up to", answer["adds_up_to"]),
            ("The game says", answer["game_says"]),
            ("Adjusted", answer["adjustments"]),
        ]
    )
    return told + "".join(f"\n  - {render.clean(each)}" for each in incidents)
