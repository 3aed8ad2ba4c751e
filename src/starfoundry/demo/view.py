"""The live view: one look at the demo, drawn for a terminal of 100 columns and 30 lines or more."""

import json
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from starfoundry.demo.hint import how_to_change
from starfoundry.demo.reading import Reading, Scene
from starfoundry.terminal.bars import bars
from starfoundry.wire.daemon_pb2 import FactoryState, LogEntry, ManufacturingConfig, Pipeline, Task

PIPELINES_MAX = 6
EVENTS_MAX = 6
SUPPLY_COLOURS = {
    "SCARCE": "red",
    "LIMITED": "yellow",
    "MODERATE": "white",
    "HIGH": "green",
    "ABUNDANT": "bright_green",
}
LEVEL_COLOURS = {"WARNING": "yellow", "ERROR": "red"}


def draw(scene: Scene, reading: Reading) -> RenderableType:
    """The whole screen."""
    hint = how_to_change(scene, reading.status.config)
    layout = Layout()
    layout.split_column(
        Layout(_title(scene, reading), size=1),
        Layout(_money(reading), size=4),
        Layout(name="work"),
        Layout(_panel("last events", _events(reading.events[-EVENTS_MAX:])), size=EVENTS_MAX + 2),
        Layout(_hint(hint), size=2 + hint.count("\n")),
    )
    left, right = Layout(), Layout()
    layout["work"].split_row(left, right)
    left.split_column(
        Layout(_panel(_pipelines_title(reading), _pipelines(reading.pipelines))),
        Layout(_panel("factories", _factories(reading.status.factories))),
    )
    right.split_column(
        Layout(_panel(_tasks_title(reading), _tasks(reading))),
        Layout(_panel(_config_title(reading), _config(reading.status.config)), size=6),
    )
    return layout


def simulated(seconds: float) -> str:
    """Simulated time as days and a clock."""
    minutes = int(seconds) // 60
    days = f"{minutes // 1_440} d " if minutes >= 1_440 else ""
    return f"{days}{minutes // 60 % 24:02}:{minutes % 60:02}"


def _title(scene: Scene, reading: Reading) -> RenderableType:
    line = Table.grid(expand=True)
    line.add_column(justify="left")
    line.add_column(justify="right")
    line.add_row(
        Text.assemble((" StarFoundry ", "bold reverse"), f" {scene.agent} in {scene.system}, a local universe"),
        Text.assemble(
            (simulated(reading.seconds), "bold"), f" simulated, {scene.plan.speed:g}x speed, seed {scene.plan.seed} "
        ),
    )
    return line


def _money(reading: Reading) -> RenderableType:
    grid = Table.grid(expand=True)
    for _ in range(6):
        grid.add_column(justify="center", ratio=1)
    last = reading.last_hour_profit
    profit_colour = "bold green" if reading.money.profit > 0 else "bold"
    grid.add_row("balance", f"profit in {reading.hours}", "average hour", "last full hour", "hour by hour", "requests")
    grid.add_row(
        Text(f"{reading.status.credits:,}", "bold"),
        Text(f"{reading.money.profit:,}", profit_colour),
        Text(f"{reading.profit_per_hour:,}", profit_colour),
        Text("none yet" if last is None else f"{last:,}", "bold green" if last and last > 0 else "bold"),
        Text(bars(reading.hourly_profit), "green"),
        Text(f"{reading.health.requests:,}, {reading.health.rate_limited} refused"),
    )
    return Panel(grid, border_style="cyan")


def _panel(title: str, content: RenderableType) -> Panel:
    return Panel(content, title=title, title_align="left", border_style="dim", padding=(0, 1))


