"""A user asks why: the estimates behind a ranking and a decision, and what was predicted beside what came of it."""

import pytest

from tests.patience import until

pytestmark = pytest.mark.processes


@pytest.fixture
def at_work(workplace):
    """A fleet that has looked at markets and trades."""
    workplace.start_daemon("--sandbox", "--seed", "5", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start", "--preset", "earner")
    return workplace


def test_a_scan_opens_each_estimate_up_to_its_transactions_and_flights(at_work):
    found = until(lambda: at_work.ask("manufacturing", "scan")["opportunities"])

    for chance in found:
        for trip in chance["trips"]:
            bought = sum(each["units"] * each["price"] for each in trip["purchases"])
            sold = sum(each["units"] * each["price"] for each in trip["sales"])
            assert bought == trip["cost"]
            assert sold - trip["deducted"] == trip["revenue"]
            assert trip["revenue"] - trip["cost"] - trip["fuel"] == trip["profit"]
            assert sum(leg["fuel"] for leg in trip["legs"]) == trip["fuel"]
        assert sum(trip["profit"] for trip in chance["trips"]) == chance["estimate"]["profit"]
    text = at_work.cli("manufacturing", "scan", "--detail").out
    assert "buy at " in text
    assert "sell at " in text
    assert "fly " in text


def done(workplace):
    """The trips that are done, from the list of tasks."""
    return workplace.ask("manufacturing", "tasks", "--status", "COMPLETED", "--limit", "10000")["tasks"]


def test_a_summary_compares_the_same_trips_whatever_it_is_by(at_work):
    until(lambda: len(done(at_work)) >= 3)
    (coordinator,) = at_work.ask("container", "list")["containers"]
    at_work.ask("container", "stop", coordinator["container_id"], "--wait")

    totals = at_work.ask("ledger", "summary")
    assert totals["trips"] == len(done(at_work))
    for by in ("good", "ship", "chain", "container", "hour", "pipeline", "trip"):
        lines = at_work.ask("ledger", "summary", "--by", by)["lines"]
        for figure in ("trips", "predicted", "realised"):
            assert sum(line[figure] or 0 for line in lines) == totals[figure], (by, figure)
    assert "realised" in at_work.cli("ledger", "summary", "--by", "pipeline").out


def test_a_trip_is_explained_by_its_estimate_and_what_lost_against_it_and_survives_a_kill(workplace):
    universe = ("--sandbox", "--seed", "5", "--speed", "60")
    daemon = workplace.start_daemon(*universe)
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")
    trip = until(lambda: done(workplace))[0]["task_id"]
    before = workplace.ask("manufacturing", "explain", trip)
    daemon.kill()
    workplace.start_daemon(*universe)
    after = until(lambda: workplace.ask("manufacturing", "explain", trip.upper()))

    (told,) = before["trips"]
    assert before["subject"] == "TASK"
    assert told["is_past"]
    assert told["estimate"]["profit"] == told["task"]["predicted_profit"]
    assert [each["per_hour"] + each["lost_by"] for each in told["alternatives"]] == [
        told["estimate"]["per_hour"] for _ in told["alternatives"]
    ]
    assert {"min_balance", "max_workers", "market_max_age"} <= {each["name"] for each in before["thresholds"]}
    assert after["trips"] == before["trips"]
    chain = workplace.ask("manufacturing", "explain", before["pipeline"]["pipeline_id"])
    assert trip in [each["task"]["task_id"] for each in chain["trips"]]
    assert workplace.cli("manufacturing", "explain", trip.split("-", 1)[1]).code == 0
    assert workplace.cli("manufacturing", "explain", "p99-t1").code == 3
    assert workplace.cli("manufacturing", "explain", "NO_SUCH_GOOD").code == 3


def test_a_setting_that_was_another_when_a_trip_was_decided_is_told_so(at_work):
    trip = until(lambda: done(at_work))[0]["task_id"]
    then = at_work.ask("manufacturing", "explain", trip)["trips"][0]["revision"]
    at_work.ask("manufacturing", "config", "set", "min_balance=1234")

    found = at_work.ask("manufacturing", "explain", trip)
    (limit,) = (each for each in found["thresholds"] if each["name"] == "min_balance")
    assert (limit["value"], limit["then"]) == (1234, 0)
    assert found["revision"] > then
    assert "0 when it was decided" in at_work.cli("manufacturing", "explain", trip).out


def nodes(tree):
    for node in tree:
        yield node
        yield from nodes(node["below"])


def test_a_good_is_explained_by_its_supply_chain(at_work):
    markets = at_work.ask("market", "list")["markets"]
    good = next(good for market in markets for good in market["exports"] if good not in market["imports"])
    found = until(lambda: at_work.ask("manufacturing", "explain", good.lower()))

    makers = sorted(market["waypoint"] for market in markets if good in market["exports"])
    assert sorted(node["waypoint"] for node in found["sellers"] if node["role"] == "FACTORY") == makers
    for node in nodes(found["sellers"]):
        assert {below["role"] for below in node["below"]} <= (
            {"INPUT"} if node["role"] == "FACTORY" else {"FACTORY", "EXCHANGE"}
        )
        assert (node["price"] is None) == (not node["is_seen"])
    lines = at_work.cli("manufacturing", "explain", good).out.splitlines()
    assert any(line.startswith(f"{good} made at") for line in lines)
