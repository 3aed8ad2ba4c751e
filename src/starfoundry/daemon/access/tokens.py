"""Bearer tokens and client certificates: kept as hashes, and revocable at once, including calls in progress."""

import asyncio
import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from starfoundry.daemon.access.model import CERTIFICATE, Principal, Role, Token
from starfoundry.kernel.errors import Missing, Refused, Unauthenticated
from starfoundry.kernel.ports import Clock, Entropy
from starfoundry.store.engine import Database
from starfoundry.store.tables.access import access_tokens

PREFIX = "sf"
ID_CHARACTERS = 12
SECRET_CHARACTERS = 64
"""Hexadecimal: 256 bits."""

LIFETIME_SECONDS_MAX = 10 * 366 * 86_400
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_GIVEN = re.compile(rf"{PREFIX}_([0-9a-f]{{{ID_CHARACTERS}}})_([0-9a-f]{{{SECRET_CHARACTERS}}})")

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")

_NO_HASH = "0" * 64


class Tokens:
    """The tokens of one daemon. Only it writes them, so it keeps them in memory."""

    def __init__(self, database: Database, clock: Clock, entropy: Entropy) -> None:
        self._database = database
        self._clock = clock
        self._entropy = entropy
        self._known: dict[str, Token] = {}
        self._calls: defaultdict[str, set[asyncio.Task[Any]]] = defaultdict(set)

    @classmethod
    async def load(cls, database: Database, clock: Clock, entropy: Entropy) -> "Tokens":
        """The tokens of a database."""
        tokens = cls(database, clock, entropy)
        rows = await database.read(lambda connection: connection.execute(sa.select(access_tokens)).all())
        tokens._known = {row.id: _token(row) for row in rows}
        return tokens

    def all(self) -> list[Token]:
        """Every token, the oldest first."""
        return sorted(self._known.values(), key=lambda each: (each.created_at, each.name))

    async def create(
        self,
        name: str,
        role: Role,
        players: Sequence[int],
        *,
        lifetime_seconds: int,
        by: str,
        certificate_sha256: str = "",
    ) -> tuple[str, Token]:
        """A new token: its secret, which is not kept, and its record; without a secret for a client certificate.

        Raises Refused for an invalid name, and for a fingerprint that is none or was used before.
        """
        if not _NAME.fullmatch(name):
            raise Refused.of("name", name, "1 to 64 letters, digits and any of . _ @ -, a letter or digit first")
        if any(each.name == name and each.revoked_at is None for each in self._known.values()):
            raise Refused.of("name", name, "a name that no other token has; revoke that one first")
        if not 0 <= lifetime_seconds <= LIFETIME_SECONDS_MAX:
            raise Refused.of("lifetime_seconds", lifetime_seconds, f"0 (no end) to {LIFETIME_SECONDS_MAX}")
        now = self._clock.now()
        token_id, secret, secret_hash = self._identity(certificate_sha256)
        token = Token(
            id=token_id,
            name=name,
            role=role,
            players=tuple(sorted(set(players))),
            secret_hash=secret_hash,
            created_at=now,
            created_by=by,
            expires_at=now + timedelta(seconds=lifetime_seconds) if lifetime_seconds else None,
        )
        await self._database.write(lambda connection: connection.execute(sa.insert(access_tokens), [_row(token)]))
        self._known[token.id] = token
        return secret, token

    def _identity(self, certificate_sha256: str) -> tuple[str, str, str]:
        """The id of a new token, its secret, and the hash that is kept."""
        if not certificate_sha256:
            token_id = self._entropy.token("token id", ID_CHARACTERS)
            secret = self._entropy.token("token secret", SECRET_CHARACTERS)
            return token_id, f"{PREFIX}_{token_id}_{secret}", _hash(secret)
        if not _FINGERPRINT.fullmatch(certificate_sha256):
            raise Refused.of("certificate_sha256", certificate_sha256, "the SHA-256 of a certificate, 64 of 0-9 a-f")
        if CERTIFICATE + certificate_sha256 in self._known:
            raise Refused.of(
                "certificate_sha256", certificate_sha256, "a certificate that was never given; make another"
            )
        return CERTIFICATE + certificate_sha256, "", certificate_sha256

    async def revoke(self, name: str) -> Token:
        """Revoke the token of that name; calls in progress with it end at once. Raises Missing."""
        found = next((each for each in self.all() if each.name == name and each.revoked_at is None), None)
        if found is None:
            raise Missing(f"there is no valid token of the name {name!r}")
        revoked = replace(found, revoked_at=self._clock.now())
        statement = sa.update(access_tokens).where(access_tokens.c.id == found.id).values(revoked_at=revoked.revoked_at)
        await self._database.write(lambda connection: connection.execute(statement))
        self._known[found.id] = revoked
        for call in tuple(self._calls[found.id]):
            call.cancel()
        return revoked

    def verify(self, given: str, origin: str) -> Principal:
        """The caller of a token. Raises Unauthenticated, with the same message for every reason."""
        match = _GIVEN.fullmatch(given)
        token = self._known.get(match[1]) if match else None
        # A hash is compared in any case, so that the time does not reveal which part was wrong.
        is_right = hmac.compare_digest(
            _hash(match[2] if match else ""), token.secret_hash if token is not None else _NO_HASH
        )
        if token is None or not is_right or not self.holds(token.id):
            raise Unauthenticated("the token is not known, has expired, or was revoked")
        return _principal(token, origin)

    def verify_certificate(self, sha256: str, origin: str) -> Principal:
        """The caller of a client certificate, which TLS has verified. Raises Unauthenticated."""
        token = self._known.get(CERTIFICATE + sha256)
        if token is None or not self.holds(token.id):
            raise Unauthenticated("the certificate is not known here, has expired, or was revoked")
        return _principal(token, origin)

    def holds(self, token_id: str) -> bool:
        """Whether a token is neither revoked nor expired; True for a caller without one."""
        if not token_id:
            return True
        token = self._known.get(token_id)
        return token is not None and token.holds(self._clock.now())

    @contextmanager
    def call_of(self, principal: Principal) -> Iterator[None]:
        """Within this context the task is a call of the principal; it is cancelled when the token is revoked."""
        task = asyncio.current_task()
        if not principal.token_id or task is None:
            yield
            return
        calls = self._calls[principal.token_id]
        calls.add(task)
        try:
            yield
        finally:
            calls.discard(task)


def _principal(token: Token, origin: str) -> Principal:
    return Principal(
        name=token.name,
        role=token.role,
        origin=origin,
        players=frozenset(token.players) if token.players else None,
        token_id=token.id,
        expires_at=token.expires_at,
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _row(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role.name,
        "players": list(token.players),
        "secret_hash": token.secret_hash,
        "created_at": token.created_at,
        "created_by": token.created_by,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }


def _token(row: sa.Row[Any]) -> Token:
    expires: datetime | None = row.expires_at
    return Token(
        id=row.id,
        name=row.name,
        role=Role[row.role],
        players=tuple(row.players),
        secret_hash=row.secret_hash,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=expires,
        revoked_at=row.revoked_at,
    )
