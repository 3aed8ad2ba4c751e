"""Market forecasts over the wire and at the command line."""

import asyncio
import json

import pytest

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.market.api.forecast_rpc import MarketForecastRpc
from starfoundry.market.commands.group import market
from starfoundry.runtime.clock import LoopClock
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.wire import daemon_pb2 as wire
from tests.ledger.test_summary import OnlyPlayerOne
from tests.market.stalls import A1, MACHINERY, RESTED, a_market, a_place, a_quote, with_a_book

ELECTRONICS = Good("ELECTRONICS")
INPUTS = {MACHINERY: (ELECTRONICS,)}
STARVED = RESTED.with_units(-60)


def shown(stock, good: Good = MACHINERY, **changes):
    """What a market with this stock shows of a good."""
    return a_quote(good, kind=stock.kind, supply=stock.supply, ask=stock.ask, bid=stock.bid, **changes)


def forecast(directory, *, activity=Activity.WEAK, also=(), waypoint=A1, seconds=3_600):
    """The answer right after MACHINERY was seen at A1, three ticks of half a volume noticed before."""

    async def work(book, _database):
        await book.learn((a_place(A1),))
        for minutes, units in ((0, -90), (5, -90), (5, -80), (25, -80), (5, -70), (25, -70), (5, -60)):
            await asyncio.sleep(60 * minutes)
            await book.record(a_market(shown(RESTED.with_units(units), activity=activity), *also))

        async def book_of(_player):
            return book

        async def inputs_of(_player):
            return INPUTS

        clock = LoopClock(asyncio.get_running_loop(), book._clock.now())
        door = MarketForecastRpc(book_of=book_of, inputs_of=inputs_of, clock=clock, gate=OnlyPlayerOne())
        return await door.ForecastMarket(
            wire.ForecastMarketRequest(player_id=1, waypoint=waypoint.lower(), seconds=seconds), None
        )

    return with_a_book(directory, work)


def test_a_forecast_tells_the_stock_its_bounds_and_the_next_step(tmp_path):
    (machinery,) = forecast(tmp_path).goods

    assert machinery.is_explained
    assert (machinery.stock, machinery.base_price, machinery.base_price_found) == (-60, 2_400, False)
    assert machinery.stock_expected == pytest.approx(-40, abs=4)
    assert machinery.stock_low <= machinery.stock_expected <= machinery.stock_high
    assert machinery.step == pytest.approx(0.5, abs=0.05)
    assert machinery.steps_seen == 3
    assert machinery.next_step_from < machinery.next_step_until
    assert machinery.ask_expected < STARVED.ask


def test_a_restricted_factory_names_what_it_is_short_of_and_what_ends_that(tmp_path):
    scarce = type(RESTED)(kind=TradeKind.IMPORT, base=2_200, steepness=8, trade_volume=20, units=-110)
    electronics = shown(scarce, ELECTRONICS)

    goods = {each.good: each for each in forecast(tmp_path, activity=Activity.RESTRICTED, also=(electronics,)).goods}

    assert goods["MACHINERY"].restriction == (
        "MACHINERY is made at a fifth of its rate while ELECTRONICS is SCARCE; deliver 10 ELECTRONICS to end it"
    )
    assert goods["ELECTRONICS"].restriction == ""


def test_a_market_is_named_by_its_last_part_too(tmp_path):
    assert forecast(tmp_path, waypoint=A1.rpartition("-")[2]).waypoint == A1


def test_a_market_without_known_prices_is_missing(tmp_path):
    with pytest.raises(Missing, match="no prices are known"):
        forecast(tmp_path, waypoint="X1-AD75-ZZ")


def test_a_time_out_of_range_is_refused(tmp_path):
    with pytest.raises(Refused, match="from 0 to 172800"):
        forecast(tmp_path, seconds=-1)


ANSWER = wire.MarketForecast(
    waypoint="X1-AD75-A1",
    observed_at="2026-03-01T12:00:00.000Z",
    at="2026-03-01T12:40:00.000Z",
    goods=[
        wire.GoodForecast(
            good="ADVANCED_CIRCUITRY",
            type="EXPORT",
            supply="MODERATE",
            activity="RESTRICTED",
            trade_volume=20,
            restriction="ADVANCED_CIRCUITRY is made at a fifth of its rate while COPPER is SCARCE;"
            " deliver 23 COPPER to end it",
            is_explained=True,
            base_price=5_200,
            stock=30,
            stock_expected=34,
            stock_low=30,
            stock_high=42,
            supply_expected="MODERATE",
            step=0.1,
            steps_seen=2.0,
            next_step_from="2026-03-01T12:20:00.000Z",
            next_step_until="2026-03-01T12:31:00.000Z",
        ),
        wire.GoodForecast(good="FUEL", type="EXCHANGE", supply="MODERATE", trade_volume=180),
    ],
)


@pytest.fixture
def asked(monkeypatch):
    """The requests that reached the daemon."""
    requests = []

    def call(_terminal, _method, request, **_):
        requests.append(request)
        return ANSWER

    monkeypatch.setattr(Terminal, "call", call)
    return requests


def test_the_command_asks_half_an_hour_ahead_or_as_far_as_it_is_told(asked):
    exits.run(market, ["forecast", "X1-AD75-A1", "--player-id", "1"])
    exits.run(market, ["forecast", "X1-AD75-A1", "--in", "2h", "--player-id", "1"])

    assert [request.seconds for request in asked] == [1_800, 7_200]


def test_a_forecast_tells_the_remedy_and_what_it_cannot_tell(asked, capsys):
    exits.run(market, ["forecast", "X1-AD75-A1", "--player-id", "1"])
    text = capsys.readouterr().out

    assert "deliver 23 COPPER to end it" in " ".join(text.split())
    assert "no forecast" in text


def test_a_machine_gets_every_key_and_null_for_what_the_law_does_not_explain(asked, capsys):
    exits.run(market, ["forecast", "X1-AD75-A1", "--player-id", "1", "--output", "json"])
    circuitry, fuel = json.loads(capsys.readouterr().out)["goods"]

    assert circuitry.keys() == fuel.keys()
    assert (circuitry["stock_expected"], circuitry["step"]) == (34, 0.1)
    assert (fuel["stock_expected"], fuel["step"], fuel["restriction"]) == (None, None, None)
