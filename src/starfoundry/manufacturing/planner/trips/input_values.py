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

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import msgspec

from starfoundry.game.market_law.law import MarketStock
from starfoundry.game.market_law.motion import FULL_RATE, RESTRICTED_SHARE
from starfoundry.game.market_law.stock import LEVEL_FLOORS
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import Board
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.estimate import InputValue

HORIZON_HOURS = 8.0
"""The hours that a feed is assumed to last."""

SHORT_HOURS = 1.0
"""An input that lasts longer than this many hours is fed by a later trip."""

DEPTH = 3
"""The longest chain of factories considered: from an ore to what a market consumes."""

_T = TypeVar("_T")
_Key = tuple[WaypointSymbol, Good]
_Known = Callable[[_Key], tuple[InputValue, ...]]

_RESTING_FILL = LEVEL_FLOORS[TradeKind.EXPORT][1]
_SCARCE_BELOW = LEVEL_FLOORS[TradeKind.IMPORT][3]
_STEP_LEAST = 0.01  # of the trade volume: nothing is consumed more slowly


def input_values(board: Board, recipes: Recipes) -> "FactoryNeeds":
    """The value of inputs to every factory that is short of them."""
    return FactoryNeeds(board, recipes, _Trade(board, recipes))


class FactoryNeeds:
    """The values of inputs to the factories of a board; each is computed when it is first asked for, and kept.

    Each of the DEPTH rounds values outputs by the input values of the round before. A decision asks for few of them,
    and most factories are short of nothing, which ends the search.
    """

    def __init__(self, board: Board, recipes: Recipes, trade: "_Trade") -> None:
        self._board = board
        self._recipes = recipes
        self._trade = trade
        self._factories: dict[_Key, _Factory | None] = {}
        self._given: tuple[dict[_Key, Mapping[Good, InputValue]], ...] = tuple({} for _ in range(DEPTH))

    def after(self, board: Board, ends: Iterable[WaypointSymbol], good: Good) -> "FactoryNeeds":
        """The values after a ship was sent with `good` from one of these markets to the other; `board` includes that.

        What is known is kept, except of the factories that the trade affects: those that make the good and those that
        use it there, and in each further round those that sell to them.
        """
        needs = FactoryNeeds(board, self._recipes, self._trade)
        affected = {*self._trade.makers.get(good, ())}
        affected.update(key for end in ends for key in self._trade.users.get((end, good), ()))
        needs._factories = _without(affected, self._factories)
        for before, given in zip(self._given, needs._given, strict=True):
            given.update(_without(affected, before))
            parts = {part for _, made in affected for part in self._recipes.inputs_of(made)}
            affected.update(maker for part in parts for maker in self._trade.makers.get(part, ()))
        return needs

    def get(self, key: _Key, default: tuple[InputValue, ...], /) -> tuple[InputValue, ...]:
        """The values of a good to the factories at a market, or the default if it is worth nothing to them."""
        if key not in self._trade.users:
            return default
        return self._values(key, DEPTH) or default

    def _values(self, key: _Key, rounds: int) -> tuple[InputValue, ...]:
        """The values of a good at a market after so many rounds."""
        if not rounds:
            return ()
        given = [self._given_by(user, rounds) for user in self._trade.users.get(key, ())]
        return tuple(each[key[1]] for each in given if key[1] in each)

    def _given_by(self, key: _Key, rounds: int) -> Mapping[Good, InputValue]:
        """The value of its inputs to a factory after so many rounds."""
        known = self._given[rounds - 1]
        if key not in known:
            factory = self._factory(key)
            known[key] = {} if factory is None else factory.values(lambda sold: self._values(sold, rounds - 1))
        return known[key]

    def _factory(self, key: _Key) -> "_Factory | None":
        if key not in self._factories:
            output = self._board.offer(*key)
            self._factories[key] = None if output is None else _factory(self._board, self._recipes, output)
        return self._factories[key]


def _without(keys: Iterable[_Key], known: Mapping[_Key, _T]) -> dict[_Key, _T]:
    kept = dict(known)
    for key in keys:
        kept.pop(key, None)
    return kept


class _Trade:
    """The factories of a board by the goods they make, and by the inputs they use at their market."""

    def __init__(self, board: Board, recipes: Recipes) -> None:
        self._board = board
        self._recipes = recipes

    @cached_property
    def makers(self) -> Mapping[Good, Sequence[_Key]]:
        """The factories that make a good."""
        makers: dict[Good, list[_Key]] = {}
        for seen in self._board.seen():
            if seen.quote.kind is TradeKind.EXPORT:
                makers.setdefault(seen.quote.good, []).append((seen.waypoint, seen.quote.good))
        return makers

    @cached_property
    def users(self) -> Mapping[_Key, Sequence[_Key]]:
        """The factories at a market that use a good."""
        users: dict[_Key, list[_Key]] = {}
        for good, makers in self.makers.items():
            for part in self._recipes.inputs_of(good):
                for key in makers:
                    users.setdefault((key[0], part), []).append(key)
        return users


class _Input(msgspec.Struct, frozen=True, kw_only=True):
    good: Good
    above_scarce: int  # units until it is SCARCE; negative if it is
    used: float  # units an hour

    @property
    def lasts(self) -> float:
        """Hours until it is SCARCE."""
        return max(0.0, self.above_scarce / self.used)

    @property
    def is_short(self) -> bool:
        """Whether the next trip should feed it."""
        return self.lasts <= SHORT_HOURS

    @property
    def needed(self) -> float:
        """Units needed so that it is not SCARCE within the horizon."""
        return max(0.0, HORIZON_HOURS * self.used - self.above_scarce)


class _Factory(msgspec.Struct, frozen=True, kw_only=True):
    waypoint: WaypointSymbol
    good: Good
    made: float  # units an hour, with nothing SCARCE
    inputs: tuple[_Input, ...]
    ask: int  # price in credits of a unit from a stock at rest
    bids: tuple[tuple[WaypointSymbol, int], ...]  # income in credits of a unit at each buyer after a full transaction

    def values(self, known: "_Known") -> dict[Good, InputValue]:
        """The value of each input it is short of, given the known values of its output to other factories."""
        needed = sum(each.needed for each in self.inputs)
        hours = HORIZON_HOURS - min(each.lasts for each in self.inputs)
        if needed <= 0 or hours <= 0 or (earned := self._earned_by_unit(known)) <= 0:
            return {}
        per_unit = (1 - RESTRICTED_SHARE) * self.made * earned * hours / needed
        return {each.good: InputValue(round(each.needed), per_unit) for each in self.inputs if each.is_short}

    def _earned_by_unit(self, known: "_Known") -> int:
        """Credits that one more unit of the output earns at its best buyer."""
        best = 0.0
        for waypoint, bid in self.bids:
            given = max((each.per_unit for each in known((waypoint, self.good))), default=0.0)
            best = max(best, bid + given)
        return int(best - self.ask)


def _factory(board: Board, recipes: Recipes, output: Offer) -> _Factory | None:
    """The factory behind an export if it is short of an input; None too if the law does not explain their prices."""
    needs = recipes.inputs_of(output.quote.good)
    offers = [board.offer(output.waypoint, good) for good in needs]
    inputs = [_input(offer) for offer in offers if offer is not None]
    known = [each for each in inputs if each is not None]
    if not known or len(known) < len(needs) or not isinstance(output.curve, MarketStock):
        return None
    if not any(each.is_short for each in known):
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
