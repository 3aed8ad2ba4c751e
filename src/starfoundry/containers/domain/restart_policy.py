"""What to do after a crash: how long to wait, when to give up, and how to name the cause."""

from collections.abc import Sequence

RESTART_DELAYS_SECONDS = (5.0, 30.0, 120.0)
"""One wait for each restart that the budget allows; a burst of restarts within one second helps nobody."""

BUDGET_WINDOW_SECONDS = 3600.0


def restart_delay_seconds(earlier_restarts: Sequence[float], now: float) -> float | None:
    """How long to wait before the next restart, or None when the budget is used up.

    `earlier_restarts` and `now` are moments of one clock, in seconds. The budget is a restart for each delay within
    any hour; a container that ran well for an hour has its whole budget back.
    """
    recent = sum(1 for moment in earlier_restarts if now - moment < BUDGET_WINDOW_SECONDS)
    return RESTART_DELAYS_SECONDS[recent] if recent < len(RESTART_DELAYS_SECONDS) else None


def cause_of(error: BaseException) -> str:
    """The error in words, with the errors inside a group named one by one instead of counted."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(cause_of(inner) for inner in error.exceptions)
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
