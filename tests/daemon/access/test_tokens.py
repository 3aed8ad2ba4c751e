"""A token lets in whom it is for, as long as it holds, and is nowhere to be read."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from starfoundry.daemon.access.model import Role
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.kernel.errors import Missing, Refused, Unauthenticated
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.store.tables.access import access_tokens
from tests.store.opened import opened


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self):
        return self.at

    def elapsed(self):
        return self.at.timestamp()


@asynccontextmanager
async def tokens_in(directory, clock):
    async with opened(directory) as database:
        yield await Tokens.load(database, clock, SeededEntropy(1)), database


async def make(tokens, name="reader", role=Role.VIEWER, players=(), lifetime_seconds=0):
    return await tokens.create(name, role, players, lifetime_seconds=lifetime_seconds, by="a test")


def test_a_token_lets_in_whom_it_is_for_after_a_restart_too(tmp_path):
    async def main():
        async with tokens_in(tmp_path, Clock()) as (tokens, _):
            secret, _ = await make(tokens, role=Role.OPERATOR, players=(2, 1))
        async with tokens_in(tmp_path, Clock()) as (tokens, _):
            return tokens.verify(secret, "here")

    found = asyncio.run(main())

    assert (found.name, found.role, found.players, found.origin) == ("reader", Role.OPERATOR, {1, 2}, "here")
    assert [found.may_play(number) for number in (1, 2, 3)] == [True, True, False]


def test_the_database_holds_no_secret(tmp_path):
    async def main():
        async with tokens_in(tmp_path, Clock()) as (tokens, database):
            secret, _ = await make(tokens)
            rows = await database.read(lambda connection: connection.execute(sa.select(access_tokens)).all())
        return secret.rpartition("_")[2], str(rows) + "".join(
            file.read_bytes().decode("latin-1") for file in tmp_path.iterdir()
        )

    secret, stored = asyncio.run(main())

    assert len(secret) == 64
    assert secret not in stored


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: "",
        lambda s: s[:-1],
        lambda s: s[:-1] + ("0" if s[-1] != "0" else "1"),
        lambda s: s.upper(),
        lambda s: s + "\n",
        lambda s: "sf_" + "0" * 12 + "_" + "0" * 64,
    ],
)
def test_anything_but_the_secret_itself_is_refused_in_the_same_words(tmp_path, spoil):
    async def main():
        async with tokens_in(tmp_path, Clock()) as (tokens, _):
            secret, _ = await make(tokens)
            tokens.verify(spoil(secret), "here")

    with pytest.raises(Unauthenticated, match=r"^the token is not known, has expired, or was revoked$"):
        asyncio.run(main())


def test_a_token_ends_when_it_expires_and_when_it_is_revoked(tmp_path):
    clock = Clock()

    async def main():
        async with tokens_in(tmp_path, clock) as (tokens, _):
            short, _ = await make(tokens, "short", lifetime_seconds=60)
            long, _ = await make(tokens, "long")
            tokens.verify(short, "here")
            clock.at += timedelta(seconds=60)
            with pytest.raises(Unauthenticated):
                tokens.verify(short, "here")
            tokens.verify(long, "here")
            await tokens.revoke("long")
            with pytest.raises(Unauthenticated):
                tokens.verify(long, "here")
            with pytest.raises(Missing):
                await tokens.revoke("long")

    asyncio.run(main())


@pytest.mark.parametrize("name", ["", "a b", "-x", "x" * 65, "a\n", "$(id)"])
def test_a_name_that_cannot_be_is_refused(tmp_path, name):
    async def main():
        async with tokens_in(tmp_path, Clock()) as (tokens, _):
            await make(tokens, name)

    with pytest.raises(Refused, match="name must be"):
        asyncio.run(main())
