"""Any row of a benchmark can be repeated: a demo takes a scenario, a preset and settings, and says what they may be."""

import asyncio
import json

import pytest

from starfoundry.cli.main import root
from starfoundry.demo.demo_plan import DemoPlan
from starfoundry.demo.start import open_demo
from starfoundry.demo.virtual_demo import play_hours
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments import exits


def refusal(capsys, *options):
    """How the command ends, and what it says went wrong, before anything runs."""
    code = exits.run(root, ["demo", "--hours", "1", "--output", "json", *options])
    return code, json.loads(capsys.readouterr().err)["error"]


def test_it_begins_with_the_preset_and_above_it_the_settings(tmp_path):
    seen = []
    settings = {"max_pipelines": "5", "acquire_min_start_supply": "MODERATE"}
    plan = DemoPlan(
        seed=3, speed=0, hours=0.1, data_dir=tmp_path, scenario="poor", preset="aggressive", settings=settings
    )

    summary = play_hours(plan, lambda demo_setting, reading: seen.append(reading.status.config))

    assert (seen[0].max_pipelines, seen[0].acquire_min_start_supply) == (5, "MODERATE")
    assert (seen[0].collect_min_start_supply, seen[0].acquire_min_execute_supply) == ("HIGH", "LIMITED")
    assert summary.credits_start == 40_000
    assert "seed 3, scenario poor, preset aggressive, max_pipelines=5" in summary.text()


def test_a_scenario_that_is_none_names_those_there_are(capsys):
    code, error = refusal(capsys, "--scenario", "pour")

    assert code == 3
    assert "there is no scenario pour: take one of bases-2024, crowded, late, ordinary, poor" in error["message"]


def test_a_preset_that_is_none_names_those_there_are(capsys):
    code, error = refusal(capsys, "--preset", "agressive")

    assert code == 3
    assert "there is no preset 'agressive'; did you mean aggressive" in error["message"]
    assert "conservative, balanced, aggressive" in error["message"]


def test_everything_that_is_wrong_with_settings_is_told_at_once(capsys):
    code, error = refusal(capsys, "--set", "max_pipelines=lots", "--set", "max_piplines=3")

    assert code == 2
    assert [each["field"] for each in error["fields"]] == ["max_pipelines", "max_piplines"]
    assert error["fields"][0]["given"] == "lots"


def test_a_setting_without_a_value_is_refused(capsys):
    code, error = refusal(capsys, "--set", "max_pipelines")

    assert code == 2
    assert "setting must be NAME=VALUE, was 'max_pipelines'" in error["message"]


def test_settings_that_contradict_the_preset_are_refused(capsys):
    code, error = refusal(capsys, "--preset", "aggressive", "--set", "collect_min_execute_supply=ABUNDANT")

    assert code == 2
    assert "collect_min_start_supply" in error["message"]


def test_a_demo_that_goes_on_begins_with_nothing(tmp_path):
    plan = DemoPlan(seed=3, speed=0, hours=1, data_dir=tmp_path)
    other = DemoPlan(seed=3, speed=0, hours=1, data_dir=tmp_path, preset="aggressive")

    async def play():
        async with machine(new_universe(3), tmp_path) as running:
            await open_demo(running.operator, plan)
            await asyncio.sleep(1)
            with pytest.raises(Refused, match="preset must be left out, because a coordinator runs in"):
                await open_demo(running.operator, other)

    run(play(), seed=3)
