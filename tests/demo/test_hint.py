"""The hint is a command that a shell takes as it is pasted."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path

from starfoundry.demo.hint import how_to_change
from tests.demo.readings import CONFIG, SCENE


def words(scene=SCENE):
    """The hint as a shell splits it, the broken line joined."""
    return shlex.split(how_to_change(scene, CONFIG).replace("\\\n", ""))


def test_it_names_the_data_directory_and_the_container():
    assert words()[1:] == [
        "--data-dir",
        "/tmp/starfoundry-demo-ab12cd34",
        "manufacturing",
        "config",
        "set",
        "--container",
        "parallel-mfg-X1-AD75-3f9a1c",
        "--max-pipelines",
        "5",
    ]


def test_a_directory_with_a_blank_in_its_name_is_quoted():
    assert words(replace(SCENE, plan=replace(SCENE.plan, data_dir=Path("/tmp/my demo"))))[2] == "/tmp/my demo"


def test_no_line_is_wrapped_by_a_terminal_of_a_hundred_columns():
    scene = replace(SCENE, plan=replace(SCENE.plan, data_dir=Path("/tmp/a-directory-of/quite-some/length/for-a-demo")))

    assert max(len(line) for line in how_to_change(scene, CONFIG).split("\n")) <= 100


def test_off_the_path_the_program_is_named_by_its_place(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)

    assert words()[0] == str(Path(sys.executable).with_name("spacetraders"))


def test_on_the_path_its_name_is_enough(monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))

    assert words()[0] == "spacetraders"


def test_below_the_working_directory_the_place_is_a_short_one(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(Path(sys.executable).parents[1])

    assert words()[0] == "bin/spacetraders"
