"""Rows of which only those are sent that have changed: applied one after another they are the rows as they are."""

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.dashboard.views.rows import Rows

TABLES = st.lists(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3)), min_size=1, max_size=6)


def applied(known, told):
    """What a page has after it was told."""
    rows = {} if told["whole"] else dict(known)
    rows |= told["set"]
    return {key: row for key, row in rows.items() if key not in told["gone"]}


@given(TABLES)
def test_who_applies_every_change_has_the_rows_as_they_are(tables):
    before: Rows | None = None
    page: dict[str, int] = {}
    for rows in map(Rows, tables):
        told = rows.since(before)
        page = page if told is None else applied(page, told)
        before = rows

        assert page == rows


@given(st.dictionaries(st.text(), st.integers()))
def test_rows_that_are_the_same_are_not_sent_again(table):
    assert Rows(table).since(Rows(table)) is None


def test_only_the_row_that_changed_is_sent():
    assert Rows(a=1, b=2).since(Rows(a=1, b=1, c=3)) == {"whole": False, "set": {"b": 2}, "gone": ["c"]}
