"""Callers of the daemon, their roles, and the bearer tokens that let them in."""

import enum
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.errors import Refused


class Role(enum.IntEnum):
    """What a caller may do; each may do all that those before it may."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @classmethod
    def parse(cls, text: str) -> "Role":
        """The role of that name; raises Refused naming the choices."""
        try:
            return cls[text.strip().upper()]
        except KeyError:
            raise Refused.of("role", text, f"one of {', '.join(each.name.lower() for each in cls)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller that is known. `players` None is every player; `origin` tells from where it calls."""

    name: str
    role: Role
    origin: str
    players: frozenset[int] | None = None
    token_id: str = ""
    expires_at: datetime | None = None

    def may_play(self, player_id: int) -> bool:
        """Whether the player is one of the caller's."""
        return self.players is None or player_id in self.players


PROCESS = Principal(name="daemon", role=Role.ADMIN, origin="this process")
"""The caller of a servicer that is called without a socket, by the very process that it lives in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token. `players` empty is every player; `id` is how the secret begins, `secret_hash` its SHA-256."""

    id: str
    name: str
    role: Role
    players: tuple[int, ...]
    secret_hash: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it lets anybody in at that time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
