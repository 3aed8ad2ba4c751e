"""Callers of the daemon, their roles, and their bearer tokens."""

import enum
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.errors import Refused


class Role(enum.IntEnum):
    """A caller's role; each includes the permissions of those before it."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @classmethod
    def parse(cls, text: str) -> "Role":
        """The role of that name. Raises Refused listing the choices."""
        try:
            return cls[text.strip().upper()]
        except KeyError:
            raise Refused.of("role", text, f"one of {', '.join(each.name.lower() for each in cls)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An identified caller. `players` None means every player; `origin` says where the call comes from."""

    name: str
    role: Role
    origin: str
    players: frozenset[int] | None = None
    token_id: str = ""
    expires_at: datetime | None = None

    def may_play(self, player_id: int) -> bool:
        """Whether the caller may act for the player."""
        return self.players is None or player_id in self.players


PROCESS = Principal(name="daemon", role=Role.ADMIN, origin="this process")
"""The caller of a servicer that is called without a socket, inside the process."""


CERTIFICATE = "certificate-"
"""The beginning of a client certificate's id; no id of a token with a secret does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token. `players` empty means every player; `id` is the beginning of the secret, `secret_hash` its SHA-256.

    A client certificate is kept as one too: its id begins with CERTIFICATE, and `secret_hash` is its fingerprint.
    """

    id: str
    name: str
    role: Role
    players: tuple[int, ...]
    secret_hash: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def certificate_sha256(self) -> str:
        """The fingerprint of a client certificate; empty for a token with a secret."""
        return self.secret_hash if self.id.startswith(CERTIFICATE) else ""

    def holds(self, now: datetime) -> bool:
        """Whether the token is valid at that time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
