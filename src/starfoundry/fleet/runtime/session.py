"""Everything that acts for one player, put together once and shared by its containers."""

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
from starfoundry.fleet.registry.routes import RoutePlanner
from starfoundry.fleet.registry.session_gaps import SessionGaps
from starfoundry.fleet.registry.shipyards import Shipyards
from starfoundry.fleet.runtime.pilot import Pilot
from starfoundry.fleet.runtime.trader import Trader
from starfoundry.fleet.storage.known_places import KnownPlaces
from starfoundry.game.model import Ship
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import UNHEARD, Condition, ConditionReporter
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ContainerId, Good, PlayerId, ShipSymbol, SystemSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.runtime.book import BookedLate, pauses
from starfoundry.ledger.runtime.gateway import MoneyGateway
from starfoundry.ledger.runtime.health_conditions import conditions_of
from starfoundry.market.runtime.book import MarketBook
from starfoundry.market.runtime.scan import survey
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One player's game, money, markets and ships. `conditions` is where its parts report what holds them back."""

    player_id: PlayerId
    system: SystemSymbol
    game: Game
    gateway: MoneyGateway
    book: MarketBook
    roster: Roster
    claims: Claims
    quarantine: Quarantine
    headcount: MissingShips
    routes: RoutePlanner
    pilot: Pilot
    trader: Trader
    yards: Shipyards
    supply_chain: Mapping[Good, tuple[Good, ...]]
    gaps: SessionGaps
    conditions: ConditionReporter = UNHEARD
    demands: Demands = field(default_factory=Demands)

    def fleet_size(self) -> int:
        """How many ships there are by the game's count, those included of which nothing else is known."""
        known = {ship.symbol for ship in self.roster.ships()}
        return len(known | {each.ship for each in self.quarantine.ships()}) + self.headcount.missing

    def probes(self) -> list[Ship]:
        """The ships without a hold that can be worked with."""
        return [s for s in self.roster.ships() if not s.cargo.capacity and self.quarantine.of(s.symbol) is None]

    def found_conditions(self, now: datetime) -> list[Condition]:
        """What a look at the session shows: calls in doubt, what the books could not explain, ships left alone."""
        left_alone = [
            Condition(
                kind="ship-quarantined",
                subject=each.ship,
                reason=f"{each.ship} is quarantined: {each.reason}",
                next_step="wait: it is asked for again by itself;"
                f" at once: spacetraders ship release {shlex.quote(each.ship)}",
                since=each.since,
                player_id=self.player_id,
            )
            for each in self.quarantine.ships()
        ]
        return [*conditions_of(self.gateway, self.player_id, now), *left_alone]

    async def let_go_of(self, container_id: ContainerId) -> None:
        """Free the ships that an ended container has left behind; one with a call in doubt once that is settled."""
        async with asyncio.TaskGroup() as group:
            for ship in self.claims.of(container_id):
                group.create_task(self._let_go(ship, container_id), name=f"free {ship}")

    async def _let_go(self, ship: ShipSymbol, container_id: ContainerId) -> None:
        await self.gateway.settled(ship)
        for pause in pauses():
            try:
                await self.claims.release(ship, container_id)
            except Unavailable:  # a full disk must not keep a ship for ever
                await asyncio.sleep(pause)
            else:
                return

    async def close(self) -> None:
        """Let the call being sent end, refuse others, and store what was seen last."""
        await self.headcount.close()
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
    conditions: ConditionReporter = UNHEARD,
) -> Session:
    """A player's session with everything read that it stands on: ships, credits, places, claims, recipes.

    Raises what asking for ships, credits and places raises; what else the server cannot tell is left out, or known from
    the last start, and asked for again. About 60 requests for a new system, a handful for one that is known.
    """
    roster = Roster()
    book = MarketBook(database, clock, player_id, conditions)
    gateway = MoneyGateway(game, database, clock, player_id, ship_reader=roster, booked_late=booked_late)
    claims = Claims(database, clock, player_id)
    quarantine = Quarantine(game, roster, database, clock, player_id)
    headcount = MissingShips(game, roster, quarantine, conditions)
    shelf = KnownPlaces(database, player_id)
    yards = Shipyards(game, clock, conditions, shelf)
    recipes = RecipeBook(game, shelf, conditions)
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
        headcount=headcount,
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
    """Ask the game for everything that a session stands on, and begin what goes on in the background."""
    roster, pilot = session.roster, session.pilot
    await session.headcount.take()
    await survey(session.game, session.book, session.system)
    is_whole = await session.gaps.ask()
    roster.tell_worries_to(session.quarantine.suspect)
    await (
        session.gateway.open()
    )  # last: from here on doubts are being settled, and there is nothing left that could fail
    for ship in roster.ships():
        pilot.see_home(ship.symbol)
    session.quarantine.begin(pilot.see_home)
    session.headcount.begin(pilot.see_home)
    if not is_whole:
        session.gaps.begin()
