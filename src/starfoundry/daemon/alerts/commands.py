"""`spacetraders alerts`: rules that call when something matters, and whom they call."""

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

    next_step = "see what the target says; its URL is set by: spacetraders alerts target add"


@click.group()
def alerts() -> None:
    """Be called when something matters: rules, targets, and what they have called about."""


@alerts.command("list")
@with_list_terminal
def list_alerts(terminal: Terminal) -> None:
    """Show the rules, the targets, how you are called, and the alerts that are open."""
    from starfoundry.wire.daemon_pb2 import AlertRule, ListAlertsRequest

    found = terminal.call("ListAlerts", ListAlertsRequest(player_id=terminal.player_id()))
    terminal.show_list(
        lambda: terminal.player() | message_json(found),
        lambda: listed_text(found),
        rows="rules",
        blank=lambda: message_json(AlertRule()),
    )
    if not found.targets:
        terminal.note("Nobody is called yet; add a target: spacetraders alerts target add NAME --url-file FILE")


@alerts.command("set")
@click.argument("rule", type=click.Choice(KINDS))
@click.option("--on/--off", "is_on", default=None, help="Whether it calls at all.")
@click.option("--above", type=int, help="The bound, in the unit that `alerts list` shows.")
@click.option("--within", type=Duration(), help="The time that it looks at, such as 1h.")
@click.option("--for", "hold", type=Duration(), help="How long it must hold before it calls, such as 10m.")
@click.option("--except", "excepted", multiple=True, metavar="NAME", help="An author who may change settings; repeat.")
@click.option("--except-nobody", is_flag=True, help="Call for changes by everybody.")
@click.option("--urgent/--not-urgent", "is_urgent", default=None, help="Whether it calls in quiet hours too.")
@click.option("--reset", is_flag=True, help="Go back to the defaults first.")
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
    """Change one RULE; it holds at the next look, within 15 seconds."""
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
@click.option("--for", "seconds", type=Duration(minimum_seconds=1), help="How long, such as 8h.")
@click.option("--end", is_flag=True, help="Call again.")
@with_terminal
def mute(terminal: Terminal, rule: str, seconds: float | None, end: bool) -> None:
    """Have one RULE, or all, not call for a while. What still holds then is told."""
    from starfoundry.wire.daemon_pb2 import MuteAlertsRequest

    if end is (seconds is not None):
        raise click.UsageError("say either --for how long, or --end")
    request = MuteAlertsRequest(player_id=terminal.player_id(), seconds=0 if end else int(seconds or 0))
    request.kind = "" if rule == ALL else rule
    changed = terminal.call("MuteAlerts", request).rules
    terminal.show(
        lambda: terminal.player() | {"rules": [message_json(each) for each in changed]},
        lambda: "\n".join(map(rule_text, changed)),
    )


@alerts.command("ack")
@click.argument("alert_id", type=click.IntRange(min=1), required=False, metavar="[ALERT]")
@click.option("--all", "is_all", is_flag=True, help="All that are open.")
@with_terminal
def acknowledge(terminal: Terminal, alert_id: int | None, is_all: bool) -> None:
    """Have an open ALERT, by its number, be told no more."""
    from starfoundry.wire.daemon_pb2 import AcknowledgeAlertRequest

    if is_all is (alert_id is not None):
        raise click.UsageError("name one alert, or say --all")
    request = AcknowledgeAlertRequest(player_id=terminal.player_id(), alert_id=alert_id or 0)
    acked = terminal.call("AcknowledgeAlert", request).alerts
    told = "\n".join(f"alert {each.alert_id} is told no more: {each.text}" for each in acked)
    terminal.show(
        lambda: terminal.player() | {"alerts": [message_json(each) for each in acked]},
        lambda: told or "nothing was open that nobody had acknowledged",
    )


@alerts.command("history")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many of the newest.")
@with_list_terminal
def history(terminal: Terminal, limit: int) -> None:
    """List the newest alerts, those that are over too, and what became of messages."""
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
    """Show how often the rules as they are would have called; nothing is sent."""
    from starfoundry.wire.daemon_pb2 import DryRunAlertsRequest

    found = terminal.call("DryRunAlerts", DryRunAlertsRequest(player_id=terminal.player_id(), since=since))
    terminal.show(lambda: terminal.player() | message_json(found), lambda: trial_text(found))


