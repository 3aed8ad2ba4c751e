"""Simulation of a power cut for a SQLite file: the database, with its write-ahead log cut at any position.

A log is only certain up to its length at the last sync; what was written later may be there in part, even torn in the
middle of a page. So every possible length is made into an image and opened by plain SQLite. Whether a commit syncs the
log is asked of the connection itself: with synchronous=NORMAL it does not.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

WAL_HEADER_BYTES = 32
FRAME_HEADER_BYTES = 24
FORCES_EVERY_COMMIT = 2  # PRAGMA synchronous = FULL; EXTRA is 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgedFacts:
    """`facts` were known to be stored when the log was synced up to `log_bytes`."""

    facts: int
    log_bytes: int


class LogRecorder:
    """Watches one database while it is written. The log must not be checkpointed meanwhile."""

    def __init__(self, database: Path, synchronous: int) -> None:
        self._database = database
        self._log = database.with_name(database.name + "-wal")
        self._is_forced = synchronous >= FORCES_EVERY_COMMIT
        self._certain = self._log.stat().st_size
        self.acknowledged: list[AcknowledgedFacts] = []

    def acknowledge(self, facts: int) -> None:
        """From here on `facts` of them are promised."""
        if self._is_forced:
            self._certain = self._log.stat().st_size
        self.acknowledged.append(AcknowledgedFacts(facts=facts, log_bytes=self._certain))

    def lengths(self, torn_per_frame: int) -> Iterator[int]:
        """Every length at which the log may end: after each frame, and `torn_per_frame` times within it."""
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
            (page,) = connection.execute("PRAGMA page_size").fetchone()
        frame = page + FRAME_HEADER_BYTES
        size = self._log.stat().st_size
        for start in range(WAL_HEADER_BYTES, size, frame):
            for part in range(torn_per_frame + 1):
                yield min(size, start + frame * part // (torn_per_frame + 1))
        yield size

    def lost(self, scratch: Path, count: Callable[[sqlite3.Connection], int], torn_per_frame: int) -> tuple[int, int]:
        """How many images were opened, and in how many something acknowledged was missing."""
        image, log = scratch / "image.db", scratch / "image.db-wal"
        content = self._log.read_bytes()
        images = missing = 0
        for length in self.lengths(torn_per_frame):
            for leftover in scratch.glob("image.db*"):
                leftover.unlink()
            shutil.copy(self._database, image)
            log.write_bytes(content[:length])
            with closing(sqlite3.connect(image)) as connection:
                found = count(connection)
            promised = max((each.facts for each in self.acknowledged if each.log_bytes <= length), default=0)
            images, missing = images + 1, missing + (found < promised)
        return images, missing
