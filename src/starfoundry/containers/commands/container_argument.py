"""Container names on the command line: a whole id, part of one, a system, or none if only one matches."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from starfoundry.containers.domain.naming import PART_LETTERS_MIN, is_part, is_whole, short
from starfoundry.kernel.errors import FieldProblem, Missing, Refused
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.terminal.arguments.options import Terminal

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container

ALIVE = ("PENDING", "RUNNING", "PAUSING", "PAUSED", "DRAINING", "STOPPING")

CHOICES_MAX = 12


class NamedContainer(Protocol):
    """The fields of a container by which it can be named."""

    @property
    def container_id(self) -> str:
        """The whole id."""

    @property
    def status(self) -> str:
        """The status, such as RUNNING."""


C = TypeVar("C", bound=NamedContainer)


class Ambiguous(Refused):
    """The given name matches several containers; none is chosen."""

    def __init__(self, named: str, fitting: Sequence[NamedContainer]) -> None:
        listed = [f"{each.container_id} ({each.status})" for each in fitting[:CHOICES_MAX]]
        more = [f"{len(fitting) - CHOICES_MAX} more"] if len(fitting) > CHOICES_MAX else []
        allowed = f"one of {', '.join([*listed, *more])}"
        was = f", was {named!r}, which matches them all" if named else ""
        problem = FieldProblem(field="container", given=named, allowed=allowed)
        super().__init__(f"container must be {allowed}{was}", fields=(problem,))
        self.next_step = f"name one; the end of its id is enough, such as {short(fitting[-1].container_id)}"


def container_option(purpose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option `--container`, for a command that needs a container."""
    return click.option(
        "--container",
        "container_id",
        default="",
        metavar="ID",
        help=f"{purpose}, by its id, the start or end of it, or its system; default: the only one.",
    )


def container_of(terminal: Terminal, named: str, *, of_type: str = "") -> str:
    """The id of the container. Raises Missing or Ambiguous naming the choices.

    Without a name: the context's, else the player's only one of the type, else the only one alive. If there are
    several players and none was given, every player's containers are searched, and the container decides the
    player.
    """
    named = named or terminal.context_container()
    is_anyones = terminal.is_player_open
    if is_whole(named) and not is_anyones:
        return named
    from starfoundry.wire.daemon_pb2 import ListContainersRequest

    request = ListContainersRequest() if is_anyones else ListContainersRequest(player_id=terminal.player_id())
    found = terminal.call("ListContainers", request).containers
    chosen = _chosen(named, [each for each in found if of_type in ("", each.type)], of_type)
    if is_anyones:
        terminal.select_player(chosen.player_id)
    return str(chosen.container_id)


def named_one(named: str, containers: Sequence[C]) -> C:
    """The container with the given name. Raises Missing, or Ambiguous if several match.

    A part of an id must match exactly one container, running or ended. A system means its one container that is
    still in use.
    """
    for each in containers:
        if each.container_id == named:
            return each
    fitting = [each for each in containers if is_part(named, each.container_id)]
    if not fitting:
        inside = [each for each in containers if f"-{named.upper()}-" in each.container_id]
        fitting = [each for each in inside if each.status in ALIVE] or inside
    if not fitting:
        choices = ", ".join(each.container_id for each in containers[-CHOICES_MAX:]) or "none yet"
        least = f" (of an id at least {PART_LETTERS_MIN} letters)" if len(named) < PART_LETTERS_MIN else ""
        meant = did_you_mean(named, [short(each.container_id) for each in containers], count=1)
        hint = f"{meant} " if meant and not least else ""
        raise Missing(f"there is no container {named}{least}; {hint}there are: {choices}")
    if len(fitting) > 1:
        raise Ambiguous(named, fitting)
    return fitting[0]


def _chosen(named: str, containers: "list[Container]", of_type: str) -> "Container":
    if named:
        return named_one(named, containers)
    fitting = [each for each in containers if each.status in ALIVE] or containers
    if not fitting:
        what = "coordinator" if of_type else "container"
        raise Missing(f"there is no {what} yet; start one with: spacetraders manufacturing start")
    if len(fitting) > 1:
        raise Ambiguous("", fitting)
    return fitting[0]
