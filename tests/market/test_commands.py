"""`market list|show`: stable keys for machines, and never a 0 for what nobody has seen."""

import json

import pytest

from starfoundry.market.commands.group import market
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.wire import daemon_pb2 as wire

SEEN = wire.Market(
    waypoint="X1-AD75-A1",
    observed_at="2026-03-01T12:00:00.000Z",
    age_seconds=600,
    goods=[wire.TradeGood(good="IRON", type="EXPORT", supply="HIGH", activity="WEAK", trade_volume=60, ask=90, bid=44)],
    exports=["IRON"],
)
UNSEEN = wire.Market(waypoint="X1-AD75-B7", imports=["IRON"])


@pytest.fixture
def at_work():
    """The containers that the daemon lists."""
    return []


@pytest.fixture
def asked(monkeypatch, at_work):
    """The requests that reached the daemon, which answers each with what it has."""
    requests = []

    def call(_terminal, method, request, **_):
        requests.append((method, request))
        answers = {
            "ListMarkets": wire.ListMarketsResponse(markets=[SEEN, UNSEEN]),
            "ListContainers": wire.ListContainersResponse(containers=at_work),
        }
        return answers.get(method, SEEN)

    monkeypatch.setattr(Terminal, "call", call)
    return requests


def test_markets_for_a_machine_have_every_key_and_null_for_what_nobody_saw(asked, capsys):
    assert exits.run(market, ["list", "--player-id", "1", "--output", "json"]) == 0

    seen, unseen = json.loads(capsys.readouterr().out)["markets"]
    assert seen["goods"] == [
        {
            "good": "IRON",
            "type": "EXPORT",
            "supply": "HIGH",
            "activity": "WEAK",
            "trade_volume": 60,
            "ask": 90,
            "bid": 44,
        }
    ]
    assert (seen["age_seconds"], unseen["age_seconds"], unseen["observed_at"]) == (600, None, None)
    assert set(seen) == set(unseen)


def test_what_is_asked_for_reaches_the_daemon(asked):
    exits.run(market, ["list", "--player-id", "4", "--good", "iron", "--system", "X1-AD75"])
    exits.run(market, ["show", "--player-id", "4", "X1-AD75-A1"])

    assert asked == [
        ("ListMarkets", wire.ListMarketsRequest(player_id=4, good="iron", system="X1-AD75")),
        ("ListContainers", wire.ListContainersRequest(player_id=4)),
        ("GetMarket", wire.GetMarketRequest(player_id=4, waypoint="X1-AD75-A1")),
    ]


def test_a_coordinator_is_only_advised_where_none_works(asked, at_work, capsys):
    """A second one would share the first one's ships and markets."""
    exits.run(market, ["list", "--player-id", "1"])
    without = capsys.readouterr().err
    at_work.append(
        wire.Container(container_id="parallel-mfg-X1-AD75-3f9a1c", type="manufacturing_coordinator", status="RUNNING")
    )
    exits.run(market, ["list", "--player-id", "1"])
    beside_it = capsys.readouterr().err

    assert "spacetraders manufacturing start" in without
    assert "manufacturing start" not in beside_it
    assert "spacetraders ship buy SHIP_PROBE" in beside_it


def test_people_see_ages_prices_and_a_dash_for_what_nobody_saw(asked, capsys):
    exits.run(market, ["list", "--player-id", "1"])
    listed = capsys.readouterr()
    exits.run(market, ["list", "--player-id", "1", "--good", "IRON"])
    exits.run(market, ["show", "--player-id", "1", "X1-AD75-A1"])

    assert "10 min" in listed.out
    assert "—" in listed.out
    assert "Markets not seen yet" in listed.err
    assert capsys.readouterr().out.count("HIGH") == 2


def test_a_market_that_could_not_be_read_last_is_marked_with_the_reason_at_hand(asked, capsys, monkeypatch):
    broken = wire.Market()
    broken.CopyFrom(SEEN)
    broken.unreadable = "the server is down"
    monkeypatch.setitem(globals(), "SEEN", broken)

    exits.run(market, ["list", "--player-id", "1"])
    listed = capsys.readouterr()
    exits.run(market, ["show", "--player-id", "1", "X1-AD75-A1"])
    shown = capsys.readouterr()
    exits.run(market, ["list", "--player-id", "1", "--output", "json"])
    told = json.loads(capsys.readouterr().out)["markets"]

    assert "10 min, unreadable" in listed.out
    assert "spacetraders market show X1-AD75-A1" in listed.err
    assert "the server is down" in shown.out
    assert [each["unreadable"] for each in told] == ["the server is down", None]


def test_a_good_is_shown_with_the_markets_that_sell_and_buy_it(asked, capsys):
    assert exits.run(market, ["show", "--player-id", "1", "iron"]) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]

    assert shown[0] == ["IRON:", "sold", "by", "1,", "bought", "by", "1", "of", "the", "known", "markets"]
    assert ["X1-AD75-A1", "90", "EXPORT", "HIGH", "WEAK", "60", "10", "min"] in shown
    assert ["X1-AD75-B7", "—", "IMPORT", "—", "—", "—", "—"] in shown


def test_a_good_for_a_machine_has_null_for_a_price_that_nobody_saw(asked, capsys):
    assert exits.run(market, ["show", "--player-id", "1", "IRON", "--output", "json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["good"] == "IRON"
    assert [(each["waypoint"], each["type"], each["ask"], each["bid"]) for each in told["markets"]] == [
        ("X1-AD75-A1", "EXPORT", 90, 44),
        ("X1-AD75-B7", "IMPORT", None, None),
    ]


def test_a_market_and_a_good_are_shown_as_csv_too(asked, capsys):
    assert exits.run(market, ["show", "--player-id", "1", "IRON", "--output", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("waypoint,type,supply,")
    assert exits.run(market, ["show", "--player-id", "1", "X1-AD75-A1", "--output", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "IRON,EXPORT,HIGH,WEAK,60,90,44"


@pytest.fixture
def nothing_traded(monkeypatch):
    """A daemon whose markets trade nothing of the good that is asked for."""

    def call(_terminal, method, request, **_):
        if method == "GetMarket":
            return wire.Market(waypoint=request.waypoint)
        return wire.ListMarketsResponse(markets=[] if request.good else [SEEN, UNSEEN])

    monkeypatch.setattr(Terminal, "call", call)


def test_a_market_is_named_by_its_last_part(nothing_traded, capsys):
    assert exits.run(market, ["show", "--player-id", "1", "b7", "--output", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["waypoint"] == "X1-AD75-B7"


def test_a_misspelt_good_is_told_with_the_one_that_was_meant(nothing_traded, capsys):
    assert exits.run(market, ["show", "--player-id", "1", "IRONN"]) == 3
    assert "trades IRONN; did you mean IRON?" in capsys.readouterr().err
