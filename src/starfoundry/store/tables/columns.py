"""The shared metadata, and column types that behave the same in every dialect."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime in every dialect; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"times are aware, was {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Read UTC; SQLite does not keep the zone."""
        if value is None:
            return None
        assert isinstance(value, datetime), "the driver reads times as datetimes"
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: str, *choices: str) -> sa.CheckConstraint:
    """A constraint that the column holds one of these values."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


UNREADABLE = "(unreadable)"
"""The only key returned for content that is not valid, as after a manual edit; its value is the stored text."""


class ReadableJson(TypeDecorator[Any]):
    """JSON that can always be read: invalid stored content must not stop a query."""

    impl = sa.JSON
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """As JSON's own, but text that is not JSON does not raise."""
        process = super().result_processor(dialect, coltype)
        if process is None:
            return None

        def read(stored: Any) -> Any:  # noqa: ANN401
            try:
                return process(stored)
            except ValueError:
                return {UNREADABLE: stored}

        return read


class ReadableObject(ReadableJson):
    """A JSON object that can always be read: anything else is returned like text that is not JSON."""

    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """As JSON's own, but always an object, except for NULL."""
        process = super().result_processor(dialect, coltype)
        if process is None:
            return None

        def read(stored: Any) -> Any:  # noqa: ANN401
            value = process(stored)
            return value if stored is None or isinstance(value, dict) else {UNREADABLE: value}

        return read


Json = ReadableJson(none_as_null=True)
JsonObject = ReadableObject(none_as_null=True)
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
