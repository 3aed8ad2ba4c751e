"""The hint is a command that a shell takes as it is pasted."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from starfoundry.demo.hint import OFFER, how_to_change, simulated
from tests.demo.readings import CONFIG, SCENE


@pytest.fixture(autouse=True)
def on_the_path(monkeypatch):
    """Our programs are on the path, unless a test says otherwise."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))


def words(demo_setting=SCENE):
    """The lines as a shell splits them."""
    return [shlex.split(line) for line in how_to_change(demo_setting, CONFIG)]


def test_it_names_the_data_directory_a_change_and_the_page():
    where, what, page = words()

    assert where == ["export", "STARFOUNDRY_DATA_DIR=/tmp/starfoundry-demo-ab12cd34"]
    assert what == ["spacetraders", "manufacturing", "config", "set", "--max-pipelines", "5"]
    assert page == ["spacetraders", "dashboard", "--open"]


def test_every_line_fits_sixty_columns():
    assert max(map(len, (OFFER, *how_to_change(SCENE, CONFIG)))) <= 60


def test_a_directory_with_a_blank_in_its_name_is_quoted():
    where, _change, _page = words(replace(SCENE, plan=replace(SCENE.plan, data_dir=Path("/tmp/my demo"))))

    assert where == ["export", "STARFOUNDRY_DATA_DIR=/tmp/my demo"]


def test_off_the_path_the_environment_of_our_python_is_activated_first(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)
    activate = str(Path(sys.executable).with_name("activate"))

    assert words()[0] == [".", activate]


def test_below_the_working_directory_its_place_is_a_short_one(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    environment = Path(sys.executable).parents[1]  # .venv, unless the tests run on another Python
    monkeypatch.setattr(Path, "cwd", lambda: environment.parent)

    assert words()[0] == [".", f"{environment.name}/bin/activate"]


def test_simulated_time_counts_days():
    assert [simulated(59), simulated(3_661), simulated(90_000)] == ["00:00", "01:01", "1 d 01:00"]
