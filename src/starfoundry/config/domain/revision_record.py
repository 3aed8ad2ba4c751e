"""One revision of a coordinator's settings as a value: author, origin, reason, changes, and the settings after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starfoundry.config.domain.effective import checksum
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision

REFUSAL_PRESENT = timedelta(days=1)
"""Settings that were refused count as trouble until the next change, but no longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRecord:
    """One revision. `config` is flat as stored; `layers` is how it came about, None for one of an older version.

    `refusal` is why the coordinator would not decide with it; it, `tags` and `notes` are known of what `get` and `page`
    find.
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
        """Tells this revision from one of the same number in another history, as after a restored backup."""
        return checksum({"revision": self.revision, "at": self.at.isoformat(), "config": dict(self.config)})

    @property
    def own(self) -> Mapping[str, object]:
        """The container's own values by setting, as they are written."""
        own = (self.layers or {}).get("own")
        return own if isinstance(own, Mapping) else {}

    @property
    def pinned(self) -> frozenset[str] | None:
        """Which of them were pinned; None, unknown, for a revision of an older version."""
        pinned = (self.layers or {}).get("pinned")
        return frozenset(pinned) if isinstance(pinned, list) else None

    @property
    def preset(self) -> str:
        """The preset that was applied; empty for none."""
        return str((self.layers or {}).get("preset", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSettings:
    """The newest revision of a container that its coordinator refused, why, and since when it knows."""

    container_id: ContainerId
    player_id: PlayerId
    revision: Revision
    reason: str
    at: datetime

    def is_present(self, now: datetime) -> bool:
        """Whether it still counts as trouble, and is not only history."""
        return now - self.at < REFUSAL_PRESENT
