"""Launch options of a coordinator: the fixed arguments stored next to its live settings under their own keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.ids import SystemSymbol

MODE = "parallel_task_based"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """The system in which a coordinator works."""

    system: SystemSymbol

    def to_map(self) -> dict[str, object]:
        """The options in their stored form."""
        return {"system_symbol": self.system, "mode": MODE}


def system_of(config: Mapping[str, object]) -> SystemSymbol:
    """The system in a stored config; empty if it is not there."""
    system = config.get("system_symbol")
    return SystemSymbol(system if isinstance(system, str) else "")
