"""The JSON of the commands where it differs from the messages of the contract, by message."""

from typing import TYPE_CHECKING, Any

from starfoundry.terminal.rendering import message_json as converter
from starfoundry.terminal.rendering.message_json import JsonForm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message

_TRIPS = {"predicted": "trips", "realised": "trips"}
"""Nothing is predicted or realised without a trip that is done."""

_CHANGES = {"changes": "name"}
_QUARANTINE = {"quarantine": "key"}

FORMS = {
    "AccessToken": JsonForm(nulls=("players",), texts=("created_by",)),
    "Alert": JsonForm(renamed={"kind": "rule", "is_urgent": "urgent"}, texts=("subject", "text")),
    "AlertRule": JsonForm(
        renamed={
            "kind": "rule",
            "is_on": "on",
            "excepted": "except",
            "is_urgent": "urgent",
            "is_default": "default",
        },
        order=(
            *("kind", "is_on", "above", "unit", "within_seconds", "for_seconds", "excepted", "is_urgent"),
            *("muted_until", "is_default"),
        ),
        texts=("says",),
        nulls=("within_seconds",),
        known_with={"above": "unit"},
    ),
    "AlertTarget": JsonForm(left_out=("author",)),
    "AlertTrial": JsonForm(renamed={"kind": "rule"}),
    "ArmForecast": JsonForm(
        renamed={"deviation": "standard_deviation"},
        decimals={
            **dict.fromkeys(("profit_per_hour", "deviation", "low", "high", "first_hours", "steady", "drawdown"), 0),
            "requests_per_hour": 0,
            "ships": 1,
        },
    ),
    "BudgetLine": JsonForm(decimals={"waited_seconds": 3}),
    "ChainDecision": JsonForm(order=("good", "factory", "pipeline_id")),
    "ConfigDecision": JsonForm(texts=("at", "kind", "subject")),
    "ConfigDefault": JsonForm(texts=("author", "at")),
    "ConfigDefaults": JsonForm(keyed={"defaults": "name", **_QUARANTINE}),
    "ConfigForecast": JsonForm(
        left_out=("runs", "is_over"), nulls=("number",), keyed=_CHANGES, decimals={"processor_seconds": 1}
    ),
    "ConfigPreset": JsonForm(texts=("name", "description"), keyed=_QUARANTINE),
    "ConfigRevision": JsonForm(texts=("at", "author", "source"), keyed=_CHANGES),
    "Container": JsonForm(
        order=("container_id", "player_id", "type", "status", "halted"),
        texts=("exit_reason",),
        objects=("config_json",),
    ),
    "DecisionExplanation": JsonForm(texts=("name", "container_id", "system")),
    "DryRunAlertsResponse": JsonForm(order=("since", "until", "messages", "step_seconds")),
    "Earnings": JsonForm(known_with={"hour": "hour_from"}),
    "ExplainWorkResponse": JsonForm(order=("ships", "idle_ships", "waiting_tasks", "ranked")),
    "Explanation": JsonForm(texts=("state",)),
    "ForecastDifference": JsonForm(left_out=("pairs",), decimals=dict.fromkeys(("mean", "low", "high"), 0)),
    "ForecastReview": JsonForm(decimals={"came": 0}),
    "GoodForecast": JsonForm(
        left_out=("is_explained",),
        known_with=dict.fromkeys(
            (
                *("base_price", "stock", "stock_expected", "stock_low", "stock_high", "supply_expected"),
                *("ask_expected", "bid_expected", "step", "steps_seen", "next_step_from", "next_step_until"),
            ),
            "is_explained",
        ),
        decimals={"step": 3, "steps_seen": 1},
    ),
    "Health": JsonForm(
        left_out=("now",),
        texts=("data_directory", "database", "game_api"),
        decimals={"real_uptime_seconds": 3, "budget_used": 4},
    ),
    "HealthCondition": JsonForm(texts=("subject", "next_step"), nulls=("player_id",)),
    "LedgerLine": JsonForm(left_out=("profit",), texts=("key",), known_with=_TRIPS),
    "LogEntry": JsonForm(texts=("message",), objects=("fields_json",)),
    "Market": JsonForm(
        order=("waypoint", "observed_at", "age_seconds", "unreadable"), known_with={"age_seconds": "observed_at"}
    ),
    "Player": JsonForm(texts=("system", "headquarters", "universe")),
    "PricePoint": JsonForm(order=("at", "waypoint", "supply", "activity", "trade_volume")),
    "Provenance": JsonForm(
        order=("name", "value_json", "layer", "preset", "revision", "author", "at"), left_out=("pinned", "hides")
    ),
    "QuarantinedKey": JsonForm(texts=("problem",)),
    "ReachedContainer": JsonForm(keyed=_CHANGES),
    "Reason": JsonForm(objects=("figures_json",)),
    "SettingChange": JsonForm(absent=("how",)),
    "Ship": JsonForm(left_out=("origin", "departed_at", "flight_mode"), texts=("role", "frame", "status", "waypoint")),
    "ShipOffer": JsonForm(
        nulls=("price",),
        known_with=dict.fromkeys(("cargo_capacity", "fuel_capacity", "engine_speed"), "price"),
    ),
    "SummarizeLedgerResponse": JsonForm(
        order=(
            *("agent", "universe", "since", "until", "as_of", "opening", "closing", "profit", "spent_on_ships"),
            *("seconds", "earnings", "trips", "predicted", "realised"),
        ),
        known_with=_TRIPS,
    ),
    "SupplyNode": JsonForm(
        known_with=dict.fromkeys(("trade_volume", "stock", "price", "age_seconds"), "is_seen"),
    ),
    "Tuning": JsonForm(nulls=("applied_revision",)),
    "TuningTrial": JsonForm(decimals={"value": 2, "drawdown": 0}),
}


def message_json(message: "Message") -> dict[str, Any]:
    """A message as the JSON of the commands."""
    return converter.message_json(message, FORMS)


def keyed_json(messages: "Iterable[Message]", key: str) -> dict[str, dict[str, Any]]:
    """Messages as the JSON of the commands, by the value of one of their fields."""
    return converter.by_key(map(message_json, messages), key)
