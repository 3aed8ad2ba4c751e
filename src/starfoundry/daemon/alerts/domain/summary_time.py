"""When the daily summary is due. Pure."""

from datetime import UTC, datetime, timedelta

from starfoundry.daemon.alerts.domain.model import Paging
from starfoundry.daemon.alerts.domain.paging import in_zone

DAY = timedelta(days=1)


def summary_is_due(paging: Paging, last: datetime | None, now: datetime) -> bool:
    """Whether a summary was to be sent by `now` and none was since then; `last` is when it was sent or turned on."""
    if paging.summary_at is None:
        return False
    hour, minute = divmod(paging.summary_at, 60)
    local = in_zone(paging, now)
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    planned = today if today <= local else today - DAY
    return last is None or last < planned.astimezone(UTC)
