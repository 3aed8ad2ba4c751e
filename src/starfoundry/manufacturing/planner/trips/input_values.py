"""Value of an input to the factories that are short of it, beyond the price that their market pays.

A factory makes its full step at each tick while none of its inputs is SCARCE, else a fifth of that, and it uses its
inputs up either way (the law of motion, game.market_law.motion). So inputs kept just above SCARCE are worth the four
fifths of the output that would otherwise be lost:

    gain     = 4/5 x step of the output x ticks an hour x what a unit of the output earns at its best buyer
    needed   = units of every input until none is SCARCE for HORIZON_HOURS, by how fast each is used
    per unit = gain x hours that are won / needed

It counts only for inputs that are SCARCE or will be within SHORT_HOURS: a unit that arrives later is worth as much. The
earnings of an output include its own value as an input, up to DEPTH factories on.
"""

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from starfoundry.game.market_law.law import MarketStock
from starfoundry.game.market_law.motion import FULL_RATE, RESTRICTED_SHARE
from starfoundry.game.market_law.stock import LEVEL_FLOORS
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.trips.estimate import InputValue, InputValues
from starfoundry.manufacturing.planner.view import Board, Offer

HORIZON_HOURS = 8.0
"""The hours that a feed is assumed to last."""

SHORT_HOURS = 1.0
"""An input that lasts longer than this many hours is fed by a later trip."""

DEPTH = 3
"""The longest chain of factories considered: from an ore to what a market consumes."""

_Key = tuple[WaypointSymbol, Good]

_RESTING_FILL = LEVEL_FLOORS[TradeKind.EXPORT][1]
_SCARCE_BELOW = LEVEL_FLOORS[TradeKind.IMPORT][3]
_STEP_LEAST = 0.01  # of the trade volume: nothing is consumed more slowly


def input_values(board: Board, recipes: Recipes) -> InputValues:
    """What every factory gives for the inputs that it is short of; reckoned when it is first asked for."""
    return _WhenAsked(board, recipes)


class _WhenAsked(InputValues):
    """Values that many a look never asks for, and that take as long as the rest of it."""

    def __init__(self, board: Board, recipes: Recipes) -> None:
        self._board = board
        self._recipes = recipes

    @functools.cached_property
    def _values(self) -> InputValues:
        return FactoryNeeds(self._board, self._recipes).values

    def __getitem__(self, key: _Key) -> tuple[InputValue, ...]:
        return self._values[key]

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class FactoryNeeds:
    """The values of inputs to every factory, updated while ships are sent.

    Each of the DEPTH rounds values outputs by the input values of the round before. A change at one market affects
    few factories, so only those are computed again, and in the next round those that sell to them.
    """

    def __init__(self, board: Board, recipes: Recipes) -> None:
        self._recipes = recipes
        self._factories: dict[_Key, _Factory] = {}
        self._makers: dict[Good, list[_Key]] = {}
        self._users: dict[_Key, list[_Key]] = {}
        for output in board.exports():
            if (factory := _factory(board, recipes, output)) is not None:
                key = (factory.waypoint, factory.good)
                self._factories[key] = factory
                self._makers.setdefault(factory.good, []).append(key)
                for each in factory.inputs:
                    self._users.setdefault((factory.waypoint, each.good), []).append(key)
        self._rounds = [_Round() for _ in range(DEPTH)]
        self._reckon(self._factories)

    @property
    def values(self) -> InputValues:
        """The values by waypoint and good; the mapping is never changed after it was read."""
        return self._rounds[-1].values

    def changed(self, board: Board, waypoint: WaypointSymbol, good: Good) -> None:
        """Update the values after a planned trade; `board` has the expected stock."""
        touched = {*self._users.get((waypoint, good), ()), *self._makers.get(good, ())}
        for key in touched:
            output = board.offer(*key)
            factory = None if output is None else _factory(board, self._recipes, output)
            assert factory is not None, "a decision forgets no market"
            self._factories[key] = factory
        self._reckon(touched)

    def _reckon(self, touched: Collection[_Key]) -> None:
        """Compute the affected factories in every round, and in each what follows from the round before."""
        known: InputValues = {}
        changed: set[_Key] = set()
        for each in self._rounds:
            again = {*touched, *(maker for _, good in changed for maker in self._makers.get(good, ()))}
            changed = each.reckon({key: self._factories[key].values(known) for key in again}, self._users)
            known = each.values


