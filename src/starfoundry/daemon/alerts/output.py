"""Text and JSON output of alert rules, alerts and dry runs."""

from typing import TYPE_CHECKING

from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

ALERT_COLUMNS = ["No.", "Opened (UTC)", "Rule", "What", "Sent (UTC)", "Closed (UTC)", "Acknowledged by"]


def listed_text(found: "pb.ListAlertsResponse") -> str:
    """Rules, targets and open alerts as text."""
    rules = render.table(
        ["Rule", "On", "Above", "Within", "For", "Urgent", "Muted until", "Fires when"],
        [
            [
                each.kind,
                "on" if each.is_on else "off",
                f"{each.above:,} {each.unit}" if each.unit else "",
                _span(each.within_seconds),
                _span(each.for_seconds),
                "urgent" if each.is_urgent else "",
                render.moment(each.muted_until),
                _says(each),
            ]
            for each in found.rules
        ],
    )
    targets = (
        ", ".join(f"{each.name} ({each.scheme})" for each in found.targets) or "none: nothing is evaluated or sent"
    )
    alerts = render.table(ALERT_COLUMNS, [alert_row(each) for each in found.alerts], empty="none")
    return f"{rules}\n\nTargets: {targets}\n{paging_text(found.paging)}\n\nOpen alerts:\n{alerts}"


def rule_text(rule: "pb.AlertRule") -> str:
    """One rule in a sentence."""
    held = f", for at least {_span(rule.for_seconds)}" if rule.for_seconds else ""
    muted = f"; muted until {render.moment(rule.muted_until)} UTC" if rule.muted_until else ""
    urgent = ", also in quiet hours" if rule.is_urgent else ""
    state = "fires when" if rule.is_on else "is off; it would fire when"
    return f"{rule.kind} {state} {_says(rule)}{held}{urgent}{muted}"


def paging_text(paging: "pb.AlertPaging") -> str:
    """Notification settings in a line."""
    quiet = (
        f"quiet from {paging.quiet_from} to {paging.quiet_to} {paging.zone}" if paging.quiet_from else "no quiet hours"
    )
    remind = f"reminders every {_span(paging.remind_seconds)}" if paging.remind_seconds else "no reminders"
    gap, cooldown = _span(paging.gap_seconds) or "0s", _span(paging.cooldown_seconds) or "0s"
    summary = f"daily summary at {paging.summary_at} {paging.zone}" if paging.summary_at else "no daily summary"
    return f"Paging: {quiet}; at least {gap} between messages; cooldown {cooldown}; {remind}; {summary}"


def alert_row(alert: "pb.Alert") -> list[render.Cell]:
    """One alert as a row of a table."""
    return [
        alert.alert_id,
        render.moment(alert.opened_at),
        alert.kind,
        alert.text,
        render.moment(alert.told_at),
        render.moment(alert.closed_at),
        alert.acked_by,
    ]


def delivery_json(delivery: "pb.AlertDelivery") -> dict[str, object]:
    """One delivery as JSON."""
    return {**message_json(delivery), "delivered": not delivery.problem}


def delivery_text(delivery: "pb.AlertDelivery") -> str:
    """One delivery in a line."""
    end = f"NOT DELIVERED: {delivery.problem}" if delivery.problem else "delivered"
    return f"{render.moment(delivery.at)}  {delivery.target}: {delivery.title}: {end}"


def trial_text(found: "pb.DryRunAlertsResponse") -> str:
    """The result of a dry run as text."""
    often = {0: "no message would have been sent", 1: "1 message would have been sent"}
    head = often.get(found.messages, f"{found.messages:,} messages would have been sent")
    table = render.table(
        ["Rule", "Alerts", "First (UTC)", "Last (UTC)", "Unknown"],
        [
            [each.kind, each.calls, render.moment(each.first_at), render.moment(each.last_at), each.unknown]
            for each in found.rules
        ],
        empty="No rule is on.",
    )
    since, until = render.moment(found.since), render.moment(found.until)
    return f"{head} from {since} to {until} UTC, evaluated every {_span(found.step_seconds)}\n\n{table}"


def _says(rule: "pb.AlertRule") -> str:
    """The condition of a rule, with its values in place of their names."""
    above = f"{rule.above:,} {rule.unit}"
    says = rule.says if rule.excepted else rule.says.replace(" by anyone except EXCEPTED", " by anyone")
    text = says.replace("ABOVE", above).replace("WITHIN", _span(rule.within_seconds))
    return text.replace("EXCEPTED", " or ".join(rule.excepted))


def _span(seconds: int) -> str:
    """A span in its largest whole unit; empty for none."""
    units = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
    return next((f"{seconds // length}{unit}" for unit, length in units if seconds and seconds % length == 0), "")
