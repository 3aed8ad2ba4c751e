"""The port through which runs are played: processes of this machine, or a cluster of others."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from starfoundry.forecast.domain.model import Outcome, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """How many runs can be played at a time, why none can be (empty if some can), and workers that are given none."""

    workers: int
    waits: str = ""
    refused: tuple[str, ...] = ()


class Engine(Protocol):
    """Plays runs. What they come to depends on the runs alone, not on how many workers there are."""

    async def play(self, run: Run) -> Outcome:
        """What a run comes to; raises Refused for one that cannot be played, Unavailable where nothing plays it now."""

    def status(self) -> EngineStatus:
        """How it stands at this moment."""


Simulator = Callable[[str], AbstractAsyncContextManager[Engine]]
"""Opens the engine at an address, empty for processes of this machine; raises Unavailable where none answers."""
