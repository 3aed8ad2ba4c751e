"""A study on a real Dask cluster: workers come, are killed, and are of other builds, and the result is the same."""

import asyncio
import functools
import signal
from contextlib import suppress

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.model import Arm, Run, World
from starfoundry.forecast.domain.remote_run import checked_cluster
from starfoundry.forecast.domain.situation import encode
from starfoundry.forecast.runtime.cluster import PROGRAM, cluster, status_of
from starfoundry.forecast.runtime.observation import observe
from starfoundry.forecast.runtime.turns import Turns
from starfoundry.forecast.runtime.workers import workers
from starfoundry.kernel.conditions import NO_REPORTER
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ContainerId
from starfoundry.runtime.clock import SystemClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.simulation.play import simulate
from starfoundry.simulation.resumed import DATABASE_FILE
from starfoundry.store.address import url_of
from starfoundry.store.engine import Database
from starfoundry.tuning.domain.study import StudyStatus
from starfoundry.tuning.runtime.tuner import Tuner
from starfoundry.tuning.storage import store
from tests.forecast.games import game
from tests.patience import DEADLINE_SECONDS
from tests.tuning.clusters import RealCluster
from tests.tuning.specs import spec

THREE_TRIALS = 28
"""A budget of runs: four for each of three trials, and those that are kept for the check."""


RUNS = [Run(world=World(seed=seed, scenario="poor"), arm=Arm(name="defaults"), hours=0.02) for seed in range(3)]


@pytest.fixture
def three(tmp_path):
    """A cluster of three workers that can play, and a fourth that does not say which build it is."""
    found = RealCluster(tmp_path)
    found.add(3)
    found.add(1, "--death-timeout", "300")
    yield found
    found.close()


@pytest.fixture
def begun(tmp_path_factory):
    """A database with a game in it, and what its daemon knows."""
    directory = tmp_path_factory.mktemp("game")

    async def body():
        async with game(directory, hours=0.1) as found:
            daemon, container = found.running.daemon, ContainerId(found.scene.manufacturing_id)
            session = await daemon.sessions.get(found.scene.player_id)
            return container, await observe(session, daemon.database, container, found.running.clock.now())

    container, situation = loop.run(body(), seed=1)
    return directory, container, situation


async def joined(address, count):
    """Wait until so many workers can play."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            with suppress(Unavailable):
                async with cluster(address) as engine:
                    while (engine.status().workers, len(engine.status().refused)) != (count, 1):
                        await asyncio.sleep(0.1)
                        await engine.look()
                    return
            await asyncio.sleep(0.2)


async def played_though_a_worker_is_killed(three):
    """Outcomes of runs of which one was given to a worker that is killed before it is done."""
    await joined(three.address, 3)
    three.signal(3, signal.SIGSTOP)  # whatever it were given would never be done
    async with cluster(three.address) as engine:
        three.signal(0, signal.SIGSTOP)  # it is given a run, and does nothing
        waiting = asyncio.gather(*(engine.play(run) for run in RUNS))
        three.signal(0, signal.SIGKILL)
        return await waiting


async def lost_with_its_scheduler(three):
    """What is told of a run whose scheduler dies, and whoever connects after that."""
    async with cluster(three.address) as engine:
        three.signal(2, signal.SIGSTOP)
        waiting = asyncio.create_task(engine.play(RUNS[0]))
        three.scheduler.kill()
        with pytest.raises(Unavailable, match="has lost a run"):
            await waiting
    with pytest.raises(Unavailable, match="no Dask scheduler answers"):
        await cluster(three.address, connect_seconds=1.0).__aenter__()


async def studied(begun, address):
    """A study from its start to its end."""
    directory, container, situation = begun
    offload = SingleThread("database")
    database = await Database.open(url_of(directory / DATABASE_FILE), offload, waits_for_disk=False)
    asked = spec(container_id=container, player_id=1, hours=0.05, budget=THREE_TRIALS, cluster=address)
    begins = SystemClock().now()
    study = await database.write(lambda connection: store.create(connection, asked, encode(situation), begins))
    tuner = Tuner(
        database,
        lambda place: cluster(place) if place else workers(2),
        Turns(),
        lambda _player: NO_REPORTER,
        lambda: None,
    )
    tuner.begin()
    assert tuner._task is not None
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await tuner._task
        return await database.read(functools.partial(store.get, number=study.number))
    finally:
        await tuner.close()
        await database.close()
        offload.close()


@pytest.mark.processes
@pytest.mark.filterwarnings("ignore:.*socket:pytest.PytestUnraisableExceptionWarning")  # Dask's, to a dead scheduler
def test_a_real_cluster_comes_to_the_same_on_two_workers_on_one_and_on_this_machine_though_one_is_killed(three, begun):
    played = asyncio.run(played_though_a_worker_is_killed(three))
    assert [each.journal for each in played] == [simulate(run).journal for run in RUNS]

    two = asyncio.run(studied(begun, three.address))
    here = asyncio.run(studied(begun, ""))
    three.signal(1, signal.SIGKILL)
    one = asyncio.run(studied(begun, three.address))
    assert two.status is here.status is one.status is StudyStatus.NOTHING
    assert two.trials == here.trials == one.trials
    assert len(two.trials) == 3
    assert any(trial.drawdown for trial in two.trials)

    asyncio.run(lost_with_its_scheduler(three))


def test_workers_of_another_build_are_not_counted_and_told_by_their_address():
    here, other, none = {"0.1.0+aaaa": 1.0}, {"0.1.0+bbbb": 1.0}, {"GPU": 1.0}

    found = status_of("tcp://h:1", "0.1.0+aaaa", {"tcp://a:1": here, "tcp://b:1": other, "tcp://c:1": none})

    assert found.workers == 1
    assert found.waits == ""
    assert found.refused == (
        "worker tcp://b:1 plays build 0.1.0+bbbb, and this daemon is build 0.1.0+aaaa",
        f"worker tcp://c:1 was started without --preload {PROGRAM}, and this daemon is build 0.1.0+aaaa",
    )


def test_a_cluster_without_a_worker_that_can_play_tells_how_to_start_one():
    assert "start one: dask worker tcp://h:1" in status_of("tcp://h:1", "0.1.0+aaaa", {}).waits
    assert "plays build 0.2.0+bbbb" in status_of("tcp://h:1", "0.1.0+aaaa", {"tcp://b:1": {"0.2.0+bbbb": 1.0}}).waits


@pytest.mark.parametrize("address", ["tcp://10.0.0.7:8786", "tls://dask.example:8786", "tcp://[::1]:8786"])
def test_the_address_of_a_scheduler_is_taken(address):
    assert checked_cluster(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    ["10.0.0.7:8786", "http://h:8786", "tcp://h", "tcp://h:0", "tcp://h:99999", "tcp://u:p@h:1", "inproc://x"],
)
def test_anything_else_is_refused_by_the_name_of_its_field(address):
    with pytest.raises(Refused) as refused:
        checked_cluster(address)

    assert refused.value.fields[0].field == "cluster"
