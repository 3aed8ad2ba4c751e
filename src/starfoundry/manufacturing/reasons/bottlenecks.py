"""Reasons that name the bottleneck of a working coordinator."""

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.reason import Reason

# Measured: with a margin of 30 instead of 40 percent a fleet earns more for three hours, and less in a day.
_NOTHING_TO_DO = "nothing to do; a lower trade_min_margin carries more, but earned less over a day in our benchmark"


def held(reason: Reason, idle: int, forgone: int) -> Reason:
    """A setting or the request budget lets no further ship leave.

    `forgone` is what the best trip of a free ship would earn without it, in credits an hour; 0 if none would pay.
    """
    what = reason.setting or "requests"
    cost = (
        f"the best trip held back would earn {forgone:,} an hour"
        if forgone
        else "no trip held back would be profitable now"
    )
    return Reason(
        rule="bottleneck",
        text=f"bottleneck: {what}: {_ships(idle)} free; {reason.text}; {cost}",
        figures={**reason.figures, "bottleneck": what, "idle": idle, "forgone_an_hour": forgone},
        setting=reason.setting,
        would_pass=reason.would_pass,
        remedy=reason.remedy,
        command=reason.command,
    )


def money(spendable: int, config: ManufacturingConfig) -> Reason:
    """Tasks wait, and nothing may be spent."""
    return Reason(
        rule="bottleneck",
        text=f"bottleneck: money: {max(0, spendable):,} credits may be spent on goods",
        figures={"bottleneck": "money", "spendable": spendable, "min_balance": config.min_balance},
        setting="min_balance" if config.min_balance else "",
        remedy="wait until cargo in transit is sold, or lower min_balance",
    )


def ships(ship_type: str, earned: float, carriage: float, busy: float) -> Reason:
    """The markets call for more carriage than the fleet has."""
    return Reason(
        rule="bottleneck",
        text=f"bottleneck: ships: one more {ship_type} is worth {earned:,.0f} credits an hour here",
        figures={
            "bottleneck": "ships",
            "ship_type": ship_type,
            "earned_an_hour": round(earned),
            "carriers": round(carriage, 1),
            "carriers_busy_at_most": round(busy, 1),
        },
        remedy="let the fleet grow",
        command="spacetraders ship grow",
    )


def workers(ship_type: str, earned: float, config: ManufacturingConfig) -> Reason:
    """Another ship would earn its price, but might not work."""
    return Reason(
        rule="bottleneck",
        text=f"bottleneck: max_workers: all {config.max_workers} ships that may work do;"
        f" one more {ship_type} would earn {earned:,.0f} credits an hour",
        figures={
            "bottleneck": "max_workers",
            "max_workers": config.max_workers,
            "ship_type": ship_type,
            "earned_an_hour": round(earned),
        },
        setting="max_workers",
        would_pass={"max_workers": config.max_workers + 1},
        remedy="allow more workers; growth then buys a ship",
    )


def advises_ship(bottleneck: Reason) -> bool:
    """Whether a bottleneck is the number of ships, so that another one would earn its price."""
    return bottleneck.figures.get("bottleneck") == "ships"


def is_markets(bottleneck: Reason) -> bool:
    """Whether a bottleneck is what the markets seen so far make and use."""
    return bottleneck.figures.get("bottleneck") == "markets"


def markets(idle: int, carriage: float, busy: float) -> Reason:
    """The fleet carries what the markets make and use; more of anything would earn nothing."""
    return Reason(
        rule="bottleneck",
        text=f"bottleneck: markets: {_ships(idle)} free, and local production and use keep {busy:.1f} of {carriage:.1f}"
        " carriers busy",
        figures={
            "bottleneck": "markets",
            "idle": idle,
            "carriers": round(carriage, 1),
            "carriers_busy_at_most": round(busy, 1),
        },
        remedy=_NOTHING_TO_DO,
    )


def unseen(seen: int, known: int) -> Reason:
    """The markets seen so far offer no more, and there are others that were never seen."""
    return Reason(
        rule="bottleneck",
        text=f"bottleneck: markets: {seen} of {known} seen so far, and those offer nothing more to carry",
        figures={"bottleneck": "markets", "markets_seen": seen, "markets_known": known},
        remedy="wait until ships and probes have been at the others",
    )


def saturated(ship_type: str, earned: float, price: int) -> Reason:
    """Another ship would find too little work to earn its price in time."""
    return Reason(
        rule="bottleneck",
        text=f"bottleneck: markets: one more {ship_type} would earn {earned:,.0f} credits an hour and costs {price:,}",
        figures={"bottleneck": "markets", "ship_type": ship_type, "earned_an_hour": round(earned), "price": price},
        remedy=_NOTHING_TO_DO,
    )


def _ships(number: int) -> str:
    return "no ship is" if number == 0 else "1 ship is" if number == 1 else f"{number} ships are"
