"""What a coordinator is started with, beside its live settings; kept in the same JSON column under keys of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import SystemSymbol

MODE = "parallel_task_based"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """Where a coordinator works."""

    system: SystemSymbol

    def to_map(self) -> dict[str, object]:
        """The keys as they are stored."""
        return {"system_symbol": self.system, "mode": MODE}


def launch_options(config: Mapping[str, object]) -> LaunchOptions:
    """The options in a stored config; raises Refused naming the key that is missing or wrong."""
    system = config.get("system_symbol")
    if not isinstance(system, str) or not system:
        raise Refused.of("system_symbol", system, "a system's symbol")
    return LaunchOptions(system=SystemSymbol(system))
