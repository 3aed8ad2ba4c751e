"""Text and JSON output of ledger entries and summaries."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import (
        Earnings,
        LedgerLine,
        ListLedgerResponse,
        SummarizeLedgerResponse,
    )

HEADINGS = {
    "kind": "Kind",
    "good": "Good",
    "ship": "Ship",
    "chain": "Chain",
    "container": "Container",
    "hour": "Hour (UTC)",
    "pipeline": "Pipeline",
    "trip": "Trip",
}
NO_KEY_LABELS = {
    "good": "(no good)",
    "ship": "(no ship)",
    "chain": "(no chain)",
    "container": "(no container)",
    "pipeline": "(no pipeline)",
    "trip": "(no trip)",
}
"""The labels of lines without a key: the opening of the ledger, ship purchases, deals made by hand."""

TRIP_HEADINGS = ("Trips", "Predicted", "Realised")

RATE_SECONDS_MIN = 600
"""The least seconds for a rate: a shorter period has only a deal or two."""


def list_text(answer: "ListLedgerResponse", *, is_part: bool) -> str:
    """Entries as text; `is_part` says that the filter selects only part of the period."""
    period = _period(answer.since, answer.until)
    system = _only_system(entry.waypoint for entry in answer.entries)
    table = render.table(
        ["At (UTC)", "Kind", "Amount", "Balance", "Units", "Good", "Where", "Ship"],
        [
            [
                render.moment(entry.at),
                entry.kind,
                render.money(entry.amount, signed=True),
                entry.balance_after,
                entry.units or None,
                entry.good,
                entry.waypoint.removeprefix(f"{system}-"),
                entry.ship,
            ]
            for entry in answer.entries
        ],
        empty=_nothing(period, is_part=is_part),
    )
    where = f", places in {system}" if system else ""
    return f"{_title(answer.agent, answer.universe, period)}{where}\n\n{table}"


def summary_text(answer: "SummarizeLedgerResponse", by: str, *, is_part: bool) -> str:
    """A summary as text; for a part of the ledger the balances mean nothing and are left out.

    An hour shows its profit, as every other command does, and not what the opening balance and ships made of it.
    """
    period = _period(answer.since, answer.until)
    title = _title(answer.agent, answer.universe, period)
    has_trips = any(line.trips for line in answer.lines)
    further = TRIP_HEADINGS if has_trips else ("Entries",)
    lines = render.table(
        [HEADINGS[by], "Income", "Expense", "Profit" if by == "hour" else "Net", "Units", *further],
        [
            [
                _hour(line.key, answer.as_of) if by == "hour" else line.key or NO_KEY_LABELS.get(by),
                line.income,
                line.expense,
                render.money(line.profit if by == "hour" else line.net, signed=True),
                line.units,
                *(_trip_cells(line) if has_trips else [line.entries]),
            ]
            for line in answer.lines
        ],
        empty=_nothing(period, is_part=is_part),
    )
    facts: list[tuple[str, render.Cell]] = [
        ("Profit", amount_with_rate(answer.profit, answer.seconds)),
        ("Spent on ships", answer.spent_on_ships),
        ("Trips done", _compared(answer)),
    ]
    if not is_part:
        facts = [("Balance at the start", answer.opening), *facts, ("Balance at the end", answer.closing)]
    return f"{title}\n\n{lines}\n\n{render.facts(facts)}"


def _trip_cells(line: "LedgerLine") -> list[render.Cell]:
    if not line.trips:
        return [None, None, None]
    return [line.trips, render.money(line.predicted, signed=True), render.money(line.realised, signed=True)]


def _compared(answer: "SummarizeLedgerResponse") -> str:
    """The trips that are done, with what was predicted for them and what came of it."""
    if not answer.trips:
        return "none with a known prediction"
    predicted, realised = (render.money(each, signed=True) for each in (answer.predicted, answer.realised))
    share = f" ({100 * answer.realised / answer.predicted:.0f} %)" if answer.predicted > 0 else ""
    return f"{answer.trips:,}: {predicted} predicted, {realised} realised{share}"


def earnings_facts(earned: "Earnings") -> list[tuple[str, render.Cell]]:
    """Profit over the whole time, the last closed hour and the last 24 hours, each with its period."""
    hour = f"{render.money(earned.hour, signed=True)}  ({_clock_hour(earned.hour_from)})" if earned.hour_from else None
    return [
        ("Profit since start", amount_with_rate(earned.total, earned.total_seconds)),
        ("Last closed hour", hour or "none has ended yet"),
        ("Last 24 h", amount_with_rate(earned.day, earned.day_seconds)),
    ]


def amount_with_rate(amount: int, seconds: int) -> str:
    """An amount with its hourly rate and period; without the rate if the period is too short."""
    signed = render.money(amount, signed=True)
    if seconds < RATE_SECONDS_MIN:
        return f"{signed}  (over {render.age(seconds)})"
    return f"{signed}  ({render.money(amount * 3_600 // seconds, signed=True)} an hour over {render.age(seconds)})"


def _clock_hour(begin: str) -> str:
    """The start and end of a closed clock hour; the first one may start later."""
    return f"{begin[11:16]} to {int(begin[11:13]) + 1:02}:00 UTC"


def _title(agent: str, universe: str, period: str) -> str:
    return f"{agent} in the universe of {universe}\nAmounts in credits{period}"


def _period(since: str, until: str) -> str:
    """The start and end of a period, in words that follow a noun; empty for the whole ledger."""
    start = f" since {render.moment(since)}" if since else ""
    end = f" until {render.moment(until)}" if until else ""
    return f"{start}{end} UTC" if start or end else ""


def _only_system(waypoints: Iterable[str]) -> str:
    """The system that contains all waypoints, so that it is named once; empty for several or none."""
    systems = {waypoint.rpartition("-")[0] for waypoint in waypoints if waypoint}
    return systems.pop() if len(systems) == 1 else ""


def _nothing(period: str, *, is_part: bool) -> str:
    return f"no {'such ' if is_part else ''}deals{period}" if period or is_part else "no deals yet"


def _hour(key: str, as_of: str) -> str:
    """The start of the hour, to the minute; marked if the hour has not ended."""
    is_over = not as_of or datetime.fromisoformat(as_of) >= datetime.fromisoformat(key) + timedelta(hours=1)
    return render.moment(key)[:16] + ("" if is_over else " so far")
