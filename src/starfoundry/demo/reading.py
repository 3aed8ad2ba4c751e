"""What a demo is about: what was asked for, and who plays where. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked for. `speed` 0 means virtual time; `hours` are simulated, None = until it is stopped.

    The universe is made from `seed` and `scenario`, None = as after a reset. The coordinator begins with `preset`,
    empty = none, and above it `settings`, texts as a person types them by setting name.
    """

    seed: int
    speed: float
    hours: float | None
    data_dir: Path
    scenario: str | None = None
    preset: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSetting:
    """What stays the same once a demo has begun."""

    plan: Plan
    player_id: int
    agent: str
    system: str
    manufacturing_id: str
    growth_id: str
