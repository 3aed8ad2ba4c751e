"""A server that is odd in one way costs little, or health says what is wrong; it never costs a token or a container."""

import os
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.drill.odd_runs import HOURS, REQUESTS_A_SECOND, Run, play
from tests.drill.oddities import Oddity, Reach, oddities, oddity

SHARE = 0.8
"""How much of what an undisturbed fleet earns must be earned, unless health says what is wrong."""

DRAWS = int(os.environ.get("DRAWS", "1000"))
"""Oddities that the campaign draws."""

REPEATS = 0.1
"""The share of the request budget that may be spent on asking more than an undisturbed fleet does."""


@cache
def undisturbed() -> Run:
    """The same hours without an oddity."""
    return play(None)


def faults_of(run: Run) -> list[str]:
    """What a run did that it must not."""
    whole = undisturbed()
    found = list(run.problems)
    if run.earned < SHARE * whole.earned and not run.told:
        found.append(f"it earned {run.earned:,} instead of {whole.earned:,}, and nothing was said")
    repeats = run.requests - whole.requests
    if repeats > REPEATS * REQUESTS_A_SECOND * HOURS * 3_600:
        found.append(f"it asked {repeats:,} times more than the {whole.requests:,} of an undisturbed run")
    return found


def test_an_undisturbed_fleet_earns_and_has_nothing_to_say():
    run = undisturbed()

    assert run.earned > 100_000
    assert (run.told, run.problems) == ((), ())


def test_answers_that_come_too_late_are_told():
    assert faults_of(play(oddity("navigate", "data", "late"))) == []


def test_markets_none_of_which_shows_prices_are_told_and_not_asked_without_end():
    """Nothing can be earned there. Once it took 3,629 requests more, and nothing was said."""
    run = play(oddity("market", "data.tradeGoods", "missing"))

    assert faults_of(run) == []
    assert any(each.startswith("market-unreadable") for each in run.told)


def test_a_market_that_names_another_place_is_told_and_not_asked_without_end():
    """Seed 275 of a campaign: it took 2,899 requests more, and nothing was said."""
    run = play(oddity("market", "data.symbol", "foreign", Reach.ONE, spot=2))

    assert faults_of(run) == []
    assert any(each.startswith("market-unreadable") for each in run.told)


@pytest.mark.parametrize(
    "odd",
    [
        oddity("market", "data.transactions[].shipSymbol", "null"),
        oddity("market", "data.tradeGoods[].tradeVolume", "text", Reach.ONE, spot=1),
        oddity("market", "data.tradeGoods[].purchasePrice", "huge", Reach.ONE, spot=2),
        oddity("shipyard", "data.ships[].purchasePrice", "text", Reach.ONE),
        oddity("shipyard", "data.ships[].engine.speed", "missing"),
        oddity("waypoints", "data[].x", "fraction", Reach.ONE, spot=11),
        oddity("supply chain", "data.exportToImportMap.{}", "text", Reach.ONE, spot=2),
        oddity("ships", "data[].cargo.inventory", "null"),
        oddity("ships", "data[].engine.speed", "zero", Reach.ONE, spot=3),
        oddity("register", "data.agent.symbol", "foreign"),
        oddity("navigate", "data.fuel.capacity", "number", Reach.ONE, spot=5),
    ],
    ids=str,
)
def test_what_was_seen_to_stop_a_fleet_does_not_stop_it(odd: Oddity):
    run = play(odd)

    assert faults_of(run) == []
    assert run.earned >= SHARE * undisturbed().earned


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(odd=oddities())
def test_a_fleet_bears_any_single_oddity(odd: Oddity):
    assert faults_of(play(odd)) == []


@pytest.mark.campaign
@pytest.mark.timeout(6 * 3_600)
@settings(max_examples=DRAWS, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], print_blob=True)
@given(odd=oddities())
def test_a_fleet_bears_every_oddity_of_a_campaign(odd: Oddity):
    assert faults_of(play(odd)) == []
