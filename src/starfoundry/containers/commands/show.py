"""`spacetraders container list|show|logs|start`: commands that show and start containers."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.commands.container_argument import container_of
from starfoundry.containers.commands.output import as_json
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.player import INT32_MAX
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json
from starfoundry.terminal.rendering.stdio import emit

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container, LogEntry

FOLLOW_SECONDS = 0.5


@click.command("list")
@click.option(
    "--status", "statuses", multiple=True, help="Only those in this status, such as RUNNING; may be repeated."
)
@with_list_terminal
def list_containers(terminal: Terminal, statuses: tuple[str, ...]) -> None:
    """List containers, ended ones included.

    They are of every player, or of the one given by --player-id.
    """
    from starfoundry.wire.daemon_pb2 import Container, ListContainersRequest

    player_id = terminal.player_id() if terminal.is_player_named else 0
    answer = terminal.call("ListContainers", ListContainersRequest(player_id=player_id, statuses=statuses))
    terminal.show_list(
        lambda: {"containers": [as_json(terminal, each) for each in answer.containers]},
        lambda: render.table(
            ["Container", "Player", "Type", "Status", "Started (UTC)", "Restarts"],
            [
                [
                    each.container_id,
                    _player(terminal, each),
                    each.type,
                    _status_text(each),
                    render.moment(each.started_at),
                    each.restart_count,
                ]
                for each in answer.containers
            ],
            empty=f"No containers. Start one: {terminal.addressed('spacetraders manufacturing start')}",
        ),
        rows="containers",
        blank=lambda: as_json(terminal, Container()),
    )


@click.command("show")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@with_terminal
def show_container(terminal: Terminal, container_id: str) -> None:
    """Show every stored field of a container."""
    from starfoundry.wire.daemon_pb2 import GetContainerRequest

    request = GetContainerRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    found = terminal.call("GetContainer", request)
    terminal.show(lambda: as_json(terminal, found), lambda: _describe(terminal, found))


@click.command("logs")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@click.option(
    "--limit", default=100, type=click.IntRange(1, INT32_MAX), show_default=True, help="How many entries, newest first."
)
@click.option("--level", default="INFO", show_default=True, help="At least this: DEBUG, INFO, WARNING or ERROR.")
@click.option("-f", "--follow", is_flag=True, help="Follow new entries until Ctrl-C. As JSON: one entry per line.")
@with_list_terminal
def show_logs(terminal: Terminal, container_id: str, limit: int, level: str, follow: bool) -> None:
    """Show a container's log, oldest entry first."""
    from starfoundry.wire.daemon_pb2 import GetContainerLogsRequest, LogEntry

    if follow:
        terminal.require_no_csv("with --follow")
    request = GetContainerLogsRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        limit=limit,
        minimum_level=level,
    )
    entries = terminal.call("GetContainerLogs", request).logs
    if not follow:
        terminal.show_list(
            {"logs": [message_json(entry) for entry in entries]},
            "\n".join(map(_line, entries)) or f"No entries yet at level {level} or above.",
            rows="logs",
            blank=lambda: message_json(LogEntry()),
        )
        return
    while True:
        _print_as_lines(terminal, entries)
        request.after_id = max([request.after_id, *(entry.id for entry in entries)])
        terminal.pause(FOLLOW_SECONDS)
        entries = terminal.call("GetContainerLogs", request).logs


@click.command("start")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@with_terminal
def start_container(terminal: Terminal, container_id: str) -> None:
    """Start a container that is not running.

    It may be stopped, paused or failed, and runs with its stored settings.
    """
    from starfoundry.wire.daemon_pb2 import StartContainerRequest

    request = StartContainerRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    found = terminal.call("StartContainer", request)
    terminal.show(lambda: as_json(terminal, found), f"{found.container_id} is {found.status}")


COMMANDS = (list_containers, show_container, show_logs, start_container)


def _player(terminal: Terminal, found: "Container") -> str:
    return f"{found.player_id} ({terminal.player(found.player_id)['agent']})"


def _status_text(found: "Container") -> str:
    """The status, and whether an emergency halt blocks the container's calls."""
    return render.with_halt(found.status, found.halted)


def _describe(terminal: Terminal, found: "Container") -> str:
    config: dict[str, Any] = json.loads(found.config_json or "{}")
    facts = render.facts(
        [
            ("Container", found.container_id),
            ("Player", _player(terminal, found)),
            ("Type", found.type),
            ("Status", _status_text(found)),
            ("Created (UTC)", render.moment(found.created_at)),
            ("Started (UTC)", render.moment(found.started_at)),
            ("Ended (UTC)", render.moment(found.stopped_at)),
            ("Restarts", found.restart_count),
            ("Ended because", found.exit_reason),
        ]
    )
    stored = "\n".join(f"  {render.clean(key)} = {render.clean(json.dumps(config[key]))}" for key in sorted(config))
    return f"{facts}\n\nStored configuration:\n{stored or '  none'}"


def _print_as_lines(terminal: Terminal, entries: "Iterable[LogEntry]") -> None:
    for entry in entries:
        if terminal.as_json:
            emit(json.dumps(message_json(entry), ensure_ascii=False), is_data=True)
        else:
            emit(_line(entry))


def _line(entry: "LogEntry") -> str:
    """An entry on one line, with its fields after the message; multi-line fields, such as a traceback, follow below."""
    fields: dict[str, Any] = json.loads(entry.fields_json or "{}")
    long = {name: value for name, value in fields.items() if isinstance(value, str) and "\n" in value.strip()}
    short = [f"{name}={_shown(value)}" for name, value in fields.items() if name not in long]
    first = "  ".join([f"{render.moment(entry.at)}  {entry.level:<7}  {render.clean(entry.message)}", *short])
    below = [f"    {render.clean(line)}" for value in long.values() for line in value.rstrip().splitlines()]
    return "\n".join([render.on_terminal(first, hanging=" " * 4), *below])


def _shown(value: object) -> str:
    return render.clean(value if isinstance(value, str) else json.dumps(value, separators=(",", ":")))
