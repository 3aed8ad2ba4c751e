"""Which container a command is about: the one that was named, the one of the context, or the only one that fits."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.options import Terminal

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container

ALIVE = ("PENDING", "RUNNING", "PAUSING", "PAUSED", "DRAINING", "STOPPING")

_WHOLE_ID = re.compile(r"[a-z].*-[0-9a-f]{6}")


def container_option(purpose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--container`, for a command that needs one."""
    return click.option(
        "--container",
        "container_id",
        default="",
        metavar="ID",
        help=f"{purpose}, by its id, the beginning or the end of it, or its system; default: the only one.",
    )


def container_of(terminal: Terminal, named: str, *, of_type: str = "") -> str:
    """The id of the container; raises Missing or Refused naming the choices.

    Without a name it is the context's, else the player's only one of the type, else the only one that is alive. Where
    there are several players and none is said, the container may be any one's, and says whose the command is.
    """
    named = named or terminal.context_container()
    is_anyones = terminal.player_is_open
    if _WHOLE_ID.fullmatch(named) and not is_anyones:
        return named
    from starfoundry.wire.daemon_pb2 import ListContainersRequest  # noqa: PLC0415  (commands start light)

    request = ListContainersRequest() if is_anyones else ListContainersRequest(player_id=terminal.player_id())
    found = terminal.call("ListContainers", request).containers
    chosen = _chosen(named, [each for each in found if of_type in ("", each.type)], of_type)
    if is_anyones:
        terminal.mean_player(chosen.player_id)
    return str(chosen.container_id)


def _chosen(named: str, containers: "list[Container]", of_type: str) -> "Container":
    if named:
        return _of_name(named, containers)
    fitting = [each for each in containers if each.status in ALIVE] or containers
    if not fitting:
        what = "coordinator" if of_type else "container"
        raise Missing(f"there is no {what} yet; start one with: spacetraders manufacturing start")
    return _only(fitting, "")


def _of_name(named: str, containers: "list[Container]") -> "Container":
    """The container whose id is, begins or ends with what was typed, or that works in the system of that name."""
    for each in containers:
        if each.container_id == named:
            return each
    near = [
        each
        for each in containers
        if each.container_id.startswith(named)
        or each.container_id.endswith(f"-{named}")
        or f"-{named.upper()}-" in each.container_id
    ]
    if not near:
        choices = ", ".join(each.container_id for each in containers) or "none yet"
        raise Missing(f"there is no container {named}; there are: {choices}")
    return _only([each for each in near if each.status in ALIVE] or near, named)


def _only(containers: "list[Container]", named: str) -> "Container":
    if len(containers) > 1:
        choices = ", ".join(each.container_id for each in containers)
        raise Refused.of("container", named, f"one of {choices}: say which with --container")
    return containers[0]
