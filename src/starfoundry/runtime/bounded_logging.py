"""A bound on log lines that outsiders can cause: no traceback, and a maximum per minute."""

import logging
from collections.abc import Callable

LINES_MAX = 20
SECONDS = 60.0


class BoundedLogFilter(logging.Filter):
    """Passes up to LINES_MAX lines a minute, without tracebacks; the next minute reports how many were dropped.

    `elapsed` returns monotonic seconds.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        super().__init__()
        self._elapsed = elapsed
        self._began = elapsed()
        self._passed = 0
        self._dropped = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        now = self._elapsed()
        if now - self._began >= SECONDS:
            self._began, self._passed = now, 0
        if self._passed >= LINES_MAX:
            self._dropped += 1
            return False
        self._passed += 1
        record.msg, record.args = f"{self._plain_message(record)}{self._lost()}", None
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def _plain_message(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        plain_message = message if error is None else f"{message}: {type(error).__name__}: {error}"
        return plain_message.splitlines()[0] if plain_message else plain_message

    def _lost(self) -> str:
        lost, self._dropped = self._dropped, 0
        return f" ({lost} more lines like this were not written)" if lost else ""
