"""One player's session on the real client, in a universe of its own, in virtual time."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from starfoundry.drill.virtual_time import loop
from starfoundry.fleet.domain.travel import distance
from starfoundry.fleet.runtime.session import Session, open_session
from starfoundry.game.budget import RequestBudget
from starfoundry.game.client import HttpGame, HttpPublicApi
from starfoundry.game.model import Registration, Ship
from starfoundry.game.transport.transport import Request, Response
from starfoundry.kernel.conditions import NO_REPORTER, ConditionReporter
from starfoundry.kernel.ids import PlayerId, ShipSymbol, SystemSymbol, WaypointSymbol, system_of
from starfoundry.ledger.domain.model import Purpose
from starfoundry.ledger.runtime.ledger import ignore_late_booking
from starfoundry.ledger.storage import store
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.sandbox.state.universe import Universe
from starfoundry.store.engine import Database
from tests.ledger.bank import EPOCH
from tests.store.opened import add_player, opened

PLAYER = PlayerId(1)
PURPOSE = Purpose(container_id="mfg-1")
FRIGATE = ShipSymbol("FOUNDRY-1")
PROBE = ShipSymbol("FOUNDRY-2")

Meddle = Callable[[Request], Response | None]
"""Answers a request in the server's place, raises in the network's, or lets it pass with None."""

Spoil = Callable[[Request, Response], Response]
"""Changes what the server has answered."""


class Wire:
    """The way to the universe, with a note of every request, and somebody who may meddle."""

    def __init__(self, inner: SandboxTransport) -> None:
        self._inner = inner
        self.asked: list[str] = []
        self.meddle: Meddle = lambda _request: None
        self.spoil: Spoil = lambda _request, answer: answer

    async def send(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.path}")
        return self.meddle(request) or self.spoil(request, await self._inner.send(request))

    async def close(self) -> None:
        await self._inner.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Harbour:
    """A registered agent and everything that acts for it."""

    session: Session
    database: Database
    universe: Universe
    wire: Wire
    game: HttpGame
    clock: LoopClock

    @property
    def frigate(self) -> Ship:
        """The ship with a hold, as the roster knows it."""
        return self.session.roster.get(FRIGATE)

    @property
    def probe(self) -> Ship:
        """The ship without one, as the roster knows it."""
        return self.session.roster.get(PROBE)

    def markets(self) -> list[WaypointSymbol]:
        """Every market, the nearest to the frigate first."""
        routes, ship = self.session.routes, self.frigate
        reached = {
            place.waypoint: routes.estimate(ship.nav.waypoint, place.waypoint, fuel_capacity=400, engine_speed=36)
            for place in self.session.book.places()
            if place.has_market
        }
        return sorted(reached, key=lambda waypoint: (reached[waypoint].seconds, waypoint))  # type: ignore[union-attr]

    def asked_since(self, mark: int) -> list[str]:
        """The requests after the first `mark`, without what differs from universe to universe."""
        return [path.replace("/my/ships/", "").split("?")[0] for path in self.wire.asked[mark:]]

    async def problems(self) -> list[str]:
        """Where the ledger differs from itself or from the universe's own account."""
        found = list(await self.database.read(lambda connection: store.verify(connection, PLAYER)))
        truth = (await self.game.agent()).credits
        return found if truth == self.session.gateway.credits else [*found, f"we have {truth}"]

    async def reopened(self, conditions: ConditionReporter = NO_REPORTER, *, ahead_seconds: float = 0.0) -> Session:
        """The session of a daemon that starts again on the same disk, its clock so far ahead of the server's."""
        return await open_session(
            self.game,
            self.database,
            LoopClock(asyncio.get_running_loop(), self.clock.now() + timedelta(seconds=ahead_seconds)),
            player_id=PLAYER,
            system=self.session.system,
            booked_late=ignore_late_booking,
            conditions=conditions,
        )


@asynccontextmanager
async def a_harbour(directory: Path, *, seed: int = 1) -> AsyncIterator[Harbour]:
    """A harbour with its session open."""
    clock = LoopClock(asyncio.get_running_loop(), EPOCH)
    universe = Universe(seed, clock)
    wire = Wire(SandboxTransport(universe))
    budget, entropy = RequestBudget(clock), SeededEntropy(seed)
    public_api = HttpPublicApi(wire, budget, entropy)
    registered: Registration = await public_api.register(universe.account_token, "FOUNDRY", "COSMIC")
    game = HttpGame(wire, registered.token, budget, entropy)
    assert registered.agent is not None
    assert registered.agent.headquarters is not None
    system: SystemSymbol = system_of(registered.agent.headquarters)
    async with opened(directory) as database:
        await database.write(add_player)
        session = await open_session(
            game, database, clock, player_id=PLAYER, system=system, booked_late=ignore_late_booking
        )
        yield Harbour(session=session, database=database, universe=universe, wire=wire, game=game, clock=clock)
        await session.close()


def in_harbour(directory: Path, work: Callable[[Harbour], Awaitable[Any]], *, seed: int = 1) -> Any:
    """The result of `work` in a new harbour."""

    async def main() -> Any:
        async with a_harbour(directory, seed=seed) as harbour:
            return await work(harbour)

    return loop.run(main(), seed=seed)


def a_hop(harbour: Harbour) -> WaypointSymbol:
    """A market elsewhere that one tank reaches."""
    book = harbour.session.book
    here = book.place(harbour.frigate.nav.waypoint)
    assert here is not None
    return next(
        place.waypoint
        for waypoint in harbour.markets()
        if (place := book.place(waypoint)) is not None and 20 < distance(here, place) < 120
    )


async def fly(harbour: Harbour, ship: ShipSymbol, goal: WaypointSymbol) -> Ship:
    """The ship once it is at `goal`."""
    return await harbour.session.pilot.fly(ship, goal, purpose=PURPOSE)


def refusal(code: int, status: int = 400) -> Response:
    """The game's refusal with a code of its own."""
    body = json.dumps({"error": {"code": code, "message": "no"}}).encode()
    return Response(status=status, headers={"content-type": "application/json"}, body=body)


def first(count: int, answer: Response, method: str, ending: str) -> Meddle:
    """Answers the first `count` requests of one kind, and lets everything else pass."""
    left = count

    def meddle(request: Request) -> Response | None:
        nonlocal left
        if left and request.method == method and request.path.endswith(ending):
            left -= 1
            return answer
        return None

    return meddle
