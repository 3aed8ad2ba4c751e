"""`spacetraders ledger list|summary|verify`."""

from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.asking import container_of
from starfoundry.kernel.errors import InDoubt
from starfoundry.terminal import render
from starfoundry.terminal.moments import since_option
from starfoundry.terminal.options import Terminal, with_list_terminal, with_terminal

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import LedgerEntry, LedgerLine, ListPlayersResponse, SummarizeLedgerResponse

KINDS = ("OPENING", "PURCHASE", "SALE", "REFUEL", "SHIP_PURCHASE", "ADJUSTMENT")
KEYS = ("kind", "good", "chain", "container", "ship")

LOOKS_MAX = 20

container_option = click.option(
    "--container",
    "container_id",
    default="",
    metavar="ID",
    help="Only what this container moved, by its id, the beginning or the end of it, or its system.",
)


@click.group()
def ledger() -> None:
    """Where every credit came from and went."""


@ledger.command("list")
@click.option("--limit", type=int, default=50, show_default=True, help="The newest so many entries.")
@click.option("--kind", type=click.Choice(KINDS, case_sensitive=False), help="Only entries of this kind.")
@click.option("--good", default="", help="Only entries of this good.")
@container_option
@since_option()
@with_list_terminal
def list_entries(terminal: Terminal, limit: int, kind: str | None, good: str, container_id: str, since: str) -> None:
    """List what was bought, sold and paid, newest first."""
    from starfoundry.wire.daemon_pb2 import LedgerEntry, ListLedgerRequest

    request = ListLedgerRequest(
        container_id=_moved_by(terminal, container_id),
        player_id=terminal.player_id(),
        limit=limit,
        kind=kind or "",
        good=good,
        since=since,
    )
    answer = terminal.call("ListLedger", request)
    entries = answer.entries
    terminal.show_list(
        {
            "agent": answer.agent,
            "universe": answer.universe,
            "entries": [_entry_as_json(entry) for entry in entries],
        },
        lambda: (
            f"{answer.agent} in the universe of {answer.universe}\n\n"
            + render.table(
                ["At (UTC)", "Kind", "Amount", "Balance", "Units", "Good", "Where", "Ship"],
                [
                    [
                        render.moment(entry.at),
                        entry.kind,
                        render.money(entry.amount, signed=True),
                        entry.balance_after,
                        entry.units or None,
                        entry.good,
                        entry.waypoint,
                        entry.ship,
                    ]
                    for entry in entries
                ],
            )
        ),
        rows="entries",
        blank=lambda: _entry_as_json(LedgerEntry()),
    )


@ledger.command("summary")
@click.option("--by", type=click.Choice(KEYS), default="kind", show_default=True, help="What to add up by.")
@container_option
@since_option()
@with_list_terminal
def summary(terminal: Terminal, by: str, container_id: str, since: str) -> None:
    """Add the book up. Profit is sales less goods and fuel; ships are counted apart."""
    from starfoundry.wire.daemon_pb2 import LedgerLine, SummarizeLedgerRequest

    request = SummarizeLedgerRequest(
        container_id=_moved_by(terminal, container_id), player_id=terminal.player_id(), by=by, since=since
    )
    answer = terminal.call("SummarizeLedger", request)
    terminal.show_list(
        _summary_as_json(answer, by),
        lambda: _summary_text(answer, by),
        rows="lines",
        blank=lambda: _line_as_json(LedgerLine()),
    )


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
    incidents = [each.reason for each in conditions if each.kind == "book-difference" and each.player_id == player_id]
    answer: dict[str, Any] = {
        **terminal.who(),
        "opening": book.opening,
        "adds_up_to": adds_up,
        "closing": book.closing,
        "game_says": after,
        "adjustments": adjusted,
        "kept": adds_up == book.closing == after,
        "incidents": incidents,
    }
    terminal.show(answer, lambda: _verified(answer, incidents))
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


def _entry_as_json(entry: "LedgerEntry") -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "kind": entry.kind,
        "amount": entry.amount,
        "balance_after": entry.balance_after,
        "ship": entry.ship or None,
        "waypoint": entry.waypoint or None,
        "good": entry.good or None,
        "units": entry.units,
        "container_id": entry.container_id or None,
        "pipeline_id": entry.pipeline_id or None,
        "task_id": entry.task_id or None,
    }


def _line_as_json(line: "LedgerLine") -> dict[str, object]:
    return {
        "key": line.key,
        "income": line.income,
        "expense": line.expense,
        "net": line.net,
        "entries": line.entries,
        "units": line.units,
    }


def _summary_as_json(answer: "SummarizeLedgerResponse", by: str) -> dict[str, object]:
    return {
        "agent": answer.agent,
        "universe": answer.universe,
        "by": by,
        "since": answer.since or None,
        "opening": answer.opening,
        "closing": answer.closing,
        "profit": answer.profit,
        "spent_on_ships": answer.spent_on_ships,
        "lines": [_line_as_json(line) for line in answer.lines],
    }


def _summary_text(answer: "SummarizeLedgerResponse", by: str) -> str:
    lines = render.table(
        [by.capitalize(), "Income", "Expense", "Net", "Entries", "Units"],
        [
            [line.key, line.income, line.expense, render.money(line.net, signed=True), line.entries, line.units]
            for line in answer.lines
        ],
    )
    told = render.facts(
        [
            ("Opening", answer.opening),
            ("Profit", render.money(answer.profit, signed=True)),
            ("Spent on ships", answer.spent_on_ships),
            ("Closing", answer.closing),
        ]
    )
    return f"{answer.agent} in the universe of {answer.universe}\n\n{lines}\n\n{told}"