@alerts.command("test")
@click.argument("target", default="")
@with_terminal
def test(terminal: Terminal, target: str) -> None:
    """Send a test to one TARGET, or all, at once; muted and quiet hours do not matter."""
    from starfoundry.wire.daemon_pb2 import TestAlertsRequest

    request = TestAlertsRequest(player_id=terminal.player_id(), target=target)
    done: list[AlertDelivery] = list(terminal.call("TestAlerts", request, timeout_seconds=180.0).deliveries)
    terminal.show(
        lambda: terminal.player() | {"deliveries": [delivery_json(each) for each in done]},
        lambda: "\n".join(map(delivery_text, done)),
    )
    if failed := [each.target for each in done if each.problem]:
        raise TestFailed(f"the test did not reach {', '.join(failed)}")


@alerts.command("paging")
@click.option("--quiet", metavar="FROM-TO", help="Hours in which only urgent rules call, such as 22:00-07:00.")
@click.option("--no-quiet", is_flag=True, help="No quiet hours.")
@click.option("--zone", help="The time zone of quiet hours, such as Europe/Berlin.")
@click.option("--gap", type=Duration(), help="Time between two messages.")
@click.option("--cooldown", type=Duration(), help="Time before the same thing is told again after it was over.")
@click.option("--remind", type=Duration(), help="Time between reminders of what still holds; 0s for none.")
@with_terminal
def paging(
    terminal: Terminal,
    quiet: str | None,
    no_quiet: bool,
    zone: str | None,
    gap: float | None,
    cooldown: float | None,
    remind: float | None,
) -> None:
    """Change how you are called: quiet hours, pauses, reminders."""
    from starfoundry.wire.daemon_pb2 import SetAlertPagingRequest

    request = SetAlertPagingRequest(player_id=terminal.player_id(), zone=zone)
    if quiet is not None or no_quiet:
        request.quiet_from, _, request.quiet_to = (quiet or "").partition("-")
    spans = {"gap_seconds": gap, "cooldown_seconds": cooldown, "remind_seconds": remind}
    for name, seconds in spans.items():
        if seconds is not None:
            setattr(request, name, int(seconds))
    changed = terminal.call("SetAlertPaging", request)
    terminal.show(lambda: terminal.player() | message_json(changed), lambda: paging_text(changed))


@alerts.group("target")
def target() -> None:
    """Whom the rules call: webhooks and, through Apprise, mail, Telegram, Slack, Discord, ntfy and others."""


@target.command("add")
@click.argument("name")
@click.option("--url", default=ASK, help="'-': typed unseen or sent through a pipe; it is a secret.", metavar="-")
@click.option("--url-file", type=click.Path(path_type=Path), help="A private file that holds the URL.")
@with_terminal
def add_target(terminal: Terminal, name: str, url: str, url_file: Path | None) -> None:
    """Add a target, or replace the one of that NAME.

    An http or https URL gets JSON; others are those of Apprise, such as tgram://TOKEN/CHAT, and need its extra:
    pip install 'starfoundry[alerts]'.
    """
    from starfoundry.wire.daemon_pb2 import AddAlertTargetRequest

    require_not_typed("url", "--url")
    player_id = terminal.player_id()
    secret = given_secret(url, url_file, what="URL")
    added = terminal.call("AddAlertTarget", AddAlertTargetRequest(player_id=player_id, name=name, secret=secret))
    terminal.show(
        lambda: terminal.player() | {"name": added.name, "scheme": added.scheme},
        f"{added.name} is called through {added.scheme}; its URL is sealed and not told again",
    )
    terminal.note(f"Try it: spacetraders alerts test {added.name}")


@target.command("remove")
@click.argument("name")
@with_terminal
def remove_target(terminal: Terminal, name: str) -> None:
    """Forget the target of that NAME."""
    from starfoundry.wire.daemon_pb2 import RemoveAlertTargetRequest

    terminal.call("RemoveAlertTarget", RemoveAlertTargetRequest(player_id=terminal.player_id(), name=name))
    terminal.show(lambda: terminal.player() | {"name": name, "removed": True}, f"{name} is called no more")
