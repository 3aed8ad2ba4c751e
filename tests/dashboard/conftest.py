"""A page of a daemon that runs a coordinator in the sandbox, for everybody who only looks or changes a setting."""

from dataclasses import dataclass

import pytest

from tests.dashboard.browser import browsing
from tests.dashboard.visitor import Visitor
from tests.stories.programs import Program, Workplace


@dataclass
class Served:
    """A page that is served, and all that is behind it."""

    workplace: Workplace
    daemon: Program
    page: Program
    address: str
    container_id: str

    def visitor(self) -> Visitor:
        """Somebody new at the door."""
        return Visitor(self.address)

    def change(self, **what: object) -> dict[str, object]:
        """A change of the coordinator, as the page sends it."""
        return {"layer": "container", "container_id": self.container_id, "player_id": 1, **what}

    def config(self, *words: str):
        """`manufacturing config …` as somebody at a terminal types it; its answer."""
        return self.workplace.ask("manufacturing", "config", *words)

    def start_daemon_again(self) -> None:
        """The same daemon, after it has ended."""
        self.daemon = self.workplace.start_daemon("--sandbox", "--speed", "20")


def serving(folder) -> Served:
    """A daemon with one coordinator, and its page."""
    workplace = Workplace(data_dir=folder / "data")
    daemon = workplace.start_daemon("--sandbox", "--seed", "5", "--speed", "20")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container_id = workplace.ask("manufacturing", "start")["container_id"]
    workplace.ask("manufacturing", "config", "set", "max_workers=6", "--wait", "20s")
    page, address = workplace.start_dashboard()
    return Served(workplace, daemon, page, address, container_id)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One for all tests of a module: they must bear what the others changed."""
    made = serving(tmp_path_factory.mktemp("served"))
    yield made
    made.workplace.close()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser for all tests of a module."""
    with browsing(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def fragile(tmp_path):
    """One for this test alone, to be broken."""
    made = serving(tmp_path)
    yield made
    made.workplace.close()


@pytest.fixture
def workplace(tmp_path):
    """A fresh data directory with no daemon."""
    place = Workplace(data_dir=tmp_path / "data")
    yield place
    place.close()


@pytest.fixture
def visitor(served):
    """Somebody at the door of the page."""
    made = served.visitor()
    yield made
    made.close()
