"""`spacetraders container list|show|logs|start|stop|drain|pause|resume`."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.asking import container_of
from starfoundry.terminal import render
from starfoundry.terminal.options import Terminal, with_terminal
from starfoundry.terminal.who import INT32_MAX

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container, LogEntry

FOLLOW_SECONDS = 0.5
LOOK_AGAIN_SECONDS = 1.0
ENDING = ("STOPPING", "DRAINING", "PAUSING")


@click.group()
def container() -> None:
    """The long-lived operations of the daemon: coordinators, the growth of the fleet."""


@container.command("list")
@click.option(
    "--status", "statuses", multiple=True, help="Only those in this status, such as RUNNING; may be repeated."
)
@with_terminal
def list_containers(terminal: Terminal, statuses: tuple[str, ...]) -> None:
    """List containers, the ended ones too: of every player, or of the one that --player-id names."""
    from starfoundry.wire.daemon_pb2 import ListContainersRequest

    player_id = terminal.player_id() if terminal.names_player else 0
    answer = terminal.call("ListContainers", ListContainersRequest(player_id=player_id, statuses=statuses))
    terminal.show(
        lambda: {"containers": [_as_json(terminal, each) for each in answer.containers]},
        lambda: render.table(
            ["Container", "Player", "Type", "Status", "Started (UTC)", "Restarts"],
            [
                [
                    each.container_id,
                    _player(terminal, each),
                    each.type,
                    _standing(each),
                    render.moment(each.started_at),
                    each.restart_count,
                ]
                for each in answer.containers
            ],
            empty="No containers. Start one: spacetraders manufacturing start",
        ),
    )


@container.command("show")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@with_terminal
def show_container(terminal: Terminal, container_id: str) -> None:
    """Show one container, or the only one, with everything that is stored of it."""
    from starfoundry.wire.daemon_pb2 import GetContainerRequest

    request = GetContainerRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    found = terminal.call("GetContainer", request)
    terminal.show(lambda: _as_json(terminal, found), lambda: _describe(terminal, found))


@container.command("logs")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@click.option(
    "--limit", default=100, type=click.IntRange(1, INT32_MAX), show_default=True, help="The newest so many entries."
)
@click.option("--level", default="INFO", show_default=True, help="At least this: DEBUG, INFO, WARNING or ERROR.")
@click.option("-f", "--follow", is_flag=True, help="Go on as it speaks, until Ctrl-C. As JSON: one entry a line.")
@with_terminal
def show_logs(terminal: Terminal, container_id: str, limit: int, level: str, follow: bool) -> None:
    """Show what a container said, oldest first."""
    from starfoundry.wire.daemon_pb2 import GetContainerLogsRequest

    request = GetContainerLogsRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        limit=limit,
        minimum_level=level,
    )
    entries = terminal.call("GetContainerLogs", request).logs
    if not follow:
        terminal.show(
            {"logs": [_entry_as_json(entry) for entry in entries]},
            "\n".join(map(_line, entries)) or f"Nothing yet at level {level} or above.",
        )
        return
    while True:
        _print_as_lines(terminal, entries)
        request.after_id = max([request.after_id, *(entry.id for entry in entries)])
        terminal.pause(FOLLOW_SECONDS)
        entries = terminal.call("GetContainerLogs", request).logs


@container.command("start")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@with_terminal
def start_container(terminal: Terminal, container_id: str) -> None:
    """Run a container again that was stopped, is paused or has failed, with the settings that are stored for it."""
    from starfoundry.wire.daemon_pb2 import StartContainerRequest

    request = StartContainerRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    found = terminal.call("StartContainer", request)
    terminal.show(lambda: _as_json(terminal, found), f"{found.container_id} is {found.status}")


@container.command("stop")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@click.option("--now", is_flag=True, help="Cut off the work in hand: cargo stays aboard, ships stay where they are.")
@click.option("--wait", is_flag=True, help="Return only when it has ended.")
@with_terminal
def stop_container(terminal: Terminal, container_id: str, now: bool, wait: bool) -> None:
    """End a container soon: it begins nothing new, sells what its ships have bought, and calls back the others.

    What takes longer than ten minutes is cut off. With --now nothing is waited for but the answer to a call that was
    sent. To have everything finished first: container drain.
    """
    _end(terminal, container_id, "NOW" if now else "SOON", wait=wait)


@container.command("drain")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@click.option("--wait", is_flag=True, help="Return only when it has ended.")
@with_terminal
def drain_container(terminal: Terminal, container_id: str, wait: bool) -> None:
    """End a container when all its work is done: it begins nothing new and finishes what is under way.

    However long that takes, over restarts of the daemon too. `container stop` shortens it.
    """
    _end(terminal, container_id, "DRAINED", wait=wait)


@container.command("pause")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@click.option("--wait", is_flag=True, help="Return only when it is PAUSED.")
@with_terminal
def pause_container(terminal: Terminal, container_id: str, wait: bool) -> None:
    """Have a container rest until `container resume`, over restarts of the daemon too.

    It ends its work as `container stop` does and lets go of its ships. Its settings can be changed meanwhile; they are
    in force when it is resumed.
    """
    from starfoundry.wire.daemon_pb2 import PauseContainerRequest

    request = PauseContainerRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    _show_end(terminal, terminal.call("PauseContainer", request), wait=wait)


@container.command("resume")
@click.argument("container_id", default="", metavar="[CONTAINER]")
@with_terminal
def resume_container(terminal: Terminal, container_id: str) -> None:
    """Run a paused container again, with the settings that are stored for it."""
    from starfoundry.wire.daemon_pb2 import ResumeContainerRequest

    request = ResumeContainerRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    found = terminal.call("ResumeContainer", request)
    terminal.show(lambda: _as_json(terminal, found), f"{found.container_id} is {found.status}")


def _end(terminal: Terminal, container_id: str, ending: str, *, wait: bool) -> None:
    from starfoundry.wire.daemon_pb2 import StopContainerRequest

    player_id, container_id = terminal.player_id(), container_of(terminal, container_id)
    request = StopContainerRequest(container_id=container_id, player_id=player_id, ending=ending)
    _show_end(terminal, terminal.call("StopContainer", request), wait=wait)


def _show_end(terminal: Terminal, found: "Container", *, wait: bool) -> None:
    from starfoundry.wire.daemon_pb2 import GetContainerRequest

    request = GetContainerRequest(container_id=found.container_id, player_id=found.player_id)
    while wait and found.status in ENDING:
        terminal.pause(LOOK_AGAIN_SECONDS)
        found = terminal.call("GetContainer", request)
    terminal.show(lambda: _as_json(terminal, found), f"{found.container_id} is {found.status}")
    if found.status in ENDING and found.exit_reason:
        terminal.note(f"Note: {found.exit_reason}")
    if found.status in ENDING:
        logs = f"spacetraders container logs {found.container_id} --follow"
        terminal.note(f"It ends the work in hand first; see: {logs}")


def _player(terminal: Terminal, found: "Container") -> str:
    return f"{found.player_id} ({terminal.who(found.player_id)['agent']})"


def _as_json(terminal: Terminal, found: "Container") -> dict[str, object]:
    return {
        "container_id": found.container_id,
        **terminal.who(found.player_id),
        "type": found.type,
        "status": found.status,
        "halted": found.halted or None,
        "created_at": found.created_at or None,
        "started_at": found.started_at or None,
        "stopped_at": found.stopped_at or None,
        "restart_count": found.restart_count,
        "exit_reason": found.exit_reason,
        "config": json.loads(found.config_json or "{}"),
    }


def _standing(found: "Container") -> str:
    """Its status, and whether the emergency brake holds its calls."""
    if not found.halted:
        return found.status
    return f"{found.status}, halted" + ("" if found.halted == "container" else f" ({found.halted})")


def _describe(terminal: Terminal, found: "Container") -> str:
    config: dict[str, Any] = json.loads(found.config_json or "{}")
    told = render.facts(
        [
            ("Container", found.container_id),
            ("Player", _player(terminal, found)),
            ("Type", found.type),
            ("Status", _standing(found)),
            ("Created (UTC)", render.moment(found.created_at)),
            ("Started (UTC)", render.moment(found.started_at)),
            ("Ended (UTC)", render.moment(found.stopped_at)),
            ("Restarts", found.restart_count),
            ("Ended because", found.exit_reason),
        ]
    )
    stored = "\n".join(f"  {render.clean(key)} = {render.clean(json.dumps(config[key]))}" for key in sorted(config))
    return f"{told}\n\nStored configuration:\n{stored or '  none'}"


def _entry_as_json(entry: "LogEntry") -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at,
        "level": entry.level,
        "message": entry.message,
        "fields": json.loads(entry.fields_json or "{}"),
    }


def _print_as_lines(terminal: Terminal, entries: "Iterable[LogEntry]") -> None:
    for entry in entries:
        click.echo(json.dumps(_entry_as_json(entry), ensure_ascii=False) if terminal.as_json else _line(entry))


def _line(entry: "LogEntry") -> str:
    """An entry on one line, its fields after the message; a field of many lines, such as a traceback, below it."""
    fields: dict[str, Any] = json.loads(entry.fields_json or "{}")
    long = {name: value for name, value in fields.items() if isinstance(value, str) and "\n" in value.strip()}
    short = [f"{name}={_shown(value)}" for name, value in fields.items() if name not in long]
    first = "  ".join([f"{render.moment(entry.at)}  {entry.level:<7}  {render.clean(entry.message)}", *short])
    below = [f"    {render.clean(line)}" for value in long.values() for line in value.rstrip().splitlines()]
    return "\n".join([first, *below])


def _shown(value: object) -> str:
    return render.clean(value if isinstance(value, str) else json.dumps(value, separators=(",", ":")))
