"""Lists as CSV: the keys of JSON as a header, RFC 4180, and no text that a spreadsheet would calculate."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.terminal.rendering.formats import as_csv

TEXTS = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co", "Zs"]))


def read(text):
    """The rows as a program reads them that knows RFC 4180, the header first."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def one_cell(value):
    return read(as_csv([{"cell": value, "other": 1}], dict))[1][0]


def test_the_header_has_the_keys_and_each_line_a_row():
    rows = [{"good": "IRON", "net": -5}, {"good": "ICE", "net": 7}]

    assert as_csv(rows, dict) == "good,net\r\nIRON,-5\r\nICE,7\r"


def test_without_rows_the_header_is_that_of_a_blank_row():
    assert as_csv([], lambda: {"good": "", "net": 0}) == "good,net\r"


def test_a_key_that_only_some_rows_have_is_a_column_of_all():
    assert read(as_csv([{"a": 1}, {"b": 2}], dict)) == [["a", "b"], ["1", ""], ["", "2"]]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (0, "0"),
        (-1_200, "-1200"),
        (0.25, "0.25"),
        ("a, b", "a, b"),
        ('say "go"', 'say "go"'),
        ("two\nlines", "two\nlines"),
        (["IRON", "ICE"], '["IRON", "ICE"]'),
        ({"a": 1}, '{"a": 1}'),
        ("\x1b[2J", " [2J"),
    ],
)
def test_a_value_is_read_back_as_it_is_in_json_and_steers_no_terminal(value, cell):
    assert one_cell(value) == cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\x00=1", "＝1"])
def test_a_text_that_a_spreadsheet_would_calculate_begins_with_an_apostrophe(text):
    assert one_cell(text).startswith("'")


@given(st.lists(st.tuples(TEXTS, st.integers(), st.none() | TEXTS), max_size=5))
def test_every_list_comes_back_cell_by_cell(rows):
    shown = read(as_csv([dict(zip("abc", row, strict=True)) for row in rows], lambda: dict.fromkeys("abc")))

    assert len(shown) == len(rows) + 1
    for cells, row in zip(shown[1:], rows, strict=True):
        assert [cell.removeprefix("'") for cell in cells] == [
            str("" if x is None else x).removeprefix("'") for x in row
        ]
