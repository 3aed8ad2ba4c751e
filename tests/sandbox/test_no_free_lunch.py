"""Nothing comes from nothing: not at one market, not from a factory, not for a bot that ignores what trade costs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from tests.sandbox.player import Json, Player, World
from tests.sandbox.test_economy import market_of, markets_of

PARAMETERS = EconomyParameters()
CAPITAL = 20_000_000
Deed = tuple[int, int]
Deeds = st.lists(
    st.tuples(st.integers(min_value=0, max_value=5), st.integers(min_value=-60, max_value=60)), max_size=40
)


class Till:
    """A trader at one market: what it gained, what it holds."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.cash = 0
        self.hold: dict[Good, int] = {}

    def trade(self, shelf: Shelf, units: int) -> None:
        """Buy so many units, or sell when negative, a transaction at most and no more than there is."""
        held = self.hold.get(shelf.good, 0)
        units = max(-held, -shelf.volume, min(shelf.volume, units))
        if units > 0:
            self.cash -= units * shelf.stock.ask
            self.market.purchase(shelf, units)
        elif units < 0:
            self.cash -= units * shelf.stock.bid
            self.market.sell(shelf, -units)
        self.hold[shelf.good] = held + units

    def sell_out(self) -> None:
        """Sell everything."""
        for good, shelf in self.market.shelves.items():
            while self.hold.get(good):
                self.trade(shelf, -self.hold[good])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(min_value=1, max_value=6), factory=st.integers(min_value=0, max_value=60), deeds=Deeds)
def test_feeding_a_factory_with_its_own_markets_goods_gains_nothing(seed: int, factory: int, deeds: list[Deed]) -> None:
    """Buy inputs and sell them back as feed, buy the product and sell it, wait between as you like: a loss."""
    plans = [market for market in markets_of(seed) if market.factories]
    market = plans[factory % len(plans)]
    made = [*market.factories.values()][factory % len(market.factories)]
    goods = [made.output, *made.inputs]
    till = Till(market)
    for choice, units in deeds:
        if choice == 5:
            market.take_turn()
        else:
            till.trade(goods[choice % len(goods)], units)
    till.sell_out()

    assert till.cash <= 0


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(min_value=1, max_value=4),
    feed=st.lists(st.floats(min_value=0, max_value=4), min_size=8, max_size=24),
)
def test_a_factory_makes_no_more_than_its_recipe_gives_for_what_it_uses_up(seed: int, feed: list[float]) -> None:
    """Counted over every factory of a system, fed or not: a transaction of product costs one of every input."""
    for market in markets_of(seed):
        for made in market.factories.values():
            before = [*made.larder]
            used = [0.0] * len(made.inputs)
            built = 0.0
            for amount in feed:
                for shelf in made.inputs:
                    market.sell(shelf, round(amount * shelf.volume))
                stocks = [shelf.units for shelf in made.inputs]
                output = made.output.units
                made.turn(PARAMETERS, market._chance)
                built += (made.output.units - output) / made.output.volume
                used = [
                    total + (stock - shelf.units) / shelf.volume
                    for total, stock, shelf in zip(used, stocks, made.inputs, strict=True)
                ]
            assert built <= min(stored + taken for stored, taken in zip(before, used, strict=True)) + 1e-9
            assert built >= 0


def test_a_starved_factory_hardly_works() -> None:
    """With its inputs far down it is short, and works at a tenth of its pace or less."""
    market = next(each for each in (market_of(3, plan) for plan in World(3).universe.system.markets) if each.factories)
    made = next(iter(market.factories.values()))
    made.output.units = round(made.output.rest * made.output.volume)
    stock, hours = made.output.units, 20
    for _ in range(4 * hours):
        for shelf in made.inputs:
            shelf.units = -20 * shelf.volume
        made.turn(PARAMETERS, market._chance)

    assert made.output.is_short
    assert made.output.units - stock <= 0.15 * hours * made.output.volume + 4 * made.output.volume


