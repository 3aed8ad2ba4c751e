"""`spacetraders halt` and `spacetraders resume`: the emergency stop for one container, one player, or everything."""

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from starfoundry.containers.commands.container_argument import named_one
from starfoundry.containers.domain.naming import is_whole
from starfoundry.daemon.data_directory.directory import holder
from starfoundry.daemon.halt.halt_files import NAME_BYTES_MAX, HaltFiles, HaltScope
from starfoundry.kernel.errors import InDoubt, Missing, Refused, StarFoundryError, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.terminal.arguments.options import CALL_SECONDS, Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.connection.presence import DaemonNotThere, DaemonSilent, is_stopped
from starfoundry.terminal.connection.remote import remote
from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import AwaitHaltResponse, SetHaltResponse

WAIT_SECONDS = 75.0
"""Longer than the daemon waits for any answer, so that a call in progress has an outcome by then."""

LOOK_AGAIN_SECONDS = 0.2


class NotConfirmed(InDoubt):
    """The halt is set, but it is not confirmed that no call is in progress."""

    next_step = "halt again to check again; a daemon that is stuck sends at most the call it was about to send"

    def __init__(self, scope: HaltScope, why: str) -> None:
        super().__init__(f"{scope} is halted, but calls may still be in progress: {why}")

    @classmethod
    def after(cls, scope: HaltScope, error: StarFoundryError) -> "NotConfirmed":
        """The error for a daemon that did not answer properly."""
        unconfirmed = cls(scope, error.message)
        if isinstance(error, DaemonSilent):
            unconfirmed.next_step = f"{error.next_step}; then halt again to be sure"
        return unconfirmed


container_option = click.option(
    "--container",
    "container_id",
    metavar="ID",
    default="",
    help="Only this container, by its id, the beginning or the end of it.",
)


@click.command()
@container_option
@click.option(
    "--wait",
    type=Duration(bare_unit="s", maximum_seconds=600),
    default=WAIT_SECONDS,
    show_default=f"{WAIT_SECONDS:g}s",
    metavar="TIME",
    help="Maximum wait for the answers to calls in progress.",
)
@with_terminal
def halt(terminal: Terminal, container_id: str, wait: float) -> None:
    """Stop all calls that change the game, until `spacetraders resume`: for all players, one player, or one container.

    Takes effect at once, even without the daemon, and survives restarts. Returns when the calls in progress are
    answered: from then on nothing is sent. Ships in flight fly on, and the game is still read. Only a --player-id given
    as an option narrows it, not one from the environment.
    """
    halt_files = HaltFiles(terminal.location.data_dir)
    scope = _scope(terminal, container_id, halt_files)
    if address := remote().address:
        done = _set_elsewhere(terminal, scope, halted=True, wait_seconds=wait)
        if done.calls_under_way:
            raise NotConfirmed(scope, f"{done.calls_under_way} calls under way are not answered yet")
        text = f"Halted {scope} at {address}: nothing that changes the game is sent from now on (nothing is under way)"
        terminal.show({"halted": True, "scope": str(scope), "file": None, "daemon": "confirmed"}, text)
        return
    halt_files.halt(scope)
    terminal.has_changed = True
    try:
        confirmed = _await_halt(terminal, scope, wait)
    except Missing:
        halt_files.release(scope)
        raise
    answer = {"halted": True, "scope": str(scope), "file": str(halt_files.file(scope)), "daemon": confirmed}
    runs = "no call is in progress" if confirmed == "confirmed" else "no daemon runs here"
    text = f"Halted {scope}: nothing that changes the game is sent from now on ({runs})"
    terminal.show(answer, lambda: render.on_terminal(text, hanging="  "))


@click.command()
@container_option
@with_terminal
def resume(terminal: Terminal, container_id: str) -> None:
    """Release a halt of `spacetraders halt`: of the same container, player, or everything."""
    halt_files = HaltFiles(terminal.location.data_dir)
    scope = _scope(terminal, container_id, halt_files)
    if remote().address:
        done = _set_elsewhere(terminal, scope, halted=False)
        was_halted, still = done.was_halted, list(done.still_halted)
    else:
        was_halted, still = halt_files.release(scope), [str(each) for each in halt_files.halts()]
    terminal.has_changed = was_halted
    answer = {
        "halted": False,
        "scope": str(scope),
        "was_halted": was_halted,
        "still_halted": still,
    }
    terminal.show(answer, f"Released the halt of {scope}" if was_halted else f"There was no halt of {scope}")
    for each in still:
        terminal.note(f"Still halted: {each}; to release: {HaltScope.named(each).resume_command}")


