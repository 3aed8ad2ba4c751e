"""What became of a change, in one sentence that never says more than is known."""

from starfoundry.config.service import ChangeState, ConfigView, RevisionResult


def sentence(result: RevisionResult) -> str:
    """The answer to `config set`: whether the change is in force or only stored, and what it did."""
    view = result.view
    match result.state:
        case ChangeState.APPLIED if not result.changes:
            return f"nothing changed: revision {view.revision} is in force"
        case ChangeState.APPLIED:
            return _applied(result)
        case ChangeState.NEXT_START:
            return f"{_stored(result)}; the coordinator is {view.status.value} and takes it up at its next start"
        case ChangeState.PENDING:
            return f"{_stored(result)}; the coordinator has not taken it up yet ({_meanwhile(view)})"


def _meanwhile(view: ConfigView) -> str:
    if not view.is_listening:
        return "it is starting, or waiting to be restarted"
    if not view.observed_revision:
        return "it has not decided anything yet"
    return f"it decides with revision {view.observed_revision}"


def _stored(result: RevisionResult) -> str:
    if result.changes:
        return f"stored as revision {result.view.revision}"
    return f"nothing changed: revision {result.view.revision} is stored"


def _applied(result: RevisionResult) -> str:
    view = result.view
    in_force = f"revision {view.revision} in force"
    if view.observed_revision > view.revision:
        in_force = f"revision {view.revision} was overtaken by revision {view.observed_revision}, in force"
    after = "" if result.applied_after_seconds is None else f" after {_span(result.applied_after_seconds)}"
    effects = f": {', '.join(result.effects)}" if result.effects else ""
    return f"{in_force}{after}{effects}"


def _span(seconds: float) -> str:
    milliseconds = seconds * 1000
    if milliseconds < 1:
        return "less than 1 ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 10_000 else f"{seconds:.0f} s"
