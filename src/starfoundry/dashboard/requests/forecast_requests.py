"""Forecast requests of the page: what proposed settings would bring, round by round until the page hangs up."""

import asyncio
import shlex
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

import msgspec

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.requests.change import CONFIG, PlayerNumber
from starfoundry.dashboard.requests.request_body import decoded
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

BREATH_SECONDS = 1.0
"""Within so long something is sent, so that a page that has hung up is noticed."""

Hours = Annotated[float, msgspec.Meta(ge=1, le=240)]


class ProposedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of a coordinator that are proposed, as a person types them, and the hours to be simulated."""

    container_id: str
    player_id: PlayerNumber
    agent: str = ""
    set: dict[str, str]
    hours: Hours = 24.0


_DECODER = msgspec.json.Decoder(ProposedSettings)


def read(body: bytes) -> ProposedSettings:
    """The forecast that a request's body asks for; raises Refused for anything else."""
    return decoded(body, _DECODER, "the request asks for no forecast")


def command_of(wanted: ProposedSettings) -> str:
    """The command that does the same, to paste into a terminal."""
    proposed = [f"{name}={text}" for name, text in wanted.set.items()]
    whose = ["--container", wanted.container_id, *(["--agent", wanted.agent] if wanted.agent else [])]
    return f"{CONFIG} {shlex.join(['forecast', *proposed, *whose, '--hours', f'{wanted.hours:g}'])}"


async def rounds(link: AsyncDaemonClient, wanted: ProposedSettings) -> AsyncGenerator[dict[str, Any] | None, None]:
    """The forecast after each round, the whole last; None whenever nothing came for a while.

    Whoever stops listening ends it: the daemon kills its processes.
    """
    request = pb.ForecastConfigRequest(
        container_id=wanted.container_id, player_id=wanted.player_id, texts=wanted.set, hours=wanted.hours
    )
    async with aclosing(link.stream("ForecastConfig", request)) as answers:
        coming = asyncio.ensure_future(anext(answers, None))
        try:
            while True:
                try:
                    async with asyncio.timeout(BREATH_SECONDS):
                        answer = await asyncio.shield(coming)
                except TimeoutError:
                    yield None
                    continue
                if answer is None:
                    return
                coming = asyncio.ensure_future(anext(answers, None))
                yield {**plain(answer), "command": command_of(wanted)}
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
