"""Exclusive claims of containers on ships, stored before a container acts on a ship."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starfoundry.fleet.domain.model import Claim
from starfoundry.fleet.storage import store
from starfoundry.kernel.ids import ContainerId, PlayerId, ShipSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.concurrency.latest import Latest
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted
from starfoundry.store.engine import Database


class Claims:
    """The claims on one player's ships. They survive a restart, except those of ended containers."""

    def __init__(self, database: Database, clock: Clock, player_id: PlayerId) -> None:
        self._database = database
        self._clock = clock
        self._player_id = player_id
        self._claims: dict[ShipSymbol, Claim] = {}
        self._requests: dict[ContainerId, None] = {}
        self._awaited: Counter[ShipSymbol] = Counter()
        self._turns: dict[ShipSymbol, asyncio.Lock] = {}
        self._freed: Latest[int] = Latest(0, 0)

    async def load(self) -> None:
        """Load the claims that existed when the daemon last stopped."""
        kept = await self._database.write(lambda connection: store.prune_claims(connection, self._player_id))
        self._claims = {claim.ship: claim for claim in kept}

    async def claim(self, ship: ShipSymbol, container_id: ContainerId, purpose: str) -> bool:
        """Claim a ship for a container; returns whether it has the ship now. Stored when this returns.

        Its own claim stays.

        A ship that a caller waits for in `unclaimed` cannot be claimed.
        """
        present = self._claims.get(ship)
        if present is not None:
            return present.container_id == container_id
        if self._awaited[ship]:
            return False
        await self._take(ship, container_id, purpose)
        return True

    async def claim_when_free(self, ship: ShipSymbol, container_id: ContainerId, purpose: str) -> None:
        """Wait until no other container commands the ship, then claim it before any other can. Stored then."""
        if self.owner(ship) != container_id:
            async with self.unclaimed(ship):
                await self._take(ship, container_id, purpose)

    async def release(self, ship: ShipSymbol, container_id: ContainerId) -> None:
        """Release the container's claim on the ship; stored when this returns. Another container's claim stays."""
        present = self._claims.get(ship)
        if present is None or present.container_id != container_id:
            return
        await uninterrupted(self._forget(ship))

    @asynccontextmanager
    async def unclaimed(self, ship: ShipSymbol) -> AsyncIterator[None]:
        """Wait until no container commands the ship, and keep it unclaimed inside the context.

        There is no time limit: a busy ship is released between two trips. Callers are served in order.
        """
        self._awaited[ship] += 1
        try:
            async with self._turns.setdefault(ship, asyncio.Lock()):
                while ship in self._claims:
                    await self._freed.newer_than(self._freed.version)
                yield
        finally:
            self._awaited[ship] -= 1

    def request_ship(self, container_id: ContainerId) -> None:
        """Note that the container found no free ship and asks the others to leave it the next one.

        Until it has claimed one.
        """
        self._requests[container_id] = None

    def withdraw(self, container_id: ContainerId) -> None:
        """Note that the container no longer waits for a ship."""
        self._requests.pop(container_id, None)

    def others_request(self, container_id: ContainerId) -> bool:
        """Whether another container waits for a ship; a container with several ships should leave it one."""
        return any(wishing != container_id for wishing in self._requests)

    def owner(self, ship: ShipSymbol) -> ContainerId | None:
        """The container that commands the ship."""
        present = self._claims.get(ship)
        return None if present is None else present.container_id

    def claim_of(self, ship: ShipSymbol) -> Claim | None:
        """The container that commands the ship, with the purpose."""
        return self._claims.get(ship)

    def of(self, container_id: ContainerId) -> tuple[ShipSymbol, ...]:
        """The ships that a container commands, by symbol."""
        return tuple(sorted(ship for ship, claim in self._claims.items() if claim.container_id == container_id))

    async def _take(self, ship: ShipSymbol, container_id: ContainerId, purpose: str) -> None:
        claim = Claim(ship=ship, container_id=container_id, purpose=purpose, claimed_at=self._clock.now())
        self._requests.pop(container_id, None)
        self._claims[ship] = claim  # at once, so that no other container can claim it while this is stored
        await uninterrupted(self._store(claim))

    async def _store(self, claim: Claim) -> None:
        try:
            await self._database.write(lambda connection: store.insert_claim(connection, self._player_id, claim))
        except BaseException:
            del self._claims[claim.ship]
            self._freed.set(self._freed.version + 1, self._freed.version + 1)
            raise

    async def _forget(self, ship: ShipSymbol) -> None:
        await self._database.write(lambda connection: store.delete_claim(connection, self._player_id, ship))
        self._claims.pop(ship, None)
        self._freed.set(self._freed.version + 1, self._freed.version + 1)
