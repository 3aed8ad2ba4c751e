"""The chains that a turn may open: those of the scan that are not refused."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.manufacturing.planner.pipelines.feeds import Feeds
from starfoundry.manufacturing.planner.pipelines.opportunities import KINDS, opportunities, paying_chains
from tests.manufacturing import worlds

STOCKS = st.sampled_from((-8.0, -5.0, -3.0, 0.0, 2.0, 4.0, 7.0))


@st.composite
def views(draw):
    """Clothing that is made of fabrics, with any stocks, ages, strategies and limits."""
    seen = worlds.sightings(clothing=draw(STOCKS), shop=draw(STOCKS), fabrics=draw(STOCKS), fed=draw(STOCKS))
    config = ManufacturingConfig(
        strategy=draw(st.sampled_from(("prefer-buy", "prefer-fabricate", "smart"))),
        min_purchase_price=draw(st.sampled_from((100, 2_000))),
        market_max_age=draw(st.sampled_from((30, 180))),
        blocked_goods=draw(st.sampled_from(((), (worlds.CLOTHING,), (worlds.FABRICS,)))),
    )
    return worlds.view(config, seen=seen, now=worlds.NOON + timedelta(hours=draw(st.sampled_from((0, 1)))))


@given(views())
def test_they_are_those_of_the_scan_that_are_not_refused(view):
    found = paying_chains(view, worlds.hull(), KINDS, Feeds(view, worlds.hull()))

    assert found == [chance for chance in opportunities(view, worlds.hull()) if chance.refusal is None]
