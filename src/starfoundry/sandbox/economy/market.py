"""A market that lives by itself: every fifteen minutes its factories work, its people use things up, others trade.

Markets do not touch one another, so each is brought up to date only when somebody looks: its history depends on its
seed and on what players traded there, never on when it was looked at.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.sandbox.chance import Chance, poisson, steadily
from starfoundry.sandbox.economy.factory import Factory, appetite, use_up
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.economy.steps import EXPORT_LEAVES, IMPORT_ARRIVES

MILLISECONDS_PER_HOUR = 3_600_000
VISITS_KEPT = 50
RIVAL_HOLD = (10, 60)  # assumed: units a rival's ship moves in one visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a rival bought or sold; `at` in milliseconds since 1970, the price in credits a unit."""

    at: int
    ship: str
    good: Good
    units: int
    price: int
    is_sale: bool


class Market:
    """One market's shelves, and its factories by what they make. Moments are milliseconds."""

    def __init__(
        self,
        waypoint: WaypointSymbol,
        shelves: Sequence[Shelf],
        factories: Sequence[Factory],
        *,
        first_turn: int,
        parameters: EconomyParameters,
        chance: Chance,
    ) -> None:
        self.waypoint = waypoint
        self.shelves: Mapping[Good, Shelf] = {shelf.good: shelf for shelf in shelves}
        self.turns = 0
        self.factories: Mapping[Good, Factory] = {factory.output.good: factory for factory in factories}
        self._exports = tuple(shelf for shelf in shelves if shelf.kind is TradeKind.EXPORT)
        self._exchanges = tuple(shelf for shelf in shelves if shelf.kind is TradeKind.EXCHANGE)
        imports = [shelf for shelf in shelves if shelf.kind is TradeKind.IMPORT]
        self._imports = tuple((shelf, self._users_of(shelf)) for shelf in imports)
        self._next_turn = first_turn
        self._period = round(parameters.turn_hours * MILLISECONDS_PER_HOUR)
        self._parameters = parameters
        self._chance = chance
        self._visits: deque[Visit] = deque(maxlen=VISITS_KEPT)

    def turn_after(self, now: int) -> int:
        """When it next moves by itself after a moment."""
        late = max(0, now - self._next_turn + self._period)
        return self._next_turn + late // self._period * self._period

    def take_visits(self) -> list[Visit]:
        """What rivals did here since this was last asked, oldest first."""
        visits = [*self._visits]
        self._visits.clear()
        return visits

    def advance(self, now: int) -> None:
        """Take every turn that is due."""
        while self._next_turn <= now:
            self._next_turn += self._period
            self.take_turn()

    def purchase(self, shelf: Shelf, units: int) -> None:
        """Somebody bought."""
        shelf.units -= units
        if shelf.kind is TradeKind.EXPORT:
            shelf.traded += units / shelf.volume

    def sell(self, shelf: Shelf, units: int) -> None:
        """Somebody sold; a delivery also quickens the factories that use it."""
        shelf.units += units
        if shelf.kind is TradeKind.IMPORT:
            moved = units / shelf.volume
            shelf.traded += moved
            for factory in self._users_of(shelf):
                factory.output.traded += 0.5 * moved / len(factory.inputs)

    def take_turn(self) -> None:
        """What happens here in fifteen minutes when nobody plays."""
        self.turns += 1
        for factory in self.factories.values():
            factory.turn(self._parameters, self._chance)
        for shelf, users in self._imports:
            self._turn_import(shelf, users)
        for shelf in self._exports:
            self._turn_export(shelf)
        for shelf in self._exchanges:
            self._turn_exchange(shelf)
        self._judge()
        if self._parameters.rivals:
            for _ in range(poisson(self._chance, self._parameters.rivals * self._parameters.turn_hours)):
                self._welcome_rival()

    def _judge(self) -> None:
        """See who shows RESTRICTED: factories that starve, and imports whose factories all have made enough."""
        for factory in self.factories.values():
            factory.output.is_short = factory.is_starving
        for shelf, users in self._imports:
            shelf.is_short = bool(users) and all(each.output.stock.supply is SupplyLevel.ABUNDANT for each in users)

    def _welcome_rival(self) -> None:
        """A rival sells where most is wanted or buys where most is left, what a small ship carries of it."""
        is_sale = self._chance.random() < 0.5
        shelves = [shelf for shelf, _ in self._imports] if is_sale else [*self._exports]
        if not shelves:
            return
        shelf = (min if is_sale else max)(shelves, key=lambda each: each.surplus)
        units = min(shelf.volume, self._chance.randint(*RIVAL_HOLD))
        price = shelf.stock.bid if is_sale else shelf.stock.ask
        (self.sell if is_sale else self.purchase)(shelf, units)
        at = self._next_turn - self._period
        rival = f"RIVAL-{self._chance.randint(1, 24):X}"
        self._visits.append(Visit(at=at, ship=rival, good=shelf.good, units=units, price=price, is_sale=is_sale))

    def _turn_import(self, shelf: Shelf, users: tuple[Factory, ...]) -> None:
        parameters, chance = self._parameters, self._chance
        shelf.drift_tempo(parameters, chance)
        usual = shelf.tempo
        if users:
            usual = sum(factory.pace(parameters) for factory in users)
        else:
            use_up(shelf, usual * appetite(shelf, 1.0, parameters) * parameters.turn_hours, parameters, chance)
        expected = usual * max(0.0, 1.0 - parameters.delivery_ease * shelf.surplus) * parameters.turn_hours
        step = shelf.step(IMPORT_ARRIVES, parameters, chance)
        shelf.units += steadily(chance, expected * shelf.volume / step) * step
        self._grow(shelf, wanted=shelf.fill >= parameters.growth_full and self._may_outgrow(shelf, users))

    def _turn_export(self, shelf: Shelf) -> None:
        parameters, chance = self._parameters, self._chance
        if shelf.good not in self.factories:
            self._return(shelf)
            return
        shelf.drift_tempo(parameters, chance)
        demand = 1.0 + parameters.demand_pull * shelf.surplus
        demand = max(0.0, min(parameters.demand_max, demand)) * self.factories[shelf.good].pace(parameters)
        step = shelf.step(EXPORT_LEAVES, parameters, chance)
        shelf.units -= poisson(chance, demand * parameters.turn_hours * shelf.volume / step) * step
        self._grow(shelf, wanted=shelf.fill <= parameters.growth_empty)

    def _turn_exchange(self, shelf: Shelf) -> None:
        parameters, chance = self._parameters, self._chance
        self._return(shelf)
        visits = parameters.fuel_visits if shelf.good == "FUEL" else parameters.exchange_visits
        if chance.random() < visits:
            amount = round(shelf.volume * chance.uniform(0.2, 1.5))
            shelf.units += amount if chance.random() < 0.5 else -amount

    def _return(self, shelf: Shelf) -> None:
        """Drift back to where it rests, as what is neither made nor used here does."""
        away = shelf.units - round(shelf.rest * shelf.volume)
        if away:
            share = -math.expm1(-self._parameters.exchange_return * self._parameters.turn_hours)
            back = math.floor(abs(away) * share + self._chance.random())
            shelf.units -= back if away > 0 else -back

    def _grow(self, shelf: Shelf, *, wanted: bool) -> None:
        """Volume grows a little where a STRONG good is kept empty (exports) or flooded (imports); it never shrinks."""
        parameters = self._parameters
        if shelf.is_short or shelf.tempo < parameters.strong_tempo:
            shelf.strong_hours = 0.0
            return
        shelf.strong_hours += parameters.turn_hours
        is_due = wanted and shelf.strong_hours >= parameters.growth_hours_min
        if is_due and self._chance.random() < parameters.growth_chance:
            shelf.volume += max(1, round(shelf.volume * parameters.growth_share))

    def _may_outgrow(self, shelf: Shelf, users: tuple[Factory, ...]) -> bool:
        limits = [factory.output.volume * self._parameters.growth_ratio_max for factory in users]
        return not limits or shelf.volume < max(limits)

    def _users_of(self, shelf: Shelf) -> tuple[Factory, ...]:
        return tuple(factory for factory in self.factories.values() if shelf in factory.inputs)
