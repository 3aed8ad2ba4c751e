"""Values of a demo: its plan, and the player and containers that play it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """The parameters of a demo. `speed` 0 means virtual time; `hours` are simulated, None = until stopped.

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
    """The facts of a demo that do not change once it has begun."""

    plan: DemoPlan
    player_id: int
    agent: str
    system: str
    manufacturing_id: str
    growth_id: str
