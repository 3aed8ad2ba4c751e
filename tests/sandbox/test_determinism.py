"""One seed and one sequence of requests give one history, in any process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.player import Player, World

ROOT = Path(__file__).parents[2]


def play(seed: int) -> str:
    """A digest of every byte answered in some hours of play."""
    world = World(seed)
    player: Player = world.join()
    digest = hashlib.sha256()

    def see(method: str, path: str, body: object = None) -> None:
        answer = player.answer(method, path, body)
        digest.update(f"{answer.status} {dict(answer.headers)} ".encode() + answer.body)

    ship = f"/my/ships/{player.frigate}"
    see("GET", f"/systems/{player.home}")
    see("GET", f"/systems/{player.home}/waypoints?limit=20&page=3")
    for place in player.everything(f"/systems/{player.home}/waypoints?traits=MARKETPLACE")[:6]:
        market = f"/systems/{player.home}/waypoints/{place['symbol']}/market"
        player.fly(player.frigate, place["symbol"], "DRIFT")
        see("GET", market)
        for good in [*player.quotes(place["symbol"])][:3]:
            see("POST", f"{ship}/purchase", {"symbol": good, "units": 2})
            see("POST", f"{ship}/sell", {"symbol": good, "units": 1})
        see("POST", f"{ship}/refuel")
        world.wait(hours=1)
        see("GET", market)
    see("GET", "/my/ships")
    digest.update(repr(world.universe.event_log.entries).encode())
    return digest.hexdigest()


def test_two_processes_with_different_hash_seeds_live_through_the_same_bytes() -> None:
    code = "from tests.sandbox.test_determinism import play; print([play(seed) for seed in (1, 2)])"
    outputs = []
    for hash_seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        outputs.append(run.stdout)

    assert outputs[0] == outputs[1]
    assert len({*outputs[0].strip("[]\n").split(", ")}) == 2, "another seed is another universe"


@pytest.mark.parametrize("seed", [1, 5])
def test_looking_at_a_market_does_not_change_its_history(seed: int) -> None:
    """Markets are brought up to date when somebody looks; how often somebody looks must not matter."""
    watched, skipped = World(seed), World(seed)
    for _ in range(40):
        watched.wait(hours=0.2)
        watched.universe.advance(watched.universe.now())
    skipped.wait(hours=8.0)

    stocks = []
    for world in (watched, skipped):
        now = world.universe.now()
        markets = [world.universe.market(plan.waypoint, now) for plan in world.universe.system.markets]
        stocks.append(
            [
                (market_good.good, market_good.units)
                for market in markets
                if market
                for market_good in market.market_goods.values()
            ]
        )
    assert stocks[0] == stocks[1]


def test_a_trade_changes_only_the_market_it_was_made_at() -> None:
    quiet, busy = World(4), World(4)
    player = busy.join()
    player.do(player.frigate, "purchase", symbol="FUEL", units=30)
    for world in (quiet, busy):
        world.clock.seconds = 40_000.0
    waypoint = busy.universe.system.headquarters
    for plan in busy.universe.system.markets:
        one = quiet.universe.market(plan.waypoint, quiet.universe.now())
        two = busy.universe.market(plan.waypoint, busy.universe.now())
        assert one is not None
        assert two is not None
        alike = [each.units for each in one.market_goods.values()] == [each.units for each in two.market_goods.values()]
        assert alike == (plan.waypoint != waypoint)
