"""A player's session: every object that acts for the player, shared by the player's containers."""

import asyncio
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starfoundry.fleet.domain.demand import Demands
from starfoundry.fleet.registry.claims import Claims
from starfoundry.fleet.registry.missing_ships import MissingShips
from starfoundry.fleet.registry.quarantine import Quarantine
from starfoundry.fleet.registry.recipes import RecipeBook
from starfoundry.fleet.registry.roster import Roster
from starfoundry.fleet.registry.route_cache import RoutePlanner
from starfoundry.fleet.registry.session_gaps import SessionGaps
from starfoundry.fleet.registry.shipyards import Shipyards
from starfoundry.fleet.runtime.pilot import Pilot
from starfoundry.fleet.runtime.trader import Trader
from starfoundry.fleet.storage.known_places import KnownPlaces
from starfoundry.game.model import Ship
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import NO_REPORTER, Condition, ConditionReporter
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ContainerId, Good, PlayerId, ShipSymbol, SystemSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.runtime.gateway import MoneyGateway
from starfoundry.ledger.runtime.health_conditions import conditions_of
from starfoundry.ledger.runtime.ledger import BookedLate
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.market.runtime.scan import survey
from starfoundry.runtime.backoff import DISK_PAUSES, retry
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One player's game, money, markets and ships. `conditions` receives the health conditions of its parts."""

    player_id: PlayerId
    system: SystemSymbol
    game: Game
    gateway: MoneyGateway
    book: MarketBook
    roster: Roster
    claims: Claims
    quarantine: Quarantine
    missing_ships: MissingShips
    routes: RoutePlanner
    pilot: Pilot
    trader: Trader
    yards: Shipyards
    supply_chain: Mapping[Good, tuple[Good, ...]]
    gaps: SessionGaps
    conditions: ConditionReporter = NO_REPORTER
    demands: Demands = field(default_factory=Demands)

    def fleet_size(self) -> int:
        """The number of ships by the game's count, including those of which nothing else is known."""
        known = {ship.symbol for ship in self.roster.ships()}
        return len(known | {each.ship for each in self.quarantine.ships()}) + self.missing_ships.missing

    def probes(self) -> list[Ship]:
        """The usable ships without a hold."""
        return [s for s in self.roster.ships() if not s.cargo.capacity and self.quarantine.of(s.symbol) is None]

    def found_conditions(self, now: datetime) -> list[Condition]:
        """Conditions found by inspection: calls in doubt, unexplained ledger differences, quarantined ships."""
        skipped = [
            Condition(
                kind="ship-quarantined",
                subject=each.ship,
                reason=f"{each.ship} is quarantined: {each.reason}",
                next_step="wait: it is retried automatically;"
                f" at once: spacetraders ship release {shlex.quote(each.ship)}",
                since=each.since,
                player_id=self.player_id,
            )
            for each in self.quarantine.ships()
        ]
        return [*conditions_of(self.gateway, self.player_id, now), *skipped]

    async def release_ships_of(self, container_id: ContainerId) -> None:
        """Release the ships of an ended container; one with a call in doubt after that is settled."""
        async with asyncio.TaskGroup() as group:
            for ship in self.claims.of(container_id):
                group.create_task(self._let_go(ship, container_id), name=f"free {ship}")

    async def _let_go(self, ship: ShipSymbol, container_id: ContainerId) -> None:
        await self.gateway.wait_until_settled(ship)
        await retry(lambda: self.claims.release(ship, container_id), DISK_PAUSES, on=Unavailable)

    async def close(self) -> None:
        """Let the call being sent finish, refuse others, and store the latest readings."""
        await self.missing_ships.close()
        await self.gaps.close()
        await self.quarantine.close()
        await self.pilot.close()
        await self.gateway.close()
        await self.book.flush()


async def open_session(
    game: Game,
    database: Database,
    clock: Clock,
    *,
    player_id: PlayerId,
    system: SystemSymbol,
    booked_late: BookedLate,
    conditions: ConditionReporter = NO_REPORTER,
) -> Session:
    """A player's session with all its data read: ships, credits, places, claims, recipes.

    Raises what asking for ships, credits and places raises; other data that the server cannot report is left out,
    or taken from the last start, and asked for again. About 60 requests for a new system, a few for a known one.
    """
    roster = Roster()
    book = MarketBook(database, clock, player_id, conditions)
    gateway = MoneyGateway(game, database, clock, player_id, ship_reader=roster, booked_late=booked_late)
    claims = Claims(database, clock, player_id)
    quarantine = Quarantine(game, roster, database, clock, player_id)
    missing_ships = MissingShips(game, roster, quarantine, conditions)
    storage = KnownPlaces(database, player_id)
    yards = Shipyards(game, clock, conditions, storage)
    recipes = RecipeBook(game, storage, conditions)
    gaps = SessionGaps(game, system, book, yards, recipes, conditions)
    routes = RoutePlanner(book)
    pilot = Pilot(game, roster, routes, gateway, book, clock)
    session = Session(
        player_id=player_id,
        system=system,
        game=game,
        gateway=gateway,
        book=book,
        roster=roster,
        claims=claims,
        quarantine=quarantine,
        missing_ships=missing_ships,
        routes=routes,
        pilot=pilot,
        trader=Trader(game, roster, gateway, book, yards, pilot),
        yards=yards,
        supply_chain=recipes.known,
        gaps=gaps,
        conditions=conditions,
    )
    for stored in (book, claims, quarantine, yards, recipes):
        await stored.load()
    await _look_around(session)
    return session


async def _look_around(session: Session) -> None:
    """Read all data of a session from the game, and start its background tasks."""
    roster, pilot = session.roster, session.pilot
    await session.missing_ships.take()
    await survey(session.game, session.book, session.system)
    is_whole = await session.gaps.ask()
    roster.on_unreadable_ship(session.quarantine.suspect)
    await session.gateway.open()  # last: from here on doubts are being settled, and nothing can fail any more
    for ship in roster.ships():
        pilot.track_arrival(ship.symbol)
    session.quarantine.begin(pilot.track_arrival)
    session.missing_ships.begin(pilot.track_arrival)
    if not is_whole:
        session.gaps.begin()