def _grid(*columns: tuple[str, int | None], rows: Iterable[Sequence[RenderableType]]) -> Table:
    """Rows without lines; each column is how it is aligned (left, right) and its width, None = what is left over."""
    grid = Table.grid(padding=(0, 1), expand=True)
    for align, width in columns:
        is_rest = width is None
        grid.add_column(
            justify="right" if align == "right" else "left",
            width=width,
            ratio=1 if is_rest else None,
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in rows:
        grid.add_row(*row)
    return grid


def _pipelines_title(reading: Reading) -> str:
    status = reading.status
    draining = f", {status.draining_pipelines} draining" if status.draining_pipelines else ""
    return f"pipelines: {status.active_pipelines} of {status.config.max_pipelines}{draining}"


def _pipelines(pipelines: Sequence[Pipeline]) -> RenderableType:
    rows = [
        (
            pipeline.good,
            pipeline.kind.lower(),
            f"{pipeline.tasks_completed}/{pipeline.tasks_total}",
            Text(f"{pipeline.profit:+,}", "green" if pipeline.profit > 0 else "dim"),
        )
        for pipeline in pipelines
    ]
    return _grid(("left", None), ("left", 11), ("right", 5), ("right", 9), rows=rows) if rows else _nothing("none yet")


def _tasks_title(reading: Reading) -> str:
    status = reading.status
    return f"ships: {status.busy_workers} at work of {len(reading.ships)}, tasks done: {status.completed_tasks}"


def _tasks(reading: Reading) -> RenderableType:
    """Who carries what, and why not more is done."""
    rows = [
        (_number(task.ship), task.kind.lower().replace("_", " "), task.good, Text(_leg(task), "dim"))
        for task in reading.tasks
        if task.ship
    ]
    at_work = _grid(("left", 3), ("left", 15), ("left", None), ("right", 9), rows=rows)
    reasons = [Text(reason, "dim", no_wrap=True, overflow="ellipsis") for reason in reading.status.idle_reasons]
    return Group(at_work if rows else _nothing("every ship is free"), *reasons)


def _number(ship: str) -> str:
    """A ship's number inside its fleet."""
    return ship.rpartition("-")[2]


def _leg(task: Task) -> str:
    """From where to where, by the last part of each waypoint."""
    return " → ".join(place.rpartition("-")[2] for place in (task.source, task.target) if place)


def _factories(factories: Sequence[FactoryState]) -> RenderableType:
    rows = [
        (
            factory.good,
            factory.factory.rpartition("-")[2],
            Text(factory.supply or "not seen", SUPPLY_COLOURS.get(factory.supply, "dim")),
            Text("ready" if factory.ready else "", "green"),
        )
        for factory in factories
    ]
    return _grid(("left", None), ("left", 5), ("left", 9), ("left", 5), rows=rows) if rows else _nothing("none yet")


def _config_title(reading: Reading) -> str:
    status = reading.status
    pending = "" if status.observed_revision >= status.revision else f" ({status.revision} pending)"
    return f"settings in force: revision {status.observed_revision}{pending}"


def _config(config: ManufacturingConfig) -> RenderableType:
    collect = f"{config.collect_min_start_supply} / {config.collect_min_execute_supply}"
    acquire = f"{config.acquire_min_start_supply} / {config.acquire_min_execute_supply}"
    rows = [
        ("pipelines, workers", f"{config.max_pipelines}, {config.max_workers}"),
        ("collect start/execute", collect),
        ("acquire start/execute", acquire),
        ("strategy, min. price", f"{config.strategy}, {config.min_purchase_price:,}"),
    ]
    return _grid(("left", 21), ("left", None), rows=[(Text(name, "dim"), value) for name, value in rows])


def _events(events: Sequence[LogEntry]) -> RenderableType:
    rows = [
        (
            Text(event.at[11:19], "dim"),
            Text.assemble((event.message, LEVEL_COLOURS.get(event.level, "")), (f" {_facts(event)}", "dim")),
        )
        for event in events
    ]
    return _grid(("left", 8), ("left", None), rows=rows) if rows else _nothing("none yet")


def _facts(event: LogEntry) -> str:
    """An event's fields as name=value."""
    fields = json.loads(event.fields_json or "{}")
    return " ".join(f"{name}={value}" for name, value in fields.items() if not isinstance(value, dict | list))


def _hint(commands: str) -> RenderableType:
    return Group(
        Text("change it from another terminal (Ctrl-C ends the demo):", "dim"), Text(commands, "bold", no_wrap=True)
    )


def _nothing(words: str) -> Text:
    return Text(words, "dim")
