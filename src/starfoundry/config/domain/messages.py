"""One-sentence results of a change, which claim only what is known."""

import json

from starfoundry.config.domain.change_status import ChangeState, ConfigView, RevisionResult, next_run
from starfoundry.config.domain.declarations.value_text import SAFE, change_text


def result_message(result: RevisionResult) -> str:
    """The answer to `config set`: whether the change is in force or only stored, and its effects."""
    if result.is_dry:
        return _dry_run(result)
    return "; ".join(filter(None, [_discarded(result), _outcome(result)]))


def _discarded(result: RevisionResult) -> str:
    """The discarded values, listed because no undo restores them."""
    gone = {key: pair["before"] for key, pair in result.changes.items() if pair.get("how") == "discarded"}
    texts = ", ".join(f"{key} (was {json.dumps(value)})" for key, value in gone.items())
    return f"discarded {texts}" if texts else ""


def _outcome(result: RevisionResult) -> str:
    view = result.view
    match result.state:
        case ChangeState.UNCHANGED:
            return f"nothing changed: {_current_revision(view)}"
        case ChangeState.APPLIED:
            return _applied(result)
        case ChangeState.REJECTED:
            return f"{_refused(result)}: {result.reason}"
        case ChangeState.NEXT_START:
            return f"stored as revision {result.revision}; {_deferred(view)}"
        case ChangeState.PENDING:
            why = _pending_reason(view)
            return f"stored as revision {result.revision}; the coordinator has not applied it yet ({why})"


def _refused(result: RevisionResult) -> str:
    view = result.view
    if result.is_reverted:
        back = f"revision {view.revision} restores what was in force"
        return f"revision {result.revision} is refused by the coordinator; {back}"
    last = f"continues with revision {view.observed_revision}" if view.observed_revision else "has none in force"
    return f"stored as revision {result.revision}; the coordinator refuses it and {last}"


def _dry_run(result: RevisionResult) -> str:
    if result.revision == result.previous_revision:
        return f"nothing would change: {_current_revision(result.view)}"
    texts = ", ".join(f"{name} {change_text(pair)}" for name, pair in result.changes.items())
    what = f"would become revision {result.revision}: {texts or 'every value stays as it is'}"
    if result.state is ChangeState.REJECTED:
        return f"{what}; the coordinator would refuse it: {result.reason}"
    if result.state is ChangeState.NEXT_START:
        return f"{what}; {_deferred(result.view)}"
    if result.view.is_safe:
        return f"{what}; {SAFE}"
    return f"{what}; at once: {', '.join(result.effects)}" if result.effects else what


def _deferred(view: ConfigView) -> str:
    what = "starts nothing new: it takes effect" if view.status.is_ending else "applies it"
    return f"the coordinator is {view.status.value} and {what} {next_run(view.status)}"


def _current_revision(view: ConfigView) -> str:
    if view.rejected_revision == view.revision:
        return f"revision {view.revision} is stored, and the coordinator refuses it: {view.rejected_reason}"
    in_force = view.observed_revision >= view.revision and view.is_listening
    if in_force:
        return f"revision {view.revision} is in force"
    why = _pending_reason(view) if view.status.value == "RUNNING" else f"the coordinator is {view.status.value}"
    return f"revision {view.revision} is stored and not in force ({why})"


def _pending_reason(view: ConfigView) -> str:
    if view.is_safe:
        return SAFE
    if not view.is_listening:
        return "it is starting, or waiting to be restarted"
    if not view.observed_revision:
        return "it has not decided anything yet"
    return f"it decides with revision {view.observed_revision}"


def _applied(result: RevisionResult) -> str:
    view = result.view
    in_force = f"revision {result.revision} in force"
    if view.observed_revision > result.revision:
        in_force = f"revision {result.revision} was superseded by revision {view.observed_revision}, in force"
    after = "" if result.applied_after_seconds is None else f" after {_span(result.applied_after_seconds)}"
    effects = f": {', '.join(result.effects)}" if result.effects else ""
    return f"{in_force}{after}{effects}"


def _span(seconds: float) -> str:
    milliseconds = seconds * 1000
    if milliseconds < 1:
        return "less than 1 ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 10_000 else f"{seconds:.0f} s"
