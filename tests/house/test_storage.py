"""Where SQL of one dialect may stand."""

import re

from tests.house.source import modules

SPEAKS_SQLITE = re.compile(
    r"\bPRAGMA \w|^import sqlite3|^from sqlite3|INSERT OR (?:IGNORE|REPLACE)", flags=re.MULTILINE
)


def test_sqlite_is_spoken_in_one_module():
    """So another database can follow without a rewrite."""
    speaking = {module.path for module in modules() if SPEAKS_SQLITE.search(module.text)}

    assert speaking == {"store/sqlite.py"}
