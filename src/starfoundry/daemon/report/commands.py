"""`spacetraders report`: what happened since the user looked, and what stands still now."""

from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.model import COORDINATOR
from starfoundry.daemon.report.telling import IDLE, Still, report_json, report_text
from starfoundry.kernel.errors import Refused, StarFoundryError
from starfoundry.terminal.memory import Memory, memory_file
from starfoundry.terminal.moments import MomentText, until_option
from starfoundry.terminal.options import Terminal, with_terminal

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Health, Report

LAST = "last"
FIRST_TIME = "24h"
"""What a report is about where nobody has looked before."""

_AT_WORK = ("PENDING", "RUNNING", "PAUSING", "DRAINING", "STOPPING")


class SinceLast(MomentText):
    """A moment, or the word for the last look."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """The text; raises Refused."""
        text = str(value).strip().lower()
        return LAST if text in ("", LAST) else super().convert(value, param, ctx)


@click.command()
@click.option(
    "--since",
    type=SinceLast(),
    default=LAST,
    show_default=True,
    metavar="TIME",
    help=f"last (time you looked; {FIRST_TIME} at first), 8h (ago), 2d, today, or a time in UTC.",
)
@until_option("Only what happened before this time")
@click.option("--peek", is_flag=True, help="Do not count as a look: the next report begins where this one does.")
@with_terminal
def report(terminal: Terminal, since: str, until: str, peek: bool) -> None:
    """Show what happened since you looked: money, work, changes of settings, incidents, ships, and what stands still.

    A report with --since or --until does not move the time of your last look.
    """
    memory = Memory(memory_file())
    key = f"{terminal.place.socket}#{terminal.player_id()}"
    found = _since_last(terminal, memory.last(key)) if since == LAST else _ask(terminal, since, until)
    still = [] if until else _stands_still(terminal)
    terminal.show(lambda: report_json(found, still), lambda: report_text(found, still))
    terminal.finish()
    if since == LAST and not until and not peek:
        problem = memory.keep(key, found.until)
        if problem:
            terminal.note(f"this look cannot be remembered ({problem}); name the time: report --since 8h")


def _since_last(terminal: Terminal, last: str) -> "Report":
    """The report since the last look; one of a day where there was none, or where it lies in the daemon's future."""
    if last:
        try:
            return _ask(terminal, last, "")
        except Refused:
            terminal.note("the last look is later than the daemon's time; this is the report of a day")
    return _ask(terminal, FIRST_TIME, "")


def _ask(terminal: Terminal, since: str, until: str) -> "Report":
    from starfoundry.wire.daemon_pb2 import GetReportRequest, Report

    answer = terminal.call("GetReport", GetReportRequest(player_id=terminal.player_id(), since=since, until=until))
    assert isinstance(answer, Report)
    return answer


def _stands_still(terminal: Terminal) -> list[Still]:
    """What holds the fleet back at this moment: conditions of the daemon and the player, and idle coordinators."""
    from starfoundry.wire.daemon_pb2 import GetHealthRequest, GetManufacturingStatusRequest, ListContainersRequest

    player_id = terminal.player_id()
    health: Health = terminal.call("GetHealth", GetHealthRequest())
    still = [
        Still(kind=each.kind, subject=each.subject, reason=each.reason, next_step=each.next_step)
        for each in health.conditions
        if each.player_id in (0, player_id)
    ]
    containers = terminal.call("ListContainers", ListContainersRequest(player_id=player_id)).containers
    coordinators = [each for each in containers if each.type == COORDINATOR]
    at_work = [each for each in coordinators if each.status in _AT_WORK]
    if not at_work:
        next_step = "spacetraders container start" if coordinators else "spacetraders manufacturing start"
        still.append(Still(kind="nobody-at-work", subject="", reason="no coordinator is at work", next_step=next_step))
    for each in at_work:
        request = GetManufacturingStatusRequest(player_id=player_id, container_id=each.container_id)
        try:
            reasons = terminal.call("GetManufacturingStatus", request).idle_reasons
        except StarFoundryError as error:  # the player cannot play just now, which is a condition of its own
            reasons = [error.message]
        still += [Still(kind=IDLE, subject=each.container_id, reason=reason, next_step="") for reason in reasons]
    return still
