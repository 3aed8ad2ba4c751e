"""Ports of a daemon to the outside: the only difference between production and a drill."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starfoundry.daemon.messenger import Messenger, NoMessenger
from starfoundry.forecast.runtime.run_engine import Simulator
from starfoundry.game.transport.transport import Transport
from starfoundry.kernel.ports import Clock, Entropy, Offload
from starfoundry.kernel.tracing import UNTRACED, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The ports: time, randomness, blocking work, and the game.

    `stopwatch` is real time in seconds, while `clock` may run faster; None where time is virtual. `waits_for_disk` says
    whether acknowledged data survives a power cut; only virtual time, which is never resumed, may go without.
    `messenger` delivers the messages of alerts.
    """

    clock: Clock
    entropy: Entropy
    offload: Offload
    transport: Transport
    stopwatch: Callable[[], float] | None = None
    waits_for_disk: bool = True
    messenger: Messenger = field(default_factory=NoMessenger)
    simulator: Simulator | None = None
    tracer: Tracer = UNTRACED
