"""Panels of the live view: each a title and lines no longer than the given width."""

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from starfoundry.terminal.rendering.bars import bars
from starfoundry.terminal.rendering.render import clean
from starfoundry.top.reading import HOURS_SHOWN, TopReading
from starfoundry.wire.daemon_pb2 import LogEntry, Task

SUPPLY_COLOURS = {
    "SCARCE": "red",
    "LIMITED": "yellow",
    "MODERATE": "white",
    "HIGH": "green",
    "ABUNDANT": "bright_green",
}
LEVEL_COLOURS = {"WARNING": "yellow", "ERROR": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A title and entries, each of one or more lines that stay together.

    If there is not enough room, the last entries are kept with `newest_last`, else the first.
    """

    title: str
    entries: Sequence[Sequence[Text]]
    newest_last: bool = False

    @property
    def height(self) -> int:
        """The number of lines of all entries."""
        return sum(map(len, self.entries))

    @property
    def width(self) -> int:
        """The columns of the longest line."""
        return max([len(self.title), *(line.cell_len for entry in self.entries for line in entry)])


def money_columns(reading: TopReading) -> list[tuple[str, Text]]:
    """Profit figures, the most important first."""
    last = reading.last_hour_profit
    colour = "bold green" if reading.money.profit > 0 else "bold"
    health = reading.health
    return [
        ("balance", Text(f"{reading.status.credits:,}", "bold")),
        (f"profit in {reading.hours}", Text(f"{reading.money.profit:,}", colour)),
        (
            "last full hour",
            Text("none yet" if last is None else f"{last:,}", "bold green" if last and last > 0 else "bold"),
        ),
        ("average hour", Text(f"{reading.profit_per_hour:,}", colour)),
        ("hour by hour", Text(bars(reading.hourly_profit[-HOURS_SHOWN:]), "green")),
        ("requests", Text(f"{health.requests:,}, {health.rate_limited} refused")),
    ]


def pipelines(reading: TopReading, *, is_brief: bool) -> Panel:
    """Every open chain: its product, trips and profit; its kind too unless `is_brief`."""
    status = reading.status
    draining = f", {status.draining_pipelines} draining" if status.draining_pipelines else ""
    rows = [
        [
            (each.good, ""),
            *([] if is_brief else [(each.kind.lower(), "dim")]),
            (f"{each.tasks_completed}/{each.tasks_total}", ""),
            (f"{each.profit:+,}", "green" if each.profit > 0 else "dim"),
        ]
        for each in reading.pipelines
    ]
    title = f"pipelines: {status.active_pipelines} of {status.config.max_pipelines}{draining}"
    return Panel(title=title, entries=aligned(rows, to_the_right=2) or [_dim("none yet")])


def factories(reading: TopReading) -> Panel:
    """Every supplied factory: its product, place and supply, and whether it is ready."""
    rows = [
        [
            (each.good, ""),
            (place(each.factory), "dim"),
            (each.supply or "not seen", SUPPLY_COLOURS.get(each.supply, "dim")),
            ("ready" if each.ready else "", "green"),
        ]
        for each in reading.status.factories
    ]
    return Panel(title="factories", entries=aligned(rows) or [_dim("none yet")])


def ships(reading: TopReading, width: int) -> Panel:
    """Ships with their tasks, and the reasons why no more is done."""
    status = reading.status
    rows = [
        [(number(task.ship), ""), (kind(task), ""), (task.good, ""), (leg(task), "dim")]
        for task in reading.tasks
        if task.ship
    ]
    reasons = [wrapped(reason, width, "dim") for reason in status.idle_reasons]
    title = f"ships: {status.busy_workers} at work of {len(reading.ships)}, tasks done: {status.completed_tasks:,}"
    return Panel(title=title, entries=[*(aligned(rows) or [_dim("no ship is on a trip")]), *reasons])


def settings(reading: TopReading, width: int) -> Panel:
    """The settings in force that are changed most often."""
    status, config = reading.status, reading.status.config
    trade = f"trade {config.trade_min_start_supply} / {config.trade_min_execute_supply}"
    pending = "" if status.observed_revision >= status.revision else f" ({status.revision} pending)"
    parts = (
        f"pipelines {config.max_pipelines}, workers {config.max_workers}",
        f"collect {config.collect_min_start_supply} / {config.collect_min_execute_supply}",
        f"acquire {config.acquire_min_start_supply} / {config.acquire_min_execute_supply}",
        f"{trade}, margin {config.trade_min_margin} %",
        f"{config.strategy}, min. price {config.min_purchase_price:,}",
    )
    lines = [parts[0]]
    for each in parts[1:]:
        if len(lines[-1]) + len(each) + 3 > width:
            lines.append(each)
        else:
            lines[-1] += f"   {each}"
    title = f"settings in force: revision {status.observed_revision}{pending}"
    return Panel(title=title, entries=[[Text(line)] for line in lines])


def events(reading: TopReading, width: int) -> Panel:
    """The newest log entries of the containers, oldest first."""
    entries = [_event(event, width) for event in reading.events]
    return Panel(title="last events", entries=entries or [_dim("none yet")], newest_last=True)


def aligned(rows: Sequence[Sequence[tuple[str, str]]], *, to_the_right: int = 0) -> list[list[Text]]:
    """Rows of cells, each a text and its style, in columns as wide as needed; the last ones may be numbers."""
    if not rows:
        return []
    widths = [max(len(clean(row[column][0])) for row in rows) for column in range(len(rows[0]))]
    entries = []
    for row in rows:
        line = Text(no_wrap=True)
        for column, (text, style) in enumerate(row):
            is_right = column >= len(row) - to_the_right
            shown = clean(text).rjust(widths[column]) if is_right else clean(text).ljust(widths[column])
            line.append(shown, style).append("  ")
        line.rstrip()
        entries.append([line])
    return entries


def wrapped(text: str, width: int, style: str) -> list[Text]:
    """The text in as many lines as it needs, without broken words."""
    lines = textwrap.wrap(clean(text), width, subsequent_indent="  ", break_on_hyphens=False)
    return [Text(line, style, no_wrap=True) for line in lines]


def number(ship: str) -> str:
    """A ship's number within its fleet."""
    return ship.rpartition("-")[2]


def place(waypoint: str) -> str:
    """The last part of a waypoint's symbol."""
    return waypoint.rpartition("-")[2]


def kind(task: Task) -> str:
    """A task's kind in words."""
    return task.kind.lower().replace("_", " ")


def leg(task: Task) -> str:
    """The route of a task."""
    return " → ".join(place(each) for each in (task.source, task.target) if each)


def _event(event: LogEntry, width: int) -> list[Text]:
    fields = json.loads(event.fields_json or "{}")
    facts = " ".join(f"{name}={value}" for name, value in fields.items() if not isinstance(value, dict | list))
    words = textwrap.wrap(clean(f"{event.message} {facts}"), width - 9, break_on_hyphens=False) or [""]
    style = LEVEL_COLOURS.get(event.level, "")
    first = Text.assemble((f"{event.at[11:19]} ", "dim"), (words[0], style), no_wrap=True)
    return [first, *(Text(f"{'':9}{line}", "dim", no_wrap=True) for line in words[1:])]


def _dim(words: str) -> list[Text]:
    return [Text(words, "dim")]
