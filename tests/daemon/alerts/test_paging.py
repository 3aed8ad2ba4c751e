"""What is told when: held, grouped, throttled, muted, quiet, acknowledged, reminded of, over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.daemon.alerts.domain.declarations import DECLARED
from starfoundry.daemon.alerts.domain.model import AlertCall, AlertKind, CannotTell, Paging
from starfoundry.daemon.alerts.domain.paging import OPEN_MAX, Watch, after_sending, follow, in_quiet_hours, message_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULES = {kind: replace(each.default, is_on=True, hold_seconds=0) for kind, each in DECLARED.items()}
PAGING = Paging(gap_seconds=0, cooldown_seconds=0, remind_seconds=0)
LOSS, HALTED, CHANGED = AlertKind.LOSS, AlertKind.HALTED, AlertKind.SETTING_CHANGED


def call(kind, subject=""):
    return AlertCall(kind=kind, subject=subject, text=f"{kind.value} {subject}")


class Phone:
    """A player's pager whose messages always arrive."""

    def __init__(self, paging=PAGING, **rules):
        self.paging = paging
        self.rules = RULES | {AlertKind(name.replace("_", "-")): each for name, each in rules.items()}
        self.watch = Watch()

    def look(self, minutes, *calling, unknown=()):
        """One look so many minutes after noon; what is told: new, still, over."""
        now = NOON + timedelta(minutes=minutes)
        verdicts = {kind: tuple(each for each in calling if each.kind is kind) for kind in AlertKind}
        verdicts |= {kind: CannotTell("") for kind in unknown}
        self.watch = follow(self.watch, self.rules, verdicts, now)
        message = message_of(self.watch, self.rules, self.paging, now)
        if message:
            self.watch = after_sending(self.watch, message, now)
        return tuple([each.call.subject or each.call.kind.value for each in group] for group in vars_of(message))


def vars_of(message):
    return message.new, message.again, message.over


NOTHING: tuple[list[str], list[str], list[str]] = ([], [], [])


def test_an_alert_is_told_once_while_it_lasts_and_its_end_once():
    phone = Phone()

    assert phone.look(0, call(LOSS)) == (["loss"], [], [])
    assert phone.look(1, call(LOSS)) == NOTHING
    assert phone.look(2) == ([], [], ["loss"])
    assert phone.look(3) == NOTHING


def test_what_must_hold_for_a_while_is_told_when_it_has_and_begins_anew_after_a_break():
    phone = Phone(halted=replace(RULES[HALTED], hold_seconds=600))

    assert phone.look(0, call(HALTED)) == NOTHING
    assert phone.look(9) == NOTHING
    assert phone.look(10, call(HALTED)) == NOTHING
    assert phone.look(19, call(HALTED)) == NOTHING
    assert phone.look(20, call(HALTED)) == (["halted"], [], [])


def test_what_begins_together_is_told_together():
    assert Phone().look(0, call(LOSS), call(HALTED, "a"), call(HALTED, "b")) == (["loss", "a", "b"], [], [])


def test_between_two_messages_passes_the_gap_and_what_came_meanwhile_is_told_then():
    phone = Phone(replace(PAGING, gap_seconds=600))

    assert phone.look(0, call(LOSS)) == (["loss"], [], [])
    assert phone.look(5, call(LOSS), call(HALTED, "a")) == NOTHING
    assert phone.look(10, call(LOSS), call(HALTED, "a")) == (["a"], [], [])


def test_what_comes_and_goes_is_told_again_only_after_the_cooldown():
    phone = Phone(replace(PAGING, cooldown_seconds=3_600))

    assert phone.look(0, call(LOSS)) == (["loss"], [], [])
    assert phone.look(1) == ([], [], ["loss"])
    assert phone.look(30, call(LOSS)) == NOTHING
    assert phone.look(60, call(LOSS)) == (["loss"], [], [])


