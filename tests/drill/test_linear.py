"""Changes of settings at the same time have one order: that of their revisions, which nobody's clock contradicts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Stale
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.wire import daemon_pb2 as wire

NAME = "concurrent operations on settings, linearizable"
CLIENTS = 8
SETTINGS = ("max_pipelines", "max_workers", "min_purchase_price")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One call of one client: when it began and ended, the revision it names, what it wrote, and what it read."""

    began: int
    ended: int
    revision: int
    wrote: dict[str, int]
    read: dict[str, int]
    expected: int | None = None


def contradictions(history: list[Operation], first: dict[str, int]) -> Iterator[str]:
    """Why the history is not one register changed step by step; nothing when it is (revisions are the witness)."""
    changes = sorted((each for each in history if each.wrote), key=lambda each: each.revision)
    states, state = {1: dict(first)}, dict(first)
    for place, each in enumerate(changes):
        if each.revision in states:
            yield f"two changes became revision {each.revision}"
        if each.expected not in (None, each.revision - 1):
            yield f"revision {each.revision} was based on {each.expected}"
        for older in changes[max(0, place - CLIENTS) : place]:  # farther ones cannot contradict without nearer ones
            if each.ended < older.began:
                yield f"{each.revision} ended before {older.revision} began"
        states[each.revision] = state = {**state, **each.wrote}
    for each in history:
        if states.get(each.revision) != each.read:
            yield f"at revision {each.revision} was read {each.read}, it is {states.get(each.revision)}"
        known = max((change.revision for change in changes if change.ended < each.began), default=1)
        if each.revision < known:
            yield f"revision {each.revision} was read when {known} had been acknowledged"


def recorded(seed: int, operations: int, directory) -> tuple[list[Operation], dict[str, int]]:
    """A history of many clients at once, and the settings it began with."""
    rng = SeededEntropy(seed).stream("clients")
    history: list[Operation] = []
    ticks = 0

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return ticks

    async def client(operator, scene, count):
        seen = 1
        who = {"container_id": scene.manufacturing_id, "player_id": scene.player_id}
        for _ in range(count):
            await asyncio.sleep(rng.choice((0, 0, 0.001)))
            began = tick()
            if rng.random() < 0.4:
                shown = await operator.call("GetManufacturingConfig", wire.GetManufacturingConfigRequest(**who))
                read = {name: getattr(shown.config, name) for name in SETTINGS}
                seen = shown.revision
                history.append(Operation(began=began, ended=tick(), revision=seen, wrote={}, read=read))
                continue
            wrote = {name: rng.randint(2, 1_000) % 30 + 2 for name in rng.sample(SETTINGS, rng.randint(1, 2))}
            expected = seen if rng.random() < 0.5 else None
            terms = wire.ChangeTerms() if expected is None else wire.ChangeTerms(expected_revision=expected)
            request = wire.UpdateManufacturingConfigRequest(**who, terms=terms)
            for name, value in wrote.items():
                setattr(request, name, value)
            try:
                answer = await operator.call("UpdateManufacturingConfig", request)
            except Stale:
                shown = await operator.call("GetManufacturingConfig", wire.GetManufacturingConfigRequest(**who))
                seen = shown.revision
                continue
            is_change = answer.previous_revision != answer.revision
            read = {name: getattr(answer.current_config, name) for name in SETTINGS}
            seen = answer.revision
            history.append(
                Operation(
                    began=began,
                    ended=tick(),
                    revision=seen,
                    wrote=wrote if is_change else {},
                    read=read,
                    expected=expected if is_change else None,
                )
            )

    async def main():
        async with machine(new_universe(seed), directory) as running:
            scene = await open_scene(running.operator)
            for container in (scene.manufacturing_id, scene.growth_id):
                stop = wire.StopContainerRequest(container_id=container, player_id=scene.player_id)
                await running.operator.call("StopContainer", stop)
            show = wire.GetManufacturingConfigRequest(container_id=scene.manufacturing_id, player_id=scene.player_id)
            shown = await running.operator.call("GetManufacturingConfig", show)
            first = {name: getattr(shown.config, name) for name in SETTINGS}
            await asyncio.gather(*(client(running.operator, scene, operations // CLIENTS) for _ in range(CLIENTS)))
            return first

    first = run(main(), seed=seed)
    return history, first


def test_two_thousand_operations_are_linearizable(tmp_path, figure):
    history, first = recorded(1, 2_000, tmp_path)
    figure(NAME, 2_000, len(list(contradictions(history, first))))

    assert len({each.revision for each in history if each.wrote}) > 500
    assert list(contradictions(history, first)) == []


@pytest.mark.campaign
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("seed", range(2, 102))
def test_many_operations_are_linearizable(tmp_path, seed, figure):
    history, first = recorded(seed, 2_000, tmp_path)
    figure(NAME, 2_000, len(list(contradictions(history, first))))

    assert list(contradictions(history, first)) == []


def test_a_lost_update_is_found():
    first = dict.fromkeys(SETTINGS, 5)
    one = Operation(began=1, ended=4, revision=2, wrote={"max_workers": 7}, read={**first, "max_workers": 7})
    two = Operation(began=2, ended=5, revision=3, wrote={"max_pipelines": 9}, read={**first, "max_pipelines": 9})

    assert list(contradictions([one, two], first)) != []


def test_a_stale_read_is_found():
    first = dict.fromkeys(SETTINGS, 5)
    change = Operation(began=1, ended=2, revision=2, wrote={"max_workers": 7}, read={**first, "max_workers": 7})
    stale = Operation(began=3, ended=4, revision=1, wrote={}, read=first)

    assert list(contradictions([change, stale], first)) == ["revision 1 was read when 2 had been acknowledged"]
