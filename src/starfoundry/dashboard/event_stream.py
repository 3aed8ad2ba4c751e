"""Event stream of an open page: each part of a view when it has changed, and who changed what.

The daemon's watch of settings wakes it, so that a change made elsewhere is on the page at once; everything else is read
every LOOK_SECONDS. After a break of the daemon or of the connection it continues.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.coordinator_state import Parts, describe, look, viewed
from starfoundry.dashboard.views.registry import views
from starfoundry.dashboard.views.rows import Rows
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

LOOK_SECONDS = 2.0
AGAIN_SECONDS = 0.5
CHANGES_KEPT = 20

_UNSENT = object()
_REPORTED = ("CHANGED", "REJECTED")

Piece = tuple[str, Any]


class EventStream:
    """The events of one open page."""

    def __init__(self, link: AsyncDaemonClient, asked: Asked) -> None:
        self._link = link
        self._asked = asked
        self._views = views()
        self._woken = asyncio.Event()
        self._changes: deque[Any] = deque(maxlen=CHANGES_KEPT)
        self._watching: asyncio.Task[None] | None = None
        self._sent: dict[str, Any] = {}

    async def pieces(self) -> AsyncGenerator[Piece, None]:
        """Named events without end; after each round a "beat", by which a page knows that it is connected.

        Settings come before the view, which takes longer to read, so that a change appears at once in every view. Who
        made it comes after it, and only what the watch reported before the round: an earlier one may not show it yet.
        """
        try:
            while True:
                self._woken.clear()
                changes = list(self._changes)
                self._changes.clear()
                parts = dict(await look(self._link, self._asked))
                clock = parts.pop("clock", None)
                for piece in self._changed({**parts, **await self._schema(parts)}):
                    yield piece
                self._watch(parts)
                for change in changes:
                    yield "changes", change
                for piece in self._changed(await viewed(self._link, self._asked, parts, self._views)):
                    yield piece
                yield "beat", {"reachable": parts["daemon"]["reachable"], "clock": clock}
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._woken.wait()
        finally:
            if self._watching is not None:
                self._watching.cancel()

    def _changed(self, parts: Parts) -> list[Piece]:
        fresh: list[Piece] = []
        for name, value in parts.items():
            before = self._sent.get(name, _UNSENT)
            if isinstance(value, Rows):
                change = value.since(before if isinstance(before, Rows) else None)
                fresh += [] if change is None else [(name, change)]
            elif before != value:
                fresh.append((name, value))
        self._sent |= parts
        if "daemon" in parts and not parts["daemon"]["reachable"]:
            self._sent.pop("schema", None)  # it may come back as another version, with other settings
        return fresh

    async def _schema(self, parts: Parts) -> Parts:
        """The declarations of the settings, read once while the daemon is reached."""
        player = parts.get("player")
        if player is None or "schema" in self._sent:
            return {}
        try:
            return {"schema": await describe(self._link, player["player_id"])}
        except StarFoundryError:
            return {}

    def _watch(self, parts: Parts) -> None:
        chosen = parts.get("chosen")
        if chosen is not None and self._watching is None:
            self._asked = replace(self._asked, container_id=chosen["container_id"])
            self._watching = asyncio.create_task(self._follow(chosen, parts["settings"]["revision"]))

    async def _follow(self, chosen: dict[str, Any], shown: int) -> None:
        """Collect the changes after the revision `shown`; after a break, those after the last one collected."""
        request = pb.WatchConfigRequest(
            container_id=chosen["container_id"], player_id=chosen["player_id"], after_revision=shown
        )
        while True:
            with suppress(StarFoundryError):
                async for event in self._link.stream("WatchConfig", request):
                    if event.kind in _REPORTED:
                        self._changes.append(plain(event))
                    if event.digest:
                        request.after_revision, request.after_digest = event.revision, event.digest
                    if event.kind != "BOOKMARK":
                        self._woken.set()
            self._woken.set()
            await asyncio.sleep(AGAIN_SECONDS)
