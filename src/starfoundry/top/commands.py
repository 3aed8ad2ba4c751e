"""`spacetraders top`: a live full-screen view of a coordinator and its fleet."""

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.commands.container_argument import container_of, container_option
from starfoundry.containers.domain.naming import short
from starfoundry.kernel.errors import Unavailable
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration

if TYPE_CHECKING:
    from starfoundry.top.reading import Caption, TopReading

COORDINATOR = "manufacturing_coordinator"
INTERVAL_SECONDS_MIN = 0.2
LOGS_MAX = 4
MORE_PIPELINES = 2


@click.command("top")
@container_option("Which coordinator")
@click.option(
    "--interval",
    type=Duration(bare_unit="s", minimum_seconds=INTERVAL_SECONDS_MIN, maximum_seconds=3_600),
    default="1s",
    show_default=True,
    metavar="DURATION",
    help="Refresh interval, such as 500ms or 5s. No requests are sent to the game.",
)
@with_terminal
def top(terminal: Terminal, container_id: str, interval: float) -> None:
    """Show a live full-screen view of a coordinator, its fleet and its profit, until Ctrl-C.

    In a pipe, or with JSON output, it prints one snapshot.
    """
    container = container_of(terminal, container_id, of_type=COORDINATOR)
    watcher = _Watcher(terminal, container)
    if terminal.as_json:
        terminal.show(_as_json(watcher.look()), "")
    elif not sys.stdout.isatty():
        _print(watcher)
    else:
        _follow(terminal, watcher, interval)


class _Watcher:
    """Reads the state of one coordinator."""

    def __init__(self, terminal: Terminal, container: str) -> None:
        self._terminal = terminal
        self._container = container
        self._player = terminal.player_id()
        self._agent = terminal.agents().get(self._player, "")
        self._is_only = False

    def look(self) -> "TopReading":
        """The present state."""
        from starfoundry.top.reading import HOURS_SHOWN
        from starfoundry.top.requests import questions, reading_of
        from starfoundry.wire.daemon_pb2 import GetContainerRequest, ListContainersRequest, SummarizeLedgerRequest

        call = self._terminal.call
        running = call("ListContainers", ListContainersRequest(player_id=self._player, statuses=["RUNNING"])).containers
        self._is_only = sum(each.type == COORDINATOR for each in running) == 1
        others = [each.container_id for each in running if each.container_id != self._container][: LOGS_MAX - 1]
        answers = {name: call(*asked) for name, asked in questions(self._player, self._container, others).items()}
        whole = SummarizeLedgerRequest(player_id=self._player, container_id=self._container)
        by_hour = SummarizeLedgerRequest(
            player_id=self._player, container_id=self._container, by="hour", since=f"{HOURS_SHOWN}h"
        )
        money, hours = call("SummarizeLedger", whole), call("SummarizeLedger", by_hour)
        made = call(
            "GetContainer", GetContainerRequest(player_id=self._player, container_id=self._container)
        ).created_at
        age = datetime.fromisoformat(money.as_of) - datetime.fromisoformat(made)
        hourly = [line.net for line in hours.lines]
        return reading_of(answers, seconds=age.total_seconds(), money=money, hourly_profit=hourly)

    def caption(self, reading: "TopReading", trouble: str = "") -> "Caption":
        """Title and commands shown around a reading."""
        from starfoundry.top.reading import Caption

        status = reading.status
        wanted = status.config.max_pipelines + MORE_PIPELINES
        which = "" if self._is_only else f" --container {short(status.container_id)}"
        change = f"spacetraders manufacturing config set{which} --max-pipelines {wanted}"
        return Caption(
            title=f"{self._agent} in {status.system}, {status.status}{f'; {trouble}' if trouble else ''}",
            aside=f"as of {reading.money.as_of[11:19]} UTC, {status.container_id}",
            offer="change it from another terminal (Ctrl-C ends this view):",
            commands=(self._terminal.addressed(change),),
        )


def _follow(terminal: Terminal, watcher: _Watcher, interval: float) -> None:
    """Draw reading after reading until Ctrl-C; the last one stays while no daemon answers."""
    from rich.console import Console
    from rich.live import Live

    from starfoundry.top.live_view import draw

    first = watcher.look()  # an error of the first reading is raised
    try:
        with Live(console=Console(), screen=True, auto_refresh=False) as live:
            for reading, trouble in _looks(watcher, first):
                live.update(draw(watcher.caption(reading, trouble), reading), refresh=True)
                terminal.pause(interval)
    except KeyboardInterrupt:
        return


def _looks(watcher: _Watcher, first: "TopReading") -> "Iterator[tuple[TopReading, str]]":
    """Reading after reading, each with the present problem; empty for none."""
    reading = first
    yield reading, ""
    while True:
        trouble = ""
        try:
            reading = watcher.look()
        except Unavailable:
            trouble = "no daemon answers"
        yield reading, trouble


def _print(watcher: _Watcher) -> None:
    from rich.console import Console

    from starfoundry.top.live_view import draw

    reading = watcher.look()
    Console().print(draw(watcher.caption(reading), reading))


def _as_json(reading: "TopReading") -> dict[str, Any]:
    from google.protobuf.json_format import MessageToDict

    def plain(message: Any) -> Any:  # noqa: ANN401
        return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)

    return {
        "status": plain(reading.status),
        "pipelines": [plain(each) for each in reading.pipelines],
        "tasks": [plain(each) for each in reading.tasks],
        "ships": [plain(each) for each in reading.ships],
        "events": [plain(each) for each in reading.events],
        "profit": reading.money.profit,
        "profit_per_hour": reading.profit_per_hour,
        "last_hour_profit": reading.last_hour_profit,
        "hourly_profit": list(reading.hourly_profit),
        "health": plain(reading.health),
    }
