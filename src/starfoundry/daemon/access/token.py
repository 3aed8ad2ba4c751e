"""A bearer token as it is kept: everything but the secret itself."""

from dataclasses import dataclass
from datetime import datetime

from starfoundry.daemon.access.model import Role


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
