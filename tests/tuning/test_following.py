"""Thresholds follow conditions within bounds, never to and fro, and never over what somebody else has set."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.kernel.ids import Revision
from starfoundry.tuning.domain.follow import AUTHOR, ORIGIN, Follow, FollowHistory, FollowState, PastMove, past_of
from starfoundry.tuning.domain.following import HELD_LOOKS, OSCILLATION_MOVES, Held, decide
from starfoundry.tuning.domain.market_conditions import Conditions
from starfoundry.tuning.domain.space import LEVELS, bounds_of
from tests.tuning.specs import TODAY, spec

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEAST = 600.0
LOOK = timedelta(seconds=60)
NOW = dict(spec().today)
LEVEL = "collect_min_start_supply"
BOUNDS = (f"{LEVEL}=LIMITED..ABUNDANT", "trade_min_margin=10..60", "trade_max_ships=0..1000", "max_workers=1..9")


def follow(*within: str) -> Follow:
    return Follow(
        container_id="c",
        player_id=1,
        author="ana",
        at=AT,
        revision=1,
        least_seconds=LEAST,
        bounds=bounds_of(within or BOUNDS, TODAY),
    )


def seen(supplies: tuple[int, ...] = (), spreads: tuple[float, ...] = (), contention=None, budget=None) -> Conditions:
    return Conditions(supplies=supplies, spreads=spreads, contention=contention, budget=budget)


def played(wanted: Follow, looks: list[Conditions], past: FollowHistory | None = None):
    """The values after these looks, a minute apart, and the moves that were made."""
    values: dict[str, Any] = dict(NOW)
    past = past or FollowHistory()
    held: Held = {}
    for number, conditions in enumerate(looks):
        now = AT + number * LOOK
        decision = decide(wanted, values, past, conditions, held, now)
        held = decision.held
        wanted = msgspec.structs.replace(wanted, left=decision.left)
        if decision.move is not None:
            move = decision.move
            made = PastMove(
                setting=move.setting,
                at=now,
                revision=number + 2,
                before=values[move.setting],
                after=move.value,
                reason=move.reason,
            )
            values[move.setting] = move.value
            past = FollowHistory(moves=(*past.moves, made), changes=past.changes)
    return values, past.moves, wanted.left


percents = st.none() | st.floats(0, 100)
conditions = st.builds(
    seen,
    st.lists(st.integers(0, 4), max_size=12).map(tuple),
    st.lists(st.floats(-80, 300), max_size=12).map(tuple),
    percents,
    percents,
)


@given(st.lists(conditions, max_size=60))
def test_no_value_ever_leaves_its_bounds_and_moves_keep_their_distance(looks):
    wanted = follow()
    _, moves, _ = played(wanted, looks)
    bounds = {each.name: each for each in wanted.bounds}

    assert all(bounds[each.setting].allows(each.after) and each.after != each.before for each in moves)
    for name in bounds:
        times = [each.at for each in moves if each.setting == name]
        assert all((two - one).total_seconds() >= LEAST for one, two in itertools.pairwise(times))


@given(conditions)
def test_under_conditions_that_stay_nothing_is_moved_both_up_and_down(found):
    wanted = follow()
    _, moves, _ = played(wanted, [found] * 150)

    for bound in wanted.bounds:
        ways = {bound.point(each.after) > bound.point(each.before) for each in moves if each.setting == bound.name}
        assert len(ways) <= 1


@given(st.lists(conditions, max_size=60), st.sampled_from([each.partition("=")[0] for each in BOUNDS]))
def test_what_somebody_else_has_set_is_never_moved(looks, name):
    _, moves, left = played(follow(), looks, FollowHistory(changes={name: "ana changed it in revision 3"}))

    assert name not in {each.setting for each in moves}
    assert not looks or left[name].state is FollowState.CHANGED


def test_a_level_falls_where_few_factories_meet_it_and_says_why():
    values, moves, _ = played(follow(f"{LEVEL}=HIGH..ABUNDANT"), [seen((0, 1, 2, 3, 3, 3))] * 60)

    assert values[LEVEL] == "HIGH"
    assert [each.reason for each in moves] == [
        "supply: 0 % of the factories' goods are at ABUNDANT or above (under 20 %)"
    ]


def test_a_level_rises_only_where_most_goods_would_still_meet_the_next_one():
    low = NOW | {LEVEL: "HIGH", "collect_min_execute_supply": "LIMITED"}

    def asked(*supplies):
        decision = decide(follow(), low, FollowHistory(), seen(supplies), {LEVEL: (1, HELD_LOOKS)}, AT)
        return None if decision.move is None else decision.move.value

    assert asked(4, 4, 4, 3, 3) == "ABUNDANT"
    assert asked(4, 4, 3, 3, 3) is None


def test_a_level_to_start_with_does_not_fall_below_the_one_to_go_on_with():
    values, _, _ = played(follow(f"{LEVEL}=SCARCE..ABUNDANT"), [seen((0,) * 6)] * 150)

    assert values[LEVEL] == NOW["collect_min_execute_supply"] == "HIGH"


@pytest.mark.parametrize(
    ("within", "found", "falls"),
    [
        ("trade_min_margin=10..60", seen(spreads=(5.0,) * 8), True),
        ("trade_min_margin=10..60", seen(spreads=(90.0,) * 8), False),
        ("max_workers=1..9", seen(budget=95.0), True),
        ("max_workers=1..9", seen(budget=10.0), False),
        ("trade_max_ships=0..1000", seen(contention=80.0), True),
    ],
)
def test_each_setting_follows_its_own_condition(within, found, falls):
    name = within.partition("=")[0]
    values, moves, _ = played(follow(within), [found] * HELD_LOOKS)

    assert len(moves) == 1
    assert (values[name] < NOW[name]) is falls


def test_one_look_is_not_enough_and_neither_is_what_was_seen_long_ago():
    assert played(follow(), [seen((0,) * 9)] * (HELD_LOOKS - 1))[1] == ()
    decision = decide(follow(), NOW, FollowHistory(), seen(), {}, AT)
    assert {each.state for each in decision.standings} == {FollowState.BLIND}


def test_an_oscillation_is_recognised_and_stopped():
    both = [seen(budget=95.0)] * 11 + [seen(budget=5.0)] * 11
    values, moves, left = played(follow("max_workers=1..9"), both * 10)

    assert len(moves) == OSCILLATION_MOVES
    assert left["max_workers"].state is FollowState.OSCILLATES
    assert "oscillated between 4 and 5, 4 times" in left["max_workers"].detail
    assert values["max_workers"] == moves[-1].after


def test_slow_changes_of_the_world_are_no_oscillation():
    day = [seen(budget=95.0)] * 60 + [seen(budget=5.0)] * 60
    _, moves, left = played(follow("max_workers=4..5"), day * 4)

    assert len(moves) > OSCILLATION_MOVES
    assert left == {}


def test_the_past_is_read_from_the_revisions_since_the_start():
    def record(number, author, origin, name, before, after):
        return RevisionRecord(
            revision=Revision(number),
            at=AT + number * LOOK,
            author=author,
            origin=origin,
            reason="why",
            changes={name: {"before": before, "after": after}},
            config={},
        )

    found = past_of(
        follow(),
        [
            record(4, "ana", "cli", "trade_min_margin", 40, 50),
            record(3, AUTHOR, ORIGIN, LEVEL, "ABUNDANT", "HIGH"),
            record(2, AUTHOR, AUTHOR, "max_workers", 5, 6),
            record(1, "ana", "cli", LEVEL, "HIGH", "ABUNDANT"),
            record(5, "ana", "cli", "min_balance", 0, 1),
        ],
    )

    assert [(each.setting, each.after, each.revision) for each in found.moves] == [(LEVEL, "HIGH", 3)]
    assert found.changes == {
        "max_workers": "tuner changed it in revision 2",
        "trade_min_margin": "ana changed it in revision 4",
    }


def test_levels_keep_their_order_in_bounds():
    (bound,) = bounds_of([f"{LEVEL}=moderate..HIGH"], TODAY)

    assert bound.ends == ("MODERATE", "HIGH")
    assert [bound.allows(each) for each in LEVELS] == [False, False, True, True, False]
