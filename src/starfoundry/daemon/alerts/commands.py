"""`spacetraders alerts`: alert rules, the targets of their notifications, and past alerts."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starfoundry.daemon.alerts.output import (
    ALERT_COLUMNS,
    alert_row,
    delivery_json,
    delivery_text,
    listed_text,
    paging_text,
    rule_text,
    trial_text,
)
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.time_options import Duration, MomentText
from starfoundry.terminal.local.secret import ASK, given_secret, require_not_typed
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import AlertDelivery

KINDS = (
    "loss",
    "drawdown",
    "flat-net-worth",
    "no-trade",
    "coordinator-failed",
    "settings-refused",
    "budget-exhausted",
    "reset",
    "incident",
    "halted",
    "setting-changed",
    "opportunity",
)
ALL = "all"


class TestFailed(StarFoundryError):
    """A message could not be delivered to every target that was tried."""

    next_step = "read the problem printed above; to change the URL: spacetraders alerts target add"


@click.group()
def alerts() -> None:
    """Manage alerts: rules, the targets of notifications, and past alerts."""


@alerts.command("list")
@with_list_terminal
def list_alerts(terminal: Terminal) -> None:
    """Show the rules, targets, settings and open alerts."""
    from starfoundry.wire.daemon_pb2 import AlertRule, ListAlertsRequest

    found = terminal.call("ListAlerts", ListAlertsRequest(player_id=terminal.player_id()))
    terminal.show_list(
        lambda: terminal.player() | message_json(found),
        lambda: listed_text(found),
        rows="rules",
        blank=lambda: message_json(AlertRule()),
    )
    if not found.targets:
        terminal.note("Rules are evaluated once there is a target: spacetraders alerts target add NAME --url-file FILE")


@alerts.command("set")
@click.argument("rule", type=click.Choice(KINDS))
@click.option("--on/--off", "is_on", default=None, help="Turn the rule on or off.")
@click.option("--above", type=int, help="The threshold, in the unit shown by `alerts list`.")
@click.option("--within", type=Duration(), help="The period that the rule considers, such as 1h.")
@click.option(
    "--for", "hold", type=Duration(), help="How long the condition must hold before the rule fires, such as 10m."
)
@click.option(
    "--except", "excepted", multiple=True, metavar="NAME", help="An author whose changes are ignored; may be repeated."
)
@click.option("--except-nobody", is_flag=True, help="Include changes by everybody.")
@click.option("--urgent/--not-urgent", "is_urgent", default=None, help="Also notify in quiet hours.")
@click.option("--reset", is_flag=True, help="Restore the defaults first.")
@with_terminal
def set_rule(
    terminal: Terminal,
    rule: str,
    is_on: bool | None,
    above: int | None,
    within: float | None,
    hold: float | None,
    excepted: tuple[str, ...],
    except_nobody: bool,
    is_urgent: bool | None,
    reset: bool,
) -> None:
    """Change a RULE. It applies from the next evaluation, within 15 seconds."""
    from starfoundry.wire.daemon_pb2 import SetAlertRuleRequest

    request = SetAlertRuleRequest(
        player_id=terminal.player_id(),
        kind=rule,
        is_on=is_on,
        above=above,
        within_seconds=None if within is None else int(within),
        for_seconds=None if hold is None else int(hold),
        excepted=excepted,
        set_excepted=bool(excepted) or except_nobody,
        is_urgent=is_urgent,
        reset=reset,
    )
    changed = terminal.call("SetAlertRule", request)
    terminal.show(lambda: terminal.player() | message_json(changed), lambda: rule_text(changed))


@alerts.command("mute")
@click.argument("rule", type=click.Choice((*KINDS, ALL)), default=ALL)
@click.option("--for", "seconds", type=Duration(minimum_seconds=1), help="Duration, such as 8h.")
@click.option("--end", is_flag=True, help="End the mute.")
@with_terminal
def mute(terminal: Terminal, rule: str, seconds: float | None, end: bool) -> None:
    """Mute one RULE, or all of them, for a while. Alerts that are still open afterwards are sent."""
    from starfoundry.wire.daemon_pb2 import MuteAlertsRequest

    if end is (seconds is not None):
        raise click.UsageError("give either --for DURATION or --end")
    request = MuteAlertsRequest(player_id=terminal.player_id(), seconds=0 if end else int(seconds or 0))
    request.kind = "" if rule == ALL else rule
    changed = terminal.call("MuteAlerts", request).rules
    terminal.show(
        lambda: terminal.player() | {"rules": [message_json(each) for each in changed]},
        lambda: "\n".join(map(rule_text, changed)),
    )


@alerts.command("ack")
@click.argument("alert_id", type=click.IntRange(min=1), required=False, metavar="[ALERT]")
@click.option("--all", "is_all", is_flag=True, help="All open alerts.")
@with_terminal
def acknowledge(terminal: Terminal, alert_id: int | None, is_all: bool) -> None:
    """Acknowledge an open ALERT, by its number. No more notifications are sent for it."""
    from starfoundry.wire.daemon_pb2 import AcknowledgeAlertRequest

    if is_all is (alert_id is not None):
        raise click.UsageError("name an alert, or give --all")
    request = AcknowledgeAlertRequest(player_id=terminal.player_id(), alert_id=alert_id or 0)
    acked = terminal.call("AcknowledgeAlert", request).alerts
    text = "\n".join(f"alert {each.alert_id} acknowledged: {each.text}" for each in acked)
    terminal.show(
        lambda: terminal.player() | {"alerts": [message_json(each) for each in acked]},
        lambda: text or "there are no open alerts to acknowledge",
    )


@alerts.command("history")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, help="Number of newest entries.")
@with_list_terminal
def history(terminal: Terminal, limit: int) -> None:
    """List the newest alerts, and the delivery of their messages. Closed alerts are included."""
    from starfoundry.wire.daemon_pb2 import Alert, ListAlertHistoryRequest

    found = terminal.call("ListAlertHistory", ListAlertHistoryRequest(player_id=terminal.player_id(), limit=limit))
    table = render.table(ALERT_COLUMNS, [alert_row(each) for each in found.alerts], empty="No alert yet.")
    sent = "\n".join(map(delivery_text, found.deliveries)) or "none"
    terminal.show_list(
        lambda: (
            terminal.player()
            | {
                "alerts": [message_json(each) for each in found.alerts],
                "deliveries": [delivery_json(each) for each in found.deliveries],
            }
        ),
        lambda: f"{table}\n\nMessages:\n{sent}",
        rows="alerts",
        blank=lambda: message_json(Alert()),
    )


@alerts.command("dry-run")
@click.option("--since", type=MomentText(), default="7d", show_default=True, metavar="TIME", help="At most 30d ago.")
@with_terminal
def dry_run(terminal: Terminal, since: str) -> None:
    """Show how often the current rules would have fired in the past. Nothing is sent."""
    from starfoundry.wire.daemon_pb2 import DryRunAlertsRequest

    found = terminal.call("DryRunAlerts", DryRunAlertsRequest(player_id=terminal.player_id(), since=since))
    terminal.show(lambda: terminal.player() | message_json(found), lambda: trial_text(found))


@alerts.command("test")
@click.argument("target", default="")
@click.option("--summary", is_flag=True, help="Send a daily summary instead of a test message.")
@with_terminal
def test(terminal: Terminal, target: str, summary: bool) -> None:
    """Send a test message to one TARGET, or to all. Mutes and quiet hours are ignored."""
    from starfoundry.wire.daemon_pb2 import TestAlertsRequest

    request = TestAlertsRequest(player_id=terminal.player_id(), target=target, summary=summary)
    done: list[AlertDelivery] = list(terminal.call("TestAlerts", request, timeout_seconds=180.0).deliveries)
    terminal.show(
        lambda: terminal.player() | {"deliveries": [delivery_json(each) for each in done]},
        lambda: "\n".join(map(delivery_text, done)),
    )
    if failed := [each.target for each in done if each.problem]:
        raise TestFailed(f"the test did not reach {', '.join(failed)}")


@alerts.command("paging")
@click.option("--quiet", metavar="FROM-TO", help="Hours in which only urgent rules notify, such as 22:00-07:00.")
@click.option("--no-quiet", is_flag=True, help="No quiet hours.")
@click.option("--zone", help="The time zone of quiet hours and of the summary, such as Europe/Berlin.")
@click.option("--gap", type=Duration(), help="Minimum time between two messages.")
@click.option(
    "--cooldown", type=Duration(), help="Minimum time between the close of an alert and its next notification."
)
@click.option("--remind", type=Duration(), help="Interval of reminders while an alert is open; 0s for none.")
@click.option("--summary", metavar="TIME", help="Time of day at which the daily summary is sent, such as 08:00.")
@click.option("--no-summary", is_flag=True, help="No daily summary.")
@with_terminal
def paging(
    terminal: Terminal,
    quiet: str | None,
    no_quiet: bool,
    zone: str | None,
    gap: float | None,
    cooldown: float | None,
    remind: float | None,
    summary: str | None,
    no_summary: bool,
) -> None:
    """Change when notifications are sent.

    Quiet hours, the gap between two, the cooldown of an alert, reminders and the daily summary.
    """
    from starfoundry.wire.daemon_pb2 import SetAlertPagingRequest

    request = SetAlertPagingRequest(player_id=terminal.player_id(), zone=zone)
    if quiet is not None or no_quiet:
        request.quiet_from, _, request.quiet_to = (quiet or "").partition("-")
    if summary is not None or no_summary:
        request.summary_at = summary or ""
    spans = {"gap_seconds": gap, "cooldown_seconds": cooldown, "remind_seconds": remind}
    for name, seconds in spans.items():
        if seconds is not None:
            setattr(request, name, int(seconds))
    changed = terminal.call("SetAlertPaging", request)
    terminal.show(lambda: terminal.player() | message_json(changed), lambda: paging_text(changed))


@alerts.group("target")
def target() -> None:
    """Manage the targets of notifications.

    These are webhooks and, through Apprise, mail, Telegram, Slack, Discord, ntfy and others.
    """


@target.command("add")
@click.argument("name")
@click.option(
    "--url",
    default=ASK,
    help="'-' (the default) asks for the URL, or reads it from stdin. It is a secret.",
    metavar="-",
)
@click.option("--url-file", type=click.Path(path_type=Path), help="A private file with the URL.")
@with_terminal
def add_target(terminal: Terminal, name: str, url: str, url_file: Path | None) -> None:
    """Add a target, or replace the target of that NAME.

    An http or https URL receives JSON. Other URLs are those of Apprise, such as tgram://TOKEN/CHAT; they need:
    pip install 'starfoundry[alerts]'.
    """
    from starfoundry.wire.daemon_pb2 import AddAlertTargetRequest

    require_not_typed("url", "--url")
    player_id = terminal.player_id()
    secret = given_secret(url, url_file, what="URL")
    added = terminal.call("AddAlertTarget", AddAlertTargetRequest(player_id=player_id, name=name, secret=secret))
    terminal.show(
        lambda: terminal.player() | {"name": added.name, "scheme": added.scheme},
        f"target {added.name} ({added.scheme}) saved; its URL is stored encrypted and not shown again",
    )
    terminal.note(f"Test it: spacetraders alerts test {added.name}")


@target.command("remove")
@click.argument("name")
@with_terminal
def remove_target(terminal: Terminal, name: str) -> None:
    """Delete the target of that NAME."""
    from starfoundry.wire.daemon_pb2 import RemoveAlertTargetRequest

    terminal.call("RemoveAlertTarget", RemoveAlertTargetRequest(player_id=terminal.player_id(), name=name))
    terminal.show(lambda: terminal.player() | {"name": name, "removed": True}, f"target {name} deleted")
