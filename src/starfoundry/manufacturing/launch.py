"""What a coordinator is started with, beside its live settings; kept in the same JSON column under keys of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import SystemSymbol

MODE = "parallel_task_based"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """Where a coordinator works, and the credits it leaves untouched."""

    system: SystemSymbol
    min_balance: int = 0

    def to_map(self) -> dict[str, object]:
        """The keys as they are stored."""
        return {"system_symbol": self.system, "min_balance": self.min_balance, "mode": MODE}


def launch_options(config: Mapping[str, object]) -> LaunchOptions:
    """The options in a stored config; raises Refused naming the key that is missing or wrong.

    A reserve that cannot be read is an error, never zero: it is what keeps a fleet from spending its last credits.
    """
    system = config.get("system_symbol")
    if not isinstance(system, str) or not system:
        raise Refused.of("system_symbol", system, "a system's symbol")
    min_balance = config.get("min_balance", 0)
    if not isinstance(min_balance, int) or isinstance(min_balance, bool) or min_balance < 0:
        raise Refused.of("min_balance", min_balance, "a whole number of credits, 0 or more")
    return LaunchOptions(system=SystemSymbol(system), min_balance=min_balance)
