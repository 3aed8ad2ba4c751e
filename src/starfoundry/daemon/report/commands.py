"""`spacetraders report`: what happened since the user's last look, and what is blocked now."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from starfoundry.daemon.report.blockers import blockers, has_coordinator_at_work
from starfoundry.daemon.report.output import Blocker, report_json, report_text
from starfoundry.kernel.errors import Refused, StarFoundryError
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import MomentText, until_option
from starfoundry.terminal.local.last_report import LastReports, reports_file

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Health, Hindrance, Report

LAST = "last"
FIRST_TIME = "24h"
"""The period of a first report."""


class SinceLast(MomentText):
    """A time, or the word for the last look."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """The text. Raises Refused."""
        text = str(value).strip().lower()
        return LAST if text in ("", LAST) else super().convert(value, param, ctx)


@click.command()
@click.option(
    "--since",
    type=SinceLast(),
    default=LAST,
    show_default=True,
    metavar="TIME",
    help=f"last (your last report; {FIRST_TIME} at first), 8h (ago), 2d, today, or a time in UTC.",
)
@until_option("Only what happened before this time")
@click.option(
    "--peek", is_flag=True, help="Do not store the time of this report: the next one begins at the same time."
)
@with_terminal
def report(terminal: Terminal, since: str, until: str, peek: bool) -> None:
    """Show what happened since your last report: money, work, changed settings, incidents, ships, and what is blocked.

    A report with --since or --until does not change the time of your last report.
    """
    from starfoundry.wire.daemon_pb2 import GetHealthRequest

    memory = LastReports(reports_file())
    key = f"{terminal.location.socket}#{terminal.player_id()}"
    found = _since_last(terminal, memory.last(key)) if since == LAST else _ask(terminal, since, until)
    health: Health = terminal.call("GetHealth", GetHealthRequest())
    blockers = [] if until else _blockers_of(terminal, health)
    started = health.started_at
    terminal.show(lambda: report_json(found, blockers, started), lambda: report_text(found, blockers, started))
    terminal.finish()
    if since == LAST and not until and not peek:
        problem = memory.keep(key, found.until)
        if problem:
            terminal.note(f"the time of this report cannot be stored ({problem}); use: report --since 8h")


def _since_last(terminal: Terminal, last: str) -> "Report":
    """The report since the last look; of one day if there was none, or if it is in the daemon's future."""
    if last:
        try:
            return _ask(terminal, last, "")
        except Refused:
            terminal.note("the last report is later than the daemon's time; this one covers a day")
    return _ask(terminal, FIRST_TIME, "")


def _ask(terminal: Terminal, since: str, until: str) -> "Report":
    from starfoundry.wire.daemon_pb2 import GetReportRequest, Report

    answer = terminal.call("GetReport", GetReportRequest(player_id=terminal.player_id(), since=since, until=until))
    assert isinstance(answer, Report)
    return answer


def _blockers_of(terminal: Terminal, health: "Health") -> list[Blocker]:
    """The obstacles of the fleet now: conditions of the daemon and the player, then the largest hindrances."""
    from starfoundry.wire.daemon_pb2 import ExplainWorkRequest, ListContainersRequest

    player_id = terminal.player_id()
    containers = terminal.call("ListContainers", ListContainersRequest(player_id=player_id)).containers
    ranked: Iterable[Hindrance] = ()
    if has_coordinator_at_work(containers):
        try:
            ranked = terminal.call("ExplainWork", ExplainWorkRequest(player_id=player_id)).ranked
        except StarFoundryError:  # a player who cannot play now has a condition of its own
            ranked = ()
    return blockers(player_id, health.conditions, containers, ranked, terminal.addressed)
