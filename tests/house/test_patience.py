"""Tests wait for other processes as long as tests/patience.py says: a machine that is busy is no error."""

import re

from tests.house.source import ROOT

TESTS = ROOT / "tests"
LITERAL_DEADLINE = re.compile(r"(?<!\w)(?:timeout=|settimeout\(|until\(.*deadline_seconds=)[\d.]+")
"""A number of seconds of the real clock; `timeout_seconds=` of a request in virtual time is another thing."""

SHORT_ON_PURPOSE = {  # file: why it waits for less
    "stories/test_service.py": "what is waited for is the silence of a stopped daemon",
}


def test_a_test_waits_with_patience_unless_it_says_why():
    waiting = {
        path.relative_to(TESTS).as_posix() for path in TESTS.rglob("*.py") if LITERAL_DEADLINE.search(path.read_text())
    }

    assert waiting == set(SHORT_ON_PURPOSE)
