"""The port through which runs are played: processes of this machine, or a cluster of others."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from starfoundry.forecast.domain.model import Outcome, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """The number of concurrent runs, why there can be none (empty if there can), and workers that get none."""

    workers: int
    waits: str = ""
    refused: tuple[str, ...] = ()


class Engine(Protocol):
    """Plays runs. What they come to depends on the runs alone, not on how many workers there are."""

    async def play(self, run: Run) -> Outcome:
        """The outcome of a run; raises Refused for one that cannot be played, Unavailable if nothing plays it now."""

    def status(self) -> EngineStatus:
        """Its state at this moment."""


Simulator = Callable[[str], AbstractAsyncContextManager[Engine]]
"""Opens the engine at an address, empty for processes of this machine; raises Unavailable where none answers."""
