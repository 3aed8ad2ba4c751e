"""A reading of a demo in full swing, for the tests of what is shown of it."""

from dataclasses import replace
from pathlib import Path

from starfoundry.demo.demo_plan import DemoPlan, DemoSetting
from starfoundry.top.reading import TopReading
from starfoundry.wire import daemon_pb2 as wire

CONFIG = wire.ManufacturingConfig(
    max_pipelines=3,
    max_workers=10,
    collect_min_start_supply="HIGH",
    collect_min_execute_supply="MODERATE",
    acquire_min_start_supply="MODERATE",
    acquire_min_execute_supply="LIMITED",
    min_purchase_price=1_000,
    strategy="prefer-fabricate",
)

SCENE = DemoSetting(
    plan=DemoPlan(seed=7, speed=100, hours=None, data_dir=Path("/tmp/starfoundry-demo-ab12cd34")),
    player_id=1,
    agent="FOUNDRY",
    system="X1-AD75",
    manufacturing_id="parallel-mfg-X1-AD75-3f9a1c",
    growth_id="fleet-growth-1",
)


def reading(**changes) -> TopReading:
    """A reading after three hours and a quarter, with changes."""
    status = wire.ManufacturingStatus(
        credits=265_000,
        profit=130_000,
        active_pipelines=2,
        busy_workers=3,
        completed_tasks=1_237,
        revision=2,
        observed_revision=2,
        config=CONFIG,
        factories=[
            wire.FactoryState(factory="X1-AD75-D40", good="ELECTRONICS", supply="HIGH", ready=True),
            wire.FactoryState(factory="X1-AD75-F51", good="MACHINERY", supply="LIMITED"),
        ],
    )
    usual = TopReading(
        seconds=11_700,
        status=status,
        pipelines=(
            wire.Pipeline(good="ELECTRONICS", kind="FABRICATION", tasks_completed=2, tasks_total=5, profit=12_345),
            wire.Pipeline(good="MACHINERY", kind="FABRICATION", tasks_completed=0, tasks_total=4, profit=-4_000),
        ),
        tasks=(
            wire.Task(
                ship="FOUNDRY-3",
                kind="ACQUIRE_DELIVER",
                status="EXECUTING",
                good="COPPER",
                source="X1-AD75-B7",
                target="X1-AD75-D40",
            ),
            wire.Task(kind="COLLECT_SELL", status="PENDING", good="ELECTRONICS", waiting_for="supply HIGH"),
        ),
        ships=(wire.Ship(ship="FOUNDRY-1"), wire.Ship(ship="FOUNDRY-2"), wire.Ship(ship="FOUNDRY-3")),
        events=tuple(
            wire.LogEntry(
                id=number,
                at=f"2026-01-01T03:1{number}:22+00:00",
                level="INFO",
                message="Bought COPPER",
                fields_json='{"ship": "FOUNDRY-3", "units": 40}',
            )
            for number in range(9)
        ),
        money=wire.SummarizeLedgerResponse(opening=175_000, closing=265_000, profit=130_000, spent_on_ships=40_000),
        health=wire.Health(requests=4_512, rate_limited=0),
        hourly_profit=(10_000, 50_000, 60_000, 10_000),
    )
    return replace(usual, **changes)
