"""Notifications to systemd: ready, watchdog, stopping."""

import asyncio
import ctypes
import resource
import socket
from collections.abc import Callable, Mapping


class SystemdNotifier:
    """The socket named by NOTIFY_SOCKET, if any. `elapsed` is real time in seconds."""

    def __init__(self, environment: Mapping[str, str], process: int, elapsed: Callable[[], float]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._elapsed = elapsed
        is_ours = environment.get("WATCHDOG_PID", str(process)) == str(process)
        microseconds = environment.get("WATCHDOG_USEC", "") if is_ours else ""
        self.watchdog_seconds = int(microseconds) / 1e6 if microseconds.isascii() and microseconds.isdecimal() else 0.0
        self._feeding: asyncio.Task[None] | None = None

    def serving(self) -> None:
        """Report that the daemon serves; from then on the watchdog is fed while the event loop turns."""
        self._tell("READY=1")
        if self._address and self.watchdog_seconds:
            self._feeding = asyncio.get_running_loop().create_task(self._feed(), name="watchdog")

    def stopping(self) -> None:
        """Report an orderly shutdown."""
        self._tell("STOPPING=1")
        if self._feeding is not None:
            self._feeding.cancel()

    async def _feed(self) -> None:
        """Feed the watchdog three times per interval. It runs on the event loop, so systemd notices one that hangs."""
        span = self.watchdog_seconds / 3
        last_fed = self._elapsed() - span
        while True:
            if self._elapsed() - last_fed >= span:
                last_fed = self._elapsed()
                self._tell("WATCHDOG=1")
            await asyncio.sleep(span)  # shorter if the loop's time runs faster than real time

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
            way.settimeout(1)
            try:
                way.sendto(state.encode(), address)
            except OSError:  # a missing listener is no reason to stop
                return


def keep_memory_private() -> None:
    """Prevent core dumps of this process, and access to its memory by the user's other processes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if hasattr(socket, "SO_PEERCRED"):  # Linux
        set_dumpable = 4
        ctypes.CDLL(None).prctl(set_dumpable, 0, 0, 0, 0)
