"""What an open page asks for: a view and a span that there are, and nothing else; and what halts, and lets go."""

import pytest

from starfoundry.dashboard.reading.page_queries import EffectQuery, OfPlayer, read
from starfoundry.dashboard.requests import halt_requests
from starfoundry.dashboard.views.registry import views
from starfoundry.dashboard.views.subscription import RANGES, VIEWS, Asked
from starfoundry.kernel.errors import Refused


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("span", RANGES)
def test_every_view_and_span_can_be_asked_for(view, span):
    asked = read({"view": view, "span": span}, Asked)

    assert (asked.view, asked.span) == (view, span)


@pytest.mark.parametrize(("name", "given"), [("view", "cockpit"), ("view", ""), ("span", "year")])
def test_another_is_refused_with_those_that_there_are(name, given):
    with pytest.raises(Refused, match="one of"):
        read({name: given}, Asked)


def test_every_view_looks_at_something():
    assert set(views()) == set(VIEWS)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"halted": 1}', b'{"halted": true, "wait": 5}', b'{"halted": true, "player_id": -1}']
)
def test_what_neither_halts_nor_lets_go_is_refused(body):
    with pytest.raises(Refused, match="neither halts nor lets go"):
        halt_requests.read(body)


def test_who_halts_waits_for_calls_under_way_and_who_lets_go_does_not():
    pull, release = (
        halt_requests.request_of(halt_requests.Halting(halted=halted, container_id="c")) for halted in (True, False)
    )

    assert (pull.halted, pull.container_id, pull.wait_milliseconds) == (True, "c", halt_requests.WAIT_MILLISECONDS)
    assert (release.halted, release.wait_milliseconds) == (False, 0)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "1_0", str(2**31), "9" * 5_000])
def test_what_is_no_number_of_the_wire_is_refused(text):
    with pytest.raises(Refused, match="player_id"):
        read({"player_id": text}, OfPlayer)


def test_a_parameter_that_is_missing_is_refused_by_its_name():
    with pytest.raises(Refused, match="revision"):
        read({"player_id": "1", "container_id": "c"}, EffectQuery)
