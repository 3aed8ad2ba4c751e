"""A universe in somebody's hands: pace, steps, snapshots, forks, resets."""

import json
import math
import pickle

import pytest

from starfoundry.kernel.errors import Refused
from starfoundry.sandbox.control import snapshots
from starfoundry.sandbox.control.admin_api import Admin
from starfoundry.sandbox.control.controller import SandboxController, parse_speed
from starfoundry.sandbox.control.next_event import next_event
from starfoundry.sandbox.core.paced_clock import PacedClock
from starfoundry.sandbox.state.universe import Universe
from tests.sandbox.player import EPOCH, HandClock, Json, Player, Refusal, World
from tests.sandbox.test_determinism import play


def test_time_passes_at_its_speed_stands_still_and_jumps() -> None:
    machine = HandClock()
    clock = PacedClock(machine, 10)
    machine.seconds += 6
    clock.set_speed(0)
    machine.seconds += 100
    clock.jump(5)
    clock.set_speed(2)
    machine.seconds += 1

    assert clock.elapsed() == 60 + 5 + 2
    assert (clock.now() - EPOCH).total_seconds() == 67


def test_time_never_goes_back() -> None:
    clock = PacedClock(HandClock())
    for seconds in (-1.0, math.inf, math.nan):
        with pytest.raises(Refused):
            clock.jump(seconds)


@pytest.mark.parametrize(("word", "speed"), [("paused", 0.0), ("max", math.inf), ("2.5", 2.5)])
def test_speeds_have_words(word: str, speed: float) -> None:
    assert parse_speed(word) == speed


def player_of(control: SandboxController) -> Player:
    """A player whose seconds are moved by the control's own clock."""
    world = World.__new__(World)
    world.clock, world.universe, world.api = control.clock._clock, control.universe, control.api  # type: ignore[assignment]
    control.clock.jump(1)
    return world.join()


def depart(player: Player) -> str:
    there = player.get(f"/systems/{player.home}/waypoints?type=GAS_GIANT")[0]["symbol"]
    player.do(player.frigate, "orbit")
    player.do(player.frigate, "navigate", waypointSymbol=there)
    return str(player.get(f"/my/ships/{player.frigate}/nav")["status"])


def test_a_step_leads_to_the_next_arrival() -> None:
    control = SandboxController.of(1, HandClock())
    player = player_of(control)
    assert depart(player) == "IN_TRANSIT"
    upcoming = control.step()

    assert upcoming is not None
    assert (upcoming.kind, upcoming.subject) == ("ARRIVAL", player.frigate)
    assert player.get(f"/my/ships/{player.frigate}/nav")["status"] == "IN_ORBIT"


def test_with_nobody_under_way_a_step_leads_to_the_next_turn_of_a_market() -> None:
    control = SandboxController.of(1, HandClock())
    first, second = control.step(), control.step()

    assert first is not None
    assert second is not None
    assert first.kind == "TURN"
    assert 0 < second.at - first.at <= 15 * 60_000


def test_as_fast_as_it_goes_nobody_waits_for_an_arrival_or_the_limit() -> None:
    control = SandboxController.of(1, HandClock(), speed=math.inf)
    player = player_of(control)
    depart(player)
    for _ in range(100):
        control.before_request()
        nav = player.get(f"/my/ships/{player.frigate}/nav")

    assert nav["status"] == "IN_ORBIT"


def fork(world: World) -> Universe:
    return snapshots.load_universe(snapshots.read(snapshots.dump_universe(world.universe)), world.clock)


def test_a_fork_has_the_same_past_and_its_own_future() -> None:
    world = World(5)
    player = world.join()
    player.do(player.frigate, "purchase", symbol="FUEL", units=10)
    other = fork(world)
    player.do(player.frigate, "purchase", symbol="FUEL", units=10)

    cargo = [next(iter(each.agents["BADGER"].ships.values())).cargo for each in (world.universe, other)]
    assert cargo == [{"FUEL": 20}, {"FUEL": 10}]
    assert other.event_log.entries == world.universe.event_log.entries[:2]


def test_a_restored_universe_goes_on_as_the_original_would_have() -> None:
    """Frozen in mid-flight, thawed, and both left alone for hours: markets, ships and chance are the same."""
    world = World(6)
    depart(world.join())
    other = fork(world)
    world.wait(hours=7)
    pictures = []
    for universe in (world.universe, other):
        universe.advance(universe.now())
        market_goods = [
            (market_good.good, market_good.units, market_good.rate)
            for plan in universe.system.markets
            for market_good in universe.market(plan.waypoint, universe.now()).market_goods.values()  # type: ignore[union-attr]
        ]
        ships = [ship.status(universe.now()) for ship in universe.agents["BADGER"].ships.values()]
        pictures.append((market_goods, ships, universe.entropy.token("any", 8)))

    assert pictures[0] == pictures[1]


