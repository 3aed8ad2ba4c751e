"""`market list|show`: stable keys for machines, and never a 0 for what nobody has seen."""

import json

import pytest

from starfoundry.market.commands import market
from starfoundry.terminal import exits
from starfoundry.terminal.options import Terminal
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
def asked(monkeypatch):
    """The requests that reached the daemon, which answers each with what it has."""
    requests = []

    def call(_terminal, method, request, **_):
        requests.append((method, request))
        return wire.ListMarketsResponse(markets=[SEEN, UNSEEN]) if method == "ListMarkets" else SEEN

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
        ("GetMarket", wire.GetMarketRequest(player_id=4, waypoint="X1-AD75-A1")),
    ]


def test_people_see_ages_prices_and_a_dash_for_what_nobody_saw(asked, capsys):
    exits.run(market, ["list", "--player-id", "1"])
    listed = capsys.readouterr()
    exits.run(market, ["list", "--player-id", "1", "--good", "IRON"])
    exits.run(market, ["show", "--player-id", "1", "X1-AD75-A1"])

    assert "10 min" in listed.out
    assert "—" in listed.out
    assert "a coordinator sends scouts" in listed.err
    assert capsys.readouterr().out.count("HIGH") == 2