class Hauler:
    """A player whose ship is set down at any market; ten minutes pass on the way."""

    def __init__(self, seed: int) -> None:
        self.player: Player = World(seed).join()
        universe = self.player.world.universe
        self.agent = universe.agents[self.player.symbol]
        self.agent.credits = CAPITAL
        self.ship = next(iter(self.agent.ships.values()))
        self.ship.cargo_capacity = 80
        self.prices = {plan.waypoint: self.look(plan.waypoint) for plan in universe.system.markets}

    def look(self, waypoint: WaypointSymbol) -> dict[str, Json]:
        place = self.player.world.universe.place(waypoint)
        assert place is not None
        self.ship.destination = place
        return self.player.quotes(waypoint)

    def run(self, origin: WaypointSymbol, target: WaypointSymbol, good: str, units: int) -> None:
        """Buy so much, in transactions, whatever the price does; carry it; sell all of it."""
        for waypoint, deed in ((origin, "purchase"), (target, "sell")):
            self.player.world.wait(seconds=600)
            volume = self.look(waypoint)[good]["tradeVolume"]
            left = units
            while left:
                part = min(left, volume)
                self.player.do(self.player.frigate, deed, symbol=good, units=part)
                left -= part
            self.prices[waypoint] = self.look(waypoint)

    def routes(self) -> list[tuple[WaypointSymbol, WaypointSymbol, str]]:
        """Every way to carry a good from one market to another."""
        return [
            (origin, target, good)
            for origin, offers in self.prices.items()
            for good in offers
            for target, wants in self.prices.items()
            if target != origin and good in wants and offers[good]["purchasePrice"] * 80 < self.agent.credits / 2
        ]


def naive(seed: int) -> int:
    """Gains of a bot that takes the price it sees to buy as the price at which it can sell, for a full hold at once."""
    hauler = Hauler(seed)
    for _ in range(25):
        prices = hauler.prices

        def hoped(route: tuple[WaypointSymbol, WaypointSymbol, str], seen: dict[WaypointSymbol, Json] = prices) -> int:
            origin, target, good = route
            return int(seen[target][good]["purchasePrice"] - seen[origin][good]["purchasePrice"])

        best = sorted(hauler.routes(), key=hoped, reverse=True)[:12]
        hauler.run(*best[seed % len(best)], 80)
    return hauler.agent.credits - CAPITAL


def careful(seed: int) -> int:
    """Gains of a bot that counts the spread, and moves one transaction at a time."""
    hauler = Hauler(seed)
    for _ in range(25):
        prices = hauler.prices

        def gain(route: tuple[WaypointSymbol, WaypointSymbol, str], seen: dict[WaypointSymbol, Json] = prices) -> int:
            origin, target, good = route
            return int(seen[target][good]["sellPrice"] - seen[origin][good]["purchasePrice"])

        origin, target, good = max(hauler.routes(), key=gain)
        hauler.run(
            origin, target, good, min(80, prices[origin][good]["tradeVolume"], prices[target][good]["tradeVolume"])
        )
    return hauler.agent.credits - CAPITAL


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bot_that_ignores_spread_and_impact_loses_money_and_one_that_counts_them_gains(seed: int) -> None:
    assert naive(seed) < -100_000
    assert careful(seed) > 100_000


def test_at_rest_the_same_market_buys_for_about_half_of_what_it_asks() -> None:
    """The spread that makes every delivery bought at an import's market a loss: 50 to 58 %."""
    shares = [
        shelf.stock.bid / shelf.stock.ask
        for seed in (1, 2, 3)
        for market in markets_of(seed)
        for shelf in market.shelves.values()
        if shelf.kind is not TradeKind.EXCHANGE and shelf.stock.ask > 200
    ]

    assert sum(shares) / len(shares) == pytest.approx(0.48, abs=0.04)
