"""Known markets in memory: read by every decision, and stored in the database for the next start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from starfoundry.game.model import Market, Quote
from starfoundry.kernel.conditions import NO_REPORTER, ConditionReporter
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import Good, PlayerId, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.market.domain.model import Place, Sighting, by_good
from starfoundry.market.domain.readings import Interpreter
from starfoundry.market.runtime.sighting_index import SightingIndex
from starfoundry.market.runtime.unreadable import UnreadablePlaces
from starfoundry.market.storage import store
from starfoundry.market.storage.store import Observation
from starfoundry.runtime.concurrency.latest import Latest
from starfoundry.store.engine import Database

FLUSH_SECONDS = 5.0
"""The least seconds between two writes.

Looks are stored together: one lost in a crash costs one request to see again, while a commit for each look would cost
more than all money calls together.
"""


class MarketBook:
    """Waypoints and the last sighting of every good at every market, of one player.

    `changed` rises with every new fact, so that planners wake. Reading never waits.
    """

    def __init__(
        self, database: Database, clock: Clock, player_id: PlayerId, conditions: ConditionReporter = NO_REPORTER
    ) -> None:
        self._conditions = conditions
        self._database = database
        self._clock = clock
        self._player_id = player_id
        self._places: dict[WaypointSymbol, Place] = {}
        self._sightings = SightingIndex()
        self._interpreter = Interpreter()
        self._unsaved: dict[WaypointSymbol, Observation] = {}
        self._unsaved_history: list[Observation] = []
        self._flushed_at = clock.elapsed()
        self.unreadable = UnreadablePlaces("market", clock, conditions)
        self.changed: Latest[int] = Latest(0, 0)

    async def load(self) -> None:
        """Load what was known when the daemon last stopped."""
        places = await self._database.read(lambda connection: store.load_places(connection, self._player_id))
        looks = await self._database.read(lambda connection: store.load_observations(connection, self._player_id))
        self._places = {place.waypoint: place for place in places}
        for look in looks:
            for quote in look.quotes:
                stored = look.movements.get(quote.good)
                self._sightings.put(self._interpreter.restore(look.waypoint, quote, look.seen_at, stored))
        for good in self._interpreter.bases:
            self._reread(good)
        self._bump()

    @property
    def place_count(self) -> int:
        """The number of known places."""
        return len(self._places)

    def places(self) -> tuple[Place, ...]:
        """Every known place, by symbol."""
        return tuple(self._places.values())

    def places_by_symbol(self) -> Mapping[WaypointSymbol, Place]:
        """The same, by symbol; it does not change when places are added."""
        return self._places

    def place(self, waypoint: WaypointSymbol) -> Place | None:
        """One place, if it is known."""
        return self._places.get(waypoint)

    def sightings(self) -> tuple[Sighting, ...]:
        """The last sighting of every good at every market, by waypoint and good."""
        return self._sightings.all()

    def market_counts(self) -> tuple[int, int]:
        """The number of markets that were ever seen, and of those that are known to exist."""
        seen = {sighting.waypoint for sighting in self.sightings()}
        return len(seen), sum(place.has_market for place in self._places.values())

    def usable(self) -> tuple[Sighting, ...]:
        """The sightings that plans may use: without those of markets that cannot be read at present."""
        skipped = self.unreadable.skipped()
        if not skipped:
            return self.sightings()
        return tuple(sighting for sighting in self.sightings() if sighting.waypoint not in skipped)

    def usable_by_good(self) -> Mapping[Good, Sequence[Sighting]]:
        """The same sightings, grouped by good."""
        return by_good(self.usable()) if self.unreadable.skipped() else self._sightings.by_good()

    def sighting(self, waypoint: WaypointSymbol, good: Good) -> Sighting | None:
        """One good at one market, if it was ever seen."""
        return self._sightings.get(waypoint, good)

    def found_bases(self) -> Mapping[Good, int]:
        """Base prices in credits found in this universe for goods that differ from past ones, or had none."""
        return self._interpreter.bases

    async def learn(self, places: tuple[Place, ...]) -> None:
        """Add places; they are stored when this returns."""
        await self._database.write(lambda connection: store.replace_places(connection, self._player_id, places))
        known = self._places | {place.waypoint: place for place in places}
        self._places = {waypoint: known[waypoint] for waypoint in sorted(known)}
        self._bump()

    async def record(self, market: Market) -> None:
        """Add a ship's reading of a market. Known at once, stored within a few seconds (FLUSH_SECONDS)."""
        if not market.quotes:
            return
        self.unreadable.end(market.waypoint)
        look = Observation(waypoint=market.waypoint, quotes=market.quotes, seen_at=self._clock.now())
        news = tuple(quote for quote in market.quotes if self._is_news(market.waypoint, quote))
        self._see(look)
        self._unsaved[look.waypoint] = look
        if news:
            self._unsaved_history.append(Observation(waypoint=look.waypoint, quotes=news, seen_at=look.seen_at))
        self._bump()
        if self._clock.elapsed() - self._flushed_at >= FLUSH_SECONDS:
            await self.flush()

    def bought(self, waypoint: WaypointSymbol, good: Good, units: int) -> None:
        """Record a purchase: prices move as the market law says, which saves reading again."""
        sighting = self.sighting(waypoint, good)
        if sighting is not None:
            self._sightings.put(sighting.after_purchase(units))
            self._bump()

    def sold(self, waypoint: WaypointSymbol, good: Good, units: int) -> None:
        """Record a sale: prices move as the market law says."""
        sighting = self.sighting(waypoint, good)
        if sighting is not None:
            self._sightings.put(sighting.after_sale(units))
            self._bump()

    async def flush(self) -> None:
        """Write pending readings to the database. If the disk fails they are kept for the next time.

        No reader is affected.
        """
        self._flushed_at = self._clock.elapsed()
        looks, self._unsaved = tuple(self._with_movements(look) for look in self._unsaved.values()), {}
        history, self._unsaved_history = tuple(self._unsaved_history), []
        if not looks:
            return

        def write(connection: sa.Connection) -> None:
            store.replace_observations(connection, self._player_id, looks)
            store.append_history(connection, self._player_id, history)

        try:
            await self._database.write(write)
        except Unavailable:
            self._unsaved = {look.waypoint: look for look in looks} | self._unsaved
            self._unsaved_history = [*history, *self._unsaved_history]

    def _with_movements(self, look: Observation) -> Observation:
        known = [self.sighting(look.waypoint, quote.good) for quote in look.quotes]
        movements = {s.quote.good: s.movement.to_map() for s in known if s is not None and s.movement is not None}
        return replace(look, movements=movements)

    def _see(self, look: Observation) -> None:
        """Goods that were traded there before and no longer are, are removed."""
        self._sightings.keep_only(look.waypoint, {quote.good for quote in look.quotes})
        for quote in look.quotes:
            base = self._interpreter.bases.get(quote.good)
            before = self.sighting(look.waypoint, quote.good)
            self._sightings.put(self._interpreter.read(look.waypoint, quote, look.seen_at, before))
            if self._interpreter.bases.get(quote.good) != base:
                self._reread(quote.good)

    def _reread(self, good: Good) -> None:
        """Interpret all prices of a good again after its base price was found."""
        for sighting in self._sightings.of(good):
            self._sightings.put(self._interpreter.reread(sighting))
        self._conditions.report(
            "base-price-found",
            good,
            reason=f"{good} has a base price of {self._interpreter.bases[good]:,} here, derived from its prices",
            degrades=False,
        )

    def _is_news(self, waypoint: WaypointSymbol, quote: Quote) -> bool:
        known = self.sighting(waypoint, quote.good)
        return known is None or known.quote != quote

    def _bump(self) -> None:
        self.changed.set(self.changed.version + 1, self.changed.version + 1)