def _scope(terminal: Terminal, container: str, halt_files: HaltFiles) -> HaltScope:
    context = click.get_current_context()
    typed = (each.get_parameter_source("player_id") for each in (context, context.find_root()))
    is_player_named = ParameterSource.COMMANDLINE in typed
    if not container:
        return HaltScope(player_id=PlayerId(terminal.player_id())) if is_player_named else HaltScope()
    if is_player_named:
        raise Refused.of("container", container, "given without --player-id: a container is one player's anyway")
    if len(container.encode()) > NAME_BYTES_MAX:
        raise Refused.of("container", container, "the ID of a container, as in: spacetraders container list")
    return HaltScope(container_id=ContainerId(_whole_id(terminal, container, halt_files)))


def _whole_id(terminal: Terminal, named: str, halt_files: HaltFiles) -> str:
    """The complete id of a container: among those halted already, else those known to the daemon or the database.

    Raises Missing, or Refused if several containers match: the target of a halt is never guessed.
    """
    halted = {scope.container_id for scope in halt_files.halts() if scope.container_id is not None}
    if is_whole(named) or named in halted:
        return named
    from starfoundry.wire.daemon_pb2 import ListContainersRequest

    try:
        return str(named_one(named, terminal.call("ListContainers", ListContainersRequest()).containers).container_id)
    except (DaemonNotThere, InDoubt, Unavailable):
        from starfoundry.daemon.audit.copy import containers_in

        return named_one(named, containers_in(terminal.location.data_dir)).container_id


def _await_halt(terminal: Terminal, scope: HaltScope, wait_seconds: float) -> str:
    """`confirmed` once the daemon reports that no call is in progress, `absent` if none runs.

    Raises NotConfirmed for a daemon that does not confirm it, Missing for an unknown container or player.
    """
    waited = 0.0
    while True:
        process = holder(terminal.location.data_dir)
        try:
            answer = _asked(terminal, scope, wait_seconds)
        except DaemonNotThere:
            if process is None:
                return "absent"
            if waited >= wait_seconds or is_stopped(process):
                raise NotConfirmed(scope, f"process {process} does not answer") from None
            terminal.pause(LOOK_AGAIN_SECONDS)
            waited += LOOK_AGAIN_SECONDS
            continue
        except (InDoubt, Unavailable) as error:
            raise NotConfirmed.after(scope, error) from None
        if not answer.is_halted:
            place = answer.data_directory
            raise NotConfirmed(scope, f"the daemon at this socket uses {place}: name that with --data-dir")
        if answer.calls_under_way:
            raise NotConfirmed(scope, f"{answer.calls_under_way} calls in progress are not answered yet")
        return "confirmed"


def _set_elsewhere(terminal: Terminal, scope: HaltScope, *, halted: bool, wait_seconds: float = 0) -> "SetHaltResponse":
    """Set or release a halt of a daemon whose data directory is on another machine."""
    from starfoundry.wire.daemon_pb2 import SetHaltRequest, SetHaltResponse

    request = SetHaltRequest(
        player_id=scope.player_id or 0,
        container_id=scope.container_id or "",
        halted=halted,
        wait_milliseconds=round(wait_seconds * 1000),
    )
    answer = terminal.call("SetHalt", request, timeout_seconds=wait_seconds + CALL_SECONDS)
    assert isinstance(answer, SetHaltResponse)
    return answer


def _asked(terminal: Terminal, scope: HaltScope, wait_seconds: float) -> "AwaitHaltResponse":
    from starfoundry.wire.daemon_pb2 import AwaitHaltRequest, AwaitHaltResponse

    request = AwaitHaltRequest(
        player_id=scope.player_id or 0,
        container_id=scope.container_id or "",
        wait_milliseconds=round(wait_seconds * 1000),
    )
    answer = terminal.call("AwaitHalt", request, timeout_seconds=wait_seconds + 2)
    assert isinstance(answer, AwaitHaltResponse)
    return answer
