"""Requests on standard input of a process that works for another one.

A thread reads them, so the process notices that the other one is gone while it works on a request that takes minutes.
"""

import os
import sys
import threading
from collections.abc import Iterator
from queue import SimpleQueue


def requests() -> Iterator[bytes]:
    """The lines of standard input. When it is closed, the process ends at once."""
    lines: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read, args=(lines,), name="standard input", daemon=True).start()
    while True:
        yield lines.get()


def _read(lines: SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)
