"""Reasons why a trip is not made, one function per rule.

The decision that applies a rule calls its function. The text begins with the rule in a few words and a colon, so that a
reason in which only figures changed counts as the same one.
"""

import math
from dataclasses import replace
from datetime import datetime

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import Task, TaskKind

WAITS_FOR_PRICES = "wait until prices or stocks have moved"
WAITS_FOR_PAUSE = "wait: each failed attempt doubles the pause, up to an hour"
LOWER_LEVEL = "lower the level, or wait until the stock has grown"
LOOK = "send a ship to that market; idle probes do so automatically"

DOES_NOT_PAY = "does_not_pay"
"""The rule that weighs the whole trip, its fuel included; all others look at prices, stocks and money alone."""

START_SETTINGS = {
    TaskKind.COLLECT_SELL: "collect_min_start_supply",
    TaskKind.ACQUIRE_DELIVER: "acquire_min_start_supply",
    TaskKind.TRADE: "trade_min_start_supply",
}
"""The setting with the start supply level, for each kind of task that buys."""

EXECUTE_SETTINGS = {
    TaskKind.COLLECT_SELL: "collect_min_execute_supply",
    TaskKind.ACQUIRE_DELIVER: "acquire_min_execute_supply",
    TaskKind.TRADE: "trade_min_execute_supply",
}
"""The setting with the execute supply level: for a ship that has arrived, and for each of its purchases."""


def no_buyer(good: Good) -> Reason:
    """No usable market buys the good."""
    return Reason(
        rule="no_buyer",
        text=f"no market is known to buy: {good}",
        figures={"good": good},
        remedy="visit markets that were not seen lately; probes do so automatically",
        command="spacetraders ship buy SHIP_PROBE",
    )


def no_buyer_of_cargo(good: Good, ship: ShipSymbol) -> Reason:
    """No usable market buys the cargo that a ship holds: it blocks the hold until it is thrown overboard."""
    return replace(
        no_buyer(good),
        remedy="visit markets that were not seen lately, or jettison the cargo, which is then lost",
        command=f"spacetraders ship jettison {ship} {good}",
    )


def never_seen(good: Good, waypoint: WaypointSymbol) -> Reason:
    """The good was never seen at the market of the trip."""
    return Reason(
        rule="never_seen",
        text=f"never seen: {good} at {waypoint}",
        figures={"good": good, "waypoint": waypoint},
        remedy=LOOK,
    )


def nothing_seen() -> Reason:
    """No factory's prices were ever seen."""
    return Reason(
        rule="nothing_seen",
        text="nothing seen yet: no market that makes goods was ever seen",
        remedy="wait a few minutes: idle ships visit markets automatically",
    )


def blocked(good: Good, config: ManufacturingConfig) -> Reason:
    """The operator has blocked the good."""
    return Reason(
        rule="blocked",
        text=f"blocked: {good} is in blocked_goods",
        figures={"good": good},
        setting="blocked_goods",
        would_pass={"blocked_goods": tuple(each for each in config.blocked_goods if each != good)},
        remedy=f"remove {good} from the list",
    )


def stop_loss(lost: int, config: ManufacturingConfig) -> Reason:
    """The chain has lost more credits than allowed."""
    return Reason(
        rule="stop_loss",
        text=f"stop-loss: the chain has lost {lost:,} credits, chain_stop_loss is {config.chain_stop_loss:,}",
        figures={"lost": lost, "chain_stop_loss": config.chain_stop_loss},
        setting="chain_stop_loss",
        would_pass={"chain_stop_loss": lost},
        remedy="let a chain lose more, or wait until this one has sold what it made",
    )


