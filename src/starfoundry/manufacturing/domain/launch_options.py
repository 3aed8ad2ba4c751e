"""What a coordinator is started with, beside its live settings; kept in the same JSON column under keys of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.ids import SystemSymbol

MODE = "parallel_task_based"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """Where a coordinator works."""

    system: SystemSymbol

    def to_map(self) -> dict[str, object]:
        """The keys as they are stored."""
        return {"system_symbol": self.system, "mode": MODE}


def system_of(config: Mapping[str, object]) -> SystemSymbol:
    """Where a coordinator works by its stored config; empty where that does not say so any more."""
    system = config.get("system_symbol")
    return SystemSymbol(system if isinstance(system, str) else "")
