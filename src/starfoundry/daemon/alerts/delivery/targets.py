"""Targets of alert messages. Their URLs are secrets, stored encrypted and bound to player and name."""

import re
from contextlib import suppress
from dataclasses import replace

from starfoundry.daemon.alerts import store
from starfoundry.daemon.alerts.store import Target
from starfoundry.daemon.messenger import checked_target, scheme_of
from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database

TARGETS_MAX = 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class Targets:
    """The targets of every player, kept in memory because only this class writes them."""

    def __init__(self, database: Database, cipher: TokenCipher, clock: Clock) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock
        self._known: dict[PlayerId, tuple[Target, ...]] = {}

    async def load(self) -> None:
        """Load the stored targets, re-encrypted if the key is new. Undecryptable ones are kept as they are."""
        stored = await self._database.read(store.targets)
        if self._cipher.is_changing:
            for place, target in enumerate(stored):
                with suppress(Refused):
                    stored[place] = replace(target, sealed=self._closed(target, self.url_of(target)))
            await self._database.write(lambda connection: store.keep_targets(connection, stored))
        for player_id in dict.fromkeys(each.player_id for each in stored):
            self._known[player_id] = tuple(each for each in stored if each.player_id == player_id)

    def players(self) -> tuple[PlayerId, ...]:
        """The players who have a target."""
        return tuple(self._known)

    def of(self, player_id: PlayerId) -> tuple[Target, ...]:
        """The targets of a player, by name."""
        return self._known.get(player_id, ())

    async def add(self, player_id: PlayerId, name: str, url: str, *, author: str) -> Target:
        """Add a target, or replace the one with the same name. Raises Refused."""
        if not _NAME.fullmatch(name):
            raise Refused.of("name", name, "1 to 64 letters, digits and any of . _ -, a letter or digit first")
        others = [each for each in self.of(player_id) if each.name != name]
        if len(others) >= TARGETS_MAX:
            raise Refused.of("name", name, f"one of at most {TARGETS_MAX} targets; remove one first")
        url = checked_target(url.strip())
        blank = Target(
            player_id=player_id,
            name=name,
            scheme=scheme_of(url),
            sealed=b"",
            author=author,
            at=self._clock.now(),
        )
        target = replace(blank, sealed=self._closed(blank, url))
        await self._database.write(lambda connection: store.keep_targets(connection, [target]))
        self._known[player_id] = tuple(sorted((*others, target), key=lambda each: each.name))
        return target

    async def remove(self, player_id: PlayerId, name: str) -> None:
        """Delete a target; raises Missing."""
        await self._database.write(lambda connection: store.remove_target(connection, player_id, name))
        left = tuple(each for each in self.of(player_id) if each.name != name)
        if left:
            self._known[player_id] = left
        else:
            del self._known[player_id]

    def url_of(self, target: Target) -> str:
        """The URL; raises Refused if it cannot be decrypted."""
        return self._cipher.decrypt(target.sealed, owner=_owner(target))

    def _closed(self, target: Target, url: str) -> bytes:
        return self._cipher.encrypt(url, owner=_owner(target))


def _owner(target: Target) -> str:
    return f"alert target {target.name} of player {target.player_id}"
