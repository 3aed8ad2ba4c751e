"""The required role of each method of the wire contract, and the check of a caller's role.

Access to players is decided in daemon.players.player_access.
"""

from collections.abc import Mapping
from types import MappingProxyType

from starfoundry.daemon.access.model import Principal, Role
from starfoundry.kernel.errors import NotPermitted
from starfoundry.wire.methods import LOOKS, LOOKS_AT_OTHERS

_CHANGES = [
    "StartContainer",
    "StopContainer",
    "PauseContainer",
    "ResumeContainer",
    "ReleaseShip",
    "JettisonCargo",
    "BuyShip",
    "StartFleetGrowth",
    "SendShip",
    "StartManufacturing",
    "UpdateManufacturingConfig",
    "ReviseConfig",
    "MarkConfigRevision",
    "SaveConfigPreset",
    "DeleteConfigPreset",
    "ReviseConfigDefaults",
    "SetHalt",
    "ForecastConfig",
    "StartTuning",
    "StopTuning",
    "ApplyTuning",
    "FollowTuning",
    "SetAlertRule",
    "MuteAlerts",
    "SetAlertPaging",
    "AcknowledgeAlert",
    "TestAlerts",
]

_RULES_OVER_OTHERS = [
    "RegisterPlayer",
    "AddPlayer",
    "CreateToken",
    *LOOKS_AT_OTHERS,
    "RevokeToken",
    "AddAlertTarget",  # the daemon sends to any address it is given
    "RemoveAlertTarget",
]

NEEDS: Mapping[str, Role] = MappingProxyType(
    dict.fromkeys(LOOKS, Role.VIEWER)
    | dict.fromkeys(_CHANGES, Role.OPERATOR)
    | dict.fromkeys(_RULES_OVER_OTHERS, Role.ADMIN)
)
"""The minimum role for each method. A method without an entry cannot be called at all."""


def is_permitted(principal: Principal, method: str) -> bool:
    """Whether the caller's role may call the method."""
    needed = NEEDS.get(method)
    return needed is not None and principal.role >= needed


def authorize(principal: Principal, method: str) -> None:
    """Raise NotPermitted unless the caller's role may call the method."""
    needed = NEEDS.get(method)
    if needed is None:
        raise NotPermitted(f"{method} cannot be called by anyone")
    if not is_permitted(principal, method):
        raise NotPermitted(
            f"{principal.name} is {_a(principal.role)}, and {method} needs {_a(needed)}; ask the operator of the daemon"
        )


def _a(role: Role) -> str:
    return f"{'a' if role is Role.VIEWER else 'an'} {role.name.lower()}"
