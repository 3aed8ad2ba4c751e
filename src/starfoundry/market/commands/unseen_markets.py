"""Advice on markets that no ship has seen yet: a coordinator looks at them, which may be at work already."""

from collections.abc import Iterable

from starfoundry.containers.commands.container_argument import ALIVE
from starfoundry.terminal.arguments.options import Terminal

SENDS_SCOUTS = "manufacturing_coordinator"
"""The type of the containers whose free ships look at markets, as the daemon names it."""


def note_unseen(terminal: Terminal, systems: Iterable[str]) -> None:
    """Print what shows the prices of unseen markets in these systems; nothing for a machine."""
    if terminal.as_json:
        return
    from starfoundry.wire.daemon_pb2 import ListContainersRequest

    containers = terminal.call("ListContainers", ListContainersRequest(player_id=terminal.player_id())).containers
    at_work = [each.container_id for each in containers if each.type == SENDS_SCOUTS and each.status in ALIVE]
    if all(any(f"-{system}-" in each for each in at_work) for system in systems):
        more = terminal.addressed("spacetraders ship buy SHIP_PROBE")
        terminal.note(f"The coordinator looks at unseen markets; another probe makes it faster: {more}")
    else:
        start = terminal.addressed("spacetraders manufacturing start")
        terminal.note(f"Markets not seen yet are looked at while a coordinator runs: {start}")
