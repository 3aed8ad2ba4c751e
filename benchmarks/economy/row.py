"""A row of the benchmark: figures by the names that its table and its files have for them."""

from typing import Any

from starfoundry.simulation.figures import RunFigures

Row = dict[str, Any]


def row_of_figures(figures: RunFigures) -> Row:
    """Money and time of a game as a row."""
    money = figures.money
    return {
        "start": money.start,
        "gained": money.gained,
        "gained_with_ships": money.gained + money.spent_on_ships,
        "spent_on_ships": money.spent_on_ships,
        "credits_2h": money.at_hour(2),
        "worth_2h": money.worth_at_hour(2),
        "hourly": list(money.hourly),
        "worst_hour": min(money.hourly, default=0),
        "hours_below_90": money.hours_below(0.9 * money.start),
        "lowest": min(money.lows),
        "drawdown": money.drawdown,
        "carriers": figures.carriers,
        "trips": figures.trips,
        **{f"share_{name}": share for name, share in figures.time.items()},
    }