class _Round:
    """The values of one round, and those of each factory in it."""

    def __init__(self) -> None:
        self.values: dict[_Key, tuple[InputValue, ...]] = {}
        self._given: dict[_Key, dict[Good, InputValue]] = {}

    def reckon(self, found: Mapping[_Key, Mapping[Good, InputValue]], users: Mapping[_Key, list[_Key]]) -> set[_Key]:
        """Store the values of some factories; returns the inputs for which anything has changed."""
        inputs: set[_Key] = set()
        for key, given in found.items():
            before = self._given.get(key, {})
            if given != before:
                inputs.update((key[0], good) for good in (*before, *given))
                self._given[key] = dict(given)
        if not inputs:
            return inputs
        values = dict(self.values)
        for waypoint, good in inputs:
            given_there = [self._given[user] for user in users[waypoint, good] if user in self._given]
            total = tuple(given[good] for given in given_there if good in given)
            if total:
                values[waypoint, good] = total
            else:
                values.pop((waypoint, good), None)
        self.values = values
        return inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Input:
    good: Good
    above_scarce: int  # units until it is SCARCE; negative if it is
    used: float  # units an hour

    @property
    def lasts(self) -> float:
        """Hours until it is SCARCE."""
        return max(0.0, self.above_scarce / self.used)

    @property
    def needed(self) -> float:
        """Units needed so that it is not SCARCE within the horizon."""
        return max(0.0, HORIZON_HOURS * self.used - self.above_scarce)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Factory:
    waypoint: WaypointSymbol
    good: Good
    made: float  # units an hour, with nothing SCARCE
    inputs: tuple[_Input, ...]
    ask: int  # price in credits of a unit from a stock at rest
    bids: tuple[tuple[WaypointSymbol, int], ...]  # income in credits of a unit at each buyer after a full transaction

    def values(self, known: InputValues) -> dict[Good, InputValue]:
        """The value of each input it is short of, given the known values of its output to other factories."""
        short = [each for each in self.inputs if each.lasts <= SHORT_HOURS]
        needed = sum(each.needed for each in self.inputs)
        hours = HORIZON_HOURS - min(each.lasts for each in self.inputs)
        if not short or needed <= 0 or hours <= 0 or (earned := self._earned_by_unit(known)) <= 0:
            return {}
        per_unit = (1 - RESTRICTED_SHARE) * self.made * earned * hours / needed
        return {each.good: InputValue(round(each.needed), per_unit) for each in short}

    def _earned_by_unit(self, known: InputValues) -> int:
        """Credits that one more unit of the output earns at its best buyer."""
        best = 0.0
        for waypoint, bid in self.bids:
            given = max((each.per_unit for each in known.get((waypoint, self.good), ())), default=0.0)
            best = max(best, bid + given)
        return int(best - self.ask)


def _factory(board: Board, recipes: Recipes, output: Offer) -> _Factory | None:
    """The factory behind an export; None if the law does not explain its prices or those of an input."""
    needs = recipes.inputs_of(output.quote.good)
    offers = [board.offer(output.waypoint, good) for good in needs]
    inputs = [_input(offer) for offer in offers if offer is not None]
    known = [each for each in inputs if each is not None]
    if not known or len(known) < len(needs) or not isinstance(output.curve, MarketStock):
        return None
    curve = output.curve
    sinks = [(sink.waypoint, sink.curve) for sink in board.sinks(output.quote.good)]
    return _Factory(
        waypoint=output.waypoint,
        good=output.quote.good,
        made=moved_an_hour(output),
        inputs=tuple(known),
        ask=curve.with_units(max(curve.units, _RESTING_FILL * curve.trade_volume)).ask,
        bids=tuple((waypoint, sink.after_sale(sink.trade_volume).bid) for waypoint, sink in sinks),
    )


def _input(offer: Offer) -> _Input | None:
    if not isinstance(offer.curve, MarketStock) or offer.quote.kind is not TradeKind.IMPORT:
        return None
    return _Input(
        good=offer.quote.good,
        above_scarce=offer.curve.units - _SCARCE_BELOW * offer.curve.trade_volume,
        used=moved_an_hour(offer),
    )


def moved_an_hour(offer: Offer) -> float:
    """Units that a good moves in an hour by itself while it is not RESTRICTED."""
    movement = offer.movement
    step = min(FULL_RATE, max(_STEP_LEAST, movement.step))
    return step * offer.curve.trade_volume * 3600 / movement.period
