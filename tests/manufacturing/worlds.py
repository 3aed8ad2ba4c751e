"""A small system for planning tests: one factory, its inputs, its buyers, and whoever flies there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.game.market_law.law import MarketStock
from starfoundry.game.model import CargoItem, Quote
from starfoundry.kernel.ids import ContainerId, Good, Revision, WaypointSymbol
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.manufacturing.domain.model import (
    FactoryState,
    Pipeline,
    PipelineKind,
    PipelineStatus,
    Task,
    TaskKind,
    TaskStatus,
)
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.trips.input_values import input_values
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.market.domain.model import Place, Sighting

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FACTORY, SHOP, MILL = WaypointSymbol("X1-A-F"), WaypointSymbol("X1-A-S"), WaypointSymbol("X1-A-M")
CLOTHING, FABRICS, FUEL = Good("CLOTHING"), Good("FABRICS"), Good("FUEL")
COORDINATOR = ContainerId("parallel-mfg-X1-A-abc")
VOLUME = 20

PLACES = (
    Place(waypoint=FACTORY, x=0, y=0, type="PLANET", exports=(CLOTHING,), imports=(FABRICS,), exchange=(FUEL,)),
    Place(waypoint=SHOP, x=50, y=0, type="MOON", imports=(CLOTHING,), exchange=(FUEL,)),
    Place(waypoint=MILL, x=0, y=50, type="MOON", exports=(FABRICS,), exchange=(FUEL,)),
)


def sighting(waypoint, good, kind, base, transactions, *, age=timedelta(0)):
    """A good at a market with so many transactions in stock, seen so long before noon."""
    stock = MarketStock(kind=kind, base=base, steepness=8, trade_volume=VOLUME, units=int(transactions * VOLUME))
    quote = Quote(
        good=good,
        kind=kind,
        trade_volume=VOLUME,
        supply=stock.supply,
        activity=Activity.WEAK,
        ask=stock.ask,
        bid=stock.bid,
    )
    return Sighting(waypoint=waypoint, quote=quote, seen_at=NOON - age, curve=stock)


def sightings(*, clothing=5.0, shop=-4.0, fabrics=3.0, fed=-3.0, age=timedelta(0)):
    """The system with its stocks in transactions: product, its buyer, the input's source, the input at the factory."""
    return (
        sighting(FACTORY, CLOTHING, TradeKind.EXPORT, 4000, clothing, age=age),
        sighting(SHOP, CLOTHING, TradeKind.IMPORT, 4000, shop, age=age),
        sighting(MILL, FABRICS, TradeKind.EXPORT, 2000, fabrics, age=age),
        sighting(FACTORY, FABRICS, TradeKind.IMPORT, 2000, fed, age=age),
    )


def hull(ship="SHIP-1", waypoint=SHOP, *, capacity=40, cargo=()):
    """A ship free to work."""
    items = tuple(CargoItem(good=good, units=units) for good, units in cargo)
    free = capacity - sum(item.units for item in items)
    return ShipView(
        ship=ship, waypoint=waypoint, capacity=capacity, free=free, engine_speed=30, fuel_capacity=400, cargo=items
    )


def everywhere_in_five_minutes(_hull, origin, goal):
    """Travel that costs the same between any two places."""
    return Journey(0.0, 0) if origin == goal else Journey(300.0, 100)


def view(config=None, *, seen=None, idle=(), pipelines=(), tasks=(), factories=(), spendable=1_000_000, now=NOON):
    """What a coordinator sees at noon."""
    board, recipes = (
        board_of(PLACES, sightings() if seen is None else seen, now, tasks),
        Recipes({CLOTHING: (FABRICS,)}),
    )
    return View(
        now=now,
        config=config or ManufacturingConfig(),
        revision=Revision(7),
        spendable=spendable,
        board=board,
        recipes=recipes,
        travel=everywhere_in_five_minutes,
        idle=idle,
        largest_hold=40,
        pipelines=pipelines,
        tasks=tasks,
        factories=factories,
        prefix="abc",
        next_pipeline=len(pipelines) + 1,
        input_values=input_values(board, recipes),
    )


def pipeline(number=1, kind=PipelineKind.FABRICATION, *, created_at=NOON):
    """A pipeline that makes clothing."""
    return Pipeline(
        id=f"abc-p{number}",
        container_id=COORDINATOR,
        kind=kind,
        status=PipelineStatus.EXECUTING,
        good=CLOTHING,
        factory=FACTORY,
        sell_market=SHOP,
        expected_profit=10_000,
        revision=Revision(1),
        created_at=created_at,
    )


def task(number=1, kind=TaskKind.COLLECT_SELL, status=TaskStatus.PENDING, *, of=1, **changes):
    """A task of such a pipeline."""
    source, target = (FACTORY, SHOP) if kind is not TaskKind.ACQUIRE_DELIVER else (MILL, FACTORY)
    made = Task(
        id=f"abc-p{of}-t{number}",
        pipeline_id=f"abc-p{of}",
        container_id=COORDINATOR,
        kind=kind,
        status=status,
        good=FABRICS if kind is TaskKind.ACQUIRE_DELIVER else CLOTHING,
        source=source,
        target=target,
        revision=Revision(1),
        created_at=NOON,
    )
    return replace(made, **changes)


def factory(of=1):
    """The factory as such a pipeline watches it."""
    return FactoryState(pipeline_id=f"abc-p{of}", factory=FACTORY, good=CLOTHING)
