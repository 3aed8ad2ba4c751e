"""The text form of a time on the wire, in JSON and in output."""

from datetime import datetime


def rfc3339(at: datetime | None) -> str:
    """An aware UTC time to the millisecond, such as 2026-11-24T08:16:03.250Z; an empty text for None."""
    return "" if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
