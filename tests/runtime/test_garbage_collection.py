"""A process that has begun does not look at what stays, again and again."""

import gc

import pytest

from starfoundry.runtime.garbage_collection import FULL_AFTER, exclude_present_objects


@pytest.fixture
def settled():
    thresholds = gc.get_threshold()
    before = [object]
    exclude_present_objects()
    yield before
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def is_looked_at(thing):
    return any(each is thing for each in gc.get_objects())


def test_what_was_there_is_not_looked_at_again(settled):
    assert not is_looked_at(settled)


def test_what_comes_later_is(settled):
    later = [settled]

    assert is_looked_at(later)


def test_everything_is_looked_at_more_rarely(settled):
    assert gc.get_threshold()[2] == FULL_AFTER
