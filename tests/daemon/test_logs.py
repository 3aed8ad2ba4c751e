"""The daemon's log file."""

import json
import logging
import resource
from contextlib import contextmanager

import pytest
import structlog

from starfoundry.daemon import logs

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJpZGVudGlmaWVyIjoiRk9VTkRSWSJ9.c2lnbmF0dXJl"


@pytest.fixture
def logged(tmp_path):
    """The lines of a log file that everything goes to while the test runs."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    path = logs.start(tmp_path)

    yield lambda: [json.loads(line) for line in path.read_text().splitlines()]

    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@contextmanager
def full_disk():
    """No file of this process can grow meanwhile."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


def test_lines_that_a_full_disk_refuses_are_counted_and_the_log_goes_on(logged, capsys):
    log = logging.getLogger("starfoundry.test")
    log.info("before")
    with full_disk():
        log.info("lost")
        log.info("lost as well")
    log.info("after")

    assert [line["event"] for line in logged()] == [
        "before",
        "2 lines before this one were lost: the disk refused them",
        "after",
    ]
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_each_event_is_one_json_line_with_its_fields(logged):
    logging.getLogger("starfoundry.test").info("applied", extra={"revision": 7})

    (line,) = logged()
    assert (line["event"], line["revision"], line["level"], line["logger"]) == (
        "applied",
        7,
        "info",
        "starfoundry.test",
    )
    assert line["at"].endswith("Z")


def test_structlogs_own_loggers_write_the_same_lines(logged):
    structlog.get_logger("starfoundry.test").warning("odd", price=12)

    (line,) = logged()
    assert (line["event"], line["price"], line["level"]) == ("odd", 12, "warning")


def test_a_failure_is_logged_with_its_traceback_on_the_same_line(logged):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        logging.getLogger("x").exception("it broke")

    (line,) = logged()
    assert "ZeroDivisionError: division" in line["exception"]


@pytest.mark.parametrize("text", [f"got {TOKEN}", f"Authorization: Bearer {TOKEN}", "bearer abcdefghijkl"])
def test_what_looks_like_a_token_never_reaches_the_file(logged, text):
    logging.getLogger("x").warning("%s", text, extra={"inner": {"headers": [text]}})
    try:
        int(text)
    except ValueError:
        logging.getLogger("x").exception("it broke")

    written = json.dumps(logged())
    assert TOKEN not in written
    assert "abcdefghijkl" not in written
    assert logs.REDACTED in written
