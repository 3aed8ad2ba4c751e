"""Reasons why a whole container does not work, one function per rule."""

from datetime import datetime

from starfoundry.config.domain.revision_record import RefusedSettings
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason

HALTED = "halted"

HALTED_BY = {
    "all": ("everything is halted", ""),
    "player": ("the player is halted", " --player-id {player}"),
    "container": ("the container is halted", " --container {container}"),
}

NEXT_STEPS = {
    ContainerStatus.PENDING: "spacetraders container start {container}",
    ContainerStatus.PAUSING: "spacetraders container resume {container}",
    ContainerStatus.PAUSED: "spacetraders container resume {container}",
    ContainerStatus.STOPPED: "spacetraders container start {container}",
    ContainerStatus.FAILED: "spacetraders container start {container}",
}


def halted(container: Container, scope: str) -> Reason:
    """The emergency halt blocks its calls: that of the container, the player, or all."""
    words, option = HALTED_BY[scope]
    return Reason(
        rule=HALTED,
        text=f"halted: {words}, so no call that changes the game is sent",
        figures={"scope": scope},
        remedy="release the halt",
        command=f"spacetraders resume{option.format(player=container.player_id, container=container.id)}",
    )


def not_running(container: Container) -> Reason:
    """The container is not running, or is only finishing its work."""
    status = container.status
    because = f", {container.exit_reason}" if container.exit_reason else ""
    return Reason(
        rule="not_running",
        text=f"container not running: {container.id} is {status.value}{because}",
        figures={"status": status.value, "exit_reason": container.exit_reason},
        remedy="start a new one: this one will not run again" if status.is_final else _remedy(status),
        command=NEXT_STEPS.get(status, "spacetraders manufacturing start").format(container=container.id),
    )


def _remedy(status: ContainerStatus) -> str:
    return "wait until its work is finished, then start it again" if status.is_ending else "start it"


def absent(container: Container, why: str = "") -> Reason:
    """Why the container does nothing at present: it has not started, or it is not running."""
    is_running = container.status is ContainerStatus.RUNNING
    return not_playing(container, why) if is_running else not_running(container)


def not_playing(container: Container, why: str) -> Reason:
    """The container is running but has not begun, since the player cannot play yet, as after a start of the daemon."""
    before = f"; its last run crashed: {container.exit_reason}" if container.exit_reason else ""
    return Reason(
        rule="not_playing",
        text=f"not started yet: {container.id} starts once the game can be played{why and f' ({why})'}{before}",
        figures={"why": why},
        remedy="it starts automatically as soon as the game answers",
        command="spacetraders health",
    )


def no_coordinator() -> Reason:
    """No coordinator was ever started."""
    return Reason(
        rule="no_coordinator",
        text="no coordinator: none was ever started",
        remedy="start one",
        command="spacetraders manufacturing start",
    )


def settings_refused(refused: RefusedSettings) -> Reason:
    """The coordinator refuses its latest settings, and they have not been changed since."""
    return Reason(
        rule="settings_refused",
        text=f"settings refused: revision {refused.revision} of {refused.container_id}, {refused.reason}",
        figures={"revision": refused.revision, "refused_because": refused.reason},
        remedy="it keeps its previous settings; change the refused ones",
        command=f"spacetraders manufacturing config set --container {refused.container_id} NAME=VALUE",
    )


def works() -> Reason:
    """Nothing keeps the container from working."""
    return Reason(rule="works", text="at work: nothing blocks it as a whole", remedy="nothing to do")


def call_in_doubt(kind: str, good: Good, waypoint: WaypointSymbol, sent_at: datetime) -> Reason:
    """A call was sent whose outcome is unknown; its ship waits until it is known."""
    return Reason(
        rule="call_in_doubt",
        text=f"call in doubt: {kind} of {good} at {waypoint}, sent {sent_at:%F %T} UTC, was never answered",
        figures={"kind": kind, "good": good, "waypoint": waypoint, "sent_at": sent_at.isoformat()},
        remedy="it is settled automatically within about two minutes",
        command="spacetraders ledger list",
    )
