"""What a demo is about: what was asked for, and who plays where. Values only."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked for. `speed` 0 means virtual time; `hours` are simulated, None = until it is stopped."""

    seed: int
    speed: float
    hours: float | None
    data_dir: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What stays the same once a demo has begun."""

    plan: Plan
    player_id: int
    agent: str
    system: str
    manufacturing_id: str
    growth_id: str
