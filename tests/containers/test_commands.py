"""How a container's log looks to people."""

import json

from starfoundry.containers.commands.show import _line
from starfoundry.wire.daemon_pb2 import LogEntry


def entry(message, **fields):
    return LogEntry(
        id=1, at="2026-11-24T09:20:57.123+00:00", level="INFO", message=message, fields_json=json.dumps(fields)
    )


def test_an_entry_is_a_line_with_its_fields_behind_the_message():
    shown = _line(entry("Configuration updated", revision=2, max_pipelines=5, effects=["a", "b"]))

    assert shown == (
        '2026-11-24 09:20:57  INFO     Configuration updated  revision=2  max_pipelines=5  effects=["a","b"]'
    )


def test_a_field_of_many_lines_stands_below_the_entry():
    shown = _line(entry("Crashed: no fuel", traceback="Traceback:\n  line 1\nValueError: no fuel\n", attempt=2))

    assert shown.splitlines() == [
        "2026-11-24 09:20:57  INFO     Crashed: no fuel  attempt=2",
        "    Traceback:",
        "      line 1",
        "    ValueError: no fuel",
    ]


def test_foreign_text_in_a_log_cannot_steer_the_terminal():
    assert "\x1b" not in _line(entry("\x1b[2J", name="\x1b]0;title\x07", long="a\n\x1b[31m"))
