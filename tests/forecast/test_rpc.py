"""Proposed settings are judged as a change of them would be, and a forecast changes none."""

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.status import InProcessContext
from tests.forecast.games import better_by, game


def asked(tmp_path, *, answers=None, preset=None, **fields):
    """What a request is told, and the settings' revision afterwards."""

    async def body():
        async with game(tmp_path, answers or better_by(0.1), hours=0.0) as begun:
            container = begun.scene.manufacturing_id
            request = pb.ForecastConfigRequest(container_id=container, player_id=begun.scene.player_id, **fields)
            if preset is not None:
                request.preset = preset
            told = [each async for each in begun.rpc.ForecastConfig(request, InProcessContext())]
            show = pb.GetManufacturingConfigRequest(container_id=container, player_id=begun.scene.player_id)
            shown = await begun.running.operator.call("GetManufacturingConfig", show)
            review = pb.ListConfigForecastsRequest(container_id=container, player_id=begun.scene.player_id)
            return told, shown.revision, await begun.rpc.ListConfigForecasts(review, InProcessContext())

    return loop.run(body(), seed=1)


def test_a_forecast_tells_what_would_change_and_changes_nothing(tmp_path):
    told, revision, reviewed = asked(tmp_path, texts={"trade_min_margin": "25"}, hours=2.0, runs=3)

    assert revision == 1
    assert [(each.name, each.before_json, each.after_json) for each in told[-1].changes] == [
        ("trade_min_margin", "40", "25")
    ]
    assert told[-1].number == 1
    assert reviewed.reviews[0].forecast == told[-1]
    assert (reviewed.reviews[0].tried, reviewed.judged) == ("", 0)


def test_a_preset_can_be_proposed(tmp_path):
    told, _, _ = asked(tmp_path, preset="earner", hours=1.0, runs=1)

    assert {"max_workers", "max_pipelines"} <= {each.name for each in told[-1].changes}


def test_nothing_proposed_is_a_forecast_of_todays_settings(tmp_path):
    told, _, _ = asked(tmp_path, hours=1.0, runs=2)

    assert [each.rounds for each in told] == [1, 2]
    assert told[-1].today.profit_per_hour > 0
    assert not told[-1].HasField("difference")


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"max_pipelines": "many"}, "max_pipelines"),
        ({"no_such_setting": "1"}, "no_such_setting"),
        ({"acquire_min_start_supply": "SCARCE"}, "acquire_min_start_supply"),
    ],
)
def test_settings_that_would_be_refused_are_refused_by_name(tmp_path, texts, field):
    with pytest.raises(Refused) as refused:
        asked(tmp_path, texts=texts)

    assert field in {each.field for each in refused.value.fields}


def test_settings_that_are_in_force_already_are_no_proposal(tmp_path):
    with pytest.raises(Refused, match="already in force"):
        asked(tmp_path, texts={"trade_min_margin": "40"})


def test_a_preset_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(Missing, match="no preset"):
        asked(tmp_path, preset="nothing")
