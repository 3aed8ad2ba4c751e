"""Nothing comes from nothing: not at one market, not from a factory, not for a bot that ignores what trade costs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.catalogue.goods import factory_volume
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.market_good import MarketGood
from tests.sandbox.player import Json, Player, World
from tests.sandbox.traders import HOURS, System

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

    def trade(self, market_good: MarketGood, units: int) -> None:
        """Buy so many units, or sell when negative, a transaction at most and no more than there is."""
        held = self.hold.get(market_good.good, 0)
        units = max(-held, -market_good.volume, min(market_good.volume, units))
        if units > 0:
            self.cash -= units * market_good.stock.ask
            self.market.purchase(market_good, units)
        elif units < 0:
            self.cash -= units * market_good.stock.bid
            self.market.sell(market_good, -units)
        self.hold[market_good.good] = held + units

    def sell_out(self) -> None:
        """Sell everything."""
        for good, market_good in self.market.market_goods.items():
            while self.hold.get(good):
                self.trade(market_good, -self.hold[good])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(min_value=1, max_value=6), factory=st.integers(min_value=0, max_value=30), deeds=Deeds)
def test_feeding_a_factory_with_its_own_markets_goods_gains_nothing(seed: int, factory: int, deeds: list[Deed]) -> None:
    """Buy inputs and sell them back as feed, buy the product and sell it, wait between as you like: a loss."""
    made = [
        (market, market_good)
        for market in System(seed).markets.values()
        for market_good in market.market_goods.values()
    ]
    market, output = [(market, market_good) for market, market_good in made if market_good.inputs][factory]
    goods = [output, *output.inputs]
    till = Till(market)
    for choice, units in deeds:
        if choice == 5:
            market.tick()
        else:
            till.trade(goods[choice % len(goods)], units)
    till.sell_out()

    assert till.cash <= 0


def most_made(market: Market, output: MarketGood, hours: int, *, fill: float) -> float:
    """What an export makes in some hours, in trade volumes, kept drained and its inputs held at a stock."""
    made = 0.0
    output.rate = 1.0
    for minute in range(hours * 60):
        volume = output.volume
        output.units = -3 * volume
        for market_good in output.inputs:
            market_good.units = round(fill * market_good.volume)
        market.advance(minute * HOURS // 60)
        made += output.units / volume + 3
    return made


@pytest.mark.parametrize(("fill", "most"), [(8.0, 2.2), (0.0, 2.2), (-6.0, 0.5)])
def test_a_factory_makes_a_volume_a_tick_at_most_and_a_starved_one_a_fifth(fill: float, most: float) -> None:
    """However much is fed, trade volumes an hour; the first export of every market that makes something."""
    for market in System(3).markets.values():
        made = [
            market_good for market_good in market.market_goods.values() if market_good.inputs and market_good.volume > 6
        ]
        if made:
            assert 0.7 * most < most_made(market, made[0], 12, fill=fill) / 12 <= most


def flooded(seed: int, hours: int, *, sells_up_to: float) -> list[MarketGood]:
    """Every good after a bot has filled inputs up to a stock and drained exports, at each market every ten minutes."""
    system = System(seed)
    for market in system.markets.values():
        exports = [market_good for market_good in market.market_goods.values() if market_good.inputs]
        for moment in range(hours * 6):
            market.advance(moment * HOURS // 6)
            for output in exports:
                for market_good in output.inputs:
                    if market_good.fill < sells_up_to:
                        market.sell(market_good, market_good.volume)
                if output.fill > -4:
                    market.purchase(output, output.volume)
    return [*system.market_goods()]


def test_a_bot_that_floods_and_drains_gets_no_larger_volumes_than_a_live_one_got() -> None:
    """43 where goods began at 20 with inputs of 60, 15 where inputs are 20; nothing that began at 60 grows."""
    largest = max_volumes(flooded(1, 36, sells_up_to=3.0))

    assert largest[TradeKind.EXPORT] == {6: 15, 20: 43, 60: 60}
    assert largest[TradeKind.IMPORT] == {6: 6, 20: 20, 60: 60}


def test_not_even_one_that_gives_its_goods_away_gets_beyond_what_was_ever_seen() -> None:
    """Inputs pressed down to a bid of a credit grow too, to 123 at most, and let exports grow to 65."""
    largest = max_volumes(flooded(1, 48, sells_up_to=12.0))

    assert largest[TradeKind.EXPORT][20] <= 65
    assert largest[TradeKind.IMPORT][60] <= 123


def max_volumes(market_goods: list[MarketGood]) -> dict[TradeKind, dict[int, int]]:
    """The largest volume of each kind, by the volume goods start with."""
    largest: dict[TradeKind, dict[int, int]] = {TradeKind.EXPORT: {}, TradeKind.IMPORT: {}, TradeKind.EXCHANGE: {}}
    for market_good in market_goods:
        start = factory_volume(market_good.good)
        of_kind = largest[market_good.kind]
        of_kind[start] = max(market_good.volume, of_kind.get(start, 0))
    return largest


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
        for waypoint, action in ((origin, "purchase"), (target, "sell")):
            self.player.world.wait(seconds=600)
            volume = self.look(waypoint)[good]["tradeVolume"]
            left = units
            while left:
                part = min(left, volume)
                self.player.do(self.player.frigate, action, symbol=good, units=part)
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
        market_good.stock.bid / market_good.stock.ask
        for seed in (1, 2, 3)
        for market_good in System(seed).market_goods()
        if market_good.kind is not TradeKind.EXCHANGE and market_good.stock.ask > 200
    ]

    assert sum(shares) / len(shares) == pytest.approx(0.48, abs=0.04)
