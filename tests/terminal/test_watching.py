"""`--watch`: the same list again, in place on a terminal, until Ctrl-C or until nobody reads."""

import pytest

from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.terminal.arguments.watching import in_place, watch


class Screen:
    """A terminal as far as watching goes; its pauses end with what is left of `pauses`."""

    as_json = False
    is_in_place = False
    is_read = True

    def __init__(self, *pauses):
        self.pauses = list(pauses)
        self.notes: list[str] = []

    def finish(self):
        """Nothing was lost."""

    def pause(self, seconds):
        if self.pauses:
            action = self.pauses.pop(0)
            action()
            return
        raise KeyboardInterrupt

    def note(self, *lines):
        self.notes.extend(lines)


def test_it_looks_again_after_each_pause_and_ends_with_ctrl_c():
    looks: list[int] = []
    watch(Screen(lambda: None, lambda: None), lambda: looks.append(1), 2.0)

    assert len(looks) == 3


def test_it_ends_when_nobody_reads_any_more():
    looks: list[int] = []
    screen = Screen()

    def look():
        looks.append(1)
        screen.is_read = False

    watch(screen, look, 2.0)

    assert looks == [1]


def test_what_is_wrong_at_once_is_an_error():
    def look():
        raise Missing("no such player")

    with pytest.raises(Missing):
        watch(Screen(), look, 2.0)


def test_a_daemon_that_goes_away_is_waited_for():
    screen = Screen(lambda: None, lambda: None)
    answers = iter([None, Unavailable("no daemon answers"), None])
    looks: list[object] = []

    def look():
        answer = next(answers)
        looks.append(answer)
        if answer is not None:
            raise answer

    watch(screen, look, 2.0)

    assert len(looks) == 3
    assert screen.notes == ["no daemon answers; retrying every 2 s"]


def test_what_has_no_room_on_the_screen_is_counted():
    shown = in_place("\n".join(f"row {number}" for number in range(30)), lines=10)

    assert shown.splitlines()[-1] == "(24 more lines)"
    assert shown.count("\n") == 6
    assert shown.startswith("\x1b[H\x1b[J")
