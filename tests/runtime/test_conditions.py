"""The registry of health conditions."""

import asyncio
from datetime import timedelta

from starfoundry.drill.machine import EPOCH
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.ids import PlayerId
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.condition_registry import KEPT_PER_KIND, ConditionRegistry, listed

ONE, TWO = PlayerId(1), PlayerId(2)


def with_registry(story):
    """What the registry holds once the story is told, in virtual time."""

    async def main():
        registry = ConditionRegistry(LoopClock(asyncio.get_running_loop(), EPOCH))
        await story(registry)
        return registry.current()

    return loop.run(main(), seed=1)


def test_a_condition_reported_again_keeps_since_and_takes_the_newest_text():
    async def story(registry):
        registry.of(ONE).report("market-broken", "X1-A", reason="3 failures", next_step="wait")
        await asyncio.sleep(60)
        registry.of(ONE).report("market-broken", "X1-A", reason="4 failures", next_step="wait")

    (held,) = with_registry(story)

    assert (held.reason, held.since, held.player_id) == ("4 failures", EPOCH, ONE)


def test_a_cleared_condition_begins_anew_when_it_is_reported_again():
    async def story(registry):
        registry.of(ONE).report("market-broken", "X1-A", reason="3 failures")
        registry.of(ONE).clear("market-broken", "X1-A")
        assert registry.current() == ()
        await asyncio.sleep(60)
        registry.of(ONE).report("market-broken", "X1-A", reason="1 failure")

    (held,) = with_registry(story)

    assert held.since == EPOCH + timedelta(seconds=60)


def test_players_and_the_daemon_do_not_clear_each_others_conditions():
    async def story(registry):
        for reporter in (registry.of(ONE), registry.of(TWO), registry.daemon):
            reporter.report("market-broken", "X1-A", reason="no answer")
        registry.of(TWO).clear("market-broken")
        registry.of(TWO).clear("market-broken", "X1-A")

    assert [held.player_id for held in with_registry(story)] == [ONE, None]


def test_clearing_without_a_subject_ends_all_of_a_kind_and_no_other():
    async def story(registry):
        registry.of(ONE).report("market-broken", "X1-A", reason="no answer")
        registry.of(ONE).report("market-broken", "X1-B", reason="no answer")
        registry.of(ONE).report("ship-useless", "FOUNDRY-1", reason="no engine")
        registry.of(ONE).clear("market-broken")

    assert [held.kind for held in with_registry(story)] == ["ship-useless"]


def test_a_condition_that_lasts_ends_by_itself_unless_it_is_reported_again():
    async def story(registry):
        for subject in ("once", "again"):
            registry.of(ONE).report("element-left-out", subject, reason="odd", lasts_seconds=100)
        await asyncio.sleep(60)
        registry.of(ONE).report("element-left-out", "again", reason="odd", lasts_seconds=100)
        await asyncio.sleep(60)

    assert [held.subject for held in with_registry(story)] == ["again"]


def test_a_kind_is_bounded_and_has_room_again_once_one_ends():
    async def story(registry):
        for number in range(KEPT_PER_KIND + 5):
            registry.of(ONE).report("market-broken", f"X1-{number}", reason="no answer")
        registry.of(ONE).report("other", "", reason="not crowded out")
        assert len(registry.current()) == KEPT_PER_KIND + 1
        registry.of(ONE).clear("market-broken", "X1-0")
        registry.of(ONE).report("market-broken", "late", reason="no answer")

    held = with_registry(story)

    assert len(held) == KEPT_PER_KIND + 1
    assert held[-1].subject == "late"


def test_a_list_shows_those_that_degrade_first_and_counts_what_it_leaves_out():
    async def story(registry):
        registry.of(ONE).report("idle", "A", reason="nothing to do", degrades=False)
        for number in range(5):
            registry.of(ONE).report("idle", str(number), reason="no fuel")

    shown, more = listed(with_registry(story), 3)

    assert [each.subject for each in shown] == ["0", "1", "2"]
    assert more == {"idle": 3}
