"""The tables that can be exported: their columns, with the type, the unit and the meaning of each."""

import enum
from dataclasses import dataclass

from starfoundry.kernel.errors import Refused


class ColumnType(enum.Enum):
    """The type of a column. An unknown value differs from 0 and from an empty text."""

    INTEGER = "INTEGER"
    """A whole number of 64 bits."""

    TEXT = "TEXT"

    TIME = "TIME"
    """Microseconds since 1970 in UTC."""

    JSON = "JSON"
    """A text that is JSON."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `unit` is empty where there is none."""

    name: str
    type: ColumnType
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A table that can be exported, ordered by `key`; --since and --until compare with `at`."""

    name: str
    key: str
    at: str
    columns: tuple[Column, ...]


def _integer(name: str, unit: str, meaning: str) -> Column:
    return Column(name, ColumnType.INTEGER, unit, meaning)


def _text(name: str, meaning: str) -> Column:
    return Column(name, ColumnType.TEXT, "", meaning)


def _time(name: str, meaning: str) -> Column:
    return Column(name, ColumnType.TIME, "UTC", meaning)


LEDGER = ExportedTable(
    "ledger",
    "sequence",
    "at",
    (
        _integer("sequence", "", "number of the entry, ascending"),
        _time("at", "when it was booked"),
        _text("kind", "OPENING, PURCHASE, SALE, REFUEL, SHIP_PURCHASE or ADJUSTMENT"),
        _integer("amount", "credits", "money in is positive, money out negative"),
        _integer("balance_after", "credits", "credits after it"),
        _text("ship", "symbol of the ship, empty for none"),
        _text("waypoint", "where"),
        _text("good", "symbol of the good; for a purchased ship its type"),
        _integer("units", "units", "how many"),
        _text("container_id", "container it belongs to, empty for none"),
        _text("pipeline_id", "pipeline it belongs to, empty for none"),
        _text("task_id", "task it belongs to, empty for none"),
        _text("chain", "product and factory of the pipeline"),
        _integer("config_revision", "", "revision of the settings it was decided with, 0 for none"),
    ),
)

TASKS = ExportedTable(
    "tasks",
    "id",
    "created_at",
    (
        _text("id", "id of the task"),
        _text("pipeline_id", "pipeline it belongs to"),
        _text("container_id", "container of the coordinator"),
        _text("kind", "ACQUIRE_DELIVER, COLLECT_SELL, LIQUIDATE or TRADE"),
        _text("status", "PENDING, READY, ASSIGNED, EXECUTING, COMPLETED, FAILED or CANCELLED"),
        _text("good", "symbol of the good"),
        _text("source", "waypoint where the good is bought or stored"),
        _text("target", "waypoint where it is delivered or sold"),
        _text("ship", "symbol of the ship, empty for none"),
        _integer("units_planned", "units", "how many were planned"),
        _integer("units_bought", "units", "how many were bought"),
        _integer("units_sold", "units", "how many were sold or delivered"),
        _integer("cost", "credits", "paid for goods, positive"),
        _integer("revenue", "credits", "received for goods"),
        _integer("fuel_cost", "credits", "paid for fuel, positive"),
        _integer("attempts", "", "how often a ship gave it back"),
        _text("waiting_for", "why it waits, with figures"),
        _integer("revision", "", "revision of the settings at its last decision"),
        _time("created_at", "when it was made"),
        _time("ended_at", "when it ended; empty until then"),
    ),
)

MARKET_HISTORY = ExportedTable(
    "market-history",
    "id",
    "at",
    (
        _integer("id", "", "number of the observation, ascending"),
        _time("at", "when it was seen"),
        _text("waypoint", "the market"),
        _text("good", "symbol of the good"),
        _text("kind", "EXPORT, IMPORT or EXCHANGE"),
        _text("supply", "SCARCE, LIMITED, MODERATE, HIGH or ABUNDANT; may be unknown"),
        _text("activity", "WEAK, GROWING, STRONG or RESTRICTED; may be unknown"),
        _integer("trade_volume", "units", "maximum units in one transaction"),
        _integer("ask", "credits a unit", "what we pay"),
        _integer("bid", "credits a unit", "what we receive"),
    ),
)

DECISIONS = ExportedTable(
    "decisions",
    "id",
    "at",
    (
        _integer("id", "", "number of the decision, ascending"),
        _time("at", "when it was made"),
        _text("container_id", "container of the coordinator"),
        _integer("revision", "", "revision of the settings it was made with"),
        _text("kind", "what was decided"),
        _text("subject", "task, pipeline, ship or good it concerns"),
        Column("facts", ColumnType.JSON, "", "the figures it is based on"),
    ),
)

TABLES = {table.name: table for table in (LEDGER, TASKS, MARKET_HISTORY, DECISIONS)}
"""Every table that can be exported, by its name."""


def table_named(name: str) -> ExportedTable:
    """The table of that name; raises Refused naming the choices."""
    try:
        return TABLES[name]
    except KeyError:
        raise Refused.of("table", name, f"one of {', '.join(TABLES)}") from None
