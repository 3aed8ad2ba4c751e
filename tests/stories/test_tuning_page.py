"""The page about tuning: its commands run, those of a cluster with a real scheduler and a worker."""

import functools
import re
import subprocess

import pytest

from tests.house.source import ROOT
from tests.patience import until
from tests.stories.programs import BIN, Workplace
from tests.tuning.clusters import RealCluster

PAGE = (ROOT / "docs" / "tuning.md").read_text()
ADDRESS = "tcp://10.0.0.7:8786"


def commands() -> list[list[str]]:
    """Each command line of the page, as words."""
    return [line.split() for line in re.findall(r"^ {4}((?:spacetraders|dask) .*)$", PAGE, flags=re.MULTILINE)]


@pytest.fixture
def real(tmp_path):
    """A cluster with one worker, in the place of the page's."""
    found = RealCluster(tmp_path)
    (told,) = (words[3:] for words in commands() if words[:2] == ["dask", "worker"])
    preload = told[told.index("--preload") :]
    found.add(1, *preload)
    yield found
    found.close()


def begins(workplace: Workplace, words: list[str]) -> bool:
    """Whether a study has begun."""
    return workplace.cli(*words).code == 0


@pytest.mark.processes
def test_the_commands_of_the_page_run(workplace, real):
    workplace.start_daemon("--sandbox", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")

    for program, *words in commands():
        if program == "dask":
            continue
        given = [word.replace(ADDRESS, real.address) for word in words]
        if given[:2] == ["tune", "start"]:
            workplace.cli("tune", "stop")
        if "--cluster" in given:
            until(functools.partial(begins, workplace, given), "a worker has joined")
            assert until(lambda: workplace.ask("tune", "status")["workers"], "the study is played there") == 1
            continue
        ended = workplace.cli(*given)
        if given == ["tune", "apply"]:
            assert (ended.code, "has nothing to apply" in ended.err) == (4, True)
        else:
            assert ended.code == 0, f"{given}: {ended.err}"


@pytest.mark.parametrize("words", [words for words in commands() if words[0] == "dask"], ids=lambda words: words[1])
def test_dask_knows_every_option_of_the_page(words):
    helped = subprocess.run([BIN / "dask", words[1], "--help"], capture_output=True, text=True, check=True).stdout

    assert [word for word in words if word.startswith("--") and word not in helped] == []


def test_the_page_has_commands():
    assert len(commands()) >= 10
