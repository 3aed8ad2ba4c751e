"""Requests to the daemon for one reading, and the reading built from their answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from starfoundry.top.reading import TopReading
from starfoundry.wire.daemon_pb2 import (
    GetContainerLogsRequest,
    GetHealthRequest,
    GetManufacturingStatusRequest,
    ListPipelinesRequest,
    ListShipsRequest,
    ListTasksRequest,
    LogEntry,
)

EVENTS_KEPT = 20

Question = tuple[str, Message]


def questions(player_id: int, coordinator: str, others: Sequence[str] = ()) -> dict[str, Question]:
    """The calls by name: a coordinator, its player's fleet, and the logs of the other containers."""
    asked: dict[str, Question] = {
        "status": (
            "GetManufacturingStatus",
            GetManufacturingStatusRequest(player_id=player_id, container_id=coordinator),
        ),
        "pipelines": ("ListPipelines", ListPipelinesRequest(player_id=player_id, container_id=coordinator)),
        "tasks": ("ListTasks", ListTasksRequest(player_id=player_id, container_id=coordinator)),
        "ships": ("ListShips", ListShipsRequest(player_id=player_id)),
        "health": ("GetHealth", GetHealthRequest()),
    }
    for container_id in (coordinator, *others):
        request = GetContainerLogsRequest(container_id=container_id, player_id=player_id, limit=EVENTS_KEPT)
        asked[f"log {container_id}"] = ("GetContainerLogs", request)
    return asked


def reading_of(answers: Mapping[str, Any], *, seconds: float, money: Any, hourly_profit: Sequence[int]) -> TopReading:  # noqa: ANN401  (messages, which have no common type)
    """The reading from these answers; `money` is the sum of the ledger, `hourly_profit` the profit of each hour."""
    return TopReading(
        seconds=seconds,
        status=answers["status"],
        pipelines=tuple(answers["pipelines"].pipelines),
        tasks=tuple(answers["tasks"].tasks),
        ships=tuple(answers["ships"].ships),
        events=_events([answer.logs for name, answer in answers.items() if name.startswith("log ")]),
        money=money,
        health=answers["health"],
        hourly_profit=tuple(hourly_profit),
    )


def _events(logs: Sequence[Sequence[LogEntry]]) -> tuple[LogEntry, ...]:
    """The newest entries of all logs, oldest first."""
    return tuple(sorted((entry for log in logs for entry in log), key=lambda entry: entry.id)[-EVENTS_KEPT:])
