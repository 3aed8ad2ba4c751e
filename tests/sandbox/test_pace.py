"""The sandbox is quick enough to be somebody's test universe. Wide margins: this machine may be busy."""

import time

from starfoundry.game.transport import Request
from tests.sandbox.player import World


def test_an_idle_day_passes_in_a_moment() -> None:
    world = World()
    world.wait(hours=24)
    began = time.perf_counter()
    world.universe.advance(world.universe.now())

    assert time.perf_counter() - began < 0.9, "24 hours at 100,000 times real time"


def test_market_reads_and_purchases_are_answered_in_tens_of_microseconds() -> None:
    world = World()
    player = world.join()
    headers = {"authorization": f"Bearer {player.token}"}
    here = player.registration["agent"]["headquarters"]
    ship = f"/my/ships/{player.frigate}"
    requests = [
        Request(method=method, path=path, headers=headers, body=body, timeout_seconds=1)
        for method, path, body in (
            ("GET", f"/systems/{player.home}/waypoints/{here}/market", None),
            ("POST", f"{ship}/purchase", b'{"symbol":"FUEL","units":1}'),
            ("GET", f"/systems/{player.home}/waypoints/{here}/market", None),
            ("POST", f"{ship}/sell", b'{"symbol":"FUEL","units":1}'),
        )
    ]
    began = time.perf_counter()
    for _ in range(250):
        for request in requests:
            world.clock.seconds += 1
            assert world.api.handle(request).status < 300

    assert time.perf_counter() - began < 0.25, "250 microseconds a request is five times what it takes alone"
