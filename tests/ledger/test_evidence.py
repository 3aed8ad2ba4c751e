"""A call in doubt is judged only by what can be read for certain."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from starfoundry.game.decoding import decode
from starfoundry.game.model import Agent, Cargo, CargoItem, Market, Ship
from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.ledger.domain.model import CallKind, Intent, Purpose
from starfoundry.ledger.runtime import evidence
from tests.game.test_decode import body
from tests.game.wire import SHIP
from tests.game.wire import ship as told_ship
from tests.ledger.bank import EPOCH

IRON = Good("IRON")
SALE = Intent(
    id=1,
    player_id=1,  # type: ignore[arg-type]
    kind=CallKind.SALE,
    ship=SHIP,
    waypoint=WaypointSymbol("X1-AB1-C2"),
    good=IRON,
    units=7,
    before=7,
    credits_before=0,
    price_seen=1,
    purpose=Purpose(),
    sent_at=EPOCH,
)


def ask(intent: Intent, *, cargo: Cargo | None = None, ships: int = 1, counted: int = 1) -> evidence.EvidenceReader:
    """What is heard of a call when the game tells of this hold, and of so many ships of those that it counts."""
    ship = decode.ship(body(told_ship()))

    async def answer(value: Any) -> Any:
        return value

    async def single(symbol: ShipSymbol) -> Ship:
        if int(symbol.rpartition("-")[2], 16) > counted:
            raise Missing(f"no {symbol}")
        return replace(ship, symbol=symbol, cargo=cargo or ship.cargo)

    listed = tuple(replace(ship, symbol=ShipSymbol(f"FOUNDRY-{number + 1:X}")) for number in range(ships))
    game = SimpleNamespace(
        ship=single,
        ships=lambda: answer(listed),
        agent=lambda: answer(Agent(symbol="FOUNDRY", headquarters=None, credits=5, ship_count=counted)),
        market=lambda waypoint, priority: answer(Market(waypoint=waypoint)),
    )
    return asyncio.run(evidence.read_evidence(game, intent))


def test_a_hold_of_which_a_line_cannot_be_read_does_not_say_that_all_was_sold():
    with pytest.raises(Unavailable, match="cannot be read completely"):
        ask(SALE, cargo=Cargo(capacity=40, units=7))


@pytest.mark.parametrize(
    ("cargo", "now"),
    [
        (Cargo(capacity=40, units=0), 0),
        (Cargo(capacity=40, units=9, items=(CargoItem(good=IRON, units=7),)), 7),
    ],
    ids=["empty", "another line"],
)
def test_a_hold_that_tells_of_the_good_is_believed(cargo: Cargo, now: int):
    assert ask(SALE, cargo=cargo).now == now


def test_a_ship_that_is_bought_and_not_listed_is_counted():
    intent = replace(SALE, kind=CallKind.SHIP_PURCHASE, ship=ShipSymbol(""), before=2, units=1)

    evidence_read = ask(intent, ships=2, counted=3)

    assert evidence_read.now == 3
    assert evidence_read.ship is not None
    assert evidence_read.ship.symbol == "FOUNDRY-3"


def test_a_server_that_knows_every_ship_there_could_be_is_not_asked_for_ever():
    intent = replace(SALE, kind=CallKind.SHIP_PURCHASE, ship=ShipSymbol(""), before=2, units=1)

    assert ask(intent, ships=2, counted=1_000_000).now == 1_000_000
