"""Text of alert messages."""

from collections.abc import Sequence

from starfoundry.daemon.alerts.domain.model import Alert
from starfoundry.daemon.alerts.domain.paging import Message
from starfoundry.daemon.messenger import Letter
from starfoundry.kernel.instants import rfc3339

LINES_MAX = 20
"""Maximum number of alerts listed in a message; of the others only the number is given."""

TEXT_MAX = 500


def letter_of(message: Message, agent: str) -> Letter:
    """The message as it is sent for `agent`."""
    groups = (("NEW", message.new), ("STILL", message.again), ("OVER", message.over))
    lines = [_line(state, alert) for state, alerts in groups for alert in alerts]
    more = [f"and {len(lines) - LINES_MAX} more"] if len(lines) > LINES_MAX else []
    facts = [_facts(state, alert) for state, alerts in groups for alert in alerts]
    title = f"StarFoundry {agent}: {_title(message)}"
    return Letter(title=title, body="\n".join((*lines[:LINES_MAX], *more)), facts=facts)


def trial_of(agent: str) -> Letter:
    """The test message for a target."""
    body = "This is a test. Alerts of your fleet will arrive here."
    return Letter(title=f"StarFoundry {agent}: test", body=body)


def _title(message: Message) -> str:
    kinds = _kinds(message.new) or _kinds(message.again)
    return ", ".join(kinds) if kinds else f"over: {', '.join(_kinds(message.over))}"


def _kinds(alerts: Sequence[Alert]) -> list[str]:
    return list(dict.fromkeys(alert.call.kind.value for alert in alerts))


def _line(state: str, alert: Alert) -> str:
    text = alert.call.text if len(alert.call.text) <= TEXT_MAX else f"{alert.call.text[: TEXT_MAX - 1]}…"
    step = f" | {alert.call.next_step}" if alert.call.next_step and state != "OVER" else ""
    return f"{state} {alert.call.kind.value}: {text}{step}"


def _facts(state: str, alert: Alert) -> dict[str, object]:
    return {
        "state": state,
        "rule": alert.call.kind.value,
        "subject": alert.call.subject,
        "text": alert.call.text,
        "next_step": alert.call.next_step,
        "urgent": alert.is_urgent,
        "opened_at": rfc3339(alert.opened_at),
        "closed_at": rfc3339(alert.closed_at) or None,
    }
