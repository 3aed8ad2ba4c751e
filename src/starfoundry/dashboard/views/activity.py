"""Present activity of each ship, from the daemon's explanations."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

IDLE = "Idle"

TASKS = {
    "TRADE": "Trading",
    "ACQUIRE_DELIVER": "Supplying factories",
    "COLLECT_SELL": "Collecting output",
    "LIQUIDATE": "Selling what is left",
}


def activity_of(explanation: dict[str, Any]) -> str:
    """The activity that a ship's explanation tells of."""
    reason = explanation["reason"] or {"rule": "", "figures": None}
    figures = reason["figures"] or {}
    if explanation["state"] == "WAITING":
        return "Waiting for stock"
    if reason["rule"] == "in_transit":
        return "Flying"
    if explanation["state"] == "IDLE":
        return IDLE
    if reason["rule"] == "working":
        return TASKS.get(figures.get("kind", ""), "At work")
    if reason["rule"] == "commanded":
        return str(figures.get("purpose", "At work")).capitalize()
    return str(reason["rule"]).replace("_", " ").capitalize()


def by_activity(explanations: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ships by what they do, most ships first, idle ones last; a ship is counted once."""
    ships: dict[str, set[str]] = defaultdict(set)
    for explanation in explanations:
        if explanation["subject"] == "SHIP":
            ships[activity_of(explanation)].add(explanation["name"])
    ordered = sorted(ships.items(), key=lambda item: (item[0] == IDLE, -len(item[1]), item[0]))
    return [{"activity": activity, "ships": sorted(names)} for activity, names in ordered]
