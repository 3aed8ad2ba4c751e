"""Answers to scrapes: current values and histograms, in the requested format."""

import asyncio
from collections.abc import Iterator

from prometheus_client import Metric, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from starfoundry.daemon.metrics.exposition import families
from starfoundry.daemon.metrics.metrics_reader import MetricsReader
from starfoundry.daemon.metrics.model import MetricFigures
from starfoundry.daemon.metrics.timings import Timings


class Scraping:
    """The metrics of one daemon, one scrape at a time."""

    def __init__(self, looking: MetricsReader, timings: Timings) -> None:
        self._looking = looking
        self._timings = timings
        self._process = ProcessCollector(registry=CollectorRegistry())
        self._turn = asyncio.Lock()

    async def scrape(self, accept: str, players: frozenset[int] | None) -> tuple[bytes, str]:
        """The text and its content type, without what belongs to other players; None is every player.

        Raises Unavailable where the database cannot be read.
        """
        async with self._turn:
            figures = await self._looking.look()
        encode, content_type = choose_encoder(accept)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Moment(figures.of_players(players), self._timings.registry, self._process))
        return encode(registry), content_type


class _Moment(Collector):
    """Everything of one scrape."""

    def __init__(self, figures: MetricFigures, histograms: Collector, process: Collector) -> None:
        self._figures = figures
        self._others = (histograms, process)

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield from families(self._figures)
        for each in self._others:
            yield from each.collect()
