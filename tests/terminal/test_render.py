"""Text for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.terminal import render


def test_a_table_aligns_words_to_the_left_and_numbers_to_the_right():
    shown = render.table(["Ship", "Fuel"], [["FOUNDRY-1", 80], ["F-2", 1200]])

    assert shown.splitlines() == [
        "Ship        Fuel",
        "---------  -----",
        "FOUNDRY-1     80",
        "F-2        1,200",
    ]


def test_an_unknown_value_is_a_dash_and_never_zero():
    assert "0" not in render.table(["Good", "Ask"], [["FUEL", None], ["IRON", None]])
    assert render.facts([("Name", ""), ("Fuel", 0)]) == "Name:  —\nFuel:  0"


def test_no_rows_say_so():
    assert render.table(["Ship"], [], empty="no ships") == "no ships"


@given(st.text())
def test_foreign_text_cannot_steer_the_terminal(text):
    assert render.clean(text).isprintable()


def test_an_escape_sequence_in_a_name_does_not_reach_the_screen():
    assert "\x1b" not in render.table(["Name"], [["\x1b[31mred\x1b[0m"]])


def test_signed_amounts_and_shares_are_numbers_too():
    shown = render.table(["Net", "Used"], [["+1,200", "5%"], ["-3", "100%"], [None, None]])

    assert shown.splitlines()[2:] == ["+1,200    5%", "    -3  100%", "     —     —"]


def test_what_names_a_row_is_never_broken(monkeypatch):
    """People copy it into the next command."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")

    assert "a-very-long-container-id" in render.table(["Id", "Type"], [["a-very-long-container-id", "type " * 9]])


def test_on_a_narrow_terminal_the_widest_text_goes_on_below_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")

    shown = render.table(["Id", "Reason", "Credits"], [["a", "because " * 20, 123_456_789], ["b", "so", 2]])

    assert all(len(line) <= 40 for line in shown.splitlines())
    assert shown.count("123,456,789") == 1
    assert shown.count("because") == 20
    assert shown.splitlines()[-1].split() == ["b", "so", "2"]


def test_a_word_is_broken_only_where_nothing_else_can_give(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    words = ["parallel-mfg-X1", "why " * 10]

    assert "parallel-mfg-X1" in render.table(["Id", "About", "Why"], [["a", *words]])
    shown = render.table(["Id", "About"], [["a", "x" * 60]])
    assert all(len(line) <= 40 for line in shown.splitlines())
    assert shown.count("x") == 60


@given(
    st.lists(st.lists(st.text(alphabet="abc -", max_size=60), min_size=3, max_size=3), min_size=1, max_size=3),
    st.integers(min_value=1, max_value=120),
)
def test_no_letter_is_lost_at_any_width(rows, columns):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.stdout.isatty", lambda: True)
        patched.setenv("COLUMNS", str(columns))
        shown = "".join(render.table(["#", "#", "#"], rows).splitlines()[2:])

    for letter in "abc":
        assert shown.count(letter) == sum(cell.count(letter) for row in rows for cell in row)


def test_on_a_terminal_a_long_fact_goes_on_below_itself(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")

    assert render.facts([("Values", "one of HIGH, MODERATE, LIMITED"), ("Flag", "--level")]).splitlines() == [
        "Values:  one of HIGH,",
        "         MODERATE, LIMITED",
        "Flag:    --level",
    ]


def test_a_wrapped_text_keeps_its_indent_and_breaks_no_word(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "12")
    shown = render.on_terminal("goods: IRON,FUEL,COPPER and", indent="  ", hanging="  ")

    assert shown.splitlines() == ["  goods:", "    IRON,FUEL,COPPER", "    and"]


def test_into_a_pipe_everything_goes_whole(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    assert "because " * 19 in render.table(["Reason"], [["because " * 20]])


def test_ages_are_told_in_the_unit_that_fits():
    assert [render.age(s) for s in (None, 3, 300, 9000, 200_000)] == ["—", "3 s", "5 min", "2.5 h", "2.3 d"]
