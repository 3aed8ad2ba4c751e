"""The outside of a daemon: what differs between production and a drill, and nothing else does."""

from collections.abc import Callable
from dataclasses import dataclass

from starfoundry.forecast.api.service import Simulator
from starfoundry.game.transport.transport import Transport
from starfoundry.kernel.ports import Clock, Entropy, Offload


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The outside: time, chance, a place for blocking work, and the way to the game.

    `stopwatch` is the operator's own time in seconds, where `clock` may run faster; none where time is virtual.
    `simulator` plays the runs of forecasts in other processes; None where time is virtual, which has none.
    `waits_for_disk` says whether what is acknowledged outlasts a power cut; only virtual time, which nobody goes on
    from, may do without.
    """

    clock: Clock
    entropy: Entropy
    offload: Offload
    transport: Transport
    stopwatch: Callable[[], float] | None = None
    waits_for_disk: bool = True
    simulator: Simulator | None = None
