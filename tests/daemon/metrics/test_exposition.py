"""What a scrape tells, from figures alone."""

from datetime import UTC, datetime
from typing import Any

from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import CollectorRegistry

from starfoundry.daemon.metrics.exposition import families
from starfoundry.daemon.metrics.model import ContainerFigures, CoordinatorFigures, MetricFigures, PlayerFigures
from starfoundry.game.budget import BudgetReading
from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.ledger.domain.model import EntryKind

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BUDGET = BudgetReading(
    requests={"market": 3},
    waited_seconds={"market": 1.5},
    answers={("market", "200"): 2, ("market", "none"): 1},
    used_share=0.25,
    rate_limited=0,
    rate_limited_lately=0,
    waiting=4,
)


def player(number, agent, **changes):
    facts: dict[str, Any] = {
        "ledger": {EntryKind.SALE: 900, EntryKind.PURCHASE: -400},
        "profit": 500,
        "incidents": {"ERROR": 2},
    }
    return PlayerFigures(player_id=PlayerId(number), agent=agent, **facts | changes)


def container(number, name, **changes):
    coordinator: dict[str, Any] = {
        "desired": 7,
        "observed": 6,
        "running": 6,
        "refused": 0,
        "pipelines": {("FABRICATION", "EXECUTING"): 3},
        "tasks": {("TRADE", "READY"): 5},
        "pipelines_opened": 12,
        "tasks_completed": 40,
        "profit": -20,
    }
    return ContainerFigures(
        container_id=ContainerId(name),
        player_id=PlayerId(number),
        type="manufacturing_coordinator",
        status="RUNNING",
        restarts=1,
        is_halted=True,
        coordinator=CoordinatorFigures(**coordinator | changes),
    )


def condition(kind, number, *, degrades=True):
    whose = None if number is None else PlayerId(number)
    return Condition(kind=kind, subject="", reason="", next_step="", since=NOW, degrades=degrades, player_id=whose)


def figures(**changes):
    return MetricFigures(version="1", game_api="sandbox", is_degraded=True, budget=BUDGET, **changes)


class Once:
    def __init__(self, found):
        self._found = found

    def collect(self):
        return families(self._found)


def samples(found):
    """Each sample of the text that Prometheus reads, by name and labels."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once(found))
    text = generate_latest(registry).decode()
    read = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(each.name, *sorted(each.labels.items())): each.value for each in read}


def test_money_is_told_by_player_and_kind():
    found = samples(figures(players=(player(1, "FOUNDRY", credits=70),)))

    whose = (("agent", "FOUNDRY"), ("player", "1"))
    assert found["starfoundry_credits", *whose] == 70
    assert found["starfoundry_profit_credits", *whose] == 500
    assert found["starfoundry_ledger_credits", whose[0], ("kind", "PURCHASE"), whose[1]] == -400


def test_what_only_an_open_session_knows_is_left_out_without_one():
    found = samples(figures(players=(player(1, "FOUNDRY"),)))

    assert {name for name, *_ in found} & {
        "starfoundry_credits",
        "starfoundry_calls_in_doubt",
        "starfoundry_ships",
    } == set()


def test_requests_are_told_by_purpose_and_answer():
    found = samples(figures())

    assert found["starfoundry_game_requests_total", ("answer", "none"), ("purpose", "market")] == 1
    assert found["starfoundry_game_request_wait_seconds_total", ("purpose", "market")] == 1.5
    assert found["starfoundry_game_requests_waiting",] == 4
    assert found["starfoundry_request_budget_used_ratio",] == 0.25


def test_revisions_are_told_by_container_and_a_running_one_only_where_one_runs():
    found = samples(figures(containers=(container(1, "a"), container(1, "b", running=None))))

    assert found["starfoundry_config_desired_revision", ("container", "a"), ("player", "1")] == 7
    assert found["starfoundry_config_running_revision", ("container", "a"), ("player", "1")] == 6
    assert ("starfoundry_config_running_revision", ("container", "b"), ("player", "1")) not in found


def test_work_is_told_by_kind_and_status():
    found = samples(figures(containers=(container(1, "a"),)))

    whose = (("container", "a"), ("kind", "TRADE"), ("player", "1"), ("status", "READY"))
    assert found["starfoundry_tasks", *whose] == 5


def test_conditions_of_one_kind_are_counted_and_the_daemons_own_have_no_player():
    held = (condition("ship-quarantined", 1), condition("ship-quarantined", 1), condition("database", None))

    found = samples(figures(conditions=held))

    quarantined = (("degrades", "true"), ("kind", "ship-quarantined"), ("player", "1"))
    assert found["starfoundry_conditions", *quarantined] == 2
    assert found["starfoundry_conditions", ("degrades", "true"), ("kind", "database"), ("player", "")] == 1


def test_a_caller_sees_what_is_its_players_and_what_is_the_daemons():
    everything = figures(
        players=(player(1, "FOUNDRY"), player(2, "RIVAL")),
        containers=(container(1, "a"), container(2, "b")),
        conditions=(condition("database", None), condition("universe-over", 2)),
    )

    found = everything.of_players(frozenset({1}))

    assert [each.agent for each in found.players] == ["FOUNDRY"]
    assert [each.container_id for each in found.containers] == ["a"]
    assert [each.kind for each in found.conditions] == ["database"]
    assert everything.of_players(None) == everything
