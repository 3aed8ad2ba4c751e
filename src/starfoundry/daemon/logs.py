"""The daemon's own log: one JSON object a line, rotated, without tokens."""

import logging
import re
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog
from structlog.typing import EventDict, WrappedLogger

LOG_DIRECTORY = "logs"
LOG_FILE = "daemon.log"
BYTES_MAX = 10 * 1024 * 1024
OLD_FILES = 5

_TOKEN = re.compile(r"eyJ[\w-]{5,}\.[\w-]{5,}(\.[\w-]*)?|(?i:bearer\s+)[\w.~+/-]{8,}=*")
REDACTED = "[token]"


def start(data_dir: Path) -> Path:
    """Send all log records of this process to the directory's log file; its path."""
    directory = data_dir / LOG_DIRECTORY
    directory.mkdir(mode=0o700, exist_ok=True)
    path = directory / LOG_FILE
    handler = ResilientFileHandler(path, maxBytes=BYTES_MAX, backupCount=OLD_FILES, encoding="utf-8")
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    handler.setFormatter(_formatter(shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for library in ("alembic", "aiohttp", "grpc"):
        logging.getLogger(library).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return path


class ResilientFileHandler(RotatingFileHandler):
    """Continues when the disk refuses a line, and logs the number of lost lines later."""

    lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; the first one after lost lines reports their number."""
        lost = self.lost
        if lost:
            words = {"name": __name__, "levelno": logging.ERROR, "levelname": "ERROR"}
            text = f"{lost} lines before this one were lost: the disk refused them"
            super().emit(logging.makeLogRecord({**words, "msg": text}))
            if self.lost > lost:
                return  # refused again: this line is lost as well
            self.lost = 0
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  (logging's own names)
        """A line could not be written: drop the rest of it, and report it on stderr the first time."""
        self.lost += 1
        if self.lost == 1 and sys.stderr is not None:
            sys.stderr.write(f"{self.baseFilename} cannot be written: {sys.exception()}\n")
        stream, self.stream = self.stream, None  # None while opening is delayed
        if stream is not None:
            with suppress(OSError):
                stream.close()


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace anything that looks like a token, in any value; a second safeguard besides never logging one."""
    return {key: _redacted(value) for key, value in event.items()}


def _redacted(value: object) -> object:
    if isinstance(value, str):
        return _TOKEN.sub(REDACTED, value)
    if isinstance(value, dict):
        return {key: _redacted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(inner) for inner in value]
    return value


def _formatter(shared: list[structlog.typing.Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(default=str),
        ],
    )
