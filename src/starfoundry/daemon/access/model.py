"""Callers of the daemon and their roles."""

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
