"""Kept forecasts as rows. Every function works on a connection inside a transaction of its caller."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.storage import history
from starfoundry.forecast.domain.forecast import SettingsForecast
from starfoundry.forecast.domain.review import SettingsPeriod
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.store.tables.forecasts import config_forecasts
from starfoundry.store.tables.schema import ledger

KEPT_MAX = 500
"""Forecasts of one container that are kept, the newest."""

REVISIONS_MAX = 1_000
"""Forecasts of settings before these are not judged."""

_TRADES = ("PURCHASE", "SALE", "REFUEL")


def keep(connection: sa.Connection, forecast: SettingsForecast) -> int:
    """Keep a forecast, and of its container's the newest only; its number."""
    values = {
        "container_id": forecast.container_id,
        "at": forecast.at,
        "forecast": msgspec.to_builtins(forecast, builtin_types=()),
    }
    (number,) = connection.execute(sa.insert(config_forecasts), values).inserted_primary_key or (None,)
    assert isinstance(number, int), "the database numbers its rows"
    mine = config_forecasts.c.container_id == forecast.container_id
    kept = sa.select(config_forecasts.c.id).where(mine).order_by(config_forecasts.c.id.desc()).limit(KEPT_MAX)
    connection.execute(sa.delete(config_forecasts).where(mine, config_forecasts.c.id.not_in(kept)))
    return number


def find(connection: sa.Connection, container_id: ContainerId, *, limit: int) -> list[tuple[int, SettingsForecast]]:
    """The newest forecasts of a container with their numbers, newest first; rows that cannot be read are left out."""
    statement = (
        sa.select(config_forecasts.c.id, config_forecasts.c.forecast)
        .where(config_forecasts.c.container_id == container_id)
        .order_by(config_forecasts.c.id.desc())
        .limit(limit)
    )
    found = []
    for number, stored in connection.execute(statement):
        try:
            found.append((number, msgspec.convert(stored, type=SettingsForecast)))
        except msgspec.ValidationError:
            continue
    return found


def settings_periods(connection: sa.Connection, container_id: ContainerId) -> Sequence[SettingsPeriod]:
    """The settings in force over time, oldest first; of very many revisions the newest."""
    records = history.older(connection, container_id, 0, REVISIONS_MAX)[::-1]
    ends = [*(each.at for each in records[1:]), None]
    keys = [one.key for one in SETTINGS]
    return [
        SettingsPeriod(settings={key: record.config.get(key) for key in keys}, since=record.at, until=until)
        for record, until in zip(records, ends, strict=True)
    ]


def traded(connection: sa.Connection, player_id: PlayerId, since: datetime, until: datetime) -> float | None:
    """The profit an hour of a player's trades between two moments, in credits; None for no time."""
    hours = (until - since) / timedelta(hours=1)
    if hours <= 0:
        return None
    booked = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.amount), 0)).where(
        ledger.c.player_id == player_id, ledger.c.at >= since, ledger.c.at < until, ledger.c.kind.in_(_TRADES)
    )
    return float(connection.execute(booked).scalar_one()) / hours
