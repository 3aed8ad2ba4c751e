"""How a moment is written down for others: on the wire, in JSON, in what is shown."""

from datetime import datetime


def rfc3339(at: datetime | None) -> str:
    """An aware UTC time to the millisecond, such as 2026-11-24T08:16:03.250Z; an empty text when there is none."""
    return "" if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
