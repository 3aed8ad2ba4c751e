"""`spacetraders container stop|drain|pause|resume`: of one container, of a player's, or of all there are."""

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from starfoundry.containers.commands.arguments import container_of
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
    "--all", "is_all", is_flag=True, help="Every one: of every player, or of the one that --player-id names."
)


def _wait(until: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--wait", is_flag=True, help=f"Return only when it {until}.")


@click.command("stop")
@_container
@_all
@click.option("--now", is_flag=True, help="Cut off the work in hand: cargo stays aboard, ships stay where they are.")
@_wait("has ended")
@with_terminal
def stop_container(terminal: Terminal, container_id: str, is_all: bool, now: bool, wait: bool) -> None:
    """End a container soon: it begins nothing new, sells what its ships have bought, and calls back the others.

    What takes longer than ten minutes is cut off. With --now nothing is waited for but the answer to a call that was
    sent. To have everything finished first: container drain.
    """
    ask = _stopping(terminal, "NOW" if now else "SOON")
    _each(terminal, container_id, ("RUNNING", "PAUSED", *ENDING) if is_all else (), ask, wait=wait)


@click.command("drain")
@_container
@_all
@_wait("has ended")
@with_terminal
def drain_container(terminal: Terminal, container_id: str, is_all: bool, wait: bool) -> None:
    """End a container when all its work is done: it begins nothing new and finishes what is under way.

    However long that takes, over restarts of the daemon too. `container stop` shortens it.
    """
    ask = _stopping(terminal, "DRAINED")
    _each(terminal, container_id, ("RUNNING", "PAUSED", "PAUSING") if is_all else (), ask, wait=wait)


@click.command("pause")
@_container
@_all
@_wait("is PAUSED")
@with_terminal
def pause_container(terminal: Terminal, container_id: str, is_all: bool, wait: bool) -> None:
    """Have a container rest until `container resume`, over restarts of the daemon too.

    It ends its work as `container stop` does and lets go of its ships. Its settings can be changed meanwhile; they are
    in force when it is resumed.
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
    """Run a paused container again, with the settings that are stored for it."""
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
    """Ask for the one that is meant or, where `statuses` are given, for every one that stands so; show what became.

    One that cannot be helped keeps nobody from the others; the first error is raised when all were asked for.
    """
    if not statuses:
        found = ask(container_of(terminal, named), terminal.player_id())
        (found,) = _awaited(terminal, [found], wait=wait)
        terminal.show(lambda: as_json(terminal, found), _told(found))
        _note_what_goes_on(terminal, [found])
        return
    if named:
        raise Refused.of("container", named, "left out with --all")
    asked: list[Container] = []
    errors: list[StarFoundryError] = []
    for one in _standing_so(terminal, statuses):
        try:
            asked.append(ask(one.container_id, one.player_id))
        except StarFoundryError as error:
            errors.append(error)
    asked = _awaited(terminal, asked, wait=wait)
    nobody = f"No container is {' or '.join(statuses)}."
    terminal.show(
        lambda: {"containers": [as_json(terminal, each) for each in asked]},
        "\n".join(map(_told, asked)) or (nobody if not errors else "None."),
    )
    _note_what_goes_on(terminal, asked)
    if errors:
        raise errors[0]


def _standing_so(terminal: Terminal, statuses: tuple[str, ...]) -> "list[Container]":
    from starfoundry.wire.daemon_pb2 import ListContainersRequest

    player_id = terminal.player_id() if terminal.names_player else 0
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


def _told(found: "Container") -> str:
    because = f": {found.exit_reason}" if found.exit_reason and found.status not in ENDING else ""
    return f"{found.container_id} is {found.status}{because}"


def _note_what_goes_on(terminal: Terminal, containers: "list[Container]") -> None:
    for found in containers:
        if found.status in ENDING:
            if found.exit_reason:
                terminal.note(f"Note: {found.exit_reason}")
            logs = f"spacetraders container logs {shlex.quote(short(found.container_id))} --follow"
            terminal.note(f"It ends the work in hand first; see: {terminal.here(logs)}")
