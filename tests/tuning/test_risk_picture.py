"""Profit against risk as a picture."""

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.tuning.commands.risk_picture import HEIGHT, WIDTH, Point, risk_picture

FOUR = [Point(10, 100.0, "T"), Point(20, 150.0, "B"), Point(15, 140.0, "*"), Point(20, 100.0, "o")]


def rows_of(picture: str) -> list[str]:
    return [line.partition("|")[2] for line in picture.splitlines() if "|" in line]


def test_value_goes_upwards_and_drawdown_to_the_right():
    picture = risk_picture(FOUR, "profit_per_hour")
    rows = rows_of(picture)

    assert rows[0] == " " * (WIDTH - 1) + "B"
    assert rows[-1] == "T" + " " * (WIDTH - 2) + "o"
    assert picture.splitlines()[1].startswith("150.0 |")
    assert picture.splitlines()[-1].split() == ["10", "20"]
    assert "B best" in picture


def test_the_more_telling_mark_stays_where_two_fall_together():
    assert "".join(rows_of(risk_picture([Point(1, 1.0, "T"), Point(1, 1.0, "o")], "x"))).split() == ["T"]


def test_one_trial_is_no_picture():
    assert risk_picture(FOUR[:1], "x") == ""


@given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(-1e9, 1e9)), min_size=2, max_size=40))
def test_every_point_falls_into_the_frame(found):
    rows = rows_of(risk_picture([Point(drawdown, value, "o") for drawdown, value in found], "x"))

    assert len(rows) == HEIGHT
    assert all(len(row) <= WIDTH for row in rows)
    assert any("o" in row for row in rows)
