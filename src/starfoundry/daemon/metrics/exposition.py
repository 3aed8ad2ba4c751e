"""Figures of a daemon as metric families of Prometheus: the one place of names, units and labels. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from starfoundry.daemon.metrics.model import ContainerFigures, CoordinatorFigures, MetricFigures, PlayerFigures

PREFIX = "starfoundry_"
PLAYER = ("player", "agent")
CONTAINER = ("player", "container")

_SINGLE: tuple[tuple[str, str, Callable[[CoordinatorFigures], int | None]], ...] = (
    ("config_desired_revision", "Newest stored revision of the settings", lambda c: c.desired),
    ("config_observed_revision", "Newest revision that the coordinator has decided with", lambda c: c.observed),
    (
        "config_running_revision",
        "Revision of the latest decision of the running coordinator",
        lambda c: c.running,
    ),
    ("config_refused_revision", "Newest revision that the coordinator refuses; 0 for none", lambda c: c.refused),
    ("container_profit_credits", "Trading profit of the container, without ships", lambda c: c.profit),
)
"""Metrics of a coordinator that are one figure each."""

Samples = Iterable[tuple[Sequence[object], float]]


def families(figures: MetricFigures) -> Iterator[Metric]:
    """Every metric whose value is read at a scrape."""
    info = {"version": figures.version, "game_api": figures.game_api}
    yield InfoMetricFamily(f"{PREFIX}daemon", "The program version, and the server that it plays on", value=info)
    yield _gauge("degraded", "1 while a condition degrades the daemon", (), [((), figures.is_degraded)])
    held = Counter((_player(each.player_id), each.kind, str(each.degrades).lower()) for each in figures.conditions)
    yield _gauge("conditions", "Active health conditions", ("player", "kind", "degrades"), held.items())
    yield from _requests(figures)
    yield from _players(figures.players)
    yield from _containers(figures.containers)
    led = [(each, each.coordinator) for each in figures.containers if each.coordinator is not None]
    yield from _coordinators(led)


def _requests(figures: MetricFigures) -> Iterator[Metric]:
    budget = figures.budget
    yield _counter(
        "game_requests", "Requests to the game by purpose and status", ("purpose", "answer"), budget.answers.items()
    )
    waited = [((purpose,), seconds) for purpose, seconds in budget.waited_seconds.items()]
    yield _counter("game_request_wait_seconds", "Time that requests waited in the queue", ("purpose",), waited)
    yield _gauge("game_requests_waiting", "Requests in the queue", (), [((), budget.waiting)])
    share = [((), budget.used_share)]
    yield _gauge("request_budget_used_ratio", "Share of the request budget used in the last minute", (), share)


def _players(players: Sequence[PlayerFigures]) -> Iterator[Metric]:
    named = [((each.player_id, each.agent), each) for each in players]
    in_hand = [(labels, each.credits) for labels, each in named if each.credits is not None]
    yield _gauge("credits", "Credits, as last reported by the game", PLAYER, in_hand)
    profit = [(labels, each.profit) for labels, each in named]
    yield _gauge("profit_credits", "Trading profit since the ledger was opened, without ships", PLAYER, profit)
    entries = [((*labels, kind.value), amount) for labels, each in named for kind, amount in each.ledger.items()]
    yield _gauge("ledger_credits", "Sum of the ledger by kind; expenses are negative", (*PLAYER, "kind"), entries)
    doubts = [(labels, each.calls_in_doubt) for labels, each in named if each.calls_in_doubt is not None]
    yield _gauge("calls_in_doubt", "Calls that move money or cargo and whose outcome is unknown", PLAYER, doubts)
    counted = [((*labels, level), count) for labels, each in named for level, count in each.incidents.items()]
    yield _counter("incidents", "Warnings and errors of containers since the start", (*PLAYER, "level"), counted)
    ships = [((*labels, what), count) for labels, each in named for what, count in (each.ships or {}).items()]
    yield _gauge("ships", "Ships by what they are doing", (*PLAYER, "activity"), ships)


def _containers(containers: Sequence[ContainerFigures]) -> Iterator[Metric]:
    named = [((each.player_id, each.container_id), each) for each in containers]
    present = [((*labels, each.type, each.status), 1) for labels, each in named]
    text = "1 for each container that runs, will run again, or has failed"
    yield _gauge("container_status", text, (*CONTAINER, "type", "status"), present)
    restarts = [(labels, each.restarts) for labels, each in named]
    yield _counter("container_restarts", "Restarts of a container after a failure", CONTAINER, restarts)
    halted = [(labels, each.is_halted) for labels, each in named]
    yield _gauge("container_halted", "1 while the container is halted", CONTAINER, halted)


def _coordinators(led: Sequence[tuple[ContainerFigures, CoordinatorFigures]]) -> Iterator[Metric]:
    named = [((each.player_id, each.container_id), coordinator) for each, coordinator in led]
    for name, text, figure in _SINGLE:
        values = [(labels, value) for labels, each in named if (value := figure(each)) is not None]
        yield _gauge(name, text, CONTAINER, values)
    pipelines = [((*labels, *key), n) for labels, each in named for key, n in each.pipelines.items()]
    yield _gauge(
        "pipelines", "Pipelines that have not ended, by kind and status", (*CONTAINER, "kind", "status"), pipelines
    )
    tasks = [((*labels, *key), count) for labels, each in named for key, count in each.tasks.items()]
    yield _gauge("tasks", "Tasks that have not ended, by kind and status", (*CONTAINER, "kind", "status"), tasks)
    opened = [(labels, each.pipelines_opened) for labels, each in named]
    yield _counter("pipelines_opened", "Pipelines opened since the container was created", CONTAINER, opened)
    completed = [(labels, each.tasks_completed) for labels, each in named]
    yield _counter("tasks_completed", "Tasks completed since the container was created", CONTAINER, completed)


def _gauge(name: str, text: str, labels: Sequence[str], samples: Samples) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, text, labels=labels)
    return _filled(family, samples)


def _counter(name: str, text: str, labels: Sequence[str], samples: Samples) -> Metric:
    family = CounterMetricFamily(PREFIX + name, text, labels=labels)
    return _filled(family, samples)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, samples: Samples) -> Metric:
    for labels, value in samples:
        family.add_metric([str(each) for each in labels], float(value))
    return family


def _player(player_id: int | None) -> str:
    return "" if player_id is None else str(player_id)
