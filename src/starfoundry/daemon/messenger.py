"""Delivery of messages: a plain webhook over HTTP, everything else through Apprise, an extra."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ports import Offload

WEBHOOK_SECONDS = 10.0
APPRISE_SECONDS = 30.0
WEBHOOK_SCHEMES = ("http", "https")
URL_MAX = 2_000


class Undelivered(Exception):
    """A message could not be delivered; the text says why, without the URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as it is written: for people, and for programs the alerts as JSON values."""

    title: str
    body: str
    facts: Sequence[dict[str, object]] = ()


class Messenger(Protocol):
    """Carries letters to targets."""

    async def deliver(self, url: str, letter: Letter) -> None:
        """Deliver the letter; raises Undelivered."""

    async def close(self) -> None:
        """Let go of every connection."""


class NoMessenger:
    """Delivers nothing: for a daemon that has no outside."""

    async def deliver(self, url: str, letter: Letter) -> None:  # noqa: ARG002
        """Raise Undelivered."""
        raise Undelivered("this daemon sends no messages")

    async def close(self) -> None:
        """There is nothing to let go of."""


class RealMessenger:
    """Delivers over the network. `offload` is a thread for Apprise alone, which blocks."""

    def __init__(self, offload: Offload) -> None:
        self._offload = offload
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, url: str, letter: Letter) -> None:
        """Deliver the letter; raises Undelivered."""
        if scheme_of(url) in WEBHOOK_SCHEMES:
            await self._post(url, letter)
            return
        try:
            async with asyncio.timeout(APPRISE_SECONDS):
                delivered = await self._offload.run(lambda: _notify(url, letter))
        except TimeoutError:
            raise Undelivered(f"not finished within {APPRISE_SECONDS:g} s") from None
        if not delivered:
            raise Undelivered("the service did not accept it")

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, url: str, letter: Letter) -> None:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        body = {"title": letter.title, "text": letter.body, "alerts": list(letter.facts)}
        try:
            async with self._session.post(url, json=body, allow_redirects=False) as answer:
                if not 200 <= answer.status < 300:
                    raise Undelivered(f"HTTP {answer.status}")
        except TimeoutError:
            raise Undelivered(f"no answer within {WEBHOOK_SECONDS:g} s") from None
        except aiohttp.ClientError as error:
            raise Undelivered(type(error).__name__) from None  # its text may hold the URL, which is a secret


def scheme_of(url: str) -> str:
    """The scheme of a target's URL."""
    return urlsplit(url).scheme.lower()


def checked_target(url: str) -> str:
    """The URL of a target; raises Refused for one that no message can be sent to. The error has no URL in it."""
    allowed = "an http or https URL, or one of Apprise such as tgram://… (https://appriseit.com/services)"
    try:
        parts = urlsplit(url)
        is_url = bool(parts.scheme and (parts.netloc or parts.path))
    except ValueError:
        is_url = False
    if not is_url or not url.isprintable() or len(url) > URL_MAX:
        raise Refused.of("secret", "(not shown)", allowed)
    if scheme_of(url) not in WEBHOOK_SCHEMES and not _apprise().Apprise().add(url):
        raise Refused.of("secret", "(not shown)", allowed)
    return url


def _notify(url: str, letter: Letter) -> bool:
    apprise = _apprise()
    sender = apprise.Apprise()
    if not sender.add(url):
        return False
    for service in sender:
        if service.overflow_mode == apprise.OverflowMode.UPSTREAM:  # a service may refuse what is too long for it
            service.overflow_mode = apprise.OverflowMode.SPLIT
    return bool(sender.notify(title=letter.title, body=letter.body))


def _apprise() -> Any:  # noqa: ANN401  (an extra, without types)
    try:
        import apprise  # noqa: PLC0415  (an extra, and slow to import)
    except ImportError:
        raise Refused("this kind of target needs Apprise: pip install 'starfoundry[alerts]'") from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its messages hold parts of URLs, which are secrets
    return apprise
