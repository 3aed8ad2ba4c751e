"""One revision of a coordinator's settings: author, origin, reason, changes, and the resulting settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starfoundry.config.domain.effective import checksum
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision

REFUSAL_CURRENT_FOR = timedelta(days=1)
"""Refused settings count as a problem until the next change, but for no longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRecord:
    """One revision. `config` is flat as stored; `layers` holds its layers, None for a revision of an older version.

    `refusal` is the coordinator's reason for refusing it; `refusal`, `tags` and `notes` are filled in by `get` and
    `page`.
    """

    revision: Revision
    at: datetime
    author: str
    origin: str
    reason: str
    changes: Mapping[str, Mapping[str, object]]
    config: Mapping[str, object]
    layers: Mapping[str, object] | None = None
    request_id: str | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def digest(self) -> str:
        """A hash that tells this revision from one of the same number in another history (a restored backup)."""
        return checksum({"revision": self.revision, "at": self.at.isoformat(), "config": dict(self.config)})

    @property
    def own(self) -> Mapping[str, object]:
        """The container's own values by setting, in their stored form."""
        own = (self.layers or {}).get("own")
        return own if isinstance(own, Mapping) else {}

    @property
    def pinned(self) -> frozenset[str] | None:
        """The settings that were pinned; None (unknown) for a revision of an older version."""
        pinned = (self.layers or {}).get("pinned")
        return frozenset(pinned) if isinstance(pinned, list) else None

    @property
    def preset(self) -> str:
        """The preset that was applied; empty for none."""
        return str((self.layers or {}).get("preset", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSettings:
    """The newest revision of a container that its coordinator refused, with reason and time."""

    container_id: ContainerId
    player_id: PlayerId
    revision: Revision
    reason: str
    at: datetime

    def is_current(self, now: datetime) -> bool:
        """Whether it still counts as a problem."""
        return now - self.at < REFUSAL_CURRENT_FOR
