"""Time of one decision of a coordinator by markets and ships, beside a plain search of the best lane for each ship.

    python benchmarks/planning.py
    python benchmarks/planning.py --growth

With --growth it prints how the time grows with markets and with ships, one at a time, and the fitted exponent.

Systems of 30 markets are laid side by side until there are as many as asked for, their goods their own, so that lanes
grow with markets and not with their square. Both look at the same view; the plain search takes the prices of now, one
transaction a trip, and lets ships race for the same stock. As in the daemon, what is there before the first decision is
excluded from garbage collection.
"""

import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.game.known_recipes import RECIPES
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import ContainerId, Good, Revision, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.plan import decide
from starfoundry.manufacturing.planner.trips.input_values import input_values
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.market.domain.model import Place, Sighting
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.runtime.garbage_collection import exclude_present_objects
from starfoundry.sandbox.economy.initial_stock import create_market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.worldgen.home_system import home_system

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SIZES = ((30, 10), (100, 30), (300, 100))
MORE_MARKETS = tuple((markets, 30) for markets in (30, 100, 300, 1_000, 3_000))
MORE_SHIPS = tuple((300, ships) for ships in (10, 30, 100, 300, 1_000))
EARNER = ManufacturingConfig(max_workers=1_000, max_pipelines=0, min_purchase_price=100)


def view_of(markets: int, ships: int) -> View:
    """What a coordinator sees of so many markets with so many free ships."""
    places: list[Place] = []
    sightings: list[Sighting] = []
    recipes: dict[Good, tuple[Good, ...]] = {}
    spots: dict[WaypointSymbol, tuple[int, int]] = {}
    copy = 0
    while len(places) < markets:
        copy += 1
        system = home_system(SeededEntropy(copy))
        at = {place.symbol: (place.x, place.y) for place in system.places}
        rng = SeededEntropy(copy).stream("markets")
        for plan in system.markets[: markets - len(places)]:
            waypoint = WaypointSymbol(f"{plan.waypoint}-{copy}")
            spots[waypoint] = at[plan.waypoint]
            market = create_market(plan, born=0, parameters=EconomyParameters(), rng=rng)
            kinds: dict[TradeKind, list[Good]] = {kind: [] for kind in TradeKind}
            for market_good in market.market_goods.values():
                good = Good(f"{market_good.good}_{copy}")
                kinds[market_good.kind].append(good)
                quote = Quote(
                    good=good,
                    kind=market_good.kind,
                    trade_volume=market_good.volume,
                    supply=market_good.stock.supply,
                    activity=Activity.WEAK,
                    ask=market_good.stock.ask,
                    bid=market_good.stock.bid,
                )
                sightings.append(Sighting(waypoint=waypoint, quote=quote, seen_at=NOON, curve=market_good.stock))
            places.append(
                Place(
                    waypoint=waypoint,
                    x=0,
                    y=0,
                    type="PLANET",
                    imports=tuple(kinds[TradeKind.IMPORT]),
                    exports=tuple(kinds[TradeKind.EXPORT]),
                    exchange=tuple(kinds[TradeKind.EXCHANGE]),
                )
            )
        recipes |= {
            Good(f"{good}_{copy}"): tuple(Good(f"{part}_{copy}") for part in parts) for good, parts in RECIPES.items()
        }
    board = board_of(places, sightings, NOON, ())
    known = Recipes(recipes)
    stands = list(spots)

    def travel(hull: ShipView, origin: WaypointSymbol, goal: WaypointSymbol) -> Journey:
        distance = math.dist(spots[origin], spots[goal])
        return Journey(distance * 25 / hull.engine_speed + 15, round(distance))

    return View(
        now=NOON,
        config=EARNER,
        revision=Revision(1),
        spendable=100_000_000,
        board=board,
        recipes=known,
        travel=travel,
        idle=tuple(
            ShipView(
                ship=ShipSymbol(f"SHIP-{number}"),
                waypoint=stands[number * 7 % len(stands)],
                capacity=80,
                free=80,
                engine_speed=30,
                fuel_capacity=400,
            )
            for number in range(ships)
        ),
        largest_hold=80,
        pipelines=(),
        tasks=(),
        factories=(),
        prefix="bench",
        next_pipeline=1,
        input_values=input_values(board, known),
    )


def plain_search(view: View) -> None:
    """The best lane of each ship by the prices of now."""
    for hull in view.idle:
        best = 0.0
        for good in view.board.offers:
            for source in view.board.sources(good):
                for sink in view.board.sinks(good):
                    gain = sink.curve.bid - source.curve.ask
                    if gain <= 0 or sink.waypoint == source.waypoint:
                        continue
                    there = view.travel(hull, hull.waypoint, source.waypoint)
                    onward = view.travel(hull, source.waypoint, sink.waypoint)
                    if there is not None and onward is not None:
                        best = max(best, gain * source.curve.trade_volume / (there.seconds + onward.seconds))


def milliseconds(work: Callable[[View], object], view: View) -> float:
    """The least processor time of three runs, each on a view that keeps nothing of the run before it."""
    exclude_present_objects()
    times = []
    for _ in range(3):
        board = board_of(view.board.places.values(), view.board.seen(), NOON, ())
        fresh = replace(view, board=board, input_values=input_values(board, view.recipes))
        began = time.process_time()
        work(fresh)
        times.append(1_000 * (time.process_time() - began))
    return min(times)


def decided(view: View) -> object:
    """The decision of a coordinator."""
    return decide(view, ContainerId("bench"), view.idle[0])


def exponent(counts: Sequence[int], times: Sequence[float]) -> float:
    """The power of n log n by which the time grows: 1 for n log n, 2 for its square."""
    sizes = [math.log(count * math.log(count)) for count in counts]
    return statistics.linear_regression(sizes, [math.log(time) for time in times]).slope


def print_growth() -> None:
    """Print the time of a decision by markets and by ships, and its exponents."""
    for noun, place, sizes in (("markets", 0, MORE_MARKETS), ("ships", 1, MORE_SHIPS)):
        times: list[float] = []
        print(f"{'markets':>8} {'ships':>6} {'all free, ms':>13}")
        for markets, ships in sizes:
            view = view_of(markets, ships)
            times.append(milliseconds(decided, view))
            print(f"{markets:>8,} {ships:>6,} {times[-1]:>13,.0f}", flush=True)
        print(
            f"grows with n log n of the {noun} to the power of {exponent([each[place] for each in sizes], times):.2f}"
        )


def main() -> None:
    """Print a line for each size: all ships free, and one of them free."""
    if "--growth" in sys.argv:
        print_growth()
        return
    print(
        f"{'markets':>8} {'ships':>6} {'all free, ms':>13} {'one free, ms':>13} {'plain search, ms':>17} {'ratio':>6}"
    )
    for markets, ships in SIZES:
        view = view_of(markets, ships)
        one = replace(view, idle=view.idle[:1])
        every = milliseconds(decided, view)
        single = milliseconds(decided, one)
        plain = milliseconds(plain_search, view)
        print(f"{markets:>8,} {ships:>6,} {every:>13,.0f} {single:>13,.1f} {plain:>17,.0f} {every / plain:>6.2f}")


if __name__ == "__main__":
    main()
