"""A forecast says so when its world no longer resembles what is seen."""

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.forecast.domain.resemblance import (
    PicturedGood,
    WorldPicture,
    settings_differences,
    world_differences,
)
from starfoundry.wire import daemon_pb2 as pb
from tests.forecast.games import better_by
from tests.forecast.test_service import every, in_game

TODAY = ManufacturingConfig().to_map()


def world(*, price: float = 100.0, level: int = 3, carriers: int = 4, goods: int = 12) -> WorldPicture:
    return WorldPicture(
        goods={f"M{number} IRON": PicturedGood(price=price, level=level) for number in range(goods)}, carriers=carriers
    )


def test_the_same_world_resembles_itself():
    assert world_differences(world(), world()) == ()


def test_what_differs_is_named_with_its_figures():
    assert world_differences(world(), world(price=130.0)) == ("prices: half of 12 changed by 30 % or more",)
    assert world_differences(world(), world(price=70.0)) == ("prices: half of 12 changed by 43 % or more",)
    assert world_differences(world(), world(level=5)) == ("supplies: 12 of 12 differ by two levels or more",)
    assert world_differences(world(), world(carriers=6)) == ("fleet: 6 ships with a hold instead of 4",)


def test_small_movements_are_no_other_world():
    assert world_differences(world(carriers=5), world(price=115.0, level=4, carriers=6)) == ()


def test_few_goods_tell_nothing():
    assert world_differences(world(goods=9), world(price=900.0, level=5, goods=9)) == ()


def test_settings_are_known_if_they_were_played_as_a_whole():
    proposed = TODAY | {"max_workers": 9}

    assert settings_differences([TODAY, proposed], proposed) == ()
    assert settings_differences([TODAY, None], TODAY) == ()
    assert settings_differences([TODAY, proposed], TODAY | {"max_workers": 12}) == ("settings: max_workers is 12 now",)
    mixed = proposed | {"max_pipelines": 7}
    assert settings_differences([TODAY, proposed], mixed) == ("settings: max_pipelines is 7 now",)


def test_a_kept_forecast_is_compared_with_what_is_seen_when_it_is_listed(tmp_path):
    async def body(begun):
        await every(begun.service, await begun.question(runs=1, trade_min_margin=25))
        who = begun.scene.player_id, begun.scene.manufacturing_id
        (fresh,) = await begun.service.reviews(*who)
        change = pb.UpdateManufacturingConfigRequest(player_id=who[0], container_id=who[1], max_workers=7)
        await begun.running.operator.call("UpdateManufacturingConfig", change)
        (later,) = await begun.service.reviews(*who)
        return fresh, later

    fresh, later = in_game(body, tmp_path, better_by(0.1), hours=0.2)

    assert len(fresh.forecast.world.goods) > 10
    assert fresh.forecast.world.carriers > 0
    assert fresh.unlike == ()
    assert later.unlike == ("settings: max_workers is 7 now",)
