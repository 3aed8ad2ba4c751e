"""Specs and trials for tests, with only what a test is about."""

from typing import Any

from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.tuning.domain.space import space_of
from starfoundry.tuning.domain.study import Objective, Spec, StudyTrial, TrialState

TODAY = ManufacturingConfig()


def spec(*settings: str, **told: Any) -> Spec:
    """A spec that varies these settings of the built-in defaults."""
    facts: dict[str, Any] = {
        "container_id": "c",
        "player_id": 1,
        "revision": 1,
        "space": space_of(settings or ("trade_min_margin=0..100",), TODAY),
        "objective": Objective.PROFIT,
        "drawdown_max": None,
        "budget": 100,
        "hours": 1.0,
        "seed": 3,
        "credits": 1_000_000,
        "today": {one.name: one.kind.write(getattr(TODAY, one.name)) for one in SETTINGS},
    }
    return Spec(**(facts | told))


def trial(number: int, *values: float, **told: Any) -> StudyTrial:
    """A complete trial with these values."""
    facts: dict[str, Any] = {
        "points": {"trade_min_margin": number},
        "settings": {"trade_min_margin": number},
        "drawdowns": tuple(0 for _ in values),
        "state": TrialState.COMPLETE,
    }
    return StudyTrial(number=number, values=values, **(facts | told))
