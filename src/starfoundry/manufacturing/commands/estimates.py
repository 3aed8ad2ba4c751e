"""Text output of trip estimates."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Tranche, TripEstimate


def estimate_text(trip: "TripEstimate", *, system: str) -> str:
    """An estimate as a table of its parts, each with the credits it adds; `system` is left out of waypoints."""
    source, target = trip.source.removeprefix(system), trip.target.removeprefix(system)
    flights: list[list[render.Cell]] = [
        [f"fly {leg.origin.removeprefix(system)}-{leg.goal.removeprefix(system)}", _time(leg.seconds), -leg.fuel]
        for leg in trip.legs
    ]
    rows: list[list[render.Cell]] = [
        [f"buy at {source}", _tranches(trip.purchases), -trip.cost],
        [f"sell at {target}", _tranches(trip.sales), trip.revenue + trip.deducted],
        ["deducted", "for old prices at the buyer", -trip.deducted],
        *flights,
        ["dock and trade", _time(trip.idle_seconds), None],
        ["profit", f"{trip.units} units in {_time(trip.seconds)}", trip.profit],
        ["worth", "to factories that lack it", trip.worth],
        ["an hour", "profit and worth", trip.per_hour],
    ]
    shown = [[step, what, _signed(amount)] for step, what, amount in rows if amount != 0]
    return render.table([trip.good, "Expected", "Credits"], shown)


def _tranches(tranches: "Iterable[Tranche]") -> str:
    return ", ".join(f"{each.units} at {render.money(each.price)}" for each in tranches)


def _time(seconds: int) -> str:
    return render.age(seconds)


def _signed(amount: render.Cell) -> render.Cell:
    return render.money(amount, signed=True) if isinstance(amount, int) else amount