def test_freezing_changes_nothing() -> None:
    assert play(2) == play(2)
    world = World(2)
    snapshots.dump_universe(world.universe)
    assert snapshots.dump_universe(world.universe) == snapshots.dump_universe(world.universe)


def test_a_control_resumes_at_the_moment_of_the_snapshot() -> None:
    world = World(7)
    world.wait(hours=30)
    control = SandboxController.from_snapshot(snapshots.dump_universe(world.universe), HandClock(), speed=0)

    assert control.universe.now() == world.universe.now()


class Evil:
    """What a forged file would like to run."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1 + 1",)


@pytest.mark.parametrize("content", [Evil(), print, snapshots.read, json])
def test_a_forged_world_runs_nothing(content: object) -> None:
    try:
        payload = pickle.dumps(content)
    except TypeError:
        payload = b"cstarfoundry.sandbox.serve\nsignal\n."
    frozen = snapshots.UniverseSnapshot(
        format=snapshots.FORMAT, seed=1, universe_config="plain", at=0, universe=payload
    )
    with pytest.raises(Refused, match=r"cannot be read|no world"):
        snapshots.load_universe(frozen, HandClock())


@pytest.mark.parametrize("content", [b"", b"{}", snapshots.MAGIC + b"nonsense"])
def test_what_is_no_world_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        snapshots.read(content)


def test_a_reset_voids_agents_and_keeps_accounts() -> None:
    control = SandboxController.of(3, HandClock())
    player = player_of(control)
    old = control.universe.reset_date
    control.reset()
    player.world.universe = control.universe
    with pytest.raises(Refusal) as refused:
        player.get("/my/agent")

    assert (refused.value.status, refused.value.code) == (401, 4113)
    assert refused.value.error["data"] == {"expected": control.universe.reset_date, "actual": old}
    assert player.world.join().get("/my/agent")["credits"] == 175_000


def test_following_names_the_earliest_happening() -> None:
    world = World(1)
    player = world.join()
    world.universe.agents[player.symbol].contracts[0].is_accepted = True
    upcoming = next_event(world.universe, world.universe.now())

    assert upcoming is not None
    assert upcoming.kind == "DEADLINE"


class TestAdmin:
    """The calls, as the remote makes them."""

    def ask(self, admin: Admin, method: str, target: str, body: object = None) -> tuple[int, Json]:
        answer = admin.handle(method, target, b"" if body is None else json.dumps(body).encode())
        return answer.status, json.loads(answer.body)

    def test_speed_step_and_jump(self) -> None:
        admin = Admin(SandboxController.of(1, HandClock()))

        assert self.ask(admin, "POST", "/speed", {"speed": "paused"})[1]["speed"] == "paused"
        assert self.ask(admin, "POST", "/speed", {"speed": 5})[1]["speed"] == 5
        assert self.ask(admin, "POST", "/step")[1]["happened"]["kind"] == "TURN"
        assert (
            self.ask(admin, "POST", "/jump", {"until": "2026-03-02T00:00:00Z"})[1]["now"] == "2026-03-02T00:00:00.000Z"
        )

    def test_the_oracle_and_the_stocks_can_be_read(self) -> None:
        control = SandboxController.of(1, HandClock())
        player = player_of(control)
        admin = Admin(control)
        here = player.registration["agent"]["headquarters"]

        assert self.ask(admin, "GET", "/oracle")[1]["entries"][0]["deed"] == "REGISTER"
        assert self.ask(admin, "GET", "/oracle?after=1")[1]["entries"] == []
        assert self.ask(admin, "GET", f"/market?waypoint={here}")[1]["goods"]
        assert self.ask(admin, "GET", "/")[1]["agents"] == {"BADGER": 175_000}

    def test_a_snapshot_can_be_taken_and_restored(self) -> None:
        control = SandboxController.of(1, HandClock())
        admin = Admin(control)
        before = admin.handle("GET", "/snapshot", b"").body
        player_of(control)
        control.clock.jump(3_600)

        assert admin.handle("POST", "/restore", before).status == 200
        assert self.ask(admin, "GET", "/")[1]["agents"] == {}
        assert control.universe.now() == round(EPOCH.timestamp() * 1_000)

    @pytest.mark.parametrize(
        ("method", "target", "body", "status"),
        [
            ("GET", "/nothing", None, 404),
            ("GET", "/market?waypoint=X1-NO1-W2", None, 404),
            ("POST", "/jump", {"seconds": -1}, 422),
            ("POST", "/speed", {"speed": "warp"}, 422),
            ("POST", "/faults", {"kind": "gremlins"}, 422),
            ("POST", "/restore", {"no": "world"}, 422),
            ("DELETE", "/faults?number=9", None, 404),
        ],
    )
    def test_what_cannot_be_done_is_said(self, method: str, target: str, body: object, status: int) -> None:
        code, answer = self.ask(Admin(SandboxController.of(1, HandClock())), method, target, body)

        assert code == status
        assert answer["error"]["message"]
