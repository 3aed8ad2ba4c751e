"""`spacetraders container stop|drain|pause|resume`: commands for one container, a player's, or all."""

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.commands.container_argument import container_of
from starfoundry.containers.commands.output import as_json
from starfoundry.containers.domain.naming import short
from starfoundry.kernel.errors import Refused, StarFoundryError
from starfoundry.terminal.arguments.options import Terminal, with_terminal

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container

    Ask = Callable[[str, int], Container]

LOOK_AGAIN_SECONDS = 1.0
ENDING = ("STOPPING", "DRAINING", "PAUSING")

_container = click.argument("container_id", default="", metavar="[CONTAINER]")
_all = click.option(
    "--all", "is_all", is_flag=True, help="All containers, of every player or of the one given by --player-id."
)


def _wait(until: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--wait", is_flag=True, help=f"Return only when it {until}.")


@click.command("stop")
@_container
@_all
@click.option("--now", is_flag=True, help="Cancel the current work: cargo stays aboard, ships stay where they are.")
@_wait("has ended")
@with_terminal
def stop_container(terminal: Terminal, container_id: str, is_all: bool, now: bool, wait: bool) -> None:
    """Stop a container soon.

    It starts nothing new, sells what its ships have bought, and recalls the others. Work that takes longer than ten
    minutes is cancelled. With --now it waits only for answers to calls already sent. To finish all work first, use
    container drain.
    """
    ask = _stopping(terminal, "NOW" if now else "SOON")
    _each(terminal, container_id, ("RUNNING", "PAUSED", *ENDING) if is_all else (), ask, wait=wait)


@click.command("drain")
@_container
@_all
@_wait("has ended")
@with_terminal
def drain_container(terminal: Terminal, container_id: str, is_all: bool, wait: bool) -> None:
    """Stop a container after all its work.

    It starts nothing new and finishes what is under way. There is no time limit, and it continues after restarts of
    the daemon. `container stop` shortens it.
    """
    ask = _stopping(terminal, "DRAINED")
    _each(terminal, container_id, ("RUNNING", "PAUSED", "PAUSING") if is_all else (), ask, wait=wait)


@click.command("pause")
@_container
@_all
@_wait("is PAUSED")
@with_terminal
def pause_container(terminal: Terminal, container_id: str, is_all: bool, wait: bool) -> None:
    """Pause a container until it is resumed.

    The pause lasts across restarts of the daemon. The container ends its work as `container stop` does and releases
    its ships. Settings can be changed meanwhile; they apply when it is resumed.
    """
    from starfoundry.wire.daemon_pb2 import PauseContainerRequest

    def ask(container_id: str, player_id: int) -> Any:  # noqa: ANN401  (what the terminal answers with)
        request = PauseContainerRequest(container_id=container_id, player_id=player_id)
        return terminal.call("PauseContainer", request)

    _each(terminal, container_id, ("RUNNING",) if is_all else (), ask, wait=wait)


@click.command("resume")
@_container
@_all
@with_terminal
def resume_container(terminal: Terminal, container_id: str, is_all: bool) -> None:
    """Resume a paused container.

    It runs with its stored settings.
    """
    from starfoundry.wire.daemon_pb2 import ResumeContainerRequest

    def ask(container_id: str, player_id: int) -> Any:  # noqa: ANN401  (what the terminal answers with)
        request = ResumeContainerRequest(container_id=container_id, player_id=player_id)
        return terminal.call("ResumeContainer", request)

    _each(terminal, container_id, ("PAUSED",) if is_all else (), ask, wait=False)


COMMANDS = (stop_container, drain_container, pause_container, resume_container)


def _stopping(terminal: Terminal, ending: str) -> "Ask":
    from starfoundry.wire.daemon_pb2 import StopContainerRequest

    def ask(container_id: str, player_id: int) -> Any:  # noqa: ANN401  (what the terminal answers with)
        request = StopContainerRequest(container_id=container_id, player_id=player_id, ending=ending)
        return terminal.call("StopContainer", request)

    return ask


def _each(terminal: Terminal, named: str, statuses: tuple[str, ...], ask: "Ask", *, wait: bool) -> None:
    """Send the request for the named container, or for all with one of `statuses`, and show the results.

    An error of one container does not stop the others; the first error is raised after all were asked.
    """
    if not statuses:
        found = ask(container_of(terminal, named), terminal.player_id())
        (found,) = _awaited(terminal, [found], wait=wait)
        terminal.show(lambda: as_json(terminal, found), _result_text(found))
        _note_remaining_work(terminal, [found])
        return
    if named:
        raise Refused.of("container", named, "left out with --all")
    stopping: list[Container] = []
    errors: list[StarFoundryError] = []
    for one in _with_status(terminal, statuses):
        try:
            stopping.append(ask(one.container_id, one.player_id))
        except StarFoundryError as error:
            errors.append(error)
    stopping = _awaited(terminal, stopping, wait=wait)
    nobody = f"No container is {' or '.join(statuses)}."
    terminal.show(
        lambda: {"containers": [as_json(terminal, each) for each in stopping]},
        "\n".join(map(_result_text, stopping)) or (nobody if not errors else "None."),
    )
    _note_remaining_work(terminal, stopping)
    if errors:
        raise errors[0]


def _with_status(terminal: Terminal, statuses: tuple[str, ...]) -> "list[Container]":
    from starfoundry.wire.daemon_pb2 import ListContainersRequest

    player_id = terminal.player_id() if terminal.is_player_named else 0
    request = ListContainersRequest(player_id=player_id, statuses=statuses)
    return list(terminal.call("ListContainers", request).containers)


def _awaited(terminal: Terminal, containers: "list[Container]", *, wait: bool) -> "list[Container]":
    from starfoundry.wire.daemon_pb2 import GetContainerRequest

    while wait and any(each.status in ENDING for each in containers):
        terminal.pause(LOOK_AGAIN_SECONDS)
        requests = [
            GetContainerRequest(container_id=each.container_id, player_id=each.player_id) for each in containers
        ]
        containers = [terminal.call("GetContainer", request) for request in requests]
    return containers


def _result_text(found: "Container") -> str:
    because = f": {found.exit_reason}" if found.exit_reason and found.status not in ENDING else ""
    return f"{found.container_id} is {found.status}{because}"


def _note_remaining_work(terminal: Terminal, containers: "list[Container]") -> None:
    for found in containers:
        if found.status in ENDING:
            if found.exit_reason:
                terminal.note(f"Note: {found.exit_reason}")
            logs = f"spacetraders container logs {shlex.quote(short(found.container_id))} --follow"
            terminal.note(f"It finishes its current work first; see: {terminal.addressed(logs)}")
