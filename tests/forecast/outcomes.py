"""Outcomes for tests, with only what a test is about."""

from typing import Any

from starfoundry.forecast.domain.model import Outcome


def outcome(*hourly: int, **told: Any) -> Outcome:
    """An outcome with these hours of profit."""
    facts: dict[str, Any] = {
        "hours": len(hourly),
        "drawdown": 0,
        "requests": 100,
        "ships": 4,
        "trips": {},
        "bought_at": {},
        "sold_at": {},
        "time": {},
        "journal": "",
        "seconds": 1.0,
    }
    return Outcome(hourly=hourly, **(facts | told))
