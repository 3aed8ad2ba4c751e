"""Histograms of decisions, changes of settings, database work and the event loop, measured as they happen."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from prometheus_client import CollectorRegistry, Histogram

from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.kernel.ports import Offload

T = TypeVar("T")

DECISION_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
SHORT_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
LONG_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)


class Timings:
    """The histograms of one daemon; implements config.timing.Timing. `elapsed` is the operator's time in seconds."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self.registry = CollectorRegistry()
        self._elapsed = elapsed
        self._announced: defaultdict[ContainerId, dict[Revision, float]] = defaultdict(dict)
        self._decision = self._histogram(
            "decision", "Time a coordinator takes to decide, including reading its view", DECISION_BUCKETS
        )
        self._set_to_decision = self._histogram(
            "set_to_decision",
            "Time from the commit of a change of settings to the first decision with it",
            LONG_BUCKETS,
        )
        self._loop_lag = self._histogram(
            "event_loop_lag",
            "Delay of the daemon's event loop, measured once a second",
            SHORT_BUCKETS,
        )
        self._database_wait = self._histogram("database_wait", "Time database work waits in the queue", SHORT_BUCKETS)
        self._database_work = self._histogram("database_work", "Time database work takes to execute", SHORT_BUCKETS)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, text, namespace="starfoundry", unit="seconds", buckets=buckets, registry=self.registry)

    def decided(self, seconds: float) -> None:
        """A decision took so long."""
        self._decision.observe(seconds)

    def announced(self, container_id: ContainerId, revision: Revision) -> None:
        """A revision was announced to a coordinator that runs."""
        self._announced[container_id][revision] = self._elapsed()

    def answered(self, container_id: ContainerId, revision: Revision, at_elapsed: float) -> None:
        """The coordinator decides with it; every earlier announced one is overtaken."""
        waiting = self._announced.get(container_id)
        if not waiting:
            return
        for each in [each for each in waiting if each <= revision]:
            self._set_to_decision.observe(max(0.0, at_elapsed - waiting.pop(each)))

    def forgotten(self, container_id: ContainerId, revision: Revision | None = None) -> None:
        """Nobody will answer that revision, or any that was announced."""
        if revision is None:
            self._announced.pop(container_id, None)
        else:
            self._announced[container_id].pop(revision, None)

    def lagged(self, seconds: float) -> None:
        """The event loop came so late to what was due."""
        self._loop_lag.observe(max(0.0, seconds))

    def timed(self, offload: Offload) -> Offload:
        """The same place for the database's work, measured."""
        return _Timed(offload, self._elapsed, self._database_wait, self._database_work)


class _Timed:
    def __init__(self, inner: Offload, elapsed: Callable[[], float], wait: Histogram, work: Histogram) -> None:
        self._inner = inner
        self._elapsed = elapsed
        self._wait = wait
        self._work = work

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work()`."""
        asked = self._elapsed()

        def measured() -> T:
            began = self._elapsed()
            self._wait.observe(max(0.0, began - asked))
            try:
                return work()
            finally:
                self._work.observe(max(0.0, self._elapsed() - began))

        return await self._inner.run(measured)