def test_quiet_hours_hold_back_what_is_not_urgent_until_they_end():
    quiet = replace(PAGING, quiet_from=12 * 60, quiet_to=13 * 60)
    urgent = replace(RULES[LOSS], is_urgent=True)
    phone = Phone(quiet, loss=urgent, halted=replace(RULES[HALTED], is_urgent=False))

    assert phone.look(0, call(LOSS), call(HALTED)) == (["loss"], [], [])
    assert phone.look(59, call(LOSS), call(HALTED)) == NOTHING
    assert phone.look(60, call(LOSS), call(HALTED)) == (["halted"], [], [])


def test_what_is_over_before_anybody_heard_of_it_is_not_told_but_an_event_is():
    quiet = replace(PAGING, quiet_from=12 * 60, quiet_to=13 * 60)
    phone = Phone(quiet, halted=replace(RULES[HALTED], is_urgent=False))

    assert phone.look(0, call(HALTED), call(CHANGED, "c revision 2")) == NOTHING
    assert phone.look(30) == NOTHING
    assert phone.look(60) == (["c revision 2"], [], [])
    assert phone.look(61) == NOTHING


def test_a_muted_rule_tells_what_still_holds_once_it_is_muted_no_more():
    muted = replace(RULES[LOSS], muted_until=NOON + timedelta(minutes=10))
    phone = Phone(loss=muted)

    assert phone.look(0, call(LOSS)) == NOTHING
    assert phone.look(10, call(LOSS)) == (["loss"], [], [])


def test_an_acknowledged_alert_is_neither_reminded_of_nor_told_to_be_over():
    phone = Phone(replace(PAGING, remind_seconds=600))
    phone.look(0, call(LOSS), call(HALTED, "a"))
    alerts = [replace(each, acked_at=NOON) if each.call.kind is LOSS else each for each in phone.watch.alerts]
    phone.watch = replace(phone.watch, alerts=tuple(alerts))

    assert phone.look(10, call(LOSS), call(HALTED, "a")) == ([], ["a"], [])
    assert phone.look(11) == ([], [], ["a"])


def test_what_cannot_be_looked_at_stays_as_it_was():
    phone = Phone()
    phone.look(0, call(LOSS))

    assert phone.look(1, unknown=[LOSS]) == NOTHING
    assert phone.look(2) == ([], [], ["loss"])


def test_a_rule_that_is_turned_off_ends_its_alerts_without_a_word():
    phone = Phone()
    phone.look(0, call(LOSS))
    phone.rules[LOSS] = replace(RULES[LOSS], is_on=False)

    assert phone.look(1) == NOTHING
    assert phone.watch.alerts == ()


def test_alerts_are_bounded():
    phone = Phone()
    phone.look(0, *(call(HALTED, str(number)) for number in range(OPEN_MAX + 10)))

    assert len(phone.watch.alerts) == OPEN_MAX


def test_quiet_hours_go_over_midnight_in_the_zone_that_was_named():
    night = Paging(quiet_from=22 * 60, quiet_to=7 * 60, zone="Europe/Berlin")

    assert in_quiet_hours(night, datetime(2026, 1, 1, 21, 30, tzinfo=UTC))
    assert not in_quiet_hours(night, datetime(2026, 1, 1, 6, 30, tzinfo=UTC))
    assert not in_quiet_hours(Paging(), NOON)


SUBJECTS = st.sets(st.sampled_from([call(LOSS), call(HALTED, "a"), call(HALTED, "b"), call(CHANGED, "c")]))


@given(st.lists(st.tuples(st.integers(1, 40), SUBJECTS), max_size=30), st.integers(0, 30), st.integers(0, 120))
def test_whatever_calls_messages_keep_their_gap_and_nothing_is_told_twice_within_its_cooldown(looks, gap, cooldown):
    phone = Phone(Paging(gap_seconds=60 * gap, cooldown_seconds=60 * cooldown, remind_seconds=0))
    minute = 0
    messages: list[int] = []
    told: dict[str, int] = {}
    for pause, calling in looks:
        minute += pause
        new, again, over = phone.look(minute, *sorted(calling, key=lambda each: each.text))
        assert again == []
        if new or over:
            assert not messages or minute - messages[-1] >= gap
            messages.append(minute)
        for subject in new:
            assert minute - told.get(subject, -1_000) >= cooldown
            told[subject] = minute
        assert set(over) <= set(told)
        assert "c" not in over
