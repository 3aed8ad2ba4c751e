"""Restart policy after a crash: the delay, the limit, and the text of the cause."""

from collections.abc import Sequence

RESTART_DELAYS_SECONDS = (5.0, 30.0, 120.0)
"""The delay in seconds before each restart within the limit; immediate retries would fail the same way."""

BUDGET_WINDOW_SECONDS = 3600.0


def restart_delay_seconds(earlier_restarts: Sequence[float], now: float) -> float | None:
    """The delay before the next restart, or None if the limit is reached.

    `earlier_restarts` and `now` are times of one clock, in seconds. The limit is one restart per delay within any
    hour; after an hour without a crash it is full again.
    """
    recent = sum(1 for moment in earlier_restarts if now - moment < BUDGET_WINDOW_SECONDS)
    return RESTART_DELAYS_SECONDS[recent] if recent < len(RESTART_DELAYS_SECONDS) else None


def cause_of(error: BaseException) -> str:
    """The error as text; the errors inside a group are named one by one."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(cause_of(inner) for inner in error.exceptions)
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