def not_seen_lately(good: Good, waypoint: WaypointSymbol, age: float, config: ManufacturingConfig) -> Reason:
    """Prices were seen too long ago, `age` in seconds."""
    return Reason(
        rule="not_seen_lately",
        text=f"not seen lately: {good} at {waypoint}, {age / 3600:.1f} h ago",
        figures={
            "good": good,
            "waypoint": waypoint,
            "age_minutes": int(age // 60),
            "market_max_age": config.market_max_age,
        },
        setting="market_max_age",
        would_pass={"market_max_age": math.ceil(age / 60)},
        remedy="send a ship to that market, as idle probes do automatically, or accept older prices",
    )


def supply_below_start(
    good: Good, waypoint: WaypointSymbol, seen: SupplyLevel | None, needed: SupplyLevel, kind: TaskKind
) -> Reason:
    """The supply at the source is below the start level of such a task."""
    if seen is None:
        return supply_unreadable(good, waypoint)
    return Reason(
        rule="supply_below_start",
        text=f"supply too low: {good} at {waypoint} is {seen.name}, a start needs {needed.name}",
        figures={"good": good, "waypoint": waypoint, "supply": seen.name, "needed": needed.name},
        setting=START_SETTINGS[kind],
        good=good,
        would_pass={START_SETTINGS[kind]: seen},
        remedy=LOWER_LEVEL,
    )


def restricted(good: Good, waypoint: WaypointSymbol, sentence: str) -> Reason:
    """The factory makes a fifth of its full output; `sentence` names the missing input and the remedy."""
    return Reason(
        rule="restricted",
        text=f"restricted: {sentence}",
        figures={"good": good, "waypoint": waypoint},
        remedy="deliver the named inputs, or wait for a trip that delivers them",
    )


def supply_unreadable(good: Good, waypoint: WaypointSymbol) -> Reason:
    """The market does not report its supply, which never meets a level."""
    return Reason(
        rule="supply_unreadable",
        text=f"supply unreadable: {good} at {waypoint} shows no supply level",
        figures={"good": good, "waypoint": waypoint},
        remedy=LOOK,
    )


def source_rests(good: Good, waypoint: WaypointSymbol, left: float) -> Reason:
    """A ship has just left the source without the good; it is tried again in `left` seconds."""
    return Reason(
        rule="source_rests",
        text=f"a ship has just left without it: {good} at {waypoint}, {tried_again(left)}",
        figures={"good": good, "waypoint": waypoint, "seconds_left": math.ceil(left)},
        remedy=WAITS_FOR_PAUSE,
    )


def tried_again(left: float) -> str:
    """When a cooldown with this many seconds left is over, in words."""
    return f"tried again in {math.ceil(left)} s" if left < 60 else f"tried again in {math.ceil(left / 60)} min"


def waits_at_market(task: Task, seen: SupplyLevel, needed: SupplyLevel, until: datetime) -> Reason:
    """The ship waits at the market for more stock; it looks again at `until`."""
    return Reason(
        rule="waits_at_market",
        text=f"waits at {task.source}: {task.good} is {seen.name}, a purchase needs {needed.name};"
        f" {task.ship} looks again at {until:%T} UTC",
        figures={
            "task": task.id,
            "good": task.good,
            "waypoint": task.source,
            "supply": seen.name,
            "needed": needed.name,
            "until": until.isoformat(),
        },
        setting=EXECUTE_SETTINGS[task.kind],
        good=task.good,
        would_pass={EXECUTE_SETTINGS[task.kind]: seen},
        remedy="lower the level, which takes effect at once, or wait until the stock has grown",
    )


def cargo_rests(good: Good, ship: ShipSymbol, left: float) -> Reason:
    """The last attempt to sell the ship's cargo failed; it is tried again in `left` seconds."""
    return Reason(
        rule="cargo_rests",
        text=f"could not be sold just now: {good} aboard {ship}, {tried_again(left)}",
        figures={"good": good, "ship": ship, "seconds_left": math.ceil(left)},
        remedy=WAITS_FOR_PAUSE,
    )


def draining(position: int, config: ManufacturingConfig) -> Reason:
    """The pipeline is above the capacity in force; `position` counts the fabrications from the oldest, from 1."""
    return Reason(
        rule="draining",
        text="its pipeline is draining",
        figures={"position": position, "max_pipelines": config.max_pipelines},
        setting="max_pipelines",
        would_pass={"max_pipelines": position},
        remedy="allow more pipelines; otherwise it ends when its current trips have ended",
    )


def supply_unknown_there() -> Reason:
    """The source shows no supply level."""
    return Reason(
        rule="supply_unreadable",
        text="supply unreadable: the supply at the source cannot be read",
        remedy=LOOK,
    )


def supply_below_execute(kind: TaskKind, good: Good, seen: SupplyLevel, needed: SupplyLevel) -> Reason:
    """The supply at the source, minus what ships under way will take, is below the execute level."""
    return Reason(
        rule="supply_below_execute",
        text=f"supply too low to buy: {good} at the source is {seen.name}, below {needed.name}",
        figures={"good": good, "supply": seen.name, "needed": needed.name},
        setting=EXECUTE_SETTINGS[kind],
        good=good,
        would_pass={EXECUTE_SETTINGS[kind]: seen},
        remedy=LOWER_LEVEL,
    )


def no_room() -> Reason:
    """Nothing fits into the hold."""
    return Reason(rule="no_room", text="no room in the hold", remedy="sell the cargo, or buy a ship with a hold")


def too_little_money(spendable: int, ask: int, reserve: int) -> Reason:
    """The spendable credits, without the operator's `reserve`, buy nothing at `ask` credits a unit."""
    enough = reserve - (ask - spendable)
    return Reason(
        rule="too_little_money",
        text=f"too little money: {spendable:,} credits to spend buy nothing at {ask:,} a unit",
        figures={"spendable": spendable, "ask": ask, "min_balance": reserve},
        setting="min_balance" if reserve else "",
        would_pass={"min_balance": enough} if reserve and enough >= 0 else {},
        remedy="wait until goods in transit are sold",
    )


def does_not_pay(worth: int, least: int, account: str) -> Reason:
    """The trip would bring less than the minimum profit, both in credits; `account` lists the figures."""
    return Reason(
        rule=DOES_NOT_PAY,
        text=f"not profitable: {account}: {worth:+,} is less than {least:,}",
        figures={"worth": worth, "least": least},
        remedy=WAITS_FOR_PRICES,
    )


def out_of_reach(origin: WaypointSymbol, goal: WaypointSymbol) -> Reason:
    """The ship cannot fly from one place to the other."""
    return Reason(
        rule="out_of_reach",
        text=f"out of reach: {origin} and {goal} are too far apart for the ship",
        figures={"origin": origin, "goal": goal},
        remedy="use a ship with a larger tank",
    )


def over(task: Task) -> Reason:
    """The task has ended."""
    because = f", {task.waiting_for}" if task.waiting_for else ""
    return Reason(
        rule="over",
        text=f"over: it is {task.status.value}{because}",
        figures={"status": task.status.value, "attempts": task.attempts},
        remedy="nothing to do",
    )
