"""Every rule that keeps a whole container from work, as the reason that the rule gives."""

from datetime import datetime

from starfoundry.config.domain.revision_record import RefusedSettings
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason

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
    """The emergency brake holds its calls: that of the container, the player, or all."""
    words, option = HALTED_BY[scope]
    return Reason(
        rule="halted",
        text=f"halted: {words}, so nothing is sent that changes the game",
        figures={"scope": scope},
        remedy="let go of the brake",
        command=f"spacetraders resume{option.format(player=container.player_id, container=container.id)}",
    )


def not_running(container: Container) -> Reason:
    """The container does not run, or only brings its work to an end."""
    status = container.status
    because = f", {container.exit_reason}" if container.exit_reason else ""
    return Reason(
        rule="not_running",
        text=f"container not running: {container.id} is {status.value}{because}",
        figures={"status": status.value, "exit_reason": container.exit_reason},
        remedy="start a new one: it will not run again" if status.is_final else _remedy(status),
        command=NEXT_STEPS.get(status, "spacetraders manufacturing start").format(container=container.id),
    )


def _remedy(status: ContainerStatus) -> str:
    return "wait until its work is ended, then start it again" if status.is_ending else "have it run"


def absent(container: Container, why: str = "") -> Reason:
    """Why the container does nothing at all at the moment: it has not begun, or it does not run."""
    is_running = container.status is ContainerStatus.RUNNING
    return not_playing(container, why) if is_running else not_running(container)


def not_playing(container: Container, why: str) -> Reason:
    """The container runs, and has not begun since the player cannot play yet, as after a start of the daemon."""
    before = f"; its last run crashed: {container.exit_reason}" if container.exit_reason else ""
    return Reason(
        rule="not_playing",
        text=f"not begun yet: {container.id} begins once the game can be played{why and f' ({why})'}{before}",
        figures={"why": why},
        remedy="it begins by itself as soon as the game answers",
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
    """The coordinator does not work by the settings that it was given last, and nobody has changed them since."""
    return Reason(
        rule="settings_refused",
        text=f"settings refused: revision {refused.revision} of {refused.container_id}, {refused.reason}",
        figures={"revision": refused.revision, "refused_because": refused.reason},
        remedy="it works by the settings from before; change what was refused",
        command=f"spacetraders manufacturing config set --container {refused.container_id} NAME=VALUE",
    )


def works() -> Reason:
    """Nothing keeps the container from work."""
    return Reason(rule="works", text="at work: nothing holds it back as a whole", remedy="nothing has to change")


def call_in_doubt(kind: str, good: Good, waypoint: WaypointSymbol, sent_at: datetime) -> Reason:
    """A call was sent whose answer is not known; its ship waits until it is."""
    return Reason(
        rule="call_in_doubt",
        text=f"call in doubt: {kind} of {good} at {waypoint}, sent {sent_at:%F %T} UTC, was never answered",
        figures={"kind": kind, "good": good, "waypoint": waypoint, "sent_at": sent_at.isoformat()},
        remedy="it is settled by itself within about two minutes",
        command="spacetraders ledger list",
    )
