"""Reasons why a ship does not work, one function per rule."""

import math
from collections.abc import Sequence
from datetime import datetime

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.game.model import CargoItem
from starfoundry.kernel.ids import ContainerId, Good, ShipSymbol, SystemSymbol, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.reasons.trips import WAITS_FOR_PAUSE, tried_again


def workers_busy(busy: int, config: ManufacturingConfig) -> Reason:
    """The maximum number of ships is working."""
    return Reason(
        rule="workers_busy",
        text=f"all workers busy: {busy} ships work, max_workers is {config.max_workers}",
        figures={"busy": busy, "max_workers": config.max_workers},
        setting="max_workers",
        would_pass={"max_workers": busy + 1},
        remedy="allow more workers, or wait until a ship is done",
    )


def requests_short(share: float, config: ManufacturingConfig) -> Reason:
    """More of the request budget is used, as a share from 0 to 1, than the configuration allows."""
    percent = math.ceil(100 * share)
    return Reason(
        rule="requests_short",
        text=f"requests short: {percent} % of the request budget is used, max_api_share is {config.max_api_share} %",
        figures={"used_percent": percent, "max_api_share": config.max_api_share},
        setting="max_api_share",
        would_pass={"max_api_share": percent},
        remedy="wait: the use of the last minute is counted",
    )


def no_free_ship(*, would_another_pay: bool | None = None) -> Reason:
    """Every ship that could take the task is working, or has left for a task that pays more.

    `would_another_pay`: whether another ship would earn its price; None if that was not asked.
    """
    remedies = {
        True: "buy a ship, or wait until one is done",
        False: "wait until one is done: another ship would not earn its price, as far as is known",
        None: "wait until one is done",
    }
    return Reason(
        rule="no_free_ship",
        text="no free ship: every ship with a hold is working or cannot be used",
        remedy=remedies[would_another_pay],
        command="spacetraders ship grow" if would_another_pay else "",
    )


def hold_not_empty(cargo: Sequence[CargoItem]) -> Reason:
    """A partly full hold is emptied before anything is bought."""
    aboard = ", ".join(f"{item.units} {item.good}" for item in cargo)
    return Reason(
        rule="hold_not_empty",
        text=f"hold not empty: {aboard} aboard",
        figures={item.good: item.units for item in cargo},
        remedy="it is sold before anything is bought",
    )


def other_ship_holds_it(ship: ShipSymbol) -> Reason:
    """The cargo that the task sells is in another ship's hold."""
    return Reason(
        rule="other_ship_holds_it",
        text=f"another ship's cargo: {ship or 'no ship'} holds it",
        figures={"ship": ship},
        remedy="wait until that ship is free",
    )


def cargo_gone(good: Good) -> Reason:
    """The cargo that the task sells is no longer aboard."""
    return Reason(
        rule="cargo_gone",
        text=f"cargo gone: no {good} is aboard any more",
        figures={"good": good},
        remedy="nothing is left to sell",
    )


def ship_not_free(ship: ShipSymbol) -> Reason:
    """The only ship that can make the trip is not free."""
    return Reason(
        rule="ship_not_free",
        text=f"ship not free: only {ship or 'no ship'} can do it, and it is not free",
        figures={"ship": ship},
        remedy="wait until that ship is free",
        command=f"spacetraders why {ship}" if ship else "",
    )


def no_ready_task(waiting: int) -> Reason:
    """No task may be given to a ship."""
    tasks = {0: "there is none", 1: "1 waits"}.get(waiting, f"{waiting} wait")
    return Reason(
        rule="no_ready_task",
        text=f"no task is ready: {tasks}",
        figures={"waiting_tasks": waiting},
        remedy="see why the tasks wait",
    )


def decided_next(what: str) -> Reason:
    """Nothing blocks it: the next decision does it."""
    return Reason(
        rule="decided_next",
        text=f"about to start: {what}",
        remedy="wait a moment: the coordinator decides at least once a minute",
    )


def quarantined(ship: ShipSymbol, since: datetime, why: str) -> Reason:
    """The ship is quarantined."""
    return Reason(
        rule="quarantined",
        text=f"quarantined: since {since:%F %T} UTC, {why}",
        figures={"since": since.isoformat()},
        remedy="it is retried automatically, and used again as soon as the game answers",
        command=f"spacetraders ship release {ship}",
    )


def commanded(container_id: ContainerId, purpose: str) -> Reason:
    """A container commands the ship."""
    return Reason(
        rule="commanded",
        text=f"at work: {purpose}, for {container_id}",
        figures={"container": container_id, "purpose": purpose},
        remedy="nothing to do",
    )


def working(task: Task) -> Reason:
    """The ship works on a task."""
    return Reason(
        rule="working",
        text=f"at work: {task.kind.value} {task.good} from {task.source} to {task.target}",
        figures={
            "task": task.id,
            "kind": task.kind.value,
            "good": task.good,
            "source": task.source,
            "target": task.target,
        },
        remedy="nothing to do",
    )


def in_transit(goal: WaypointSymbol, arrives_at: datetime) -> Reason:
    """The ship is in flight."""
    return Reason(
        rule="in_transit",
        text=f"in transit: it arrives at {goal} at {arrives_at:%F %T} UTC",
        figures={"waypoint": goal, "arrives_at": arrives_at.isoformat()},
        remedy="wait until it has arrived",
    )


def state_unknown(ship: ShipSymbol) -> Reason:
    """The game reports an unknown state of the ship."""
    return Reason(
        rule="state_unknown",
        text="state unknown: the game reports it neither as docked, in orbit nor in transit",
        figures={"ship": ship},
        remedy="wait until the game reports another state",
    )


def elsewhere(system: SystemSymbol, home: SystemSymbol) -> Reason:
    """The ship is in another system than the coordinator."""
    return Reason(
        rule="elsewhere",
        text=f"elsewhere: it is in {system}, the coordinator works in {home}",
        figures={"system": system, "home": home},
        remedy="bring it back",
    )


def rests(ship: ShipSymbol, left: float) -> Reason:
    """Work with the ship has just failed; it is tried again in `left` seconds."""
    return Reason(
        rule="rests",
        text=f"cooldown: it could not continue its last trip, {tried_again(left)}",
        figures={"ship": ship, "seconds_left": math.ceil(left)},
        remedy=f"{WAITS_FOR_PAUSE}; the container's log says what failed",
    )


def left_to_another() -> Reason:
    """Another container waits for a ship, and this one leaves the next free one to it."""
    return Reason(
        rule="left_to_another",
        text="left to another: another container waits for a ship",
        remedy="wait until it has taken one",
    )


def seen_lately(seconds: int) -> Reason:
    """Every market that the ship could look at was seen lately, or another ship looks at it."""
    return Reason(
        rule="seen_lately",
        text=f"nothing to scout: every market in reach was seen within {seconds // 60} minutes or is being visited",
        figures={"leave_age_minutes": seconds // 60},
        remedy="nothing to do",
    )


def under_way(ship: ShipSymbol, task_id: str) -> Reason:
    """A ship works on the task."""
    return Reason(
        rule="under_way",
        text=f"under way: {ship} works on it",
        figures={"ship": ship, "task": task_id},
        remedy="nothing to do",
        command=f"spacetraders ship show {ship}",
    )
